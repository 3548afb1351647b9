// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTimeZone>

#include <cmath>
#include <cstdlib>

namespace crossfade {

namespace {

constexpr QChar NarrowSpace(0x202f);

// The context of these texts for the translators.
struct TimeText {
    Q_DECLARE_TR_FUNCTIONS(TimeText)
};

QString dayAndTime(const QDateTime &at, const QDateTime &now)
{
    const QString day = QLocale().toString(at.date(), at.date().year() == now.date().year()
                                                          ? TimeText::tr("d MMM")
                                                          : TimeText::tr("d MMM yyyy"));
    return day + QLatin1Char(' ') + at.time().toString(QStringLiteral("HH:mm"));
}

} // namespace

QDateTime localDateTime(Instant at)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(at)).toLocalTime();
}

QString timeOfDay(Instant at)
{
    return localDateTime(at).time().toString(QStringLiteral("HH:mm:ss"));
}

QString shortTime(Instant at, Instant now)
{
    const QDateTime local = localDateTime(at);
    const QDateTime today = localDateTime(now);
    if (local.date() == today.date())
        return TimeText::tr("%1 today").arg(local.time().toString(QStringLiteral("HH:mm")));
    return dayAndTime(local, today);
}

QString fullTime(Instant at)
{
    const QDateTime local = localDateTime(at);
    return QLocale().toString(local.date(), TimeText::tr("d MMM yyyy")) + local.time().toString(QStringLiteral(" HH:mm ")) + zoneName(at);
}

QString utcText(Instant at)
{
    const QDateTime utc = QDateTime::fromMSecsSinceEpoch(toMs(at), QTimeZone::utc());
    return utc.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz")) + QStringLiteral(" UTC");
}

QString zoneName(Instant at)
{
    return localDateTime(at).timeZoneAbbreviation();
}

QString ageText(Instant since, Instant now)
{
    const qint64 seconds = std::max<qint64>(0, (toMs(now) - toMs(since)) / 1000);
    if (seconds < 60)
        return TimeText::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return TimeText::tr("%1 min").arg(seconds / 60);
    if (seconds < 48 * 3600)
        return TimeText::tr("%1 h").arg(seconds / 3600);
    return TimeText::tr("%1 d").arg(seconds / 86400);
}

QString durationText(qint64 seconds)
{
    seconds = std::max<qint64>(0, seconds);
    const QLatin1Char zero('0');
    const QString rest = QStringLiteral("%1:%2")
                             .arg(seconds / 60 % 60, 2, 10, zero)
                             .arg(seconds % 60, 2, 10, zero);
    return seconds < 3600 ? rest : QStringLiteral("%1:%2").arg(seconds / 3600).arg(rest);
}

QString windowText(const TimeWindow &window, Instant now)
{
    const QDateTime today = localDateTime(now);
    if (!window.start && !window.end)
        return TimeText::tr("always");
    const auto words = [&](Instant at) { return dayAndTime(localDateTime(at), today); };
    if (window.end && *window.end <= now)
        return TimeText::tr("ended %1").arg(words(*window.end));
    if (window.start && window.end && now < *window.start)
        return TimeText::tr("%1 – %2").arg(words(*window.start), words(*window.end));
    if (window.end)
        return TimeText::tr("until %1").arg(words(*window.end));
    return now < *window.start ? TimeText::tr("from %1").arg(words(*window.start))
                               : TimeText::tr("since %1").arg(words(*window.start));
}

QString countText(qint64 count)
{
    QString digits = QString::number(std::abs(count));
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3)
        digits.insert(at, NarrowSpace);
    return count < 0 ? QChar(0x2212) + digits : digits;
}

QString percentText(std::optional<double> percent, int decimals)
{
    if (!percent)
        return QString(QChar(0x2014));
    // Rounded down, as the services do: 100 is said only of all, and 99.499 is not yet 99.50. The
    // small addition keeps what is exact in decimals from falling.
    const double scale = std::pow(10.0, decimals);
    const double shown = std::floor(*percent * scale + 1e-6) / scale;
    return QString::number(shown, 'f', decimals) + NarrowSpace + QLatin1Char('%');
}

} // namespace crossfade
