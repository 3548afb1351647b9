// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repairdetail.h"

#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/assigndialog.h"
#include "ui/repairs/repairasks.h"
#include "ui/repairs/statementview.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/diffcells.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

TextLabel *wrapped(FontRole role, Ink ink, const char *objectName)
{
    auto *label = new TextLabel({}, role, ink);
    label->setWordWrap(true);
    label->setObjectName(QString::fromLatin1(objectName));
    return label;
}

} // namespace

RepairDetail::RepairDetail(RepairsSession *session, QWidget *parent)
    : Pane(tr("Task"), parent)
    , m_session(session)
    , m_fields(DifferenceFieldModel::Purpose::Repair)
    , m_since(DifferenceFieldModel::Purpose::Difference)
{
    setObjectName(QStringLiteral("repairDetail"));
    m_chip = new Chip;
    m_chip->setObjectName(QStringLiteral("repairStatus"));
    addMark(m_chip);
    m_later = new Button(ButtonKind::Flat, tr("Approve for later…"));
    m_later->setObjectName(QStringLiteral("scheduleRepair"));
    m_later->setKeyHint(QStringLiteral("L"));
    connect(m_later, &QPushButton::clicked, this, &RepairDetail::schedule);
    addAction(m_later);
    m_state = new StateView(makeContent());
    m_state->setObjectName(QStringLiteral("repairState"));
    setContent(m_state);
    makeBar();
    connect(m_session, &RepairsSession::changed, this, &RepairDetail::sync);
    connect(m_session, &RepairsSession::previewChanged, this, &RepairDetail::sync);
    connect(m_session, &RepairsSession::failed, this,
            [this](const QString &what, const Error &error) {
                m_note->setText(QStringLiteral("%1. %2").arg(what, errorText(error)));
                m_note->show();
            });
    connect(m_session, &RepairsSession::deletionsAsked, this, &RepairDetail::confirmDeletes);
    sync();
}

QWidget *RepairDetail::makeHeads()
{
    auto *heads = new QWidget;
    heads->setFixedHeight(26);
    auto *row = new QHBoxLayout(heads);
    row->setContentsMargins(12, 0, 0, 0);
    row->setSpacing(0);
    auto *field = new TextLabel(tr("Field"), FontRole::Chip, Ink::Secondary);
    field->setFixedWidth(108);
    m_beforeHead = new ElidingLabel({}, FontRole::Chip, Ink::Secondary);
    m_afterHead = new ElidingLabel({}, FontRole::Chip, Ink::Secondary);
    row->addWidget(field);
    for (ElidingLabel *head : {m_beforeHead, m_afterHead}) {
        auto *cell = new QHBoxLayout;
        cell->setContentsMargins(8, 0, 8, 0);
        cell->addWidget(head);
        row->addLayout(cell, 1);
    }
    return heads;
}

TableView *RepairDetail::makeTable(const char *objectName, DifferenceFieldModel *model,
                                   DifferenceFieldDelegate *delegate)
{
    auto *table = new TableView;
    table->setObjectName(QString::fromLatin1(objectName));
    table->horizontalHeader()->hide();
    table->setModel(model);
    table->setCellDelegate(delegate);
    table->setRowHeight(28);
    table->setColumns({{DifferenceFieldModel::Field, CellKind::Text, 120},
                       {DifferenceFieldModel::Left, CellKind::Mono, 0},
                       {DifferenceFieldModel::Right, CellKind::Mono, 0}});
    table->fitToRows(1, 12);
    return table;
}

QWidget *RepairDetail::makeContent()
{
    auto *content = new QWidget;
    auto *all = new QVBoxLayout(content);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    const auto block = [&](std::initializer_list<QWidget *> widgets) {
        auto *inner = new QVBoxLayout;
        inner->setContentsMargins(12, 8, 12, 8);
        inner->setSpacing(4);
        for (QWidget *widget : widgets)
            inner->addWidget(widget);
        all->addLayout(inner);
    };
    m_sentence = wrapped(FontRole::DetailTitle, Ink::Text, "repairSentence");
    m_origin = new ElidingLabel;
    m_result = wrapped(FontRole::Secondary, Ink::Text, "repairResult");
    m_undoNote = wrapped(FontRole::Secondary, Ink::Text, "repairUndo");
    block({m_sentence, m_origin, m_result, m_undoNote});
    all->addWidget(new Hairline);
    all->addWidget(makeHeads());
    all->addWidget(new Hairline);
    m_fieldCells = new DifferenceFieldDelegate(DiffSide::New, DiffSide::New, this);
    m_table = makeTable("repairFields", &m_fields, m_fieldCells);
    m_table->setAccessibleName(tr("Fields before and after"));
    all->addWidget(m_table);

    m_sinceBox = new QWidget;
    auto *since = new QVBoxLayout(m_sinceBox);
    since->setContentsMargins(0, 8, 0, 0);
    since->setSpacing(4);
    auto *title = new TextLabel(tr("Changed since it was seen: then | now"), FontRole::PaneTitle,
                                Ink::Red);
    title->setObjectName(QStringLiteral("changedSince"));
    title->setContentsMargins(12, 0, 12, 0);
    since->addWidget(title);
    m_sinceCells = new DifferenceFieldDelegate(DiffSide::New, DiffSide::New, this);
    m_sinceTable = makeTable("changedFields", &m_since, m_sinceCells);
    m_sinceTable->setAccessibleName(tr("Fields that changed since the task was made"));
    since->addWidget(m_sinceTable);
    all->addWidget(m_sinceBox);

    m_statementTitle = new TextLabel({}, FontRole::PaneTitle);
    m_statement = new StatementView;
    m_condition = wrapped(FontRole::Secondary, Ink::Secondary, "repairCondition");
    block({m_statementTitle, m_statement, m_condition});
    all->addWidget(new Hairline);
    auto *history = new QWidget;
    m_history = new QGridLayout(history);
    m_history->setContentsMargins(0, 0, 0, 0);
    m_history->setHorizontalSpacing(16);
    m_history->setVerticalSpacing(4);
    m_history->setColumnStretch(1, 1);
    block({new TextLabel(tr("History"), FontRole::PaneTitle), history});
    all->addStretch(1);

    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Task")); // it takes the keys that scroll
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return scroll;
}

