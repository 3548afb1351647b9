// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/drawer.h"

#include "models/items/channelwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/activitysession.h"
#include "models/session/approvalssession.h"
#include "models/session/channelssession.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"

#include <QDateTime>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int DrawerWidth = 420;
constexpr std::size_t MostRows = 200;

TextLabel *wrapped(const QString &text, FontRole role, Ink ink)
{
    auto *label = new TextLabel(text, role, ink);
    label->setWordWrap(true);
    return label;
}

} // namespace

Drawer::Drawer(const QString &title, QWidget *over)
    : QWidget(over)
    , m_over(over)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(title);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(1, 0, 0, 0);
    all->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 6, 6, 6);
    head->addWidget(new TextLabel(title, FontRole::DetailTitle));
    head->addStretch(1);
    auto *close = new Button(ButtonKind::Flat, Symbol::Cross, {});
    close->setObjectName(QStringLiteral("drawerClose"));
    close->setAccessibleName(tr("Close"));
    head->addWidget(close);
    all->addLayout(head);
    all->addWidget(new Hairline);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *inner = new QWidget;
    inner->setBackgroundRole(QPalette::Base);
    inner->setAutoFillBackground(true);
    m_column = new QVBoxLayout(inner);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->addStretch(1);
    scroll->setWidget(inner);
    all->addWidget(scroll, 1);
    connect(close, &QAbstractButton::clicked, this, &QWidget::hide);
    over->installEventFilter(this);
    hide();
}

void Drawer::toggle()
{
    if (isVisible()) {
        hide();
        return;
    }
    refill();
    place();
    show();
    raise();
    setFocus();
}

void Drawer::refill()
{
    delete m_rows;
    m_rows = new QWidget;
    auto *rows = new QVBoxLayout(m_rows);
    rows->setContentsMargins(12, 8, 12, 8);
    rows->setSpacing(8);
    fill(rows);
    m_column->insertWidget(0, m_rows);
}

void Drawer::place()
{
    const int width = qMin(DrawerWidth, m_over->width());
    setGeometry(m_over->width() - width, 0, width, m_over->height());
}

bool Drawer::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_over && event->type() == QEvent::Resize && isVisible())
        place();
    return QWidget::eventFilter(watched, event);
}

void Drawer::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QWidget::keyPressEvent(event);
}

void Drawer::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.base);
    painter.fillRect(0, 0, 1, height(), tokens.mid);
}

AlertsDrawer::AlertsDrawer(ApprovalsSession *session, ChannelsSession *channels, QWidget *over)
    : Drawer(tr("Alerts"), over)
    , m_session(session)
    , m_channels(channels)
{
    setObjectName(QStringLiteral("alertsDrawer"));
    connect(session, &ApprovalsSession::changed, this, [this] {
        m_problem.clear();
        if (isVisible())
            refill();
    });
    connect(session, &ApprovalsSession::acknowledgeFailed, this, [this](const Error &error) {
        m_problem = errorText(error);
        if (isVisible())
            refill();
    });
    // They are read anew often; nobody loses the place for what stays the same.
    connect(channels, &ChannelsSession::changed, this, [this] {
        if (isVisible() && channelLines() != m_channelLines)
            refill();
    });
}

QStringList AlertsDrawer::channelLines() const
{
    const ChannelModel &channels = *m_channels->model();
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    QStringList lines{m_channels->isKnown() ? channelsToldText(channels.told()) : QString()};
    for (const ChannelRow &channel : channels.rows())
        if (isFailing(channel))
            lines << failingText(channel, now);
    return lines;
}

