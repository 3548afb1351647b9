// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/checkrow.h"
#include "models/session/differencessession.h"
#include "models/session/repairproposal.h"

#include <QDialog>

class QComboBox;
class QGridLayout;
class QVBoxLayout;

namespace crossfade {

class Button;
class FactList;
class ReasonField;
class StateView;
class TextLabel;

// Repair tasks for all differences of a filter: which, how many there are, and why. Where their number has changed by
// then nothing is made and the new one is shown.
class ProposeDialog : public QDialog {
    Q_OBJECT
public:
    ProposeDialog(DifferencesSession *session, const std::vector<CheckRow> &checks, const ProposalFilter &filter, QWidget *parent);

    void reject() override; // not while the answer is on its way

Q_SIGNALS:
    void repairsWanted(const QString &firstRepair);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildFilter(QVBoxLayout *column, const std::vector<CheckRow> &checks);
    void buildWhat(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column);
    void fillFields();
    ProposalFilter filter() const;
    void look();
    void sync();
    void showCount();
    QString obstacle() const;
    void confirm();
    void onProposed(const QString &first, int tasks);
    void say(const QString &text, bool red);

    DifferencesSession *m_session;
    RepairProposalSession *m_proposal;
    ProposalFilter m_preset;
    QComboBox *m_check = nullptr;
    QComboBox *m_field = nullptr;
    QComboBox *m_type = nullptr;
    QComboBox *m_cause = nullptr;
    FactList *m_facts = nullptr;
    TextLabel *m_tooMany = nullptr;
    StateView *m_state = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    TextLabel *m_keys = nullptr;
    Button *m_cancel = nullptr;
    Button *m_confirm = nullptr;
    Button *m_show = nullptr;
    QString m_first; // of the tasks that were made
    bool m_done = false;
};

} // namespace crossfade
