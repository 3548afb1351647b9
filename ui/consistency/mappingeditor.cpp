// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/mappingeditor.h"

#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/mappingfieldform.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::array SafeActions{RepairAction::Insert, RepairAction::Update, RepairAction::Delete};

QString keysText(const MappedTable &table)
{
    QStringList keys;
    if (!table.key.empty())
        keys << toText(table.key);
    for (const std::string &key : table.moreKeys)
        keys << toText(key);
    return keys.join(QStringLiteral(", "));
}

QStringList columnNames(const std::vector<SourceColumn> &columns)
{
    QStringList names;
    for (const SourceColumn &column : columns)
        names << toText(column.name);
    return names;
}

// More key columns are told where all of them are.
std::string placeOf(const std::string &pointer)
{
    for (const char *side : {"/legacy", "/new"})
        if (pointer.starts_with(std::string(side) + "/more_keys"))
            return std::string(side) + "/key";
    return pointer;
}

} // namespace

int MappingEditor::row() const
{
    return m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1;
}

void MappingEditor::fill(const Mapping &mapping)
{
    m_filling = true;
    m_deletionLimits = mapping.deletionLimits;
    m_autoRepairLimit = mapping.autoRepairLimit;
    m_type->setCurrentText(toText(mapping.dataType));
    m_setField->setText(toText(mapping.setField));
    m_keyKind->setCurrentIndex(mapping.keyKind == KeyKind::Integer ? 0 : 1);
    m_authority->setCurrentIndex(mapping.authoritative == Platform::Legacy ? 0 : 1);
    for (std::size_t at = 0; at < m_safe.size(); ++at)
        m_safe[at]->setChecked(std::ranges::find(mapping.safeRepairs, SafeActions[at]) != mapping.safeRepairs.end());
    const std::array tables{&mapping.legacyTable, &mapping.newTable};
    for (std::size_t at = 0; at < m_sides.size(); ++at) {
        m_sides[at].source->setCurrentIndex(std::max(0, m_sides[at].source->findData(toText(tables[at]->sourceId))));
        m_sides[at].from->setCurrentIndex(tables[at]->isQuery() ? 1 : 0);
        m_sides[at].table->setText(toText(tables[at]->table));
        m_sides[at].query->setPlainText(toText(tables[at]->query));
        showRelation(m_sides[at]);
        m_sides[at].keys->setText(keysText(*tables[at]));
        m_sides[at].changed->setCurrentText(toText(tables[at]->changedColumn.value_or("")));
    }
    m_model.setFields(mapping.fields);
    m_filling = false;
    if (m_model.rowCount() > 0)
        m_table->setCurrentIndex(m_model.index(0, 0));
    selectField(row());
    check();
}

void MappingEditor::showRelation(const Side &side)
{
    const std::string at = &side == &m_sides[0] ? "/legacy" : "/new";
    const bool query = side.from->currentIndex() == 1;
    m_fields.at(at + "/table")->setVisible(!query);
    m_fields.at(at + "/query")->setVisible(query);
}

MappedTable MappingEditor::tableOf(const Side &side) const
{
    static const QRegularExpression between(QStringLiteral("\\s*,\\s*"));
    MappedTable table;
    table.sourceId = toUtf8(side.source->currentData().toString());
    if (side.from->currentIndex() == 0)
        table.table = toUtf8(side.table->text().trimmed());
    else
        table.query = toUtf8(side.query->toPlainText().trimmed());
    const QStringList keys = side.keys->text().trimmed().split(between, Qt::SkipEmptyParts);
    for (const QString &key : keys)
        if (table.key.empty())
            table.key = toUtf8(key);
        else
            table.moreKeys.push_back(toUtf8(key));
    if (const QString changed = side.changed->currentText().trimmed(); !changed.isEmpty())
        table.changedColumn = toUtf8(changed);
    return table;
}

Mapping MappingEditor::mapping() const
{
    Mapping mapping;
    mapping.dataType = toUtf8(m_type->currentText().trimmed());
    mapping.legacyTable = tableOf(m_sides[0]);
    mapping.newTable = tableOf(m_sides[1]);
    mapping.setField = toUtf8(m_setField->text().trimmed());
    mapping.keyKind = m_keyKind->currentIndex() == 0 ? KeyKind::Integer : KeyKind::Text;
    mapping.authoritative = m_authority->currentIndex() == 0 ? Platform::Legacy : Platform::New;
    for (std::size_t at = 0; at < m_safe.size(); ++at)
        if (m_safe[at]->isChecked())
            mapping.safeRepairs.push_back(SafeActions[at]);
    mapping.fields = m_model.fields();
    mapping.deletionLimits = m_deletionLimits;
    mapping.autoRepairLimit = m_autoRepairLimit;
    return mapping;
}

