// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/approvalssession.h"
#include "models/session/seriesstore.h"
#include "models/session/shiftsession.h"
#include "ui/frame/page.h"
#include "ui/shared/buttons.h"

class QTimer;

namespace crossfade {

class Chip;
class ElidingLabel;
class GuardsPane;
class Pane;
class PolicyFacts;
class PolicyList;
class ShiftCharts;
class SplitSession;
class StateView;
class TableView;
class TargetPane;
class TextLabel;

// The shift policies and the one that is looked at: where it stands, the slider, guards, gates, live
// charts, history, and every command that drives it.
class ShiftPage : public Page {
    Q_OBJECT
public:
    ShiftPage(ShiftSession *session, ApprovalsSession *approvals, SeriesStore *series, QWidget *parent = nullptr);

    void setSplit(const SplitSession *split) { m_split = split; } // what ROLL BACK measures by
    void showObject(const QString &object) override; // "policy:ID"
    void refresh() override;
    QList<PaletteEntry> paletteEntries() const override;

Q_SIGNALS:
    void approvalRequested(const QString &approvalId);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *buildPolicies();
    QWidget *buildDetail();
    QWidget *buildTitleRow();
    QWidget *buildProposal();
    QWidget *buildHistory();
    Button *addCommand(const QString &text, Symbol symbol, const char *objectName, ShiftCommand command);
    void showPolicies();
    void showSelection();
    void showSetUp();
    void showTitle();
    void showProposal(const PolicyRow &row);
    void showCommands(const PolicyRow *row);
    void showHistory();
    void showStale();
    void tick();
    void askCommand(ShiftCommand command);
    void askOverride(const QString &gate);
    void askApply(double target);
    void openRollBack(double target);
    void openDrill();
    void openEditor(bool fresh);
    void askDelete();

    ShiftSession *m_session;
    ApprovalsSession *m_approvals;
    SeriesStore *m_series;
    const SplitSession *m_split = nullptr;
    PolicyFacts *m_setUp = nullptr;
    PolicyList *m_list = nullptr;
    Pane *m_policies = nullptr;
    StateView *m_listState = nullptr;
    TextLabel *m_listFoot = nullptr;
    Button *m_new = nullptr;
    StateView *m_state = nullptr;
    TextLabel *m_name = nullptr;
    Chip *m_chip = nullptr;
    ElidingLabel *m_facts = nullptr;
    Button *m_edit = nullptr;
    Button *m_drill = nullptr;
    Button *m_delete = nullptr;
    Button *m_suspend = nullptr;
    Button *m_resume = nullptr;
    Button *m_finalize = nullptr;
    Button *m_rollBack = nullptr;
    Pane *m_proposal = nullptr;
    ElidingLabel *m_proposalText = nullptr;
    TextLabel *m_proposalTitle = nullptr;
    TargetPane *m_target = nullptr;
    GuardsPane *m_guards = nullptr;
    ShiftCharts *m_charts = nullptr;
    Pane *m_history = nullptr;
    TableView *m_historyTable = nullptr;
    QTimer *m_timer;
};

} // namespace crossfade
