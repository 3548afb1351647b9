// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/statusline.h"

#include "models/items/timetext.h"
#include "models/session/activitysession.h"
#include "models/session/connection.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>

namespace crossfade {

namespace {

constexpr int LineHeight = 26;

} // namespace

StatusLine::StatusLine(ActivitySession *activity, Connection *connection, QWidget *parent)
    : QWidget(parent)
    , m_activity(activity)
    , m_connection(connection)
    , m_time(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
    , m_text(new TextLabel({}, FontRole::Secondary))
    , m_detail(new ElidingLabel)
    , m_life(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
{
    setObjectName(QStringLiteral("statusLine"));
    setFixedHeight(LineHeight);
    m_text->setObjectName(QStringLiteral("statusText"));
    m_text->setMaximumWidth(560);
    m_life->setObjectName(QStringLiteral("statusLife"));
    auto *more = new Button(ButtonKind::Flat, tr("Activity"));
    more->setObjectName(QStringLiteral("activityButton"));
    more->setSymbol(Symbol::ChevronRight);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_time);
    row->addWidget(m_text);
    row->addWidget(m_detail, 1);
    row->addWidget(more);
    row->addWidget(m_life);
    connect(more, &QAbstractButton::clicked, this, &StatusLine::activityClicked);
    connect(activity, &ActivitySession::changed, this, &StatusLine::showActivity);
    connect(connection, &Connection::reachChanged, this, &StatusLine::showLife);
    connect(connection, &Connection::replicaChanged, this, &StatusLine::showLife);
    auto *tick = new QTimer(this);
    tick->setInterval(1'000);
    connect(tick, &QTimer::timeout, this, &StatusLine::showLife);
    tick->start();
    showActivity();
    showLife();
}

void StatusLine::setNotice(const QString &notice)
{
    m_notice = notice;
    showActivity();
}

void StatusLine::showActivity()
{
    const bool plain = !m_notice.isEmpty() || m_activity->lines().empty();
    m_time->setVisible(!plain);
    m_text->setVisible(!plain);
    if (!m_notice.isEmpty()) {
        m_time->clear();
        m_text->clear();
        m_detail->setText(m_notice);
        return;
    }
    if (m_activity->lines().empty()) {
        m_time->clear();
        m_text->clear();
        m_detail->setText(tr("Nothing has happened yet."));
        return;
    }
    const ActivityLine &line = m_activity->lines().front();
    m_time->setText(timeOfDay(line.at));
    m_text->setText(m_text->fontMetrics().elidedText(line.text, Qt::ElideRight, 550));
    m_text->setInk(line.alarm ? Ink::Red : Ink::Text);
    m_detail->setText(line.detail);
}

void StatusLine::showLife()
{
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    const QString clock = timeOfDay(now) + QLatin1Char(' ') + zoneName(now);
    const qint64 age = m_connection->ageMs(ServiceName::Router);
    QString life;
    switch (m_connection->reach(ServiceName::Router)) {
    case Reach::Live:
        life = tr("live · %1 s").arg(qMax<qint64>(0, age) / 1000);
        if (const QString where = replicaText(m_connection->replica(ServiceName::Router)); !where.isEmpty())
            life += QStringLiteral(" · ") + where;
        break;
    case Reach::Connecting: life = tr("connecting"); break;
    case Reach::Lost:
        life = age < 0 ? tr("no connection") : tr("connection lost %1 ago").arg(durationText(age / 1000));
        break;
    case Reach::Unknown: life = tr("not connected"); break;
    }
    m_life->setText(life + QStringLiteral(" · ") + clock);
    m_life->setToolTip(utcText(now));
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(tokensOf(palette()).hairline);
    painter.drawLine(0, 0, width(), 0);
}

} // namespace crossfade
