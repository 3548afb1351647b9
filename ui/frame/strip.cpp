// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/strip.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/approvalssession.h"
#include "models/session/splitsession.h"
#include "models/session/switchessession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/sparkline.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>

#include <cmath>

namespace crossfade {

namespace {

constexpr int StripHeight = 44;

QString shareText(const QString &platform, int tenths)
{
    return QStringLiteral("%1 %2.%3\u202f%").arg(platform).arg(tenths / 10).arg(tenths % 10);
}

} // namespace

ChipButton::ChipButton(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void ChipButton::setChip(const ChipLook &look)
{
    m_look = look;
    m_plain = false;
    setText(look.text);
    updateGeometry();
    update();
}

void ChipButton::setPlain(const QString &text)
{
    m_plain = true;
    setText(text);
    updateGeometry();
    update();
}

QSize ChipButton::sizeHint() const
{
    const int width = m_plain ? QFontMetrics(fontOf(FontRole::Secondary)).horizontalAdvance(text()) + 8
                              : chipWidth(m_look) + 4;
    return {width, ChipHeight + 6};
}

void ChipButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    if (m_plain) {
        painter.setFont(fontOf(FontRole::Secondary));
        painter.setPen(underMouse() ? tokens.text : tokens.secondary);
        painter.drawText(rect(), Qt::AlignCenter, text());
    } else {
        paintChip(painter, rect().adjusted(2, 0, -2, 0), m_look, tokens);
    }
    if (hasFocus())
        paintFocusRing(painter, rect(), palette());
}

Strip::Strip(SwitchesSession *switches, SplitSession *split, ApprovalsSession *approvals,
             QWidget *parent)
    : QWidget(parent)
    , m_switches(switches)
    , m_split(split)
    , m_approvals(approvals)
    , m_master(new ChipButton)
    , m_new(new PlatformLabel(QStringLiteral("NEW")))
    , m_bar(new SplitBar)
    , m_legacy(new PlatformLabel(QStringLiteral("LEGACY")))
    , m_window(new TextLabel(tr("last 60 s"), FontRole::Secondary, Ink::Secondary))
    , m_open(new ChipButton)
    , m_alerts(new ChipButton)
    , m_rollBack(new Button(ButtonKind::RedOutline, Symbol::Undo, tr("ROLL BACK…")))
    , m_tick(new QTimer(this))
{
    setObjectName(QStringLiteral("strip"));
    setFixedHeight(StripHeight);
    m_master->setObjectName(QStringLiteral("masterChip"));
    m_new->setObjectName(QStringLiteral("stripNew"));
    m_legacy->setObjectName(QStringLiteral("stripLegacy"));
    m_open->setObjectName(QStringLiteral("approvalsChip"));
    m_alerts->setObjectName(QStringLiteral("alertsChip"));
    m_rollBack->setObjectName(QStringLiteral("rollBackButton"));
    setAlwaysReachable(m_rollBack);
    setAlwaysReachable(m_open);
    m_rollBack->setToolTip(tr("Back to LEGACY: one policy, or everything. Works on every page and over every dialog: Ctrl+Shift+R."));

    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(new TextLabel(tr("Master"), FontRole::Secondary, Ink::Secondary));
    row->addWidget(m_master);
    const auto divider = [row] {
        auto *line = new Hairline(Qt::Vertical);
        line->setFixedHeight(20);
        row->addSpacing(4);
        row->addWidget(line);
        row->addSpacing(4);
    };
    divider();
    row->addWidget(m_new);
    row->addWidget(m_bar);
    row->addWidget(m_legacy);
    row->addSpacing(4);
    row->addWidget(m_window);
    divider();
    row->addWidget(m_open);
    row->addWidget(m_alerts);
    row->addStretch(1);
    row->addWidget(m_rollBack);

    connect(m_master, &QAbstractButton::clicked, this, &Strip::masterClicked);
    connect(m_open, &QAbstractButton::clicked, this, &Strip::approvalsClicked);
    connect(m_alerts, &QAbstractButton::clicked, this, &Strip::alertsClicked);
    connect(m_rollBack, &QAbstractButton::clicked, this, &Strip::rollBackClicked);
    connect(switches, &SwitchesSession::changed, this, &Strip::showMaster);
    connect(split, &SplitSession::changed, this, &Strip::showSplit);
    connect(approvals, &ApprovalsSession::changed, this, [this] {
        showApprovals();
        showAlerts();
    });
    m_tick->setInterval(1'000); // the time left
    connect(m_tick, &QTimer::timeout, this, &Strip::showApprovals);
    m_tick->start();
    showMaster();
    showSplit();
    showApprovals();
    showAlerts();
}

void Strip::showMaster()
{
    const bool known = m_switches->phase() == LoadPhase::Ready;
    const Switches &switches = m_switches->saved();
    const bool forwards = switches.forwardOnly && switches.master == Master::Off;
    const QString word = !known ? QStringLiteral("—") : forwards ? tr("FORWARD ONLY") : toText(masterWord(switches.master));
    ChipLook look = chipOf(word);
    if (known && m_switches->isStale())
        look = {tr("WAS %1").arg(word), Tone::Outline, Glyph::None};
    else if (!known || word == QLatin1String("OFF"))
        look = {word, Tone::Outline, Glyph::None};
    m_master->setChip(look);
    m_master->setAccessibleName(tr("Master switch %1").arg(look.text));
    m_master->setToolTip(tr("The master switch sends everybody to one platform; OFF: the rules decide."));
}

void Strip::showSplit()
{
    const std::optional<double> percent = m_split->percentNew();
    m_bar->setPercentNew(percent);
    // Both from one rounding: what is shown adds up to 100.
    const int tenths = static_cast<int>(std::lround(percent.value_or(0) * 10));
    m_new->setText(percent ? shareText(QStringLiteral("NEW"), tenths) : QStringLiteral("NEW —"));
    m_legacy->setText(percent ? shareText(QStringLiteral("LEGACY"), 1000 - tenths)
                              : QStringLiteral("LEGACY —"));
    QStringList lines{tr("Measured: %1 requests in the last 60 s.").arg(countText(m_split->requests()))};
    for (const auto &policy : m_split->policies())
        lines.append(tr("%1: %2 of its users to NEW · %3")
                         .arg(policy.name, percentText(policy.percentage, 1),
                              QString(policy.state).replace(QLatin1Char('_'), QLatin1Char(' '))));
    m_bar->setToolTip(lines.join(QLatin1Char('\n')));
    m_bar->setAccessibleName(m_new->text() + QStringLiteral(", ") + m_legacy->text());
}

void Strip::showApprovals()
{
    const auto count = static_cast<int>(m_approvals->open().size());
    if (!m_approvals->knowsApprovals() && count == 0) {
        m_open->setPlain(tr("— approvals"));
        return;
    }
    if (count == 0 || m_approvals->isStale()) {
        m_open->setPlain(count == 0 ? tr("0 approvals") : tr("%n approval(s)", nullptr, count));
        return;
    }
    const qint64 left = (toMs(m_approvals->open().front().deadline) -
                         QDateTime::currentMSecsSinceEpoch()) / 1000;
    QString text = tr("%n approval(s)", nullptr, count);
    if (left >= 0 && left < 3600)
        text += QStringLiteral(" · ") + tr("%1 left").arg(durationText(left));
    m_open->setChip({text, Tone::Ink, Glyph::Clock});
}

void Strip::showAlerts()
{
    const auto count = static_cast<int>(m_approvals->alerts().size());
    if (!m_approvals->knowsAlerts() && count == 0)
        m_alerts->setPlain(tr("— alerts"));
    else if (count == 0 || m_approvals->isStale())
        m_alerts->setPlain(count == 0 ? tr("0 alerts") : tr("%n alert(s)", nullptr, count));
    else
        m_alerts->setChip({tr("%n alert(s)", nullptr, count), Tone::RedTint, Glyph::Warning});
}

void Strip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.fillRect(rect(), tokens.base);
    painter.setPen(tokens.hairline);
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace crossfade
