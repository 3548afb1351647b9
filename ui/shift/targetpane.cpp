// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/targetpane.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/approvals/movedusersdialog.h"
#include "ui/approvals/previewfacts.h"
#include "ui/shared/labels.h"
#include "ui/shared/percentspin.h"
#include "ui/shift/percentageslider.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace crossfade {

namespace {

constexpr int PaneHeight = 178;
constexpr int PreviewDelayMs = 150;
constexpr int SideMargin = 11;

// Where an operator would most likely go next.
double suggestedTarget(const PolicyRow &row)
{
    if (row.shift.state == "ROLLBACK_PROPOSED")
        return 0;
    if (row.shift.target && *row.shift.target > row.shift.percentage)
        return *row.shift.target;
    return row.shift.percentage;
}

QString railText(const PolicyRow &row, double progressSeconds, std::int64_t total)
{
    const QString now = shortPercent(row.shift.percentage);
    if (row.shift.state == "STABILIZING")
        return TargetPane::tr("%1 stabilizing, %2 of %3")
            .arg(now, durationText(static_cast<qint64>(progressSeconds)), durationText(total));
    if (row.shift.state == "ROLLBACK_PROPOSED")
        return TargetPane::tr("%1 stopped, a rollback is proposed").arg(now);
    if (row.shift.state == "HELD")
        return TargetPane::tr("%1 held: %2").arg(now, heldCauseText(row.shift.heldCause));
    if (row.shift.state == "SUSPENDED")
        return TargetPane::tr("%1 suspended by an operator").arg(now);
    return {};
}

} // namespace

SliderState sliderStateOf(const PolicyRow &row, Instant now)
{
    SliderState state;
    for (const Percentage stop : allStops(row.policy))
        state.stops.push_back(stop.percent());
    state.max = row.policy.max.percent();
    state.current = row.shift.percentage;
    // What was applied before a rollback is no longer walked to.
    if (isMoving(row.shift) || row.shift.state == "HELD" || row.shift.state == "SUSPENDED")
        state.applied = row.shift.target;
    state.cleared = row.shift.cleared;
    const std::int64_t total = stabilizationSecondsAt(row.policy, Percentage::fromPercent(row.shift.percentage).value_or(Percentage()));
    double done = 0;
    if (row.shift.stabilizationEndsAt && total > 0) {
        const double left = static_cast<double>(toMs(*row.shift.stabilizationEndsAt) - toMs(now)) / 1000;
        done = std::clamp(static_cast<double>(total) - left, 0.0, static_cast<double>(total));
        state.progress = done / static_cast<double>(total);
    }
    if (row.shift.cleared > 0)
        state.clearedText = TargetPane::tr("guards held to %1").arg(shortPercent(row.shift.cleared));
    state.railText = railText(row, done, total);
    state.stopped = row.shift.state == "ROLLBACK_PROPOSED";
    return state;
}

TargetPane::TargetPane(ShiftSession *session, QWidget *parent)
    : Pane({}, parent), m_session(session), m_slider(new PercentageSlider(this)),
      m_spin(new PercentSpin(this)), m_list(new Button(tr("Preview list…"), this)),
      m_apply(new Button(ButtonKind::Accent, tr("Apply target"), this)),
      m_next(new TextLabel({}, FontRole::Strong, Ink::Text, this)), m_condition(new ElidingLabel({}, FontRole::Secondary, Ink::Secondary, this)),
      m_below(new QHBoxLayout), m_delay(new QTimer(this))
{
    setFixedHeight(PaneHeight);
    m_slider->setObjectName(QStringLiteral("percentageSlider"));
    m_spin->setObjectName(QStringLiteral("targetSpin"));
    m_spin->setAccessibleName(tr("Target share of users on NEW, percent"));
    m_list->setObjectName(QStringLiteral("previewList"));
    m_apply->setObjectName(QStringLiteral("applyTarget"));
    m_next->setObjectName(QStringLiteral("nextAction"));
    m_condition->setObjectName(QStringLiteral("nextCondition"));
    auto *row = new QHBoxLayout;
    row->setContentsMargins(SideMargin, 0, SideMargin, 0);
    row->setSpacing(8);
    auto *label = new TextLabel(tr("Target"), FontRole::Body, Ink::Text, this);
    label->setBuddy(m_spin);
    row->addWidget(label);
    row->addWidget(m_spin);
    row->addWidget(m_list);
    row->addWidget(m_apply);
    auto *line = new Hairline(Qt::Vertical, this);
    line->setFixedHeight(18);
    row->addSpacing(8);
    row->addWidget(line);
    row->addSpacing(4);
    row->addWidget(m_next);
    row->addStretch(1);
    // What blocks it can be long: a line of its own, as wide as the pane.
    m_condition->setElideMode(Qt::ElideMiddle);
    m_condition->setFocusPolicy(Qt::TabFocus); // what is cut is read by the keyboard, too
    QSizePolicy place = m_condition->sizePolicy();
    place.setRetainSizeWhenHidden(true);
    m_condition->setSizePolicy(place);
    m_below->setContentsMargins(SideMargin, 0, SideMargin, 0);
    m_below->addWidget(m_condition, 1);
    m_next->installEventFilter(this);
    body()->setContentsMargins(0, 10, 0, 6);
    body()->addWidget(m_slider);
    body()->addLayout(row);
    body()->addLayout(m_below);
    m_delay->setSingleShot(true);
    m_delay->setInterval(PreviewDelayMs);
    connect(m_delay, &QTimer::timeout, this, &TargetPane::askPreview);
    connect(m_slider, &PercentageSlider::targetEdited, this, [this](double target) {
        m_touched = true;
        setTarget(target);
    });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double target) {
        m_touched = true;
        setTarget(target);
    });
    connect(m_list, &QPushButton::clicked, this, &TargetPane::openList);
    connect(m_apply, &QPushButton::clicked, this, [this] {
        if (m_slider->goesBack())
            Q_EMIT rollBackRequested(target());
        else
            Q_EMIT applyRequested(target());
    });
}

