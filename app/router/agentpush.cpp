// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/agentpush.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

namespace crossfade {

namespace {

constexpr std::size_t MostBins = 1'024;
constexpr std::size_t MostSketchText = 1 + 2 * 16'384;
constexpr std::size_t MostUsersText = std::max(MostSketchText, 16 * UserSketch::MostExact);
constexpr std::int64_t MostLatencyUs = 600'000'000; // as pushed observations

bool isCount(const Json &value, std::uint64_t most) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() <= most;
}

// Pairs [bin, count].
Histogram readLatency(JsonReader &in) {
    const Json *pairs = in.optionalArray("latency", MostBins);
    if (!pairs) {
        if (!in.has("latency")) in.reject("latency", "is required");
        return {};
    }
    std::vector<Histogram::Bin> bins;
    for (const Json &pair : *pairs) {
        const bool good = pair.is_array() && pair.size() == 2 &&
                          isCount(pair[0], std::numeric_limits<std::uint16_t>::max()) &&
                          isCount(pair[1], static_cast<std::uint64_t>(AgentPush::MostRequests));
        if (!good) {
            in.reject("latency", "must be pairs of a bin and its count");
            return {};
        }
        bins.emplace_back(pair[0].get<std::uint16_t>(), pair[1].get<std::uint32_t>());
    }
    auto latency = Histogram::fromBins(std::move(bins));
    if (latency) return *latency;
    in.reject("latency", "must have bins of the layout, ascending, none of them empty");
    return {};
}

Slot readCounts(JsonReader &in) {
    Slot slot;
    slot.count = static_cast<std::uint32_t>(in.integer("requests", 0, AgentPush::MostRequests));
    slot.ok = static_cast<std::uint32_t>(in.integer("succeeded", 0, AgentPush::MostRequests));
    if (slot.ok > slot.count) in.reject("succeeded", "is more than requests");
    slot.latency = readLatency(in);
    if (slot.latency.count() != slot.count) in.reject("latency", "must hold each request once");
    const std::int64_t most = MostLatencyUs * AgentPush::MostRequests;
    slot.latencySumUs = static_cast<std::uint64_t>(in.integer("latency_sum_us", 0, most));
    if (!slot.latency.canSumTo(slot.latencySumUs)) in.reject("latency_sum_us", "cannot be the sum of these latencies");
    return slot;
}

UserSketch readSketch(JsonReader &in, const char *field) {
    const auto text = in.optionalText(field, MostUsersText);
    if (!text) return {};
    auto sketch = UserSketch::fromText(*text);
    if (sketch) return *sketch;
    in.reject(field, "must be ascending hashes of 16 hexadecimal digits, at most 10000, or r and 16384 registers");
    return {};
}

UserCounts readUserCounts(JsonReader &in, const Slot &slot) {
    UserCounts users{readSketch(in, "users_tried"), readSketch(in, "users_failed")};
    if (users.tried.isExact() && users.tried.count() > slot.count) in.reject("users_tried", "are more than requests");
    if (users.failed.isExact() && users.failed.count() > slot.count - std::min(slot.ok, slot.count))
        in.reject("users_failed", "are more than failed requests");
    if (!users.tried.covers(users.failed)) in.reject("users_failed", "must be among users_tried");
    return users;
}

AgentSlot readSlot(JsonReader &in, std::int64_t second) {
    AgentSlot one;
    one.second = second;
    const bool isNew = in.word("platform", {"LEGACY", "NEW"}) == 1;
    one.cohort = {isNew ? Platform::New : Platform::Legacy, in.optionalId("system_id").value_or(""),
                  in.optionalId("policy_id").value_or(""), true};
    one.groupId = in.optionalId("group_id").value_or("");
    const auto batch = in.optionalInteger("batch", 0, AgentPush::MostBatch);
    if (in.has("group_id") != in.has("batch"))
        in.reject(in.has("batch") ? "group_id" : "batch", "is required: group_id and batch come together");
    one.batch = static_cast<std::size_t>(batch.value_or(0));
    one.slot = readCounts(in);
    one.users = readUserCounts(in, one.slot);
    in.finish();
    return one;
}

class PushReader {
public:
    PushReader(JsonReader &in, std::string agentId, Instant now)
        : m_in(in)
        , m_agentId(std::move(agentId))
        , m_now(now) {}

