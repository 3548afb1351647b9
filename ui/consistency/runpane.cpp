// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/runpane.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int InARow = 32;
constexpr int MaxSquares = 96;
constexpr int Pitch = 11;
constexpr int HighestLimit = 10'000'000; // rows a second

} // namespace

SegmentSquares::SegmentSquares(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("segmentSquares"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize SegmentSquares::sizeHint() const
{
    return {InARow * Pitch, (MaxSquares / InARow) * Pitch};
}

void SegmentSquares::setProgress(std::optional<std::int64_t> total, std::int64_t done, bool running)
{
    m_total = total;
    m_done = done;
    m_running = running;
    setAccessibleName(total ? tr("%1 of %2 segments").arg(done).arg(*total)
                            : tr("%1 segments").arg(done));
    update();
}

int SegmentSquares::squares() const
{
    return static_cast<int>(std::clamp<std::int64_t>(m_total.value_or(MaxSquares), 0, MaxSquares));
}

void SegmentSquares::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens &t = tokensOf(palette());
    const int count = squares();
    const std::int64_t total = std::max<std::int64_t>(1, m_total.value_or(MaxSquares));
    const int done = static_cast<int>(std::min<std::int64_t>(count, m_done * count / total));
    for (int at = 0; at < count; ++at) {
        const QRectF square((at % InARow) * Pitch + 0.5, (at / InARow) * Pitch + 0.5, 8, 8);
        const bool current = m_running && at == done;
        painter.setPen(current ? QPen(t.text, 1) : Qt::NoPen);
        painter.setBrush(at < done ? t.secondary : current ? t.base : t.neutralTint);
        painter.drawRoundedRect(square, 2, 2);
    }
}

RunPane::RunPane(ConsistencySession *session, QWidget *parent)
    : Pane(tr("Run"), parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("runPane"));
    m_state = new Chip;
    m_state->setObjectName(QStringLiteral("runState"));
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(12, 8, 12, 12);
    inner->setSpacing(6);
    auto *figures = new QHBoxLayout;
    figures->setSpacing(12);
    m_percent = new TextLabel({}, FontRole::Figure);
    m_percent->setObjectName(QStringLiteral("runPercent"));
    m_rows = new ElidingLabel;
    m_rows->setObjectName(QStringLiteral("runRows"));
    figures->addWidget(m_percent);
    figures->addWidget(m_rows, 1);
    figures->addWidget(m_state);
    inner->addLayout(figures);
    m_squares = new SegmentSquares;
    inner->addWidget(m_squares);
    m_detail = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_detail->setWordWrap(true);
    m_detail->setObjectName(QStringLiteral("runDetail"));
    inner->addWidget(m_detail);
    inner->addWidget(m_limitLine = new QWidget);
    m_limitLine->setLayout(limitLine());
    inner->addStretch(1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    m_pause = new Button(ButtonKind::Plain, Symbol::Pause, tr("Pause"));
    m_pause->setObjectName(QStringLiteral("pauseRun"));
    m_cancel = new Button(tr("Cancel run"));
    m_cancel->setObjectName(QStringLiteral("cancelRun"));
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_paused)
            m_session->resume(m_runId);
        else
            m_session->pause(m_runId);
    });
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_session->cancel(m_runId); });
    buttons->addWidget(m_pause);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    inner->addLayout(buttons);
    body()->addLayout(inner);
    connect(m_session, &ConsistencySession::changed, this, &RunPane::sync);
    sync();
}

