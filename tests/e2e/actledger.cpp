// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/actledger.h"

#include "models/core/time.h"

#include <gtest/gtest.h>

#include <chrono>

namespace crossfade {

namespace {

constexpr int NoAnswer = 0;

bool isDone(int status)
{
    return status >= 200 && status < 300;
}

std::string timeNow()
{
    return formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
}

} // namespace

ActLedger::ActLedger(std::size_t number, Tokens tokens)
    : m_name("acts-" + std::to_string(number))
    , m_changesSwitches(number == 0)
    , m_tokens(std::move(tokens))
    , m_random(number)
{
}

TestClient ActLedger::client(const std::string &router, const std::string &token) const
{
    TestClient client(router, token.empty() ? m_tokens.operates : token);
    client.setTimeout(std::chrono::seconds(40)); // one that stands still answers when it wakes
    return client;
}

void ActLedger::begin(const std::string &router)
{
    m_begun = timeNow();
    const TestClient operates = client(router);
    const TestAnswer policy = operates.post("/api/v1/shift-policies", {{"policy_name", m_name},
                                                                       {"target_system", m_name},
                                                                       {"shift_increment", 10},
                                                                       {"stabilization_seconds", 600},
                                                                       {"interval_seconds", 1},
                                                                       {"approval", "EACH_STEP"},
                                                                       {"guards", Json::array()}});
    ASSERT_EQ(policy.status, 201) << policy.body;
    m_policy = "/api/v1/shift-policies/" + policy.json.value("id", "");
    const TestAnswer group = operates.post("/api/v1/user-groups", {{"group_name", m_name},
                                                                   {"batch_size", BatchSize},
                                                                   {"batch_interval_seconds", 1},
                                                                   {"interval_seconds", 1},
                                                                   {"guards", Json::array()}});
    ASSERT_EQ(group.status, 201) << group.body;
    m_group = "/api/v1/user-groups/" + group.json.value("id", "");
    std::string names;
    for (const std::string &member : members())
        names += member + "\n";
    const TestAnswer listed = operates.send("PUT", m_group + "/members", names,
                                            {{"Content-Type", "text/plain"}, {"If-Match", "\"1\""}});
    ASSERT_EQ(listed.status, 200) << listed.body;
    const TestAnswer gray =
        operates.post("/api/v1/gray-lists", {{"name", m_name}, {"kind", "USER"}, {"enforced", false}});
    ASSERT_EQ(gray.status, 201) << gray.body;
}

bool ActLedger::act(const std::string &router)
{
    switch (m_turn++ % 6) {
    case 0: return commandShift(router);
    case 1: return commandGroup(router);
    case 2: return changeGrayList(router);
    case 3: return seeAlert(router);
    case 4: return decideApproval(router);
    default: return changeSwitches(router);
    }
}

TestAnswer ActLedger::send(const TestClient &client, const Act &act)
{
    TestClient::Headers headers{{"Content-Type", "application/json"}};
    if (act.version.empty())
        headers.emplace_back("Idempotency-Key", act.reason);
    else
        headers.emplace_back("If-Match", "\"" + act.version + "\"");
    Json body = act.body;
    body["reason"] = act.reason;
    return client.send(act.method, act.path, dumpJson(body), headers);
}

// A refusal is no fault of the router's: what the command started from may be over by then. It must leave no trace.
bool ActLedger::perform(const std::string &router, Act act, TestAnswer *answer)
{
    act.reason = m_name + "-act-" + std::to_string(++m_count); // its key as well
    m_open = act;
    const TestAnswer given = send(client(router, act.token), act);
    if (answer) *answer = given;
    if (given.status == NoAnswer || given.status == 503) return false;
    // Nobody is left in a batch that is back: that is a wrong field.
    const bool refused = given.status == 409 || (given.status == 422 && act.kind == "group");
    EXPECT_TRUE(isDone(given.status) || refused) << act.method << " " << act.path << " " << given.body;
    m_open.reset();
    note(act, given.status);
    return true;
}

void ActLedger::note(const Act &act, int status)
{
    m_page.push_back(act);
    m_page.back().done = isDone(status);
    m_page.back().status = status;
    if (isDone(status)) ++m_acknowledged[act.kind];
}

Json ActLedger::read(const std::string &router, const std::string &path) const
{
    const TestAnswer answer = client(router).get(path);
    return answer.status == 200 ? answer.json : Json();
}

bool ActLedger::commandShift(const std::string &router)
{
    const Json shift = read(router, m_policy + "/shift");
    if (shift.is_null()) return false;
    const std::string state = shift.value("state", "");
    const auto command = [&](const std::string &name, const Json &body = Json::object()) {
        return perform(router, {"shift", "POST", m_policy + "/" + name, body});
    };
    if (state == "DRAFT" || state == "ROLLED_BACK") return command("shift");
    if (state == "SUSPENDED") return command(m_random() % 3 == 0 ? "rollback" : "resume");
    if (state == "AWAITING_APPROVAL") return true; // somebody else's turn
    const double percentage = shift.value("percentage", 0.0);
    // A lower target is a rollback, too.
    if (percentage > 5 && m_random() % 2 == 0) return command("shift", {{"target_percentage", 5}});
    if (percentage > 0) return command(m_random() % 2 == 0 ? "rollback" : "suspend");
    if (state == "HELD") return command("override", {{"gate", "LEGACY_METRICS"}});
    return m_random() % 4 == 0 ? command("suspend") : true;
}

bool ActLedger::commandGroup(const std::string &router)
{
    const Json group = read(router, m_group);
    if (group.is_null()) return false;
    const Json &shift = group.at("shift");
    const std::string state = shift.value("state", "");
    const auto command = [&](const std::string &name, const Json &body = Json::object()) {
        return perform(router, {"group", "POST", m_group + "/" + name, body});
    };
    if (state == "DRAFT" || state == "ROLLED_BACK") return command("shift");
    if (state == "SUSPENDED" || state == "HELD") return command("resume");
    if (state == "COMPLETED") return command("rollback");
    const Json batch = shift.value("batch", Json());
    switch (m_random() % 3) {
    case 0: return command("suspend");
    case 1: return batch.is_number() ? command("rollback", {{"batch", batch}}) : command("suspend");
    default: return command("rollback");
    }
}

bool ActLedger::changeGrayList(const std::string &router)
{
    const Json list = read(router, "/api/v1/gray-lists/" + m_name);
    if (list.is_null()) return false;
    const std::string entries = "/api/v1/gray-lists/" + m_name + "/entries";
    std::vector<std::string> listed;
    for (const auto &[user, is] : m_listed) {
        if (is) listed.push_back(user);
    }
    constexpr std::size_t Most = 8; // each is looked up on both routers each time
    const bool add = listed.size() < Most / 2 || (listed.size() < Most && m_random() % 2 == 0);
    const std::string user = add ? m_name + "-user-" + std::to_string(m_count) : listed[m_random() % listed.size()];
    Act act{"gray list", "POST", entries, Json::object()};
    if (!add) {
        act.method = "DELETE";
        act.version = std::to_string(list.value("version", 0));
    }
    act.body["entries"] = Json::array({user});
    m_listed.erase(user); // not known until it is answered
    TestAnswer answer;
    if (!perform(router, act, &answer)) return false;
    if (isDone(answer.status)) m_listed[user] = add;
    return true;
}

bool ActLedger::seeAlert(const std::string &router)
{
    const std::string subject = m_name + "-" + std::to_string(m_count);
    const TestAnswer raised = client(router)
                                  .post("/api/v1/alerts", {{"type", "LEDGER"},
                                                           {"severity", "LOW"},
                                                           {"message", subject},
                                                           {"subject_type", "ledger"},
                                                           {"subject_id", subject}});
    if (raised.status == NoAnswer || raised.status == 503) return false;
    EXPECT_EQ(raised.status, 204) << raised.body;
    const Json open = read(router, "/api/v1/alerts?acknowledged=false&limit=100");
    if (open.is_null()) return false;
    for (const Json &alert : open.at("items")) {
        if (alert.at("subject_id") != subject) continue;
        const std::string id = alert.at("id");
        TestAnswer answer;
        const Act act{"alert", "POST", "/api/v1/alerts/" + id + "/acknowledge", Json::object()};
        if (!perform(router, act, &answer)) return false;
        if (isDone(answer.status)) m_seen.insert(id);
        return true;
    }
    ADD_FAILURE() << "the alert of " << subject << " was acknowledged and is not there";
    return true;
}

// The question of the step of its own shift, which may be approved; the first book asks whether everybody may go to
// NEW, too, and says no.
bool ActLedger::decideApproval(const std::string &router)
{
    const Json shift = read(router, m_policy + "/shift");
    if (shift.is_null()) return false;
    if (shift.value("state", "") == "AWAITING_APPROVAL" && shift.at("approval_id").is_string())
        return decide(router, shift.at("approval_id"), m_random() % 4 != 0);
    if (!m_changesSwitches) return true;
    const Json open = read(router, "/api/v1/approvals?state=OPEN&kind=MASTER_SWITCH");
    if (open.is_null()) return false;
    if (!open.at("items").empty()) return decide(router, open.at("items").at(0).at("id"), false);
    const Json switches = read(router, "/api/v1/switches");
    if (switches.is_null()) return false;
    TestAnswer asked;
    if (!perform(router,
                 {"approval", "PUT", "/api/v1/switches",
                  {{"master", "NEW"}, {"default_platform", "LEGACY"}},
                  std::to_string(switches.value("version", 0)), {}, m_tokens.asks},
                 &asked))
        return false;
    return asked.status == 202 ? decide(router, asked.json.at("id"), false) : true;
}

bool ActLedger::decide(const std::string &router, const std::string &id, bool approve)
{
    const std::string path = "/api/v1/approvals/" + id + (approve ? "/approve" : "/reject");
    TestAnswer answer;
    if (!perform(router, {"approval", "POST", path, Json::object()}, &answer)) return false;
    if (isDone(answer.status)) m_decided[id] = approve ? "APPROVED" : "REJECTED";
    return true;
}

bool ActLedger::changeSwitches(const std::string &router)
{
    if (!m_changesSwitches) return true;
    const Json now = read(router, "/api/v1/switches");
    if (now.is_null()) return false;
    const std::int64_t threshold = 1'000'000 + m_count;
    m_threshold.reset();
    TestAnswer answer;
    if (!perform(router,
                 {"switches", "PUT", "/api/v1/switches",
                  {{"master", "OFF"}, {"default_platform", "LEGACY"}, {"id_threshold", threshold}},
                  std::to_string(now.value("version", 0))},
                 &answer))
        return false;
    if (isDone(answer.status)) m_threshold = threshold;
    return true;
}

ActLedger::Audit ActLedger::auditOf(const TestClient &router, const std::string &from)
{
    Audit audit;
    for (const char *object : {"shift_policy", "user_group", "rollback", "gray_list", "approval", "alert",
                               "switches"}) {
        std::string cursor;
        do {
            const TestAnswer page = router.get("/api/v1/audit?limit=1000&object_type=" + std::string(object) +
                                               "&from=" + from + (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status, 200) << page.body;
            if (page.status != 200) return audit;
            for (const Json &entry : page.json.at("items"))
                ++audit[entry.value("reason", "")][entry.value("action", "")];
            cursor = page.json.at("next_cursor").is_string() ? page.json.at("next_cursor").get<std::string>() : "";
        } while (!cursor.empty());
    }
    return audit;
}

void ActLedger::compare(const std::vector<Act> &acts, const Audit &audit, Verdict &verdict)
{
    for (const Act &act : acts) {
        const auto found = audit.find(act.reason);
        const std::string what = act.reason + ": " + act.method + " " + act.path;
        if (found == audit.end()) {
            if (act.done) verdict.lost.push_back(what);
            continue;
        }
        if (!act.done) verdict.strange.push_back(what);
        for (const auto &[action, times] : found->second) {
            if (times > 1) verdict.twice.push_back(what + " as " + action);
        }
    }
}

Json ActLedger::itemsOf(const TestClient &client, const std::string &path)
{
    const TestAnswer page = client.get(path);
    EXPECT_EQ(page.status, 200) << path << " " << page.body;
    return page.status == 200 ? page.json.at("items") : Json::array();
}

void ActLedger::holdGrayList(const TestClient &client, Verdict &verdict) const
{
    if (m_listed.empty()) return;
    std::set<std::string> there;
    for (const Json &entry : itemsOf(client, "/api/v1/gray-lists/" + m_name + "/entries?limit=1000"))
        there.insert(entry.at("id"));
    Json requests = Json::array();
    for (const auto &[user, listed] : m_listed)
        requests.push_back({{"user_id", user}});
    const TestAnswer decided = client.post("/api/v1/decisions", {{"requests", requests}});
    EXPECT_EQ(decided.status, 200) << decided.body;
    if (decided.status != 200) return;
    std::size_t number = 0;
    for (const auto &[user, listed] : m_listed) {
        const bool onNew = decided.json.at("decisions").at(number++).at("reason") == "GRAY_LIST";
        if (there.contains(user) != listed) verdict.lost.push_back("gray list: " + user);
        if (onNew != listed) verdict.lost.push_back("served by the gray list: " + user);
    }
}

void ActLedger::holdApprovals(const TestClient &client, Verdict &verdict) const
{
    if (m_decided.empty()) return;
    std::map<std::string, std::string> there;
    for (const Json &approval : itemsOf(client, "/api/v1/approvals?limit=1000"))
        there[approval.at("id")] = approval.at("state");
    for (const auto &[id, state] : m_decided) {
        if (there[id] != state) verdict.lost.push_back("approval " + id + ": " + state + ", not " + there[id]);
    }
    for (const char *how : {"/approve", "/reject"}) { // decided once
        const std::string path = "/api/v1/approvals/" + m_decided.rbegin()->first + how;
        if (client.post(path, {{"reason", "once more"}}).status != 409) verdict.twice.push_back(path);
    }
}

void ActLedger::holdAlertsAndSwitches(const TestClient &client, Verdict &verdict) const
{
    std::set<std::string> seen;
    if (!m_seen.empty()) {
        for (const Json &alert : itemsOf(client, "/api/v1/alerts?acknowledged=true&limit=1000"))
            seen.insert(alert.at("id"));
    }
    for (const std::string &id : m_seen) {
        if (!seen.contains(id)) verdict.lost.push_back("alert " + id);
    }
    if (m_threshold && client.get("/api/v1/switches").json.value("id_threshold", Json()) != Json(*m_threshold))
        verdict.lost.push_back("switches: id_threshold " + std::to_string(*m_threshold));
}

ActLedger::Verdict ActLedger::hold(const std::string &router, const Audit &audit) const
{
    Verdict verdict;
    compare(m_page, audit, verdict);
    if (m_open) {
        Act open = *m_open;
        open.done = audit.contains(open.reason);
        compare({open}, audit, verdict);
    }
    const TestClient operates = client(router);
    holdCommands(operates, verdict);
    holdGrayList(operates, verdict);
    holdApprovals(operates, verdict);
    holdAlertsAndSwitches(operates, verdict);
    return verdict;
}

ActLedger::Verdict ActLedger::holdAll(const Audit &audit) const
{
    Verdict verdict;
    compare(m_before, audit, verdict);
    compare(m_page, audit, verdict);
    return verdict;
}

void ActLedger::settle(const std::string &router)
{
    if (m_open) {
        Act open = *m_open;
        m_open.reset();
        if (open.version.empty()) { // the key makes it one act, however often it is sent
            const TestAnswer answer = send(client(router, open.token), open);
            EXPECT_TRUE(isDone(answer.status) || answer.status == 409) << open.path << " " << answer.body;
            note(open, answer.status);
        } else {
            const bool done = auditOf(client(router), m_begun).contains(open.reason);
            note(open, done ? 200 : 409);
        }
    }
    m_before.insert(m_before.end(), m_page.begin(), m_page.end());
    m_page.clear();
    std::erase_if(m_listed, [](const auto &entry) { return !entry.second; });
    m_decided.clear();
    m_seen.clear();
    m_threshold.reset();
    m_begun = timeNow();
}

} // namespace crossfade
