// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/rulessession.h"
#include "models/session/switchessession.h"
#include "models/session/testersession.h"
#include "ui/frame/page.h"

class QStackedWidget;

namespace crossfade {

class ApprovalsSession;
class Button;
class RuleTable;
class RuleTransferBar;
class Segmented;
class StaleChip;
class SwitchesPanel;
class TesterPane;

// Rules of all kinds, the switches, and the tester beside them.
class RulesPage : public Page {
    Q_OBJECT
public:
    RulesPage(RulesSession *rules, SwitchesSession *switches, TesterSession *tester,
              ApprovalsSession *approvals, QWidget *parent = nullptr);

    void showObject(const QString &object) override; // "rule:ID", "user:ID"
    void refresh() override;
    void focusFilter() override;
    bool undo() override;
    QList<PaletteEntry> paletteEntries() const override;

Q_SIGNALS:
    void approvalRequested(const QString &approvalId);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeTitle();
    void sync();
    void showSegment(int index);

    RulesSession *m_rules;
    SwitchesSession *m_switches;
    TesterSession *m_tester;
    Segmented *m_segments = nullptr;
    StaleChip *m_stale = nullptr;
    RuleTransferBar *m_transfer = nullptr;
    Button *m_testerToggle = nullptr;
    QStackedWidget *m_stack = nullptr;
    RuleTable *m_table = nullptr;
    SwitchesPanel *m_panel = nullptr;
    TesterPane *m_testerPane = nullptr;
};

} // namespace crossfade
