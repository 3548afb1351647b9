// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/agentslots.h"

#include "app/service/log.h"
#include "models/routing/hash.h"

#include <algorithm>
#include <cstdio>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::int64_t AgentSecondsInMemory = 3'600; // slots of one second
constexpr Seconds AgentRowsKept{4'200};              // with what may come late
constexpr Seconds AgentUsersKept{700};               // what a window of users may look at
constexpr std::int64_t AgentCountedKept = 7'200;     // seconds; longer than the rows
constexpr std::int64_t AgentPushesBetween = 10;         // pushes
constexpr const char *AgentColumns = "SELECT agent_id, second, boot_id, at, offset_ms, data, users FROM agent_slot";

std::int64_t agentSecondOf(Instant instant) {
    return std::chrono::floor<Seconds>(instant).time_since_epoch().count();
}

Json agentRowOf(const AgentSlot &one) {
    return Json::array({one.cohort.platform == Platform::New, one.cohort.systemId, one.cohort.policyId, one.groupId,
                        one.batch, one.onTarget, one.moved, one.slot.text()});
}

bool isAgentRow(const Json &row) {
    if (!row.is_array() || row.size() != 8) return false;
    return row[0].is_boolean() && row[1].is_string() && row[2].is_string() && row[3].is_string() &&
           row[4].is_number_unsigned() && row[5].is_boolean() && row[6].is_boolean() && row[7].is_string();
}

bool isAgentUsersRow(const Json &row) {
    return row.is_array() && row.size() == 2 && row[0].is_string() && row[1].is_string();
}

std::optional<AgentSecond> agentSecondFrom(const SqlRow &row) {
    AgentSecond second{row.text(0), row.text(2), row.integer(1), instantFromMs(row.integer(3)),
                       Milliseconds(row.integer(4)), {}};
    auto slots = agentSlotsFromText(second.second, row.text(5), row.text(6));
    if (!slots) {
        logWarning("a second of an agent cannot be read and is not counted",
                   {{"agent", second.agentId}, {"second", second.second}});
        return std::nullopt;
    }
    second.slots = std::move(*slots);
    return second;
}

} // namespace

std::string agentSlotsText(const std::vector<AgentSlot> &slots) {
    Json rows = Json::array();
    for (const AgentSlot &one : slots)
        rows.push_back(agentRowOf(one));
    return dumpJson(rows);
}

std::string agentUsersText(const std::vector<AgentSlot> &slots) {
    if (std::ranges::all_of(slots, [](const AgentSlot &one) { return one.users.tried.isEmpty(); })) return {};
    Json rows = Json::array();
    for (const AgentSlot &one : slots)
        rows.push_back(Json::array({one.users.tried.text(), one.users.failed.text()}));
    return dumpJson(rows);
}

std::optional<std::vector<AgentSlot>> agentSlotsFromText(std::int64_t second, std::string_view slots,
                                                         std::string_view users) {
    const auto rows = parseJson(slots);
    const auto told = users.empty() ? Result<Json>(Json::array()) : parseJson(users);
    if (!rows || !rows->is_array() || !told || !told->is_array()) return std::nullopt;
    if (!users.empty() && told->size() != rows->size()) return std::nullopt;
    std::vector<AgentSlot> all;
    for (const Json &row : *rows) {
        if (!isAgentRow(row)) return std::nullopt;
        auto slot = Slot::fromText(row[7].get_ref<const std::string &>());
        if (!slot) return std::nullopt;
        const Platform platform = row[0].get<bool>() ? Platform::New : Platform::Legacy;
        all.push_back({second,
                       {platform, row[1].get<std::string>(), row[2].get<std::string>(), true},
                       row[3].get<std::string>(),
                       row[4].get<std::size_t>(),
                       row[5].get<bool>(),
                       row[6].get<bool>(),
                       std::move(*slot),
                       {}});
    }
    for (std::size_t i = 0; i < told->size(); ++i) {
        const Json &row = (*told)[i];
        if (!isAgentUsersRow(row)) return std::nullopt;
        auto tried = UserSketch::fromText(row[0].get_ref<const std::string &>());
        auto failed = UserSketch::fromText(row[1].get_ref<const std::string &>());
        if (!tried || !failed) return std::nullopt;
        all[i].users = {std::move(*tried), std::move(*failed)};
    }
    return all;
}

AgentSlots::AgentSlots(Store &store, Measurements &measurements, GroupMeasures &groups)
    : m_store(store)
    , m_measurements(measurements)
    , m_groups(groups) {}

Result<void> AgentSlots::load() {
    const Instant now = m_store.environment().now();
    // From a whole ten seconds on: what they and the minutes hold is made anew of these.
    const std::int64_t oldest = (agentSecondOf(now) - AgentSecondsInMemory + 9) / 10 * 10;
    return m_store.read([&](Database &db) -> Result<void> {
        const auto newest = db.query("SELECT coalesce(max(epoch), 0) FROM agent_slot");
        if (!newest) return fail(newest.error());
        m_takenUp = newest->front().integer(0);
        return db.each(std::string(AgentColumns) + " WHERE at >= ? AND second >= ? ORDER BY epoch, second",
                       {toMs(now - AgentRowsKept), oldest}, [this](const SqlRow &row) {
                           if (const auto second = agentSecondFrom(row)) count(*second, From::Store);
                           return true;
                       });
    });
}