double TargetPane::target() const
{
    return m_slider->target();
}

void TargetPane::setTarget(double percentage)
{
    {
        const QSignalBlocker quietSpin(m_spin);
        m_slider->setTarget(percentage);
        m_spin->setValue(m_slider->target());
    }
    m_previewId.clear();
    updateButtons();
    if (m_slider->isMoved())
        m_delay->start();
    else
        m_delay->stop();
}

void TargetPane::showPolicy(const PolicyRow *row, const QString &obstacle)
{
    m_obstacle = obstacle;
    if (row == nullptr) {
        m_policyId.clear();
        updateButtons();
        return;
    }
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    const bool other = row->policy.id != m_policyId;
    const bool moved = !other && std::abs(m_slider->state().current - row->shift.percentage) > 0.005;
    const bool arrived = moved && std::abs(m_slider->target() - row->shift.percentage) < 0.005;
    m_policyId = row->policy.id;
    m_slider->setState(sliderStateOf(*row, now));
    {
        const QSignalBlocker quiet(m_spin);
        m_spin->setMaximum(row->policy.max.percent());
    }
    // A target that was reached, or that a rollback made senseless, is no longer the operator's wish.
    const bool proposed = row->shift.state == "ROLLBACK_PROPOSED" || row->shift.state == "ROLLED_BACK"
        || row->shift.state == "ROLLING_BACK";
    if (other || arrived || (moved && proposed))
        m_touched = false;
    if (!m_touched)
        setTarget(row->shift.state == "ROLLED_BACK" ? row->shift.percentage : suggestedTarget(*row));
    else if (moved)
        setTarget(m_slider->target());
    tick(now);
    updateButtons();
}

void TargetPane::tick(Instant now)
{
    const PolicyRow *row = m_session->policies()->find(m_policyId);
    if (row == nullptr)
        return;
    m_slider->setState(sliderStateOf(*row, now));
    m_next->setText(nextText(row->shift, now));
    m_condition->setText(nextConditionText(row->shift, now));
    m_condition->setAccessibleName(m_condition->text()); // whole, however much of it is shown
    m_condition->setVisible(!m_condition->text().isEmpty());
    placeCondition();
}

// Under the step it belongs to where it fits there, else as wide as the pane.
void TargetPane::placeCondition()
{
    const int wanted = m_condition->fontMetrics().horizontalAdvance(m_condition->text());
    const int under = m_next->x();
    const int left = under + wanted + SideMargin <= width() ? under : SideMargin;
    if (left != m_below->contentsMargins().left())
        m_below->setContentsMargins(left, 0, SideMargin, 0);
}

bool TargetPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_next && event->type() == QEvent::Move)
        placeCondition();
    return Pane::eventFilter(watched, event);
}

void TargetPane::resizeEvent(QResizeEvent *event)
{
    Pane::resizeEvent(event);
    placeCondition();
}

void TargetPane::updateButtons()
{
    const PolicyRow *row = m_session->policies()->find(m_policyId);
    const bool back = m_slider->goesBack();
    const QString share = shortPercent(m_slider->target());
    m_apply->setKind(back ? ButtonKind::RedOutline : ButtonKind::Accent);
    m_apply->setSymbol(back ? Symbol::Undo : Symbol::None);
    m_apply->setText(back ? tr("Roll back to %1…").arg(share) : tr("Apply target %1…").arg(share));
    m_apply->updateGeometry();
    QString why = m_obstacle;
    if (row == nullptr)
        why = tr("There is no policy.");
    else if (why.isEmpty() && !back && !fitsState(ShiftCommand::Shift, row->shift))
        why = tr("A shift can't be given a target while it is %1.").arg(stateText(row->shift.state));
    else if (why.isEmpty() && !m_slider->isMoved())
        why = tr("Move the target first: it stands where the share is.");
    else if (why.isEmpty() && row->shift.target && std::abs(*row->shift.target - m_slider->target()) < 0.005 && !back
             && isMoving(row->shift))
        why = tr("This target is applied already.");
    m_apply->setBlocked(why);
    m_list->setBlocked(m_previewId.empty() ? tr("There is no preview of this target yet.") : QString());
    m_slider->setEnabled(m_obstacle.isEmpty() && row != nullptr);
    m_spin->setEnabled(m_slider->isEnabled());
}

void TargetPane::askPreview()
{
    if (m_policyId.empty() || m_session->isStale())
        return;
    const int asked = ++m_asked;
    m_session->preview({m_policyId}, m_slider->target(), this,
                       [this, asked](const Result<RulePreview> &preview) {
                           if (asked == m_asked)
                               showPreview(preview);
                       });
}

void TargetPane::showPreview(const Result<RulePreview> &preview)
{
    if (!preview) {
        m_slider->setBubble(tr("preview not available"));
        m_slider->setToolTip(errorText(preview.error()).toHtmlEscaped());
        return;
    }
    m_slider->setToolTip({});
    m_previewId = preview->id;
    m_slider->setBubble(previewBubble(*preview, m_slider->goesBack()));
    updateButtons();
}

void TargetPane::openList()
{
    if (!m_previewId.empty())
        MovedUsersDialog::open(m_session, m_previewId, !m_slider->goesBack(), window());
}

} // namespace crossfade