    AgentPush read() {
        m_push.bootId = m_in.id("boot_id");
        if (!m_in.has("sent_at")) m_in.reject("sent_at", "is required");
        m_sentAt = m_in.optionalInstant("sent_at").value_or(m_now);
        m_push.offset = std::chrono::duration_cast<Milliseconds>(m_sentAt - m_now);
        const Json *seconds = m_in.optionalArray("seconds", AgentPush::MostSeconds);
        if (!seconds && !m_in.has("seconds")) m_in.reject("seconds", "is required");
        for (std::size_t i = 0; seconds && i < seconds->size(); ++i) {
            JsonReader one((*seconds)[i], m_in.pointerTo("seconds") + "/" + std::to_string(i), m_in);
            readSecond(one);
            one.finish();
        }
        return std::move(m_push);
    }

private:
    // By the agent's own clock: whether that is right is another question.
    std::int64_t readAt(JsonReader &in) {
        if (!in.has("at")) in.reject("at", "is required");
        const Instant at = in.optionalInstant("at").value_or(m_sentAt);
        const auto whole = std::chrono::floor<Seconds>(at);
        if (in.has("at") && at != whole) in.reject("at", "must be a whole second");
        if (in.has("at") && whole + Seconds(1) > m_sentAt) in.reject("at", "had not ended at sent_at");
        if (whole < m_sentAt - AgentPush::Oldest) in.reject("at", "is older than 600 s");
        const std::int64_t second = whole.time_since_epoch().count();
        const bool ascends = m_push.seconds.empty() || m_push.seconds.back().second < second;
        if (!ascends) in.reject("at", "must be later than the one before it");
        return second;
    }

    void readSecond(JsonReader &in) {
        AgentSecond second{m_agentId, m_push.bootId, readAt(in), m_now, m_push.offset, {}};
        const Json *slots = in.optionalArray("slots", AgentPush::MostSlots);
        if (!slots && !in.has("slots")) in.reject("slots", "is required");
        std::set<std::tuple<Cohort, std::string, std::size_t>> seen;
        std::int64_t requests = 0;
        for (std::size_t i = 0; slots && i < slots->size(); ++i) {
            JsonReader one((*slots)[i], in.pointerTo("slots") + "/" + std::to_string(i), in);
            AgentSlot slot = readSlot(one, second.second);
            if (!seen.emplace(slot.cohort, slot.groupId, slot.batch).second) one.reject("", "is there twice");
            requests += slot.slot.count;
            second.slots.push_back(std::move(slot));
        }
        if (requests > AgentPush::MostRequests) in.reject("slots", "are more than 1000000 requests");
        m_push.seconds.push_back(std::move(second));
    }

    JsonReader &m_in;
    const std::string m_agentId;
    const Instant m_now;
    Instant m_sentAt{};
    AgentPush m_push;
};

} // namespace

AgentSecond doubtOf(const AgentPush &push, const std::string &agentId, Instant now) {
    const std::int64_t second = std::chrono::floor<Seconds>(now).time_since_epoch().count();
    AgentSecond doubt{agentId, push.bootId + "~", second, now, push.offset, {}}; // no id has that letter
    std::set<std::pair<std::string, std::string>> seen;
    for (const AgentSecond &sent : push.seconds) {
        for (const AgentSlot &slot : sent.slots) {
            if (!seen.emplace(slot.cohort.policyId, slot.groupId).second) continue;
            doubt.slots.push_back({second, slot.cohort, slot.groupId, slot.batch, false, false, {}, {}});
        }
    }
    return doubt;
}

Result<AgentPush> readAgentPush(const Json &body, const std::string &agentId, Instant now) {
    JsonReader in(body);
    AgentPush push = PushReader(in, agentId, now).read();
    if (auto error = in.finish()) return fail(*error);
    return push;
}

} // namespace crossfade