Result<bool> AgentSlots::store(WriteTransaction &tx, const AgentSecond &second) const {
    const auto added = tx.db().execute(
        "INSERT INTO agent_slot (agent_id, second, boot_id, epoch, at, offset_ms, data, users) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id, second, boot_id) DO NOTHING",
        {second.agentId, second.second, second.bootId, tx.epoch(), toMs(tx.now()),
         static_cast<std::int64_t>(second.offset.count()), agentSlotsText(second.slots), agentUsersText(second.slots)});
    if (!added) return fail(added.error());
    if (*added == 0) return false;
    // Who makes up boots without end does not fill the store.
    const auto boots = tx.db().query("SELECT count(*) FROM agent_slot WHERE agent_id = ? AND second = ?",
                                     {second.agentId, second.second});
    if (!boots) return fail(boots.error());
    if (boots->front().integer(0) > MostBoots)
        return invalid("/boot_id", "is one of more than " + std::to_string(MostBoots) + " within one second");
    return true;
}

Result<void> AgentSlots::forgetOld(WriteTransaction &tx) {
    constexpr Seconds Band{60};
    if (m_pushes++ % AgentPushesBetween != 0) return {};
    const auto removed = tx.db().execute("DELETE FROM agent_slot WHERE at < ?", {toMs(tx.now() - AgentRowsKept)});
    if (!removed) return fail(removed.error());
    // Only those that became so old just now are looked at. What is missed goes with its row.
    const auto emptied = tx.db().execute("UPDATE agent_slot SET users = '' WHERE at < ? AND at >= ? AND users <> ''",
                                         {toMs(tx.now() - AgentUsersKept), toMs(tx.now() - AgentUsersKept - Band)});
    if (!emptied) return fail(emptied.error());
    return {};
}

void AgentSlots::take(const AgentSecond &second) {
    count(second, From::Agent);
}

bool AgentSlots::isNew(const AgentSecond &second) {
    const std::lock_guard lock(m_mutex);
    const std::int64_t oldest = agentSecondOf(second.at) - AgentCountedKept;
    m_counted.erase(m_counted.begin(), m_counted.lower_bound({oldest, 0}));
    return m_counted.emplace(second.second, textHash(second.agentId + '\n' + second.bootId)).second;
}

void AgentSlots::count(const AgentSecond &second, From from) {
    if (isStale(second.offset)) return doubt(second);
    if (!isNew(second)) return;
    const bool live = from == From::Agent;
    m_measurements.add(second.slots, live);
    m_groups.add(second.slots, live);
}

void AgentSlots::doubt(const AgentSecond &second) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f s ", std::abs(static_cast<double>(second.offset.count())) / 1'000);
    const std::string why = "the clock of agent " + second.agentId + " is " + seconds +
                            (second.offset > Milliseconds(0) ? "ahead" : "behind") +
                            ": what it measures is not counted";
    for (const AgentSlot &one : second.slots) {
        if (!one.cohort.policyId.empty()) m_measurements.doubt(one.cohort.policyId, agentSecondOf(second.at), why);
        if (!one.groupId.empty()) m_groups.doubt(one.groupId, agentSecondOf(second.at), why);
    }
}

Result<void> AgentSlots::takeUp(Database &db) {
    std::vector<AgentSecond> unknown; // their keys: what this replica took itself is not read again
    std::int64_t newest = m_takenUp;
    auto read = db.each("SELECT epoch, agent_id, second, boot_id, at, offset_ms FROM agent_slot WHERE epoch > ? "
                        "ORDER BY epoch, second",
                        {m_takenUp}, [&](const SqlRow &row) {
                            newest = row.integer(0);
                            AgentSecond key{row.text(1), row.text(3), row.integer(2), instantFromMs(row.integer(4)),
                                            Milliseconds(row.integer(5)), {}};
                            const std::lock_guard lock(m_mutex);
                            const std::uint64_t run = textHash(key.agentId + '\n' + key.bootId);
                            if (!m_counted.contains({key.second, run})) unknown.push_back(std::move(key));
                            return true;
                        });
    if (!read) return read;
    for (const AgentSecond &key : unknown) {
        read = db.each(std::string(AgentColumns) + " WHERE agent_id = ? AND second = ? AND boot_id = ?",
                       {key.agentId, key.second, key.bootId}, [this](const SqlRow &row) {
                           if (const auto second = agentSecondFrom(row)) count(*second, From::Agent);
                           return true;
                       });
        if (!read) return read;
    }
    m_takenUp = newest; // not before all of them are counted: what fails is read once more
    return {};
}

} // namespace crossfade