void MappingEditor::onEdit()
{
    if (m_filling)
        return;
    m_touched = true;
    m_refused.clear();
    m_columnsSoon.start();
    say({}, false);
    check();
}

void MappingEditor::onField()
{
    if (m_filling || row() < 0)
        return;
    m_model.put(row(), m_form->field());
    onEdit();
}

void MappingEditor::selectField(int row)
{
    const bool any = row >= 0 && row < m_model.rowCount();
    m_form->setEnabled(any);
    m_filling = true;
    m_form->setField(any ? m_model.fields()[static_cast<std::size_t>(row)] : MappedField());
    m_filling = false;
    m_form->setProblems(any && (m_touched || !m_refused.empty()) ? m_model.problemsOf(row) : std::vector<FieldError>());
    syncButtons();
}

// The columns there are, to choose from; asked once for each table.
void MappingEditor::askColumns()
{
    for (Side &side : m_sides) {
        const MappedTable table = tableOf(side);
        const std::string asked = table.sourceId + "\n" + table.relation();
        if (table.sourceId.empty() || table.relation().empty() || asked == side.askedFor || !m_session->obstacle().isEmpty())
            continue;
        side.askedFor = asked;
        m_session->columns(table, this,
                           [this, &side, asked](const Result<std::vector<SourceColumn>> &columns) {
                               onColumns(side, asked, columns);
                           });
    }
}

void MappingEditor::onColumns(Side &side, const std::string &asked, const Result<std::vector<SourceColumn>> &columns)
{
    if (asked != side.askedFor)
        return; // of another table by now
    side.columns = columns ? *columns : std::vector<SourceColumn>();
    if (!columns)
        side.askedFor.clear(); // to be asked again
    const QStringList names = columnNames(side.columns);
    m_filling = true;
    const QString changed = side.changed->currentText();
    side.changed->clear();
    side.changed->addItems(names);
    side.changed->setCurrentText(changed);
    m_filling = false;
    m_form->setColumns(columnNames(m_sides[0].columns), columnNames(m_sides[1].columns));
    const std::string at = &side == &m_sides[0] ? "/legacy" : "/new";
    FormField *field = m_fields.at(at + (side.from->currentIndex() == 0 ? "/table" : "/query"));
    field->setHelp(!columns        ? errorText(columns.error())
                   : names.isEmpty() ? tr("there is no such table")
                                     : tr("%n column(s)", nullptr, static_cast<int>(names.size())));
}

void MappingEditor::suggest()
{
    if (m_working || !m_suggest->isEnabled())
        return;
    m_working = true;
    say(tr("The comparator looks at both tables …"), false);
    syncButtons();
    m_session->suggest(mapping(), this, [this](const Result<MappingDraft> &draft) { onSuggested(draft); });
}

// What was written by hand stays: only fields whose columns are in none yet are added.
void MappingEditor::onSuggested(const Result<MappingDraft> &draft)
{
    m_working = false;
    if (!draft) {
        m_refused = draft.error().fields;
        m_touched = true;
        check();
        say(QStringLiteral("%1. %2").arg(tr("There is no suggestion"), errorText(draft.error())), true);
        return;
    }
    Mapping merged = mapping();
    const bool first = merged.fields.empty();
    int added = 0;
    for (const MappedField &field : draft->mapping.fields) {
        const bool taken = std::ranges::any_of(merged.fields, [&](const MappedField &one) {
            return one.legacyColumn == field.legacyColumn || one.newColumn == field.newColumn || one.name == field.name;
        });
        if (taken)
            continue;
        merged.fields.push_back(field);
        ++added;
    }
    const std::array tables{std::pair(&merged.legacyTable, &draft->mapping.legacyTable),
                            std::pair(&merged.newTable, &draft->mapping.newTable)};
    const bool keyless = merged.legacyTable.key.empty() && merged.newTable.key.empty();
    for (const auto &[ours, theirs] : tables) {
        if (keyless) {
            ours->key = theirs->key;
            ours->moreKeys = theirs->moreKeys;
        }
        if (!ours->changedColumn)
            ours->changedColumn = theirs->changedColumn;
    }
    if (keyless || first)
        merged.keyKind = draft->mapping.keyKind;
    m_touched = true;
    fill(merged);
    QStringList unpaired;
    for (const auto &[platform, list] : {std::pair(QStringLiteral("LEGACY"), &draft->legacyUnpaired),
                                         std::pair(QStringLiteral("NEW"), &draft->newUnpaired)})
        for (const MappingDraft::Unpaired &one : *list)
            unpaired << QStringLiteral("%1.%2: %3").arg(platform, toText(one.column), toText(one.reason));
    m_unpaired->setText(unpaired.isEmpty() ? QString() : tr("Not paired: %1").arg(unpaired.join(QStringLiteral("; "))));
    m_unpaired->setToolTip(unpaired.join(QLatin1Char('\n')));
    const bool noKey = draft->mapping.legacyTable.key.empty();
    QString text = tr("%n field(s) suggested; what was here stays.", nullptr, added);
    if (noKey)
        text += QLatin1Char(' ') + tr("No index is unique on both sides: name the key columns.");
    say(text, noKey);
}

