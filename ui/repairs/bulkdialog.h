// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/repairbulksession.h"
#include "models/session/repairssession.h"

#include <QDialog>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QVBoxLayout;

namespace crossfade {

class Button;
class FactList;
class FormField;
class LaterEdit;
class ReasonField;
class Segmented;
class StateView;
class TextLabel;

// One decision on all tasks a filter finds: which, what it would do, and the number typed back. Where the number has
// changed by then, nothing is done and the new one is shown.
class BulkDialog : public QDialog {
    Q_OBJECT
public:
    BulkDialog(RepairsSession *session, const QString &text, QWidget *parent);

    void reject() override; // not while the answer is on its way

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildFilter(QVBoxLayout *column, const QString &text);
    void buildWhat(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column);
    QComboBox *addChoice(QGridLayout *grid, int row, int column, const QString &label, const char *name);
    RepairCriteria criteria() const;
    RepairVerdict verdict() const;
    void look();
    void sync();
    QString obstacle() const;
    void confirm();
    void say(const QString &text, bool red);

    RepairsSession *m_session;
    RepairBulkSession *m_bulk;
    Segmented *m_verdict = nullptr;
    QComboBox *m_type = nullptr;
    QComboBox *m_action = nullptr;
    QComboBox *m_target = nullptr;
    QComboBox *m_assigned = nullptr;
    QLineEdit *m_text = nullptr;
    FactList *m_facts = nullptr;
    StateView *m_state = nullptr;
    TextLabel *m_tooMany = nullptr;
    QWidget *m_whenBox = nullptr;
    Segmented *m_when = nullptr;
    LaterEdit *m_later = nullptr;
    QLineEdit *m_typed = nullptr;
    FormField *m_typedField = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_cancel = nullptr;
    Button *m_confirm = nullptr;
};

} // namespace crossfade
