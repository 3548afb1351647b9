// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/overviewfoot.h"

#include "models/items/approvalwords.h"
#include "models/items/blockinggatemodel.h"
#include "models/items/policywords.h"
#include "models/items/runningshiftsmodel.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int Height = 148;

} // namespace

OverviewFoot::OverviewFoot(QWidget *parent)
    : QWidget(parent), m_shifts(new RunningShiftsModel(this)), m_gates(new BlockingGateModel(this))
{
    setFixedHeight(Height);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Gap);
    m_shiftPane = buildShifts();
    m_approvalPane = buildApprovals();
    m_gatePane = buildGates();
    row->addWidget(m_shiftPane, 6);
    row->addWidget(m_approvalPane, 3);
    row->addWidget(m_gatePane, 4);
    setApprovals({}, false);
}

Pane *OverviewFoot::buildShifts()
{
    auto *pane = new Pane(tr("Running shifts"), this);
    m_shiftTable = new TableView(pane);
    m_shiftTable->setObjectName(QStringLiteral("runningShifts"));
    m_shiftTable->setAccessibleName(tr("Running shifts"));
    m_shiftTable->setModel(m_shifts);
    m_shiftTable->setColumns({{RunningShiftsModel::Policy, CellKind::Strong, 84},
                              {RunningShiftsModel::Share, CellKind::Split, 92},
                              {RunningShiftsModel::Percent, CellKind::Number, 70},
                              {RunningShiftsModel::State, CellKind::Chip, 164},
                              {RunningShiftsModel::Next, CellKind::Secondary, 0}});
    connect(m_shiftTable, &TableView::rowActivated, this, [this](const QModelIndex &index) {
        Q_EMIT policyActivated(index.data(RunningShiftsModel::IdRole).toString());
    });
    pane->setContent(m_shiftTable);
    return pane;
}

Pane *OverviewFoot::buildApprovals()
{
    auto *pane = new Pane(tr("Open approvals"), this);
    auto *body = new QWidget(pane);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 10);
    m_approval = new ElidingLabel({}, FontRole::Strong, Ink::Text, body);
    m_approvalFacts = new TextLabel({}, FontRole::Secondary, Ink::Secondary, body);
    m_approvalFacts->setWordWrap(true);
    m_review = new Button(ButtonKind::Accent, Symbol::Review, tr("Review…"), body);
    m_review->setObjectName(QStringLiteral("overviewReview"));
    connect(m_review, &QPushButton::clicked, this, [this] { Q_EMIT reviewRequested(m_approvalId); });
    column->addWidget(m_approval);
    column->addWidget(m_approvalFacts);
    column->addStretch(1);
    column->addWidget(m_review, 0, Qt::AlignLeft);
    pane->setContent(body);
    return pane;
}

Pane *OverviewFoot::buildGates()
{
    auto *pane = new Pane(tr("Failing gates"), this);
    auto *body = new QWidget(pane);
    m_gateStack = new QStackedLayout(body);
    auto *none = new QWidget(body);
    auto *column = new QVBoxLayout(none);
    column->setContentsMargins(12, 10, 12, 10);
    column->addWidget(new TextLabel(tr("Every gate is open"), FontRole::Strong, Ink::Text, none));
    auto *words = new TextLabel(tr("What keeps a running shift from its next step appears here."),
                                FontRole::Secondary, Ink::Secondary, none);
    words->setWordWrap(true);
    column->addWidget(words);
    column->addStretch(1);
    m_gateTable = new TableView(body);
    m_gateTable->setObjectName(QStringLiteral("failingGates"));
    m_gateTable->setAccessibleName(tr("Failing gates"));
    m_gateTable->setModel(m_gates);
    m_gateTable->setColumns({{BlockingGateModel::Policy, CellKind::Strong, 84},
                             {BlockingGateModel::Gate, CellKind::Text, 116},
                             {BlockingGateModel::Why, CellKind::Secondary, 0}});
    connect(m_gateTable, &TableView::rowActivated, this, [this](const QModelIndex &index) {
        Q_EMIT policyActivated(index.data(BlockingGateModel::PolicyIdRole).toString());
    });
    m_gateStack->addWidget(none);
    m_gateStack->addWidget(m_gateTable);
    pane->setContent(body);
    return pane;
}

void OverviewFoot::setPolicies(const std::vector<PolicyRow> &policies, Instant now)
{
    m_shifts->setPolicies(policies, now);
    m_shiftPane->setSubtitle(tr("%1 of %n policies", nullptr, static_cast<int>(policies.size())).arg(m_shifts->rowCount()));
    m_gates->setPolicies(policies);
    m_gateStack->setCurrentIndex(m_gates->rowCount() > 0 ? 1 : 0);
}

void OverviewFoot::setApprovals(const std::vector<ApprovalRow> &open, bool known)
{
    m_review->setVisible(!open.empty());
    m_approvalPane->setSubtitle(open.empty() ? QString() : QString::number(open.size()));
    if (open.empty()) {
        m_approvalId.clear();
        m_approval->setText(known ? tr("Nothing waits for a person") : tr("Not known yet"));
        m_approvalFacts->setText(tr("A proposed rollback, a step that needs consent, or a request for the master switch appears here."));
        return;
    }
    const ApprovalRow &first = open.front();
    m_approvalId = toText(first.id);
    m_approval->setText(tr("%1 %2").arg(approvalName(first), approvalEffect(first)));
    const QString then = first.defaultAction == "APPROVE" ? tr("Done if nobody answers by %1.")
                                                          : tr("Rejected if nobody answers by %1.");
    m_approvalFacts->setText(tr("Asked at %1.").arg(timeOfDay(first.requestedAt)) + QLatin1Char(' ') +
                             then.arg(approvalDeadline(first)) +
                             (first.secondPerson ? QLatin1Char(' ') + tr("Whoever asked cannot approve.") : QString()));
}

void OverviewFoot::setStale(bool stale)
{
    m_shiftTable->setStale(stale);
    m_gateTable->setStale(stale);
}

} // namespace crossfade
