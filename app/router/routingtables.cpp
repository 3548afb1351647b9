// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/routingtables.h"

#include "app/service/zones.h"
#include "models/routing/routingjson.h"
#include "models/core/refusals.h"

#include <algorithm>
#include <array>

namespace crossfade::routingtables {

namespace {

Platform platformOf(const SqlRow &row, std::size_t column)
{
    return platformFromWord(row.text(column)).value_or(Platform::Legacy);
}

std::optional<Instant> instantOf(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return std::nullopt;
    return instantFromMs(row.integer(column));
}

SqlValue msOrNull(const std::optional<Instant> &instant)
{
    return instant ? SqlValue(toMs(*instant)) : SqlValue(nullptr);
}

std::optional<Recurrence> recurrenceOf(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return std::nullopt;
    Recurrence recurrence;
    recurrence.weekly.weekdays = static_cast<std::uint8_t>(row.integer(column) & WeeklyWindow::EveryDay);
    recurrence.weekly.from = static_cast<int>(row.integer(column + 1));
    recurrence.weekly.to = static_cast<int>(row.integer(column + 2));
    recurrence.weekly.timeZone = row.text(column + 3);
    recurrence.zone = zoneTable(recurrence.weekly.timeZone);
    return recurrence;
}

// weekdays, from_minute, to_minute, time_zone
std::array<SqlValue, 4> recurrenceValues(const std::optional<Recurrence> &recurrence)
{
    if (!recurrence) return {nullptr, nullptr, nullptr, nullptr};
    const WeeklyWindow &weekly = recurrence->weekly;
    return {std::int64_t{weekly.weekdays}, std::int64_t{weekly.from}, std::int64_t{weekly.to}, weekly.timeZone};
}

SqlValue word(std::string_view text) { return std::string(text); }

Result<void> nothing(const Result<std::int64_t> &done)
{
    if (!done) return fail(done.error());
    return {};
}

const char *const CoverColumns = "policy_id, policy_name, target_system, target_platform, percentage, "
                                 "salt, users_without_id, sessions";

PolicyCover coverOf(const SqlRow &row)
{
    return {row.text(0), row.text(1), row.text(2), platformOf(row, 3),
            Percentage::fromHundredths(row.integer(4)), row.text(5), platformOf(row, 6),
            sessionSharesFromJson(parseJson(row.text(7)).value_or(Json())).value_or(SessionShares())};
}

// In the order of RuleColumns.
void addRuleValues(Database::Parameters &values, const Rule &rule)
{
    values.emplace_back(rule.id);
    values.emplace_back(rule.name);
    values.push_back(word(ruleTypeWord(rule.type)));
    values.emplace_back(rule.target);
    values.push_back(word(platformWord(rule.platform)));
    values.emplace_back(rule.reason);
    values.push_back(msOrNull(rule.window.start));
    values.push_back(msOrNull(rule.window.end));
    values.emplace_back(rule.priority);
    values.emplace_back(std::int64_t{rule.active ? 1 : 0});
    values.emplace_back(toMs(rule.createdAt));
    values.emplace_back(toMs(rule.updatedAt));
    values.emplace_back(rule.changedBy);
    values.emplace_back(rule.version);
    for (SqlValue &value : recurrenceValues(rule.recurrence))
        values.push_back(std::move(value));
}

// "b = excluded.b, c = excluded.c" of the columns "a, b, c": all but the key.
std::string allReplaced(std::string_view columns)
{
    std::string sets;
    for (std::size_t comma = columns.find(", "); comma != std::string_view::npos;) {
        const std::size_t next = columns.find(", ", comma + 2);
        const std::string name(columns.substr(comma + 2, next - comma - 2));
        sets += (sets.empty() ? "" : ", ") + name + " = excluded." + name;
        comma = next;
    }
    return sets;
}

} // namespace

const char *const RuleColumns =
    "id, config_name, config_type, target, target_platform, reason, start_time, end_time, priority, "
    "active, created_at, updated_at, changed_by, version, weekdays, from_minute, to_minute, time_zone";

Rule ruleOf(const SqlRow &row)
{
    Rule rule;
    rule.id = row.text(0);
    rule.name = row.text(1);
    rule.type = ruleTypeFromWord(row.text(2)).value_or(RuleType::User);
    rule.target = row.text(3);
    rule.platform = platformOf(row, 4);
    rule.reason = row.text(5);
    rule.window = {instantOf(row, 6), instantOf(row, 7)};
    rule.priority = row.integer(8);
    rule.active = row.integer(9) != 0;
    rule.createdAt = instantFromMs(row.integer(10));
    rule.updatedAt = instantFromMs(row.integer(11));
    rule.changedBy = row.text(12);
    rule.version = row.integer(13);
    rule.recurrence = recurrenceOf(row, 14);
    return rule;
}

Result<void> putRules(Database &db, std::span<const RulePtr> rules)
{
    static const std::string Places = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    static const std::string Conflict = " ON CONFLICT (id) DO UPDATE SET " + allReplaced(RuleColumns);
    std::string sql = "INSERT INTO rule (" + std::string(RuleColumns) + ") VALUES " + Places;
    for (std::size_t i = 1; i < rules.size(); ++i)
        sql += ", " + Places;
    Database::Parameters values;
    values.reserve(rules.size() * 18);
    for (const RulePtr &one : rules)
        addRuleValues(values, *one);
    return nothing(db.execute(sql + Conflict, values));
}

Result<void> putRule(Database &db, const Rule &rule)
{
    const RulePtr one(RulePtr(), &rule);
    return putRules(db, std::span(&one, 1));
}

Result<std::vector<RulePtr>> rulesOf(Database &db, const std::vector<std::string> &ids)
{
    constexpr std::size_t AtOnce = 100;
    static const std::string Select = [] {
        std::string sql = "SELECT " + std::string(RuleColumns) + " FROM rule WHERE id IN (?";
        for (std::size_t i = 1; i < AtOnce; ++i)
            sql += ", ?";
        return sql + ")";
    }();
    std::vector<RulePtr> rules;
    for (std::size_t i = 0; i < ids.size(); i += AtOnce) {
        Database::Parameters values;
        for (std::size_t k = i; k < i + AtOnce; ++k) // the last stands for those that are missing
            values.emplace_back(ids[std::min(k, ids.size() - 1)]);
        const auto rows = db.query(Select, values);
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            rules.push_back(std::make_shared<const Rule>(ruleOf(row)));
    }
    std::ranges::sort(rules, {}, [](const RulePtr &rule) -> const std::string & { return rule->id; });
    const auto again = std::ranges::unique(rules, {}, [](const RulePtr &rule) -> const std::string & { return rule->id; });
    rules.erase(again.begin(), again.end());
    return rules;
}

Result<void> removeRule(Database &db, std::string_view id)
{
    return nothing(db.execute("DELETE FROM rule WHERE id = ?", {std::string(id)}));
}

Result<Switches> switches(Database &db)
{
    const auto rows =
        db.query("SELECT master, default_platform, updated_at, changed_by, version, forward_only, "
                 "dual_write, aggregation, inserts_to_new, id_threshold, read_compare, "
                 "not_in_legacy_to_new, hold_inconsistent FROM switches");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store has no switches");
    const SqlRow &row = rows->front();
    Switches switches;
    switches.master = masterFromWord(row.text(0)).value_or(Master::Off);
    switches.defaultPlatform = platformOf(row, 1);
    switches.updatedAt = instantFromMs(row.integer(2));
    switches.changedBy = row.text(3);
    switches.version = row.integer(4);
    switches.forwardOnly = row.integer(5) != 0;
    switches.dualWrite = row.integer(6) != 0;
    switches.aggregation = row.integer(7) != 0;
    switches.insertsToNew = row.integer(8) != 0;
    if (!row.isNull(9)) switches.idThreshold = row.integer(9);
    switches.readCompare = Percentage::fromHundredths(row.integer(10));
    switches.notInLegacyToNew = row.integer(11) != 0;
    switches.holdInconsistent = row.integer(12) != 0;
    return switches;
}

Result<void> putSwitches(Database &db, const Switches &switches)
{
    return nothing(db.execute("UPDATE switches SET master = ?, default_platform = ?, updated_at = ?, "
                              "changed_by = ?, version = ?, forward_only = ?, dual_write = ?, "
                              "aggregation = ?, inserts_to_new = ?, id_threshold = ?, read_compare = ?, "
                              "not_in_legacy_to_new = ?, hold_inconsistent = ?",
                              {word(masterWord(switches.master)),
                               word(platformWord(switches.defaultPlatform)), toMs(switches.updatedAt),
                               switches.changedBy, switches.version,
                               std::int64_t{switches.forwardOnly}, std::int64_t{switches.dualWrite},
                               std::int64_t{switches.aggregation}, std::int64_t{switches.insertsToNew},
                               switches.idThreshold ? SqlValue(*switches.idThreshold) : SqlValue(nullptr),
                               std::int64_t{switches.readCompare.hundredths()},
                               std::int64_t{switches.notInLegacyToNew},
                               std::int64_t{switches.holdInconsistent}}));
}

Result<std::vector<PolicyCover>> covers(Database &db)
{
    const auto rows = db.query("SELECT " + std::string(CoverColumns) +
                               " FROM policy_cover ORDER BY target_system");
    if (!rows) return fail(rows.error());
    std::vector<PolicyCover> covers;
    for (const SqlRow &row : *rows)
        covers.push_back(coverOf(row));
    return covers;
}

Result<std::optional<PolicyCover>> cover(Database &db, std::string_view policyId)
{
    const auto rows = db.query("SELECT " + std::string(CoverColumns) +
                                   " FROM policy_cover WHERE policy_id = ?",
                               {std::string(policyId)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<PolicyCover>();
    return std::optional<PolicyCover>(coverOf(rows->front()));
}

Result<void> putCover(Database &db, const PolicyCover &cover)
{
    const auto done = db.execute(
        "INSERT INTO policy_cover (" + std::string(CoverColumns) +
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (policy_id) DO UPDATE SET "
            "policy_name = excluded.policy_name, target_system = excluded.target_system, "
            "target_platform = excluded.target_platform, percentage = excluded.percentage, "
            "salt = excluded.salt, users_without_id = excluded.users_without_id, sessions = excluded.sessions",
        {cover.id, cover.name, cover.targetSystem, word(platformWord(cover.targetPlatform)),
         std::int64_t{cover.percentage.hundredths()}, cover.salt,
         word(platformWord(cover.usersWithoutId)), dumpJson(sessionSharesToJson(cover.sessions))});
    if (!done && done.error().kind == ErrorKind::Conflict)
        return fail(refused(refusals::SystemCovered, {cover.targetSystem}));
    return nothing(done);
}

Result<void> removeCover(Database &db, std::string_view policyId)
{
    return nothing(db.execute("DELETE FROM policy_cover WHERE policy_id = ?", {std::string(policyId)}));
}

Result<std::vector<GroupCover>> groupCovers(Database &db)
{
    const auto rows = db.query("SELECT cover FROM group_cover ORDER BY group_id");
    if (!rows) return fail(rows.error());
    std::vector<GroupCover> covers;
    for (const SqlRow &row : *rows) {
        const auto json = parseJson(row.text(0));
        auto cover = json ? groupCoverFromJson(*json) : fail(json.error());
        if (!cover) return fail(ErrorKind::Internal, "a stored group cannot be read: " + cover.error().message);
        covers.push_back(std::move(*cover));
    }
    return covers;
}

Result<std::optional<GroupCover>> groupCover(Database &db, std::string_view groupId)
{
    const auto rows = db.query("SELECT cover FROM group_cover WHERE group_id = ?", {std::string(groupId)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<GroupCover>();
    const auto json = parseJson(rows->front().text(0));
    auto cover = json ? groupCoverFromJson(*json) : fail(json.error());
    if (!cover) return fail(ErrorKind::Internal, "a stored group cannot be read: " + cover.error().message);
    return std::optional(std::move(*cover));
}

Result<void> putGroupCover(Database &db, const GroupCover &cover)
{
    return nothing(db.execute("INSERT INTO group_cover (group_id, members_id, cover) VALUES (?, ?, ?) "
                              "ON CONFLICT (group_id) DO UPDATE SET members_id = excluded.members_id, "
                              "cover = excluded.cover",
                              {cover.id, cover.membersId, dumpJson(groupCoverToJson(cover))}));
}

Result<void> removeGroupCover(Database &db, std::string_view groupId)
{
    return nothing(db.execute("DELETE FROM group_cover WHERE group_id = ?", {std::string(groupId)}));
}

} // namespace crossfade::routingtables
