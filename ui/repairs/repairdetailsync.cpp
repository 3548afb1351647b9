// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the detail of a repair shows of its task.
#include "ui/repairs/repairdetail.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/repairs/repairasks.h"
#include "ui/repairs/statementview.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/diffcells.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QGridLayout>

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

} // namespace

void RepairDetail::sync()
{
    const RepairRow *row = this->row();
    m_bar->setVisible(row != nullptr);
    m_chip->setVisible(row != nullptr);
    if (!row) {
        m_later->hide();
        setTitle(tr("Task"));
        m_state->showEmpty(tr("No task selected"),
                           tr("Select a task to see exactly what it would change."), {},
                           Glyph::Check);
        return;
    }
    m_state->showContent();
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    setTitle(tr("Task %1 · %2 %3").arg(shortRepairId(row->id), toText(row->entityType).toLower(),
                                       toText(row->entityId)));
    const QString word = repairStateWord(*row);
    QString label;
    if (row->waitsForItsTime())
        label = tr("%1 for %2").arg(wordText(word), shortTime(*row->executeAt, now));
    else if (!row->assignee().empty() && row->status == "ASSIGNED")
        label = tr("%1 to %2").arg(word, toText(row->assignee()));
    m_chip->setState(word, label);
    m_chip->setToolTip(row->waitsForItsTime() ? utcText(*row->executeAt) : QString());
    m_sentence->setText(repairText(row->sentence));
    QString origin = tr("Asked for by %1").arg(toText(row->requestedBy));
    if (row->requestedAt)
        origin += tr(", %1").arg(shortTime(*row->requestedAt, now));
    if (!row->reason.empty())
        origin += tr(": “%1”").arg(toText(row->reason));
    if (!row->assignee().empty() && row->status != "ASSIGNED")
        origin += tr(" · assigned to %1").arg(toText(row->assignee()));
    m_origin->setText(origin);
    syncResult(*row);
    syncFields(*row);
    syncPreview(*row);
    syncHistory(*row);
    syncBar(*row);
}

void RepairDetail::syncResult(const RepairRow &row)
{
    const std::string &result = row.error.empty() ? row.verification : row.error;
    const bool putOff = result.empty() && !row.putOff.empty();
    m_result->setVisible(!result.empty() || putOff);
    m_result->setInk(putOff ? Ink::Text : row.error.empty() ? Ink::Green : Ink::Red);
    m_result->setText(putOff ? tr("Waits for other repairs of the same database: %1").arg(toText(row.putOff))
                             : repairErrorText(result));
    const QString undo = undoText(row);
    m_undoNote->setVisible(!undo.isEmpty());
    const bool failed = row.undo && (row.undo->status == "FAILED" || row.undo->status == "STALE");
    m_undoNote->setInk(failed ? Ink::Red : Ink::Text);
    m_undoNote->setText(undo);
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
    QString underWay = m_session->isDeciding(m_id) ? tr("It is on its way.") : QString();
    if (underWay.isEmpty() && row.isUndoing())
        underWay = tr("It is being undone.");
    // What is through, or only waits for its time, has nothing to approve or to assign.
    const bool open = row.isOpen() && !row.waitsForItsTime();
    m_assign->setVisible(open);
    m_approve->setVisible(open);
    m_reject->setVisible(row.isOpen());
    m_later->setVisible(row.awaitsDecision());
    const bool undone = row.canBeUndone() || row.isUndoing();
    m_undo->setVisible(undone);
    m_reason->setVisible(row.isOpen());
    m_undoGap->setVisible(!row.isOpen());
    m_bar->setVisible(row.isOpen() || undone);
    const bool stopped = row.undo && deletionStop(row.undo->error).has_value();
    m_undo->setText(stopped ? tr("Confirm deletions…") : tr("Undo…"));
    QString why = underWay;
    if (why.isEmpty())
        why = m_session->decisionObstacle(row);
    m_undo->setBlocked(why);
    syncOpenBar(row, underWay);
}

void RepairDetail::syncOpenBar(const RepairRow &row, const QString &underWay)
{
    const bool again = row.status == "FAILED" || row.status == "STALE";
    const bool stopped = again && deletionStop(row.error).has_value();
    m_approve->setText(stopped ? tr("Confirm deletions…") : again ? tr("Look again and run") : tr("Approve and run"));
    m_approve->setSymbol(stopped ? Symbol::Warning : again ? Symbol::Refresh : Symbol::Check);
    m_reject->setText(row.waitsForItsTime() ? tr("Call it off") : tr("Reject"));
    const QString over = tr("The task is %1.").arg(wordText(toText(row.status)));
    QString why = underWay;
    if (why.isEmpty())
        why = m_session->decisionObstacle(row);
    if (why.isEmpty() && !row.awaitsDecision() && !again)
        why = over;
    m_approve->setBlocked(why);
    m_later->setBlocked(why);
    // To reject what one asked for oneself needs nobody else.
    why = underWay.isEmpty() ? m_session->decisionObstacle() : underWay;
    if (why.isEmpty() && !row.awaitsDecision() && !again && !row.waitsForItsTime())
        why = over;
    m_reject->setBlocked(why);
    why = underWay.isEmpty() ? m_session->assignObstacle() : underWay;
    if (why.isEmpty() && (!row.isOpen() || row.status == "EXECUTING" || row.status == "APPROVED"))
        why = over;
    m_assign->setBlocked(why);
}

} // namespace crossfade
