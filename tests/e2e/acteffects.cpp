// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the acknowledged commands of a shift and a group have come to: their entries in the histories, and where the users
// are sent who were moved by them.
#include "tests/e2e/actledger.h"
#include "tests/e2e/users.h"
#include "tests/support/process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <map>
#include <set>

namespace crossfade {

namespace {

constexpr std::int64_t UsersOfAShift = 300;

// What an entry of the history has to say if the command was carried out; "" if it does.
std::string otherThanOrdered(const std::string &command, const Json &body, const Json &entry)
{
    const std::string cause = entry.at("cause");
    const std::string state = entry.at("state");
    const bool fits = [&] {
        if (command == "suspend") return cause == "SUSPENDED" && state == "SUSPENDED";
        if (command == "resume") return cause == "RESUMED" && state != "SUSPENDED";
        if (command == "override") return cause == "OVERRIDDEN";
        if (command == "rollback" && body.contains("batch"))
            return cause == "BATCH_ROLLED_BACK" && entry.at("batch") == body.at("batch");
        if (command == "rollback")
            return cause == "ROLLED_BACK" && state == "ROLLED_BACK" && entry.value("to_percentage", 0.0) == 0;
        // A shift: to a lower share, or on its way.
        if (body.contains("target_percentage")) return entry.at("to_percentage") == body.at("target_percentage");
        return state != "ROLLED_BACK" && state != "DRAFT";
    }();
    return fits ? std::string() : dumpJson(entry);
}

// The state as a batch's users are sent: nothing for one that is just being moved.
std::optional<bool> isOnNew(const std::string &batchState)
{
    if (batchState == "MOVING") return std::nullopt;
    return batchState == "SETTLING" || batchState == "MOVED" || batchState == "HELD";
}

} // namespace

std::vector<std::string> ActLedger::members() const
{
    std::vector<std::string> names;
    for (int i = 0; i < 8; ++i)
        names.push_back(m_name + "-member-" + std::to_string(i));
    return names;
}

// Taken while the store was away (202) a rollback may have come upon one that was stored before it: then its own trace is
// in the audit alone, and that nobody is left on NEW is told by the standing.
void ActLedger::holdCommands(const TestClient &client, Verdict &verdict) const
{
    for (const auto &[kind, path] : {std::pair("shift", m_policy), std::pair("group", m_group)}) {
        std::multimap<std::string, Json> entries;
        for (const Json &entry : itemsOf(client, path + "/history?limit=1000"))
            entries.emplace(entry.at("reason"), entry);
        for (const Act &act : m_page) {
            if (act.kind != kind) continue;
            const auto [first, last] = entries.equal_range(act.reason);
            const std::string what = act.reason + ": " + act.path;
            if (act.done && act.status == 200 && first == last) verdict.lost.push_back("in the history, " + what);
            if (!act.done && first != last) verdict.strange.push_back("in the history, " + what);
            std::set<std::string> causes;
            std::string otherwise;
            bool isAsOrdered = first == last;
            for (auto entry = first; entry != last; ++entry) {
                if (!causes.insert(entry->second.at("cause")).second) verdict.twice.push_back("in the history, " + what);
                const std::string command = act.path.substr(act.path.rfind('/') + 1);
                const std::string said = otherThanOrdered(command, act.body, entry->second);
                isAsOrdered = isAsOrdered || said.empty();
                otherwise += " " + said;
            }
            if (act.done && !isAsOrdered)
                verdict.lost.push_back("the effect of " + what + " " + dumpJson(act.body) + ":" + otherwise);
        }
    }
}

std::string ActLedger::standing(const std::string &router) const
{
    const TestClient asks = client(router);
    std::string otherwise;
    // The runner goes on meanwhile, and what it does is stored before it is in force.
    waitFor([&] { return (otherwise = shiftStanding(asks)).empty(); });
    if (!otherwise.empty()) return otherwise;
    waitFor([&] { return (otherwise = groupStanding(asks)).empty(); });
    return otherwise;
}

std::string ActLedger::shiftStanding(const TestClient &client) const
{
    const Json last = itemsOf(client, m_policy + "/history?limit=1");
    const Json policy = client.get(m_policy).json;
    if (!policy.is_object()) return "no answer";
    const double percentage = policy.at("shift").value("percentage", -1.0);
    if (!last.empty() && last.at(0).at("to_percentage") != percentage)
        return "at " + std::to_string(percentage) + " %, while its history ends with " + dumpJson(last.at(0));
    const auto expected = usersBelow(static_cast<std::uint32_t>(std::lround(percentage * 100)), UsersOfAShift,
                                     policy.value("salt", "")); // which it has from the one it took over from
    const auto decided = on("NEW", decisionsOfAll(client, UsersOfAShift, m_name));
    if (decided == expected) return {};
    return "of " + m_name + " at " + std::to_string(percentage) + " % " + std::to_string(decided.size()) +
           " users are on NEW, not " + std::to_string(expected.size());
}

std::string ActLedger::groupStanding(const TestClient &client) const
{
    const Json batches = itemsOf(client, m_group + "/batches?limit=100");
    Json requests = Json::array();
    for (const std::string &member : members())
        requests.push_back({{"user_id", member}, {"system_id", m_name}});
    const TestAnswer decided = client.post("/api/v1/decisions", {{"requests", requests}});
    if (decided.status != 200) return decided.body;
    if (client.get(m_group).json.at("shift").at("state") == "DRAFT") return {};
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const Json &decision = decided.json.at("decisions").at(i);
        const std::string state = batches.at(i / BatchSize).at("state");
        const std::optional<bool> onNew = isOnNew(state);
        if (decision.at("reason") == "USER_GROUP" && (!onNew || (decision.at("platform") == "NEW") == *onNew)) continue;
        return members()[i] + " of a batch that is " + state + ": " + dumpJson(decision);
    }
    return {};
}

} // namespace crossfade
