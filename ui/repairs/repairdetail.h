// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/differencefieldmodel.h"
#include "models/session/repairssession.h"
#include "ui/shared/pane.h"

class QGridLayout;

namespace crossfade {

class Button;
class Chip;
class DifferenceFieldDelegate;
class ElidingLabel;
class PlatformLabel;
class ReasonField;
class StateView;
class StatementView;
class TableView;
class TextLabel;

// One task: what it does in a sentence, before and after, the statement, on what condition, what
// happened so far, and the bar that decides.
class RepairDetail : public Pane {
    Q_OBJECT
public:
    explicit RepairDetail(RepairsSession *session, QWidget *parent = nullptr);

    void setTask(const QString &id);
    QString task() const { return m_id; }
    void approve();
    void reject();
    void assign();
    void schedule(); // approve for later
    void undo();

Q_SIGNALS:
    // A decision was sent for this task: the list can go on to the next.
    void decided(const QString &id);

private:
    QWidget *makeContent();
    QWidget *makeHeads();
    TableView *makeTable(const char *objectName, DifferenceFieldModel *model,
                         DifferenceFieldDelegate *delegate);
    void makeBar();
    void sync();
    void syncFields(const RepairRow &row);
    void syncPreview(const RepairRow &row);
    void syncHistory(const RepairRow &row);
    void syncResult(const RepairRow &row);
    void syncBar(const RepairRow &row);
    void syncOpenBar(const RepairRow &row, const QString &underWay);
    void confirmDeletes(const QString &id, const DeletionStop &stop);
    const RepairRow *row() const { return m_session->model()->rowOf(m_id); }
    bool hasReason();

    RepairsSession *m_session;
    QString m_id;
    DifferenceFieldModel m_fields;
    DifferenceFieldModel m_since;
    DifferenceFieldDelegate *m_fieldCells = nullptr;
    DifferenceFieldDelegate *m_sinceCells = nullptr;
    StateView *m_state = nullptr;
    Chip *m_chip = nullptr;
    TextLabel *m_sentence = nullptr;
    ElidingLabel *m_origin = nullptr;
    ElidingLabel *m_beforeHead = nullptr;
    ElidingLabel *m_afterHead = nullptr;
    TableView *m_table = nullptr;
    QWidget *m_sinceBox = nullptr;
    TableView *m_sinceTable = nullptr;
    TextLabel *m_statementTitle = nullptr;
    StatementView *m_statement = nullptr;
    TextLabel *m_condition = nullptr;
    TextLabel *m_result = nullptr;
    QGridLayout *m_history = nullptr;
    ElidingLabel *m_note = nullptr;
    QWidget *m_bar = nullptr;
    ReasonField *m_reason = nullptr;
    Button *m_assign = nullptr;
    Button *m_reject = nullptr;
    Button *m_approve = nullptr;
    Button *m_later = nullptr;
    Button *m_undo = nullptr;
    QWidget *m_undoGap = nullptr; // beside a button that is alone
    TextLabel *m_undoNote = nullptr;
};

} // namespace crossfade
