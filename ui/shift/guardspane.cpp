// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/guardspane.h"

#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QItemSelectionModel>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int RowHeight = 26;

TableView *makeGuardTable(GuardModel *model, QWidget *parent)
{
    auto *table = new TableView(parent);
    table->setObjectName(QStringLiteral("guardsTable"));
    table->setAccessibleName(GuardsPane::tr("Guards"));
    table->setRowHeight(RowHeight);
    table->setModel(model);
    table->setColumns({{GuardModel::Verdict, CellKind::Chip, 112},
                       {GuardModel::Name, CellKind::Text, 0},
                       {GuardModel::Now, CellKind::StrongNumber, 92},
                       {GuardModel::MustBe, CellKind::SecondaryNumber, 96},
                       {GuardModel::Evidence, CellKind::Secondary, 172},
                       {GuardModel::Count, CellKind::Number, 64},
                       {GuardModel::Trend, CellKind::Sparkline, 170},
                       {GuardModel::Window, CellKind::Number, 74}});
    table->fitToRows(2, 8);
    return table;
}

TableView *makeGateTable(PolicyGateModel *model, QWidget *parent)
{
    auto *table = new TableView(parent);
    table->setObjectName(QStringLiteral("gatesTable"));
    table->setAccessibleName(GuardsPane::tr("Gates before the next step"));
    table->setRowHeight(RowHeight);
    table->setModel(model);
    table->setColumns({{PolicyGateModel::Gate, CellKind::Text, 180},
                       {PolicyGateModel::Status, CellKind::Chip, 140},
                       {PolicyGateModel::Detail, CellKind::Secondary, 0},
                       {PolicyGateModel::Opens, CellKind::Number, 90}});
    table->fitToRows(2, 8);
    return table;
}

} // namespace

GuardsPane::GuardsPane(ShiftSession *session, QWidget *parent)
    : Pane(tr("Guards"), parent), m_session(session), m_choice(new Segmented(this)),
      m_guardTable(makeGuardTable(session->guards(), this)), m_gateTable(makeGateTable(&m_gates, this)),
      m_override(new Button(ButtonKind::Flat, tr("Override gate…"), this)),
      m_summary(new TextLabel({}, FontRole::Secondary, Ink::Secondary, this)), m_stale(new StaleChip(this))
{
    auto *tables = new QWidget(this);
    auto *column = new QVBoxLayout(tables);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_guardTable);
    column->addWidget(m_gateTable);
    column->addStretch(1);
    m_state = new StateView(tables, this);
    m_state->setObjectName(QStringLiteral("guardsState"));
    setContent(m_state);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum); // only the charts stretch
    m_summary->setObjectName(QStringLiteral("guardsSummary"));
    m_override->setObjectName(QStringLiteral("overrideGate"));
    m_choice->addSegment(tr("Guards"), QStringLiteral("showGuards"));
    m_choice->addSegment(tr("Gates"), QStringLiteral("showGates"));
    addMark(m_stale);
    addAction(m_summary);
    addAction(m_override);
    addAction(m_choice);
    connect(m_choice, &Segmented::currentChanged, this, &GuardsPane::showTable);
    connect(m_gateTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, &GuardsPane::updateOverride);
    connect(m_override, &QPushButton::clicked, this, [this] {
        const QModelIndex at = m_gateTable->currentIndex();
        if (at.isValid())
            Q_EMIT overrideRequested(at.data(PolicyGateModel::WordRole).toString());
    });
    connect(m_state, &StateView::retry, this, &GuardsPane::retry);
    showTable(0);
}

void GuardsPane::showTable(int index)
{
    m_guardTable->setVisible(index == 0);
    m_gateTable->setVisible(index == 1);
    setTitle(index == 0 ? tr("Guards") : tr("Gates"));
    m_override->setVisible(index == 1);
    m_summary->setVisible(index == 0);
    updateOverride();
    showDetail();
}

void GuardsPane::updateOverride()
{
    const QModelIndex at = m_gateTable->currentIndex();
    const PolicyRow *row = m_session->selected();
    QString why = m_session->obstacle();
    if (why.isEmpty() && !at.isValid())
        why = tr("Choose a gate first.");
    else if (why.isEmpty() && (row == nullptr || !fitsState(ShiftCommand::Override, row->shift)))
        why = tr("No step is waiting for its gates.");
    m_override->setBlocked(why);
}

void GuardsPane::showDetail()
{
    m_gates.setRows(m_session->gates());
    const PolicyRow *row = m_session->selected();
    const int blocked = m_gates.blockedCount();
    m_choice->setSegmentText(1, blocked > 0 ? tr("Gates · %1 blocked").arg(blocked) : tr("Gates"));
    const GuardModel *guards = m_session->guards();
    m_summary->setText(guards->summary());
    if (m_choice->currentIndex() == 1)
        setSubtitle(tr("all must be open before the next step"));
    else if (row != nullptr && guards->judgedAt())
        setSubtitle(tr("judged every %1 s · last %2").arg(row->policy.intervalSeconds).arg(timeOfDay(*guards->judgedAt())));
    else
        setSubtitle(row != nullptr ? tr("judged every %1 s").arg(row->policy.intervalSeconds) : QString());
    if (m_session->detailPhase() == LoadPhase::Failed)
        m_state->showError(tr("The guards can't be read"), errorText(m_session->error()),
                           tr("The router judges them all the same."));
    else if (m_session->detailPhase() != LoadPhase::Ready)
        m_state->showLoading(RowHeight);
    else if (m_choice->currentIndex() == 0 && guards->rowCount() == 0)
        m_state->showEmpty(tr("No guard"), tr("This policy steps without looking at any metric. Edit it to add guards."), {}, Glyph::Question);
    else
        m_state->showContent();
    updateOverride();
}

void GuardsPane::setStale(bool stale, qint64 ageMs)
{
    m_guardTable->setStale(stale);
    m_gateTable->setStale(stale);
    m_stale->setAge(ageMs);
    m_stale->setStale(stale);
}

} // namespace crossfade
