// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repairdetail.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/assigndialog.h"
#include "ui/repairs/statementview.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/diffcells.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

// Whose notes are the comparator's own words.
constexpr std::string_view RunnerOfRepairs = "repair-runner";

DiffSide sideOf(const std::string &platform)
{
    return platform == "LEGACY" ? DiffSide::Legacy : DiffSide::New;
}

// The values seen when the task was made, held against those there are now.
std::vector<EntityField> changedSince(const RepairRow &row, const RepairPreview &preview)
{
    std::vector<EntityField> fields;
    for (const RepairRow::Field &seen : row.fields) {
        EntityField field{seen.name, seen.before, std::nullopt, true, seen.sensitive, {}};
        if (preview.before)
            for (const auto &[name, value] : *preview.before)
                if (name == seen.name)
                    field.right = value;
        field.equal = preview.before && field.left == field.right;
        if (!field.equal)
            fields.push_back(std::move(field));
    }
    return fields;
}

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
    block({m_sentence, m_origin, m_result});
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
    connect(m_reason, &ReasonField::changed, this, [this] { m_note->hide(); });
    row->addWidget(m_reason, 1);
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
    const RepairRow *row = m_session->model()->rowOf(m_id);
    if (!row || !m_approve->isEnabled())
        return;
    if (!row->awaitsDecision()) {
        m_session->execute(m_id);
        return;
    }
    if (!hasReason())
        return;
    m_session->approve(m_id, m_reason->text());
    Q_EMIT decided(m_id);
}

void RepairDetail::reject()
{
    if (!m_reject->isEnabled() || !hasReason())
        return;
    m_session->reject(m_id, m_reason->text());
    Q_EMIT decided(m_id);
}

void RepairDetail::assign()
{
    if (!m_assign->isEnabled())
        return;
    const QString id = m_id;
    auto *dialog = new AssignDialog(m_session->subject(), this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, id] {
        m_session->assign(id, dialog->assignee(), m_reason->text());
    });
    openDialog(dialog);
}

void RepairDetail::sync()
{
    const RepairRow *row = m_session->model()->rowOf(m_id);
    m_bar->setVisible(row != nullptr);
    m_chip->setVisible(row != nullptr);
    if (!row) {
        setTitle(tr("Task"));
        m_state->showEmpty(tr("No task selected"),
                           tr("Select a task to see exactly what it would change."), {},
                           Glyph::Check);
        return;
    }
    m_state->showContent();
    setTitle(tr("Task %1 · %2 %3").arg(shortRepairId(row->id), toText(row->entityType).toLower(),
                                       toText(row->entityId)));
    const QString word = toText(row->status);
    m_chip->setState(word, row->assignedTo.empty() || row->status != "ASSIGNED"
                               ? QString()
                               : tr("%1 to %2").arg(word, toText(row->assignedTo)));
    m_sentence->setText(repairText(row->sentence));
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    QString origin = tr("Asked for by %1").arg(toText(row->requestedBy));
    if (row->requestedAt)
        origin += tr(", %1").arg(shortTime(*row->requestedAt, now));
    if (!row->reason.empty())
        origin += tr(": “%1”").arg(toText(row->reason));
    if (!row->assignedTo.empty() && row->status != "ASSIGNED")
        origin += tr(" · assigned to %1").arg(toText(row->assignedTo));
    m_origin->setText(origin);
    const std::string &result = row->error.empty() ? row->verification : row->error;
    m_result->setVisible(!result.empty());
    m_result->setInk(row->error.empty() ? Ink::Green : Ink::Red);
    m_result->setText(repairText(result));
    syncFields(*row);
    syncPreview(*row);
    syncHistory(*row);
    syncBar(*row);
}

void RepairDetail::syncFields(const RepairRow &row)
{
    std::vector<EntityField> fields;
    for (const RepairRow::Field &field : row.fields)
        fields.push_back({field.name, field.before, field.after, field.before == field.after,
                          field.sensitive, {}});
    // What is written comes from the other side: it keeps that side's tint.
    const DiffSide target = sideOf(row.targetPlatform);
    m_fieldCells->setSides(target,
                           target == DiffSide::New ? DiffSide::Legacy : DiffSide::New);
    const QString platform = toText(row.targetPlatform);
    m_beforeHead->setText(tr("%1 before").arg(platform));
    m_afterHead->setText(tr("%1 after").arg(platform));
    m_fields.setFields(std::move(fields), row.action != "INSERT", row.action != "DELETE");
    m_table->setStale(m_session->isStale());
    m_table->fitToRows(1, 12);
}

