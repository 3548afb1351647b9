// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/differencessession.h"
#include "models/session/repairproposal.h"
#include "ui/shared/pane.h"

namespace crossfade {

class Button;
class SearchField;
class Segmented;
class StateView;
class TreeView;

// The differences, grouped; rows come as they are looked at, newer ones wait behind a button.
class DifferencesPane : public Pane {
    Q_OBJECT
public:
    explicit DifferencesPane(DifferencesSession *session, QWidget *parent = nullptr);
    void focusFilter();

Q_SIGNALS:
    void selected(const QString &differenceId);
    void proposeWanted(const crossfade::ProposalFilter &filter);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitColumns();
    QWidget *makeTools();
    void makeTree();
    void applyFilter();
    void expandFirst();
    void sync();
    void syncTools();
    void syncPropose();
    ProposalFilter proposalFilter() const;

    DifferencesSession *m_session;
    Segmented *m_grouping = nullptr;
    SearchField *m_search = nullptr;
    Button *m_open = nullptr;
    Button *m_hidden = nullptr;
    Button *m_newer = nullptr;
    Button *m_propose = nullptr;
    Button *m_export = nullptr;
    TreeView *m_tree = nullptr;
    StateView *m_state = nullptr;
    int m_tight = -1; // 0 or 1 once known
};

} // namespace crossfade
