// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/rulesedits.h"

#include <algorithm>
#include <utility>

namespace crossfade {

void RulesEdits::putSaved(RuleRow rule)
{
    const auto at = m_saved.find(rule.id);
    if (at && m_saved[*at] == rule)
        return;
    m_touched.insert(rule.id);
    auto row = std::make_shared<const RuleRow>(std::move(rule));
    if (at)
        m_saved.set(*at, std::move(row));
    else
        m_saved.append(std::move(row));
}

void RulesEdits::removeSaved(const std::string &id)
{
    m_touched.insert(id);
    if (const auto at = m_saved.find(id))
        m_saved.erase(*at);
    const auto edit = m_edits.find(id);
    if (edit != m_edits.end() && edit->second.kind == RuleEdit::Deleted)
        m_edits.erase(edit); // what was to be deleted and is gone, is done
}

void RulesEdits::keepSaved(const std::unordered_set<std::string> &ids)
{
    std::unordered_set<std::string> gone;
    for (const RuleRow &row : m_saved)
        if (!ids.contains(row.id))
            gone.insert(row.id);
    m_saved.eraseAll(gone);
    m_touched.insert(gone.begin(), gone.end());
    for (const std::string &id : editIds())
        if (edit(id)->kind == RuleEdit::Deleted && !saved(id))
            revert(id);
}

void RulesEdits::discard()
{
    for (const auto &[id, edit] : m_edits)
        m_touched.insert(id);
    m_edits.clear();
}

std::set<std::string> RulesEdits::takeTouched()
{
    return std::exchange(m_touched, {});
}

std::string RulesEdits::add(const RuleInput &input)
{
    const std::string id = "new:" + std::to_string(++m_added);
    m_edits[id] = Edit{RuleEdit::Added, {}, input, {}};
    m_touched.insert(id);
    return id;
}

void RulesEdits::change(const std::string &id, const RuleInput &input, const RuleRow *seen)
{
    m_touched.insert(id);
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
    m_touched.insert(id);
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
    m_touched.insert(id);
    m_edits.erase(id);
}

void RulesEdits::rebase(const std::string &id, const RuleRow &theirs, const RuleInput &merged)
{
    putSaved(theirs);
    m_touched.insert(id);
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
    if (existing == m_edits.end())
        return;
    existing->second.problems = std::move(problems);
    m_touched.insert(id);
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

RuleRowPtr RulesEdits::row(const std::string &id) const
{
    const auto at = m_saved.find(id);
    const Edit *found = edit(id);
    if (!found)
        return at ? m_saved.pointer(*at) : nullptr;
    // Also an edit of a rule that somebody else deleted meanwhile: saving it asks what is to become of it.
    if (!at && found->kind == RuleEdit::Deleted)
        return nullptr;
    RuleRow row = at ? m_saved[*at] : found->base;
    row.id = id;
    row.input = found->input;
    row.edit = found->kind;
    row.problems = found->problems;
    if (row.edit != RuleEdit::Deleted && row.problems.empty())
        row.problems = ruleProblems(row.input);
    return std::make_shared<const RuleRow>(std::move(row));
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
