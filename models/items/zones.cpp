// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/zones.h"

#include "models/items/text.h"

#include <QDateTime>
#include <QTimeZone>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace crossfade {

namespace {

const QByteArray Utc = QByteArrayLiteral("UTC");

// Qt makes up zones of fixed offsets ("UTC+02:00"), which are no IANA names.
bool isIana(const QByteArray &id)
{
    return !id.startsWith(Utc) || id == Utc;
}

QDateTime newYear(int year)
{
    return QDateTime(QDate(year, 1, 1), QTime(0, 0), QTimeZone::utc());
}

ZonePtr readZone(const std::string &name, const QTimeZone &zone)
{
    // No zone of today was made before.
    const QDateTime first = newYear(1800);
    std::vector<ZoneTransition> transitions;
    const QDateTime end = newYear(ZoneTable::LastYear);
    // Asked for the one after the last that its file lists, Qt says there is none; a moment later it knows.
    for (QTimeZone::OffsetData next = zone.nextTransition(first); next.atUtc.isValid() && next.atUtc < end;
         next = zone.nextTransition(next.atUtc.addMSecs(1)))
        transitions.push_back({instantFromMs(next.atUtc.toMSecsSinceEpoch()), Seconds(next.offsetFromUtc)});
    return std::make_shared<const ZoneTable>(name, Seconds(zone.offsetFromUtc(first)), std::move(transitions));
}

} // namespace

bool isDesktopZone(std::string_view name)
{
    const QByteArray id(name.data(), static_cast<qsizetype>(name.size()));
    return !id.isEmpty() && isIana(id) && QTimeZone::isTimeZoneIdAvailable(id);
}

QString zoneOffsetText(std::string_view name, Instant at)
{
    if (!isDesktopZone(name))
        return {};
    const QTimeZone zone(QByteArray(name.data(), static_cast<qsizetype>(name.size())));
    const int minutes = zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(toMs(at), QTimeZone::utc())) / 60;
    const QTime offset(std::abs(minutes) / 60, std::abs(minutes) % 60);
    return QStringLiteral("UTC%1%2").arg(minutes < 0 ? QChar(0x2212) : QLatin1Char('+')).arg(offset.toString(QStringLiteral("HH:mm")));
}

ZonePtr desktopZone(std::string_view name)
{
    static std::mutex mutex;
    static std::map<std::string, ZonePtr, std::less<>> known;
    const std::lock_guard lock(mutex);
    const auto found = known.find(name);
    if (found != known.end())
        return found->second;
    if (!isDesktopZone(name))
        return nullptr;
    const QTimeZone zone(QByteArray(name.data(), static_cast<qsizetype>(name.size())));
    ZonePtr table = zone.isValid() ? readZone(std::string(name), zone) : nullptr;
    if (table)
        known.emplace(std::string(name), table);
    return table;
}

QStringList desktopZoneNames()
{
    QStringList names;
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds())
        if (isIana(id))
            names << QString::fromLatin1(id);
    names.sort();
    return names;
}

QString systemZoneName()
{
    const QByteArray id = QTimeZone::systemTimeZoneId();
    const bool known = isDesktopZone(std::string_view(id.constData(), static_cast<std::size_t>(id.size())));
    return QString::fromLatin1(known ? id : Utc);
}

} // namespace crossfade
