// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/items/approvalrow.h"
#include "models/items/policyrow.h"

#include <QWidget>

#include <vector>

class QStackedLayout;

namespace crossfade {

class BlockingGateModel;
class Button;
class ElidingLabel;
class Pane;
class RunningShiftsModel;
class TableView;
class TextLabel;

// Below the charts: the running shifts, what waits for a person, and what keeps shifts from going on.
class OverviewFoot : public QWidget {
    Q_OBJECT
public:
    explicit OverviewFoot(QWidget *parent = nullptr);

    void setPolicies(const std::vector<PolicyRow> &policies, Instant now);
    void setApprovals(const std::vector<ApprovalRow> &open, bool known);
    void setStale(bool stale);

Q_SIGNALS:
    void policyActivated(const QString &policyId);
    void reviewRequested(const QString &approvalId);

private:
    Pane *buildShifts();
    Pane *buildApprovals();
    Pane *buildGates();

    RunningShiftsModel *m_shifts;
    BlockingGateModel *m_gates;
    Pane *m_shiftPane, *m_approvalPane, *m_gatePane;
    TableView *m_shiftTable, *m_gateTable;
    QStackedLayout *m_gateStack;
    ElidingLabel *m_approval;
    TextLabel *m_approvalFacts;
    Button *m_review;
    QString m_approvalId;
};

} // namespace crossfade
