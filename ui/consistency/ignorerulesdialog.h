// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/differencessession.h"

#include <QDialog>

namespace crossfade {

class Button;
class StaleChip;
class StateView;
class TableView;
class TextLabel;

// The rules that hide differences: what each hides, how many, why and until when; to look at those, or to end one.
class IgnoreRulesDialog : public QDialog {
    Q_OBJECT
public:
    explicit IgnoreRulesDialog(DifferencesSession *session, QWidget *parent = nullptr);

private:
    void sync();
    const IgnoreRuleRow *selected() const;
    void showHidden();
    void askDelete();

    DifferencesSession *m_session;
    IgnoreRulesSession *m_rules;
    StaleChip *m_stale = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    Button *m_show = nullptr;
    Button *m_delete = nullptr;
    TextLabel *m_note = nullptr;
};

} // namespace crossfade
