// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ruleimport.h"

#include "models/core/ids.h"
#include "models/routing/rulecolumns.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

const Json &fieldOf(const Json &fields, const char *name)
{
    static const Json Nothing;
    const auto it = fields.find(name);
    return it == fields.end() ? Nothing : *it;
}

// What the row wants to set. Fields that are no column at all stay, for the check to refuse.
Json inputOf(const Json &fields)
{
    Json input = Json::object();
    for (const auto &[name, value] : fields.items()) {
        const RuleColumn *column = ruleColumn(name);
        if (!column || column->use == RuleColumn::Use::Input) input[name] = value;
    }
    return input;
}

// "/target_entity" → "target_entity"; "" where the row as a whole is meant.
std::string columnOf(const std::string &pointer)
{
    const std::string first = pointer.empty() ? pointer : pointer.substr(1);
    return first.substr(0, first.find('/'));
}

} // namespace

RuleImport::RuleImport(RuleImportContext context, RuleImportLimits limits)
    : m_context(std::move(context))
    , m_limits(limits)
{
}

void RuleImport::reject(std::size_t row, std::string column, std::string message)
{
    ++m_report.errorCount;
    if (m_report.errors.size() < m_limits.told)
        m_report.errors.push_back({row, std::move(column), std::move(message)});
}

RulePtr RuleImport::existing(std::string_view id) const
{
    const auto idOf = [](const RulePtr &rule) -> std::string_view { return rule->id; };
    const auto it = std::ranges::lower_bound(m_context.existing, id, {}, idOf);
    return it != m_context.existing.end() && (*it)->id == id ? *it : nullptr;
}

Result<void> RuleImport::add(const Json &fields, std::size_t row)
{
    if (m_report.rows == m_limits.rows)
        return fail(ErrorKind::TooLarge,
                    "an import may have at most " + std::to_string(m_limits.rows) + " rules");
    ++m_report.rows;
    if (fields.is_object())
        plan(fields, row);
    else
        reject(row, {}, "must be an object");
    return {};
}

// False if the row is wrong; without an id in it a new one.
bool RuleImport::readId(const Json &fields, std::size_t row, std::string &id)
{
    const Json &given = fieldOf(fields, "id");
    const auto *text = given.get_ptr<const std::string *>();
    if (given.is_null() || (text && text->empty())) {
        id = m_context.newId();
        return true;
    }
    if (!text || !isValidId(*text)) {
        reject(row, "id", "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
        return false;
    }
    id = *text;
    const auto [first, isNew] = m_rowOfId.emplace(id, row);
    if (!isNew) reject(row, "id", "stands in row " + std::to_string(first->second) + " already");
    return isNew;
}

bool RuleImport::checkVersion(const Json &fields, std::size_t row, const Rule *before)
{
    const Json &given = fieldOf(fields, "version");
    if (given.is_null()) return true;
    if (!given.is_number_integer() || given < 1) {
        reject(row, "version", "must be a whole number from 1");
        return false;
    }
    if (!before || given == before->version) return true;
    reject(row, "version", "somebody changed the rule meanwhile: it is at version " + std::to_string(before->version));
    return false;
}

// Rules of one target stand in one list, and time rules in one table, which every decision asks.
bool RuleImport::countTarget(const Rule &rule, std::size_t row)
{
    const std::string target = std::string(ruleTypeWord(rule.type)) + ' ' + rule.target;
    if (++m_rowsOfTarget[target] <= m_limits.perTarget) return true;
    reject(row, "target_entity", "more than " + std::to_string(m_limits.perTarget) +
                                     " rows of one import may not change rules of the same target");
    return false;
}

void RuleImport::plan(const Json &fields, std::size_t row)
{
    std::string id;
    if (!readId(fields, row, id)) return;
    const RulePtr before = existing(id);
    const bool fresh = checkVersion(fields, row, before.get());
    const Json input = before ? patchedRuleInput(*before, inputOf(fields)) : inputOf(fields);
    JsonReader in(input);
    Rule rule = readRuleInput(in, m_context.zones);
    if (const auto error = in.finish()) {
        for (const FieldError &field : error->fields)
            reject(row, columnOf(field.pointer), field.message);
        return;
    }
    rule.id = std::move(id);
    if (fresh) keep(std::move(rule), before, row);
}

void RuleImport::keep(Rule rule, const RulePtr &before, std::size_t row)
{
    if (before) {
        rule.createdAt = before->createdAt;
        rule.updatedAt = before->updatedAt;
        rule.changedBy = before->changedBy;
        rule.version = before->version;
        if (rule == *before) {
            ++m_report.unchanged;
            return;
        }
        ++rule.version;
    } else {
        rule.createdAt = m_context.now;
    }
    if (!countTarget(rule, row)) return;
    ++(before ? m_report.updated : m_report.created);
    rule.updatedAt = m_context.now;
    rule.changedBy = m_context.actor;
    m_report.changes.push_back({row, before, std::make_shared<const Rule>(std::move(rule))});
}

void RuleImport::warn(const Snapshot &after)
{
    // Of the switches, or of the effort: the same for every row, and once is enough.
    std::set<std::string> told;
    Effort effort = m_limits.effort;
    const ReadWritePairs none;
    const ReadWritePairs &pairs = m_context.pairs ? *m_context.pairs : none;
    for (const RuleRowChange &change : m_report.changes) {
        for (RuleWarning &warning : ruleWarnings(after, *change.after, m_context.now, effort, pairs)) {
            const bool ofAll = warning.code == "MASTER_DECIDES" || warning.code == "NOT_COMPARED";
            if (ofAll && !told.insert(warning.code).second) continue;
            ++m_report.warningCount;
            if (m_report.warnings.size() < m_limits.told)
                m_report.warnings.push_back({change.row, change.after->name, std::move(warning)});
        }
    }
}

RuleImportReport RuleImport::finish(const Snapshot &snapshot)
{
    if (m_report.errorCount > 0) {
        m_report.changes.clear();
        return std::move(m_report);
    }
    std::vector<SnapshotChange> changes;
    changes.reserve(m_report.changes.size());
    for (const RuleRowChange &change : m_report.changes)
        changes.emplace_back(RuleChange{change.before, change.after});
    warn(snapshot.changed(changes, snapshot.epoch()));
    return std::move(m_report);
}

} // namespace crossfade