void MappingEditor::check()
{
    std::vector<FieldError> problems = mappingProblems(mapping());
    problems.insert(problems.begin(), m_refused.begin(), m_refused.end());
    const bool tell = m_touched || !m_refused.empty();
    m_model.setProblems(tell ? problems : std::vector<FieldError>());
    m_form->setProblems(tell ? m_model.problemsOf(row()) : std::vector<FieldError>());
    for (const auto &[pointer, field] : m_fields) {
        QString text;
        for (const FieldError &problem : problems)
            if (placeOf(problem.pointer) == pointer && text.isEmpty() && tell)
                text = mappingProblemText(problem.message);
        field->setProblem(text);
    }
    syncButtons();
}

void MappingEditor::syncButtons()
{
    QString why = m_session->obstacle();
    if (why.isEmpty() && m_working)
        why = tr("It is on its way.");
    m_cancel->setBlocked(m_working ? why : QString());
    m_addField->setBlocked(why);
    m_removeField->setBlocked(why.isEmpty() && row() < 0 ? tr("Choose a field first.") : why);
    QString suggestable = why;
    const MappedTable legacy = tableOf(m_sides[0]);
    const MappedTable fresh = tableOf(m_sides[1]);
    if (suggestable.isEmpty() && (legacy.sourceId.empty() || legacy.relation().empty() || fresh.sourceId.empty() ||
                                  fresh.relation().empty() || m_type->currentText().trimmed().isEmpty()))
        suggestable = tr("Name the data type and both tables first.");
    m_suggest->setBlocked(suggestable);
    QString savable = why;
    if (savable.isEmpty() && m_refused.empty())
        if (const auto problems = mappingProblems(mapping()); !problems.empty())
            savable = tr("%1: %2").arg(toText(problems.front().pointer), mappingProblemText(problems.front().message));
    if (savable.isEmpty() && !isNew() && mapping() == m_base.mapping)
        savable = tr("Nothing is edited.");
    m_save->setBlocked(savable);
    m_reason->setEnabled(!m_working);
}

void MappingEditor::save()
{
    if (m_working || !m_save->isEnabled())
        return;
    m_working = true;
    m_refused.clear();
    say(tr("The comparator holds it against both databases …"), false);
    check();
    m_session->save({m_base.id, m_base.version, mapping()}, m_reason->text(), this,
                    [this](const Result<MappingEntry> &entry) { onSaved(entry); });
}

void MappingEditor::onSaved(const Result<MappingEntry> &entry)
{
    m_working = false;
    if (entry) {
        Q_EMIT saved(entry->id);
        accept();
        return;
    }
    const Error &error = entry.error();
    m_refused = error.fields;
    QString text = isUnanswered(error)
                       ? tr("No answer: it may or may not have been saved. Look at the list before saving again. (%1)").arg(errorText(error))
                   : error.kind == ErrorKind::Stale
                       ? tr("Not saved: somebody changed this mapping meanwhile. Close it and look at it again.")
                   : error.fields.empty() ? tr("Not saved: %1").arg(errorText(error))
                                          : tr("Not saved: the comparator refuses %n place(s).", nullptr,
                                               static_cast<int>(error.fields.size()));
    m_touched = true;
    check();
    // The first field that was refused is shown; what has no place here is told in words.
    bool shown = false;
    for (const FieldError &problem : error.fields) {
        if (problem.pointer.starts_with("/fields/")) {
            for (int at = 0; at < m_model.rowCount() && !shown; ++at)
                if (!m_model.problemsOf(at).empty()) {
                    m_table->setCurrentIndex(m_model.index(at, 0));
                    shown = true;
                }
        } else if (!m_fields.contains(placeOf(problem.pointer))) {
            text += QStringLiteral(" %1: %2.").arg(toText(problem.pointer), mappingProblemText(problem.message));
        }
    }
    selectField(row());
    say(text, true);
}

void MappingEditor::reject()
{
    if (m_working)
        return;
    if (mapping() == m_base.mapping || !m_touched) {
        QDialog::reject();
        return;
    }
    auto *box = new QuestionDialog({tr("Throw the mapping away?"), tr("What you have written here is not saved."),
                                    tr("Throw away"), tr("Keep editing")}, this);
    box->setObjectName(QStringLiteral("loseMappingBox"));
    connect(box, &QDialog::accepted, this, [this] { QDialog::reject(); });
    openDialog(box);
}

void MappingEditor::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

} // namespace crossfade