void AlertsDrawer::fillChannels(QVBoxLayout *rows)
{
    m_channelLines = channelLines();
    auto *line = new QHBoxLayout;
    auto *told = wrapped(m_channelLines.first(), FontRole::Secondary, Ink::Secondary);
    told->setObjectName(QStringLiteral("channelsTold"));
    line->addWidget(told, 1);
    auto *open = new Button(tr("Channels…"));
    open->setObjectName(QStringLiteral("openChannels"));
    connect(open, &QAbstractButton::clicked, this, &AlertsDrawer::channelsRequested, Qt::QueuedConnection);
    line->addWidget(open);
    rows->addLayout(line);
    for (const QString &failing : m_channelLines.mid(1)) {
        auto *warning = new QHBoxLayout;
        warning->addWidget(new GlyphLabel(Glyph::Warning, GlyphLabel::Color::Red), 0, Qt::AlignTop);
        auto *text = wrapped(failing, FontRole::Secondary, Ink::Red);
        text->setObjectName(QStringLiteral("channelFails"));
        warning->addWidget(text, 1);
        rows->addLayout(warning);
    }
    rows->addWidget(new Hairline);
}

void AlertsDrawer::fill(QVBoxLayout *rows)
{
    fillChannels(rows);
    if (!m_problem.isEmpty())
        rows->addWidget(wrapped(m_problem, FontRole::Body, Ink::Red));
    if (m_session->alerts().empty()) {
        rows->addWidget(wrapped(tr("No open alerts. What was acknowledged is in Audit."),
                                FontRole::Body, Ink::Secondary));
        return;
    }
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    std::size_t shown = 0;
    for (const AlertRow &alert : m_session->alerts()) {
        if (++shown > MostRows)
            break;
        auto *head = new QHBoxLayout;
        head->addWidget(new Chip({wordText(toText(alert.severity)),
                                  alert.severity == "HIGH" ? Tone::RedTint : Tone::Outline,
                                  Glyph::Warning}, nullptr));
        head->addWidget(new TextLabel(alertTypeText(alert.type), FontRole::Strong));
        head->addStretch(1);
        auto *when = new TextLabel(shortTime(alert.lastRaisedAt, now), FontRole::Secondary,
                                   Ink::Secondary);
        when->setToolTip(utcText(alert.lastRaisedAt));
        head->addWidget(when);
        rows->addLayout(head);
        rows->addWidget(wrapped(alertText(alert.message), FontRole::Body, Ink::Text));
        auto *foot = new QHBoxLayout;
        if (alert.count > 1)
            foot->addWidget(new TextLabel(tr("raised %1 times").arg(countText(alert.count)),
                                          FontRole::Secondary, Ink::Secondary));
        foot->addStretch(1);
        auto *done = new Button(tr("Acknowledge"));
        done->setObjectName(QStringLiteral("acknowledge:") + toText(alert.id));
        connect(done, &QAbstractButton::clicked, this,
                [this, id = alert.id] { m_session->acknowledge(id); }, Qt::QueuedConnection);
        foot->addWidget(done);
        rows->addLayout(foot);
        rows->addWidget(new Hairline);
    }
}

ActivityDrawer::ActivityDrawer(ActivitySession *session, QWidget *over)
    : Drawer(tr("Activity"), over)
    , m_session(session)
{
    setObjectName(QStringLiteral("activityDrawer"));
    connect(session, &ActivitySession::changed, this, [this] {
        if (isVisible())
            refill();
    });
}

void ActivityDrawer::fill(QVBoxLayout *rows)
{
    if (m_session->lines().empty())
        rows->addWidget(wrapped(tr("Nothing has happened since the console started."),
                                FontRole::Body, Ink::Secondary));
    std::size_t shown = 0;
    for (const ActivityLine &line : m_session->lines()) {
        if (++shown > MostRows)
            break;
        auto *time = new TextLabel(timeOfDay(line.at), FontRole::Secondary, Ink::Secondary);
        time->setToolTip(utcText(line.at));
        time->setAlignment(Qt::AlignTop);
        auto *texts = new QVBoxLayout;
        texts->setSpacing(2);
        texts->addWidget(wrapped(line.text, FontRole::Body, line.alarm ? Ink::Red : Ink::Text));
        if (!line.detail.isEmpty())
            texts->addWidget(wrapped(line.detail, FontRole::Secondary, Ink::Secondary));
        auto *row = new QHBoxLayout;
        row->addWidget(time);
        row->addLayout(texts, 1);
        rows->addLayout(row);
    }
}

} // namespace crossfade
