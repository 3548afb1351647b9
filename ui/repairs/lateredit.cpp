// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/lateredit.h"

#include "models/items/timetext.h"

#include <QDateTime>

namespace crossfade {

namespace {

constexpr qint64 MostDaysAhead = 31;

} // namespace

LaterEdit::LaterEdit(QWidget *parent)
    : QDateTimeEdit(parent)
{
    setObjectName(QStringLiteral("laterEdit"));
    setAccessibleName(tr("When it is carried out"));
    setDisplayFormat(QStringLiteral("d MMM yyyy HH:mm"));
    setCalendarPopup(true);
    const QDateTime now = QDateTime::currentDateTime();
    setDateTimeRange(now, now.addDays(MostDaysAhead));
    // The next full hour that leaves some time to think.
    const QDateTime then = now.addSecs(90 * 60);
    setDateTime(QDateTime(then.date(), QTime(then.time().hour(), 0)));
}

Instant LaterEdit::instant() const
{
    return instantFromMs(dateTime().toMSecsSinceEpoch());
}

QString LaterEdit::problem() const
{
    return dateTime() <= QDateTime::currentDateTime() ? tr("This time is over.") : QString();
}

} // namespace crossfade
