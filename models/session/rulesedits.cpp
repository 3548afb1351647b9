// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/rulesedits.h"

#include <algorithm>
#include <set>

namespace crossfade {

void RulesEdits::setSaved(std::vector<RuleRow> rules)
{
    m_saved = std::move(rules);
    std::set<std::string> ids;
    for (const RuleRow &row : m_saved)
        ids.insert(row.id);
    // What was to be deleted and is gone, is done.
    std::erase_if(m_edits, [&](const auto &entry) {
        return entry.second.kind == RuleEdit::Deleted && !ids.contains(entry.first);
    });
}

void RulesEdits::putSaved(RuleRow rule)
{
    const auto found = std::ranges::find(m_saved, rule.id, &RuleRow::id);
    if (found == m_saved.end())
        m_saved.push_back(std::move(rule));
    else
        *found = std::move(rule);
}

void RulesEdits::removeSaved(const std::string &id)
{
    std::erase_if(m_saved, [&](const RuleRow &row) { return row.id == id; });
    const auto edit = m_edits.find(id);
    if (edit != m_edits.end() && edit->second.kind == RuleEdit::Deleted)
        m_edits.erase(edit);
}

const RuleRow *RulesEdits::saved(const std::string &id) const
{
    const auto found = std::ranges::find(m_saved, id, &RuleRow::id);
    return found == m_saved.end() ? nullptr : &*found;
}

std::string RulesEdits::add(const RuleInput &input)
{
    const std::string id = "new:" + std::to_string(++m_added);
    m_edits[id] = Edit{RuleEdit::Added, {}, input, {}};
    return id;
}

void RulesEdits::change(const std::string &id, const RuleInput &input, const RuleRow *seen)
{
    const auto existing = m_edits.find(id);
    if (existing != m_edits.end() && existing->second.kind == RuleEdit::Added) {
        existing->second.input = input;
        existing->second.problems.clear();
        return;
    }
    const RuleRow *base = seen ? seen : saved(id);
    if (existing != m_edits.end())
        base = &existing->second.base;
    if (!base)
        return;
    if (base->input == input)
        m_edits.erase(id);
    else
        m_edits[id] = Edit{RuleEdit::Changed, RuleRow(*base), input, {}};
}

std::optional<RuleRow> RulesEdits::base(const std::string &id) const
{
    if (const Edit *found = edit(id))
        return found->kind == RuleEdit::Added ? std::nullopt : std::optional(found->base);
    const RuleRow *row = saved(id);
    return row ? std::optional(*row) : std::nullopt;
}

void RulesEdits::remove(const std::string &id)
{
    const auto existing = m_edits.find(id);
    if (existing != m_edits.end() && existing->second.kind == RuleEdit::Added) {
        m_edits.erase(existing);
        return;
    }
    if (const RuleRow *base = saved(id))
        m_edits[id] = Edit{RuleEdit::Deleted, *base, base->input, {}};
    else
        m_edits.erase(id);
}

void RulesEdits::revert(const std::string &id)
{
    m_edits.erase(id);
}

void RulesEdits::rebase(const std::string &id, const RuleRow &theirs, const RuleInput &merged)
{
    putSaved(theirs);
    const auto existing = m_edits.find(id);
    const bool deletes = existing != m_edits.end() && existing->second.kind == RuleEdit::Deleted;
    if (deletes)
        existing->second.base = theirs;
    else if (theirs.input == merged)
        m_edits.erase(id);
    else
        m_edits[id] = Edit{RuleEdit::Changed, theirs, merged, {}};
}

void RulesEdits::setProblems(const std::string &id, std::vector<FieldError> problems)
{
    const auto existing = m_edits.find(id);
    if (existing != m_edits.end())
        existing->second.problems = std::move(problems);
}

const RulesEdits::Edit *RulesEdits::edit(const std::string &id) const
{
    const auto found = m_edits.find(id);
    return found == m_edits.end() ? nullptr : &found->second;
}

std::vector<std::string> RulesEdits::editIds() const
{
    std::vector<std::string> ids;
    for (const RuleEdit kind : {RuleEdit::Deleted, RuleEdit::Changed, RuleEdit::Added})
        for (const auto &[id, edit] : m_edits)
            if (edit.kind == kind)
                ids.push_back(id);
    return ids;
}

bool RulesEdits::isValid() const
{
    return std::ranges::all_of(m_edits, [](const auto &entry) {
        return entry.second.kind == RuleEdit::Deleted || ruleProblems(entry.second.input).empty();
    });
}

std::vector<RuleRow> RulesEdits::rows() const
{
    std::vector<RuleRow> rows = m_saved;
    for (RuleRow &row : rows) {
        const Edit *found = edit(row.id);
        if (!found)
            continue;
        row.edit = found->kind;
        row.input = found->input;
        row.problems = found->problems;
    }
    for (const auto &[id, edit] : m_edits) {
        // Also an edit of a rule that somebody else deleted meanwhile: saving it asks what is to become of it.
        const bool gone = edit.kind == RuleEdit::Changed && !saved(id);
        if (edit.kind != RuleEdit::Added && !gone)
            continue;
        RuleRow row = edit.base;
        row.id = id;
        row.input = edit.input;
        row.edit = edit.kind;
        row.problems = edit.problems;
        rows.push_back(std::move(row));
    }
    for (RuleRow &row : rows) {
        if (row.edit == RuleEdit::None || row.edit == RuleEdit::Deleted || !row.problems.empty())
            continue;
        row.problems = ruleProblems(row.input);
    }
    return rows;
}

std::optional<RuleInput> RulesEdits::current(const std::string &id) const
{
    if (const Edit *found = edit(id))
        return found->input;
    if (const RuleRow *row = saved(id))
        return row->input;
    return std::nullopt;
}

} // namespace crossfade