// Set by its button, not by each step of the spin box: each change is an act that is kept and audited.
QLayout *RunPane::limitLine()
{
    auto *line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    m_limit = new QSpinBox;
    m_limit->setObjectName(QStringLiteral("runLimit"));
    m_limit->setRange(0, HighestLimit);
    m_limit->setSingleStep(1'000);
    m_limit->setGroupSeparatorShown(true);
    m_limit->setSpecialValueText(tr("no limit"));
    m_limit->setSuffix(tr(" rows/s"));
    m_limit->setAlignment(Qt::AlignRight);
    m_limit->setAccessibleName(tr("How many rows a second the run may read; 0 is no limit"));
    m_limit->setToolTip(tr("How many rows a second the run may read, from its next batch on; 0 is no limit"));
    auto *name = new TextLabel(tr("At &most"), FontRole::Secondary, Ink::Secondary);
    name->setBuddy(m_limit);
    m_setLimit = new Button(tr("Set limit"));
    m_setLimit->setObjectName(QStringLiteral("setRunLimit"));
    line->addWidget(name);
    line->addWidget(m_limit);
    line->addWidget(m_setLimit);
    line->addStretch(1);
    connect(m_limit, &QSpinBox::valueChanged, this, [this] { offerLimit(); });
    connect(m_setLimit, &QPushButton::clicked, this, [this] { m_session->setLimit(m_run, limitAsked()); });
    return line;
}

std::optional<std::int64_t> RunPane::limitAsked() const
{
    return m_limit->value() > 0 ? std::optional<std::int64_t>(m_limit->value()) : std::nullopt;
}

// What is being typed stays, until another run is shown or the limit itself has changed.
void RunPane::showLimit(const RunRow &run)
{
    const bool changed = run.id != m_run.id || run.rowsLimit != m_run.rowsLimit;
    m_run = run;
    m_limitLine->setVisible(run.goesOn());
    if (changed) {
        const QSignalBlocker quiet(m_limit);
        m_limit->setValue(static_cast<int>(std::min<std::int64_t>(run.rowsLimit.value_or(0), HighestLimit)));
    }
    offerLimit();
}

void RunPane::offerLimit()
{
    m_setLimit->setBlocked(m_session->obstacle());
    if (limitAsked() == m_run.rowsLimit)
        m_setLimit->setEnabled(false);
}

void RunPane::setCheck(const QString &checkId)
{
    m_checkId = checkId;
    sync();
}

void RunPane::sync()
{
    const CheckRow *check = m_session->model()->rowOf(m_checkId);
    if (check && check->lastRun)
        showRun(*check->lastRun);
    else
        showNone();
}

void RunPane::showNone()
{
    m_runId.clear();
    setSubtitle(tr("none yet"));
    m_state->hide();
    m_percent->setText(QStringLiteral("—"));
    m_rows->setText(tr("A run compares every row of both sides."));
    m_squares->setProgress(std::nullopt, 0, false);
    m_detail->setText({});
    m_limitLine->hide();
    m_pause->hide();
    m_cancel->hide();
}

void RunPane::showRun(const RunRow &run)
{
    m_runId = run.id;
    m_paused = run.state == "PAUSED";
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    const QString started = run.startedAt ? tr("started %1").arg(shortTime(*run.startedAt, now))
                                          : tr("waiting");
    QStringList about{toText(run.checkName), runScopeText(run), started};
    about.removeAll(QString());
    setSubtitle(about.join(QStringLiteral(" · ")));
    m_state->show();
    m_state->setState(toText(runVerdict(run)));
    const std::optional<int> percent = run.percentDone();
    m_percent->setText(percent ? QStringLiteral("%1%2%").arg(*percent).arg(NarrowSpace)
                               : QStringLiteral("…"));
    m_rows->setText(runProgressText(run));
    const bool goesOn = run.goesOn();
    m_squares->setProgress(run.segmentsTotal, run.segmentsDone, goesOn && !m_paused);
    if (!run.error.empty())
        m_detail->setText(toText(run.error));
    else if (!run.perId.empty() && !goesOn) {
        const auto bad = std::ranges::count(run.perId, std::string("ERROR"), &RunRow::PerId::result);
        m_detail->setText(bad > 0 ? tr("%1 ids asked, %2 could not be read; %3", nullptr, static_cast<int>(run.perId.size()))
                                        .arg(run.perId.size())
                                        .arg(bad)
                                        .arg(runDetailText(run, now))
                                  : tr("%1 ids asked; %2", nullptr, static_cast<int>(run.perId.size()))
                                        .arg(run.perId.size())
                                        .arg(runDetailText(run, now)));
    } else
        m_detail->setText(runDetailText(run, now));
    showLimit(run);
    m_pause->setVisible(goesOn);
    m_cancel->setVisible(goesOn);
    m_pause->setText(m_paused ? tr("Resume") : tr("Pause"));
    m_pause->setSymbol(m_paused ? Symbol::Play : Symbol::Pause);
    m_pause->setBlocked(m_session->obstacle());
    m_cancel->setBlocked(m_session->obstacle());
}

} // namespace crossfade