void RepairDetail::syncPreview(const RepairRow &row)
{
    const auto &preview = m_session->preview();
    const bool mine = preview && preview->repairId == row.id;
    m_statementTitle->setText(row.isOpen() ? tr("Statement that will run on %1")
                                                 .arg(toText(row.targetPlatform))
                                           : tr("Statement"));
    m_statement->setStatement(mine && !preview->statement.empty() ? preview->statement
                                                                  : row.statement,
                              mine ? preview->parameters : StatementView::Values());
    // A condition that the statement carries in itself is not said twice.
    const std::string &stated = mine && !preview->condition.empty() ? preview->condition
                                                                        : row.condition;
    QString condition = tr("One transaction. If %1 no longer holds these values, nothing is written "
                           "and the task turns STALE.")
                            .arg(toText(row.targetPlatform));
    if (!stated.empty() && row.statement.find(stated) == std::string::npos)
        condition = toText(stated);
    if (mine && !preview->detail.empty() && row.status != "VERIFIED")
        condition += QLatin1Char('\n') + repairText(preview->detail);
    m_condition->setText(condition);
    // What the repair itself has changed is no surprise.
    const bool moved = mine && !preview->stillAsSeen && row.status != "VERIFIED";
    m_sinceBox->setVisible(moved);
    if (!moved)
        return;
    m_sinceCells->setSides(sideOf(row.targetPlatform), sideOf(row.targetPlatform));
    m_since.setFields(changedSince(row, *preview), row.action != "INSERT",
                      preview->before.has_value());
    m_sinceTable->fitToRows(1, 12);
}

void RepairDetail::syncHistory(const RepairRow &row)
{
    while (QLayoutItem *item = m_history->takeAt(0)) {
        if (QWidget *widget = item->widget())
            widget->deleteLater();
        delete item;
    }
    int line = 0;
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    for (auto event = row.history.rbegin(); event != row.history.rend(); ++event) {
        auto *at = new TextLabel(event->at ? shortTime(*event->at, now) : QString(),
                                 FontRole::Secondary, Ink::Secondary);
        if (event->at)
            at->setToolTip(utcText(*event->at));
        QString words = wordText(toText(event->status));
        if (!event->note.empty())
            words += QStringLiteral(" · ") + (event->actor == RunnerOfRepairs ? repairText(event->note) : toText(event->note));
        m_history->addWidget(at, line, 0);
        m_history->addWidget(new ElidingLabel(words, FontRole::Secondary, Ink::Text), line, 1);
        m_history->addWidget(
            new TextLabel(toText(event->actor), FontRole::Secondary, Ink::Secondary), line, 2);
        ++line;
    }
}

void RepairDetail::syncBar(const RepairRow &row)
{
    const bool again = row.status == "FAILED" || row.status == "STALE";
    m_approve->setText(again ? tr("Look again and run") : tr("Approve and run"));
    m_approve->setSymbol(again ? Symbol::Refresh : Symbol::Check);
    const QString over = tr("The task is %1.").arg(wordText(toText(row.status)));
    const QString underWay = m_session->isDeciding(m_id) ? tr("It is on its way.") : QString();
    QString why = underWay.isEmpty() ? m_session->decisionObstacle() : underWay;
    if (why.isEmpty() && !row.awaitsDecision() && !again)
        why = over;
    m_approve->setBlocked(why);
    why = underWay.isEmpty() ? m_session->decisionObstacle() : underWay;
    if (why.isEmpty() && !row.awaitsDecision())
        why = over;
    m_reject->setBlocked(why);
    why = underWay.isEmpty() ? m_session->assignObstacle() : underWay;
    if (why.isEmpty() && (!row.isOpen() || row.status == "EXECUTING" || row.status == "APPROVED"))
        why = over;
    m_assign->setBlocked(why);
}

} // namespace crossfade
