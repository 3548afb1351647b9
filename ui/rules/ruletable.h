// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulefilter.h"
#include "models/session/rulessession.h"
#include "ui/shared/pane.h"

namespace crossfade {

class Button;
class ElidingLabel;
class ReasonField;
class SearchField;
class StaleChip;
class StateView;
class TableView;
class TextLabel;

// The rules of one kind: filter, table, findings of the check over all rules, and the bar that saves.
class RuleTable : public Pane {
    Q_OBJECT
public:
    explicit RuleTable(RulesSession *session, QWidget *parent = nullptr);

    void setKind(RuleType kind);
    void focusFilter();
    void showRule(const QString &id);
    void addRule();
    // What the table shows, as far as the router's filters can say it.
    RuleSelection shown() const { return {m_filter.kind(), m_filter.text()}; }

Q_SIGNALS:
    // The rule under the cursor, for the tester.
    void ruleSelected(const crossfade::RuleInput &input);
    void kindWanted(crossfade::RuleType kind);

private:
    QWidget *makeTools();
    QWidget *makeTable();
    QWidget *makeFindings();
    void makeSaveBar();
    void connectSession();
    void sync();
    void syncState();
    void syncFindings();
    void syncSaveBar();
    QString selectedId() const;
    void editRule(const QString &id);
    void openEditor(const QString &title, const QString &id, const RuleInput &input);
    void showConflict(const RuleConflict &conflict);
    void showFailure(const QString &id, const Error &error);

    RulesSession *m_session;
    RuleFilter m_filter;
    SearchField *m_search = nullptr;
    Button *m_add = nullptr;
    Button *m_duplicate = nullptr;
    Button *m_delete = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    QWidget *m_findings = nullptr;
    TextLabel *m_findingName = nullptr;
    ElidingLabel *m_findingText = nullptr;
    std::size_t m_finding = 0;
    QWidget *m_bar = nullptr;
    TextLabel *m_count = nullptr;
    ElidingLabel *m_note = nullptr;
    ReasonField *m_reason = nullptr;
    Button *m_preview = nullptr;
    Button *m_discard = nullptr;
    Button *m_save = nullptr;
};

} // namespace crossfade
