// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/revisions.h"

#include "app/router/groupmembers.h"
#include "app/service/zones.h"
#include "models/routing/listsjson.h"
#include "models/routing/routingjson.h"

#include <limits>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

namespace crossfade::revisions {

namespace {

struct Entry {
    std::string kind;
    std::string objectId;
    SqlValue targetBefore = nullptr;
    SqlValue targetAfter = nullptr;
    SqlValue before = nullptr; // as JSON
    SqlValue after = nullptr;
};

Entry entryOf(const RuleChange &change)
{
    Entry entry{"rule", (change.after ? change.after : change.before)->id, {}, {}, {}, {}};
    if (change.before) {
        entry.targetBefore = change.before->target;
        entry.before = ruleText(*change.before);
    }
    if (change.after) {
        entry.targetAfter = change.after->target;
        entry.after = ruleText(*change.after);
    }
    return entry;
}

Entry entryOf(const Switches &switches)
{
    return {"switches", "switches", {}, {}, {}, dumpJson(switchesToJson(switches))};
}

Entry entryOf(const PolicyChange &change)
{
    Entry entry{"policy", change.id, {}, {}, {}, {}};
    if (change.after) entry.after = dumpJson(coverToJson(*change.after));
    return entry;
}

Entry entryOf(const GroupChange &change)
{
    Entry entry{"group", change.id, {}, {}, {}, {}};
    if (change.after) entry.after = dumpJson(groupCoverToJson(*change.after));
    return entry;
}

Result<void> store(WriteTransaction &tx, std::span<Entry> entries, std::string_view cause, std::string_view reason)
{
    static const std::string Places = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    std::string sql = "INSERT INTO revision (epoch, at, kind, object_id, target_before, target_after, before_json, "
                      "after_json, cause, actor, reason) VALUES " + Places;
    for (std::size_t i = 1; i < entries.size(); ++i)
        sql += ", " + Places;
    Database::Parameters values;
    values.reserve(entries.size() * 11);
    for (Entry &entry : entries) {
        values.emplace_back(tx.epoch());
        values.emplace_back(toMs(tx.now()));
        for (std::string *text : {&entry.kind, &entry.objectId})
            values.emplace_back(std::move(*text));
        for (SqlValue *value : {&entry.targetBefore, &entry.targetAfter, &entry.before, &entry.after})
            values.push_back(std::move(*value));
        values.emplace_back(std::string(cause));
        values.emplace_back(tx.actor().subject);
        values.emplace_back(std::string(reason));
    }
    const auto done = tx.db().execute(sql, values);
    if (!done) return fail(done.error());
    return {};
}

Result<RulePtr> storedRule(const Json &json)
{
    if (json.is_null()) return RulePtr();
    auto rule = ruleFromJson(json, zoneTable);
    if (!rule) return fail(rule.error());
    return std::make_shared<const Rule>(std::move(*rule));
}

Result<SnapshotChange> changeOf(const std::string &kind, const std::string &objectId,
                                const Json &before, const Json &after)
{
    if (kind == "switches") {
        const auto switches = switchesFromJson(after);
        if (!switches) return fail(switches.error());
        return SnapshotChange(*switches);
    }
    if (kind == "policy") {
        PolicyChange change{objectId, std::nullopt};
        if (after.is_null()) return SnapshotChange(change);
        auto cover = coverFromJson(after);
        if (!cover) return fail(cover.error());
        change.after = std::move(*cover);
        return SnapshotChange(std::move(change));
    }
    if (kind == "group") {
        GroupChange change{objectId, std::nullopt};
        if (after.is_null()) return SnapshotChange(change);
        auto cover = groupCoverFromJson(after);
        if (!cover) return fail(cover.error());
        change.after = std::move(*cover);
        return SnapshotChange(std::move(change));
    }
    auto was = storedRule(before);
    auto is = storedRule(after);
    if (!was) return fail(was.error());
    if (!is) return fail(is.error());
    return SnapshotChange(RuleChange{std::move(*was), std::move(*is)});
}

// A row of list_revision: kind, list, definition, member, whether it was added.
Result<SnapshotChange> listChangeOf(const std::string &kind, const std::string &list, const Json &definition,
                                    const std::string &member, bool added)
{
    if (kind == "gray_entry") return SnapshotChange(GrayEntryChange{list, member, added});
    if (kind == "held_user") return SnapshotChange(HeldChange{HeldChange::Kind::User, member, added, !definition.is_null()});
    if (kind == "held_entity")
        return SnapshotChange(HeldChange{HeldChange::Kind::Entity, member, added, !definition.is_null()});
    GrayListChange change{list, std::nullopt};
    if (!added) return SnapshotChange(std::move(change));
    auto after = grayListFromJson(definition);
    if (!after) return fail(after.error());
    change.after = std::move(*after);
    return SnapshotChange(std::move(change));
}

Json jsonOf(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return {};
    const auto json = parseJson(row.text(column));
    return json ? *json : Json();
}

// Both logs as one. Of one transaction the lists come first: who is spared is, before the switch begins to hold.
constexpr const char *Select = "SELECT epoch, at, kind, object_id, before_json, after_json, cause, actor, reason, "
                               "0 AS source, '' AS member, 0 AS added, seq FROM revision ";
constexpr const char *SelectLists = " UNION ALL SELECT epoch, at, kind, list_name, NULL, definition, cause, actor, "
                                    "reason, 1, member, added, seq FROM list_revision ";
constexpr const char *InOrder = " ORDER BY epoch, source DESC, seq";

using Fill = std::function<Result<void>(GroupCover &)>; // with its members

Result<void> visitRows(Database &db, const std::string &sql, const Database::Parameters &values,
                       const Fill &fillGroup, const std::function<bool(const Revision &)> &visit)
{
    Result<void> result;
    auto done = db.each(sql, values, [&](const SqlRow &row) {
        auto change = row.integer(9) == 0
                          ? changeOf(row.text(2), row.text(3), jsonOf(row, 4), jsonOf(row, 5))
                          : listChangeOf(row.text(2), row.text(3), jsonOf(row, 5), row.text(10), row.integer(11) != 0);
        if (!change) {
            result = fail(ErrorKind::Internal, "the revision log holds what this program cannot read: " +
                                                   change.error().message);
            return false;
        }
        auto *group = std::get_if<GroupChange>(&*change);
        if (group && group->after) result = fillGroup(*group->after);
        if (!result) return false;
        return visit({row.integer(0), instantFromMs(row.integer(1)), std::move(*change), row.text(6),
                      row.text(7), row.text(8)});
    });
    return done ? result : done;
}

// Where a user stands in the lists of members, each looked up once.
class UserPlaces {
public:
    UserPlaces(Database &db, const std::string &user) : m_db(db), m_user(user) {}
    Result<std::optional<std::size_t>> in(const std::string &membersId)
    {
        const auto known = m_places.find(membersId);
        if (known != m_places.end()) return known->second;
        auto place = groupmembers::indexOf(m_db, membersId, m_user);
        if (place) m_places[membersId] = *place;
        return place;
    }

private:
    Database &m_db;
    const std::string &m_user;
    std::map<std::string, std::optional<std::size_t>> m_places;
};

// The changes of one batch that the user is or was in. Every group begins with a change that is not of one batch. A
// look-up each: of several pairs at once SQLite reads every batch there is.
Result<std::vector<std::int64_t>> movesOfUser(Database &db, UserPlaces &places)
{
    using Cut = std::tuple<std::string, std::string, std::size_t>; // the group, its members, the size of a batch
    std::set<Cut> cuts;
    Result<void> read;
    const auto done = db.each("SELECT after_json FROM revision WHERE kind <> 'rule' AND target_after IS NULL AND "
                              "kind = 'group' AND after_json IS NOT NULL",
                              {}, [&](const SqlRow &row) {
                                  auto cover = groupCoverFromJson(jsonOf(row, 0));
                                  if (!cover)
                                      read = fail(cover.error());
                                  else
                                      cuts.emplace(cover->id, cover->membersId, cover->batchSize);
                                  return cover.has_value();
                              });
    if (!done) return fail(done.error());
    if (!read) return fail(read.error());
    std::set<std::pair<std::string, std::size_t>> batches;
    for (const auto &[group, membersId, batchSize] : cuts) {
        const auto place = places.in(membersId);
        if (!place) return fail(place.error());
        if (*place) batches.emplace(group, **place / batchSize);
    }
    std::vector<std::int64_t> moves;
    for (const auto &[group, batch] : batches) {
        const auto rows = db.query("SELECT seq FROM revision WHERE kind = 'group' AND object_id = ? AND target_after = ?",
                                   {group, std::to_string(batch)});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            moves.push_back(row.integer(0));
    }
    return moves;
}

} // namespace

Result<void> append(WriteTransaction &tx, const SnapshotChange &change,
                    const std::optional<PolicyCover> &policyBefore, std::string_view cause,
                    std::string_view reason, std::optional<std::size_t> batch)
{
    Entry entry;
    if (const auto *rule = std::get_if<RuleChange>(&change))
        entry = entryOf(*rule);
    else if (const auto *policy = std::get_if<PolicyChange>(&change))
        entry = entryOf(*policy);
    else if (const auto *switches = std::get_if<Switches>(&change))
        entry = entryOf(*switches);
    else if (const auto *group = std::get_if<GroupChange>(&change))
        entry = entryOf(*group);
    else
        return fail(ErrorKind::Internal, "lists have a log of their own");
    if (policyBefore) entry.before = dumpJson(coverToJson(*policyBefore));
    if (batch) entry.targetAfter = std::to_string(*batch);
    return store(tx, std::span(&entry, 1), cause, reason);
}

Result<void> appendRules(WriteTransaction &tx, std::span<const SnapshotChange> changes, std::string_view cause,
                         std::string_view reason)
{
    std::vector<Entry> entries;
    entries.reserve(changes.size());
    for (const SnapshotChange &change : changes) {
        if (const auto *rule = std::get_if<RuleChange>(&change)) entries.push_back(entryOf(*rule));
    }
    return entries.empty() ? Result<void>() : store(tx, entries, cause, reason);
}

Result<void> each(Database &db, const std::function<bool(const Revision &)> &visit)
{
    std::map<std::string, std::shared_ptr<const IdSet>> known;
    const auto fillGroup = [&](GroupCover &cover) -> Result<void> {
        std::shared_ptr<const IdSet> &members = known[cover.membersId];
        if (!members) {
            if (auto filled = groupmembers::fill(db, cover); !filled) return filled;
            members = cover.members;
        }
        cover.members = members;
        return {};
    };
    return visitRows(db, std::string(Select) + SelectLists + InOrder, {}, fillGroup, visit);
}

Result<void> eachOf(Database &db, const HistorySubject &subject, const std::function<bool(const Revision &)> &visit)
{
    // Time rules have the empty target: they concern everybody. What is not asked for is no member of a list.
    const std::string &user = subject.userId;
    const std::string &system = subject.systemId;
    const std::string &entity = subject.entityId.empty() ? user : subject.entityId;
    const std::string &interface = subject.interface.empty() ? user : subject.interface;
    UserPlaces places(db, user);
    const auto moves = movesOfUser(db, places);
    if (!moves) return fail(moves.error());
    const auto fillGroup = [&](GroupCover &cover) -> Result<void> {
        const auto place = places.in(cover.membersId);
        if (!place) return fail(place.error());
        return *place ? groupmembers::narrow(cover, user, **place) : Result<void>();
    };
    std::string sql = std::string(Select) + "WHERE seq IN (SELECT seq FROM revision WHERE kind <> 'rule' AND "
                                            "target_after IS NULL";
    for (std::size_t i = 0; i < moves->size(); ++i)
        sql += (i == 0 ? " UNION SELECT seq FROM revision WHERE seq IN (" : ", ") + std::to_string((*moves)[i]);
    if (!moves->empty()) sql += ")";
    Database::Parameters values;
    for (const std::string &value : {user, system, user, system, user, entity, interface})
        values.emplace_back(value);
    sql += " UNION SELECT seq FROM revision WHERE kind = 'rule' AND target_before IN (?, ?, '') "
           "UNION SELECT seq FROM revision WHERE kind = 'rule' AND target_after IN (?, ?, ''))";
    sql += std::string(SelectLists) +
           "WHERE seq IN (SELECT seq FROM list_revision WHERE member = '' AND kind = 'gray_list' "
           "UNION SELECT seq FROM list_revision WHERE member IN (?, ?, ?) AND "
           "kind IN ('gray_entry', 'held_user', 'held_entity'))" +
           InOrder;
    return visitRows(db, sql, values, fillGroup, visit);
}

Result<void> eachAfter(Database &db, std::int64_t epoch, const Fill &fill,
                       const std::function<bool(const Revision &)> &visit)
{
    return visitRows(db, std::string(Select) + "WHERE epoch > ?" + SelectLists + "WHERE epoch > ?" + InOrder,
                     {epoch, epoch}, fill, visit);
}

Result<Newest> newest(Database &db)
{
    const auto rows = db.query("SELECT seq, epoch FROM revision ORDER BY seq DESC LIMIT 1");
    if (!rows) return fail(rows.error());
    return rows->empty() ? Newest() : Newest{rows->front().integer(0), rows->front().integer(1)};
}

Result<std::vector<std::string>> rulesChangedSince(Database &db, std::int64_t seq)
{
    const auto rows = db.query("SELECT object_id FROM revision WHERE seq > ? AND kind = 'rule'", {seq});
    if (!rows) return fail(rows.error());
    std::vector<std::string> ids;
    for (const SqlRow &row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

Result<std::optional<std::int64_t>> previousEpochOf(Database &db, std::string_view policyId)
{
    const std::string id(policyId);
    const auto moved = db.query("SELECT from_percentage, epoch FROM shift_history WHERE policy_id = ? AND "
                                "from_percentage <> to_percentage ORDER BY seq DESC LIMIT 1",
                                {id});
    if (!moved) return fail(moved.error());
    const std::int64_t below = moved->empty() ? std::numeric_limits<std::int64_t>::max() : moved->front().integer(1);
    // What the index is for is kind <> 'rule' and no target; by the epoch all rules that were imported since would be read.
    const auto rows = db.query("SELECT epoch, after_json FROM revision WHERE kind <> 'rule' AND kind = 'policy' AND "
                               "object_id = ? AND target_after IS NULL AND +epoch < ? ORDER BY seq DESC LIMIT 1",
                               {id, below});
    if (!rows) return fail(rows.error());
    if (rows->empty() || rows->front().isNull(1)) return std::optional<std::int64_t>();
    const auto json = parseJson(rows->front().text(1));
    const auto cover = json ? coverFromJson(*json) : Result<PolicyCover>(fail(json.error()));
    if (!cover) return std::optional<std::int64_t>();
    if (!moved->empty() && cover->percentage != Percentage::fromHundredths(moved->front().integer(0)))
        return std::optional<std::int64_t>();
    return std::optional(rows->front().integer(0));
}

} // namespace crossfade::revisions
