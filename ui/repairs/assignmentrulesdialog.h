// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/assignmentrulemodel.h"
#include "models/session/assignmentrulessession.h"

#include <QDialog>
#include <QStringList>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace crossfade {

class Button;
class Pane;
class ReasonField;
class StaleChip;
class StateView;
class TableView;
class TextLabel;

// Who gets which new repair, in order: the first rule that fits wins. Edited as a whole and stored as a whole; a repair
// can be tried against the list before that.
class AssignmentRulesDialog : public QDialog {
    Q_OBJECT
public:
    // `dataTypes`: those that are known, to choose from.
    AssignmentRulesDialog(Connection *connection, const QStringList &dataTypes, QWidget *parent = nullptr);

    void reject() override; // asks first where edits would be lost; not while the answer is on its way

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildHead(QVBoxLayout *column);
    Pane *buildList();
    Pane *buildTrial();
    void buildFoot(QVBoxLayout *column);
    void onStored();
    void sync();
    void syncButtons();
    void tryOut();
    int row() const;
    void openEditor(bool anew);
    void remove();
    void move(int by);
    void save();
    void onSaved(const Result<void> &end);
    void say(const QString &text, bool red);

    AssignmentRulesSession *m_session;
    AssignmentRuleModel m_model;
    QStringList m_dataTypes;
    std::string m_version; // that the edits were made from
    StaleChip *m_stale = nullptr;
    Pane *m_list = nullptr;
    TableView *m_table = nullptr;
    StateView *m_state = nullptr;
    Button *m_add = nullptr;
    Button *m_edit = nullptr;
    Button *m_remove = nullptr;
    Button *m_up = nullptr;
    Button *m_down = nullptr;
    Button *m_undo = nullptr;
    QComboBox *m_tryType = nullptr;
    QComboBox *m_tryDifference = nullptr;
    QLineEdit *m_tryFields = nullptr;
    TextLabel *m_found = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_theirs = nullptr;
    Button *m_close = nullptr;
    Button *m_save = nullptr;
    bool m_working = false;
};

} // namespace crossfade
