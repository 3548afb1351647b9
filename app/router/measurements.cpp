// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/measurements.h"

#include <array>
#include <functional>
#include <map>

namespace crossfade {

namespace {

constexpr std::size_t MostUntold = 600; // seconds; older ones are read from /series anyway

Json orNull(const std::optional<double> &value) {
    return value ? Json(*value) : Json();
}

void appendSecond(Json &slots, std::int64_t second, const SlotStore &store) {
    std::map<std::pair<Platform, std::string>, Slot> merged; // "" = the whole platform
    for (const auto &[cohort, slot] : store.at(second)) {
        merged[{cohort.platform, {}}].merge(*slot);
        if (!cohort.policyId.empty()) merged[{cohort.platform, cohort.policyId}].merge(*slot);
    }
    for (const auto &[key, slot] : merged) {
        Json json = slotToJson(second, key.first, slot);
        json["policy_id"] = key.second.empty() ? Json() : Json(key.second);
        slots.push_back(std::move(json));
    }
}

// The slots that a batch has touched: requests of a few seconds and cohorts come turn about, and to find each one's
// slot anew would cost more than to read it.
class TouchedSlots {
public:
    explicit TouchedSlots(SlotStore &slots)
        : m_slots(slots) {}
    Slot &at(std::int64_t second, const Cohort &cohort) {
        const std::hash<std::string_view> hash;
        const std::size_t mixed = hash(cohort.systemId) * 31 + hash(cohort.policyId) * 7 +
                                  static_cast<std::size_t>(second) * 2 + static_cast<std::size_t>(cohort.platform);
        Entry &entry = m_entries[mixed % m_entries.size()];
        if (!entry.slot || entry.second != second || *entry.cohort != cohort)
            entry = {second, &cohort, &m_slots.slotAt(second, cohort)};
        return *entry.slot;
    }

private:
    struct Entry {
        std::int64_t second = 0;
        const Cohort *cohort = nullptr;
        Slot *slot = nullptr;
    };
    SlotStore &m_slots;
    std::array<Entry, 128> m_entries{};
};

} // namespace

Json slotToJson(std::int64_t second, Platform platform, const Slot &slot) {
    const auto latency = [&](Statistic statistic) {
        return orNull(slot.value(Metric::Latency, statistic, 1));
    };
    return Json{{"t", formatInstant(instantFromMs(second * 1000))},
                {"platform", platformWord(platform)},
                {"count", slot.count},
                {"ok", slot.ok},
                {"success_rate", orNull(slot.value(Metric::SuccessRate, Statistic::Rate, 1))},
                {"p50", latency(Statistic::P50)},
                {"p95", latency(Statistic::P95)},
                {"p99", latency(Statistic::P99)}};
}

Result<void> Measurements::load(Store &store, Instant now) {
    return store.read([&](Database &db) {
        const std::lock_guard lock(m_mutex);
        return db.each(
            "SELECT resolution, second, platform, system_id, policy_id, data, 0 FROM metric_slot "
            "WHERE resolution <> 1 OR second >= ? UNION ALL "
            "SELECT resolution, second, platform, system_id, policy_id, data, 1 FROM agent_metric_slot",
            {toMs(now) / 1000 - 3'600}, [&](const SqlRow &row) {
                const auto platform = platformFromWord(row.text(2)).value_or(Platform::Legacy);
                std::optional<Slot> slot = Slot::fromText(row.text(5));
                const auto resolution = static_cast<SlotStore::Resolution>(row.integer(0));
                const Cohort cohort{platform, row.text(3), row.text(4), row.integer(6) != 0};
                if (slot) m_slots.restore(resolution, {row.integer(1), cohort}, std::move(*slot));
                return true;
            });
    });
}

void Measurements::add(const std::vector<Observation> &observations) {
    const std::lock_guard lock(m_mutex);
    TouchedSlots touched(m_slots);
    std::optional<std::int64_t> told;
    for (const Observation &observation : observations) {
        Slot &slot = touched.at(observation.second, observation.cohort);
        if (observation.score)
            slot.addScore(*observation.score, observation.user);
        else
            slot.addRequest(observation.succeeded, observation.latencyUs);
        if (!observation.score && observation.user != 0)
            m_users.add(observation.second, observation.cohort.policyId, observation.cohort.platform,
                        observation.user, observation.succeeded);
        if (told != observation.second) m_untold.insert(observation.second);
        told = observation.second;
    }
    while (m_untold.size() > MostUntold)
        m_untold.erase(m_untold.begin());
}

void Measurements::add(const std::vector<AgentSlot> &slots, bool live) {
    const std::lock_guard lock(m_mutex);
    for (const AgentSlot &one : slots) {
        if (one.slot.isEmpty()) continue;
        m_slots.slotAt(one.second, one.cohort).merge(one.slot);
        if (!one.users.tried.isEmpty())
            m_users.add(one.second, one.cohort.policyId, one.cohort.platform, one.users);
        if (live) m_untold.insert(one.second);
    }
    while (m_untold.size() > MostUntold)
        m_untold.erase(m_untold.begin());
}

void Measurements::doubt(const std::string &policyId, std::int64_t second, const std::string &why) {
    const std::lock_guard lock(m_mutex);
    m_doubts.note(policyId, second, why);
}

std::string Measurements::clockFault(const std::string &policyId, std::int64_t from) const {
    const std::lock_guard lock(m_mutex);
    return m_doubts.since(policyId, from);
}

Slot Measurements::sum(const CohortFilter &filter, std::int64_t from, std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return m_slots.sum(filter, from, to);
}

void Measurements::keepPlaces(const std::set<std::string> &policyIds) {
    const std::lock_guard lock(m_mutex);
    m_slots.keepPlaces(policyIds);
}

void Measurements::watchUsers(const std::set<std::string> &policyIds) {
    const std::lock_guard lock(m_mutex);
    m_users.watch(policyIds);
}

UserCounts Measurements::users(const std::string &policyId, Platform platform, std::int64_t from,
                               std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return m_users.sum(policyId, platform, from, to);
}

std::optional<std::int64_t> Measurements::latest(const CohortFilter &filter, std::int64_t from,
                                                 std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return m_slots.latest(filter, from, to);
}

SeriesColumns Measurements::series(const SeriesQuery &query, std::int64_t nowSecond) const {
    const std::lock_guard lock(m_mutex);
    return m_slots.series(query, nowSecond);
}

std::optional<double> Measurements::shareOfNew(std::int64_t from, std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return crossfade::shareOfNew(m_slots, {}, from, to);
}

std::uint32_t Measurements::requests(std::int64_t from, std::int64_t to) const {
    const std::lock_guard lock(m_mutex);
    return m_slots.sum({}, from, to).count;
}

std::vector<Measurements::Row> Measurements::settle(std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    std::vector<Row> rows;
    for (const auto &[resolution, key] : m_slots.settle(nowSecond)) {
        if (key.cohort.ofAgent && resolution == SlotStore::Resolution::Second) continue;
        if (const Slot *slot = m_slots.find(resolution, key))
            rows.push_back({static_cast<std::int64_t>(resolution), key, slot->text()});
    }
    return rows;
}

Result<void> Measurements::writeRows(Database &db, const std::vector<Row> &rows,
                                     std::int64_t nowSecond) {
    for (const Row &row : rows) {
        const std::string table = row.key.cohort.ofAgent ? "agent_metric_slot" : "metric_slot";
        const auto stored = db.execute(
            "INSERT INTO " + table +
                " (resolution, second, platform, system_id, policy_id, data) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (resolution, second, platform, system_id, policy_id) DO UPDATE SET data = excluded.data",
            {row.resolution, row.key.second, std::string(platformWord(row.key.cohort.platform)),
             row.key.cohort.systemId, row.key.cohort.policyId, row.data});
        if (!stored) return fail(stored.error());
    }
    const struct {
        const char *table;
        std::int64_t resolution;
        std::int64_t keptSeconds;
    } retention[] = {{"metric_slot", 1, 3'600},
                     {"metric_slot", 10, 86'400},
                     {"metric_slot", 60, 30 * 86'400},
                     {"agent_metric_slot", 10, 86'400},
                     {"agent_metric_slot", 60, 30 * 86'400}};
    for (const auto &[table, resolution, kept] : retention) {
        const auto removed = db.execute("DELETE FROM " + std::string(table) + " WHERE resolution = ? AND second < ?",
                                        {resolution, nowSecond - kept});
        if (!removed) return fail(removed.error());
    }
    return {};
}

Json Measurements::takeTickSlots(std::int64_t nowSecond) {
    const std::lock_guard lock(m_mutex);
    Json slots = Json::array();
    while (!m_untold.empty() && *m_untold.begin() < nowSecond - Grace) {
        appendSecond(slots, *m_untold.begin(), m_slots);
        m_untold.erase(m_untold.begin());
    }
    return slots;
}

} // namespace crossfade