void RepairDetail::makeBar()
{
    m_note = new ElidingLabel({}, FontRole::Secondary, Ink::Red);
    m_note->setObjectName(QStringLiteral("repairNote"));
    m_note->setContentsMargins(12, 4, 12, 4);
    m_note->hide();
    body()->addWidget(m_note);
    QHBoxLayout *row = addFootBar();
    m_bar = row->parentWidget();
    m_reason = new ReasonField(ReasonField::Need::Required);
    m_reason->setLabel({});
    m_reason->setPlaceholder(tr("Reason, kept in the audit"));
    m_assign = new Button(tr("Assign…"));
    m_assign->setObjectName(QStringLiteral("assignRepair"));
    m_assign->setKeyHint(QStringLiteral("S"));
    m_reject = new Button(tr("Reject"));
    m_reject->setObjectName(QStringLiteral("rejectRepair"));
    m_reject->setKeyHint(QStringLiteral("R"));
    m_approve = new Button(ButtonKind::Accent, Symbol::Check, tr("Approve and run"));
    m_approve->setObjectName(QStringLiteral("approveRepair"));
    m_approve->setKeyHint(QStringLiteral("A"));
    connect(m_assign, &QPushButton::clicked, this, &RepairDetail::assign);
    connect(m_reject, &QPushButton::clicked, this, &RepairDetail::reject);
    connect(m_approve, &QPushButton::clicked, this, &RepairDetail::approve);
    m_undo = new Button(ButtonKind::Plain, Symbol::Undo, tr("Undo…"));
    m_undo->setObjectName(QStringLiteral("undoRepair"));
    m_undo->setKeyHint(QStringLiteral("U"));
    connect(m_undo, &QPushButton::clicked, this, &RepairDetail::undo);
    connect(m_reason, &ReasonField::changed, this, [this] { m_note->hide(); });
    m_undoGap = new QWidget;
    row->addWidget(m_reason, 1);
    row->addWidget(m_undoGap, 1);
    row->addWidget(m_undo);
    row->addWidget(m_assign);
    row->addWidget(m_reject);
    row->addWidget(m_approve);
}

void RepairDetail::setTask(const QString &id)
{
    if (m_id == id)
        return;
    m_id = id;
    m_note->hide();
    m_session->look(id);
    sync();
}

// Decisions need a reason; the keys lead to the field instead of doing nothing.
bool RepairDetail::hasReason()
{
    if (m_reason->isValid())
        return true;
    m_note->setText(tr("A reason is needed: it is kept in the audit. It stays for the next task."));
    m_note->show();
    m_reason->edit()->setFocus(Qt::ShortcutFocusReason);
    return false;
}

void RepairDetail::approve()
{
    const RepairRow *task = row();
    if (!task || !m_approve->isVisible() || !m_approve->isEnabled())
        return;
    if (const auto stop = deletionStop(task->error); stop && !task->awaitsDecision()) {
        confirmDeletes(m_id, *stop);
        return;
    }
    if (!task->awaitsDecision()) {
        m_session->act(m_id, {RepairAct::Execute, m_reason->text(), {}, {}, {}, {}});
        return;
    }
    if (!hasReason())
        return;
    m_session->approve(m_id, m_reason->text());
    Q_EMIT decided(m_id);
}

void RepairDetail::reject()
{
    if (!m_reject->isVisible() || !m_reject->isEnabled() || !hasReason())
        return;
    m_session->reject(m_id, m_reason->text());
    Q_EMIT decided(m_id);
}

void RepairDetail::assign()
{
    if (!m_assign->isVisible() || !m_assign->isEnabled())
        return;
    const QString id = m_id;
    auto *dialog = new AssignDialog(m_session->subject(), 1, this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, id] {
        m_session->act(id, {RepairAct::Assign, m_reason->text(), {}, dialog->person(), dialog->role(), {}});
    });
    openDialog(dialog);
}

void RepairDetail::schedule()
{
    const RepairRow *task = row();
    if (task && m_later->isVisible() && m_later->isEnabled())
        askToSchedule(m_session, *task, m_reason->text(), this);
}

void RepairDetail::undo()
{
    const RepairRow *task = row();
    if (!task || !m_undo->isVisible() || !m_undo->isEnabled())
        return;
    // What the worker refused to delete is asked for anew with the number, else it only fails again.
    if (const auto stop = task->undo ? deletionStop(task->undo->error) : std::nullopt)
        askToDelete(m_session, *task, *stop, m_reason->text(), this);
    else
        askToUndo(m_session, *task, m_reason->text(), this);
}

void RepairDetail::confirmDeletes(const QString &id, const DeletionStop &stop)
{
    if (const RepairRow *task = m_session->model()->rowOf(id); task && id == m_id) {
        askToDelete(m_session, *task, stop, m_reason->text(), this);
        return;
    }
    // Another task is looked at by now: no question about one that is out of sight, but no silence either.
    m_note->setText(tr("Task %1: %2").arg(shortRepairId(toUtf8(id)), deletionStopText(stop)));
    m_note->show();
}

} // namespace crossfade
