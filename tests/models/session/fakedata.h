// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/models/session/fakeservice.h"

#include <string>

// What a router and a comparator with a small migration under way would answer.
namespace crossfade::test {

inline Json ruleJson(const std::string &id, const std::string &name, const std::string &target,
                     const std::string &platform, int priority, int version = 1)
{
    return Json{{"id", id},
                {"config_name", name},
                {"config_type", "USER_BASED"},
                {"target_entity", target},
                {"target_platform", platform},
                {"reason", "because of " + name},
                {"start_time", nullptr},
                {"end_time", nullptr},
                {"priority", priority},
                {"active", true},
                {"created_at", "2026-11-01T08:00:00.000Z"},
                {"updated_at", "2026-11-01T08:00:00.000Z"},
                {"changed_by", "operator-2"},
                {"version", version}};
}

inline Json switchesJson(const std::string &master, const std::string &platform, int version = 3)
{
    return Json{{"master", master},
                {"default_platform", platform},
                {"updated_at", "2026-11-01T08:00:00.000Z"},
                {"changed_by", "admin-1"},
                {"version", version}};
}

inline Json policyJson(double percentage)
{
    return Json{{"id", "p1"},
                {"policy_name", "logins"},
                {"target_system", "auth-web"},
                {"target_platform", "NEW"},
                {"salt", "logins"},
                {"users_without_id", "LEGACY"},
                {"version", 7},
                {"shift", Json{{"policy_id", "p1"}, {"state", "STABILIZING"},
                               {"percentage", percentage}}}};
}

inline Json traceJson(const std::string &deciding)
{
    Json lines = Json::array();
    const auto line = [&](const std::string &number, const std::string &condition,
                          const std::string &detail) {
        lines.push_back(Json{{"line", number}, {"condition", condition},
                             {"applies", number == deciding || number == "11"},
                             {"decides", number == deciding}, {"detail", detail}});
    };
    line("1", "master is LEGACY", "OFF");
    line("2", "master is NEW", "OFF");
    line("3", "user rule", deciding == "3" ? "vip-board" : "none for 100482");
    line("4", "system rule", "none for auth-web");
    line("5", "time rule", "none holds now");
    line("10a", "policy, no user id", "user id given");
    line("10b", "policy logins", "bucket 1841 < 2500");
    line("11", "default platform", "LEGACY");
    return lines;
}

inline Json decisionJson(const std::string &platform, const std::string &line,
                         const std::string &reason)
{
    return Json{{"platform", platform}, {"mode", "SINGLE"},   {"primary", platform},
                {"reason", reason},     {"rule_reason", nullptr}, {"rule_id", nullptr},
                {"policy_id", "p1"},    {"bucket", 1841},     {"line", line},
                {"epoch", 4812},        {"trace", traceJson(line)}};
}

inline void setUpRouter(FakeService &router)
{
    Json rules = Json::array();
    rules.push_back(ruleJson("r1", "vip-board", "a.schneider", "LEGACY", 10));
    rules.push_back(ruleJson("r2", "vip-board-2", "王伟明", "LEGACY", 10));
    rules.push_back(ruleJson("r3", "pilot-desk-01", "op-4471", "NEW", 20));
    Json both = ruleJson("r4", "audit-compare", "leyla", "BOTH", 50);
    both["end_time"] = "2099-11-30T00:00:00.000Z";
    rules.push_back(both);
    Json off = ruleJson("r5", "canary-robot", "synthetic-01", "NEW", 50);
    off["active"] = false;
    rules.push_back(off);
    Json ended = ruleJson("r6", "ticket-87002", "m.petrova", "NEW", 100);
    ended["end_time"] = "2026-11-02T00:00:00.000Z";
    rules.push_back(ended);
    Json system = ruleJson("r7", "back-office", "office", "LEGACY", 100);
    system["config_type"] = "SYSTEM_BASED";
    rules.push_back(system);
    router.on("GET /api/v1/rules", listOf(rules));
    router.on("GET /api/v1/switches", switchesJson("OFF", "LEGACY"));
    router.on("GET /api/v1/shift-policies", listOf(Json::array({policyJson(25)})));
    router.on("POST /api/v1/decisions",
              Json{{"decisions", Json::array({decisionJson("NEW", "10b", "PERCENTAGE")})}});
    router.on("GET /api/v1/users/*",
              Json{{"user_id", "100482"},
                   {"known", true},
                   {"since", "2026-11-21T13:02:11.000Z"},
                   {"changed_by", "operator-1"},
                   {"change_reason", "step 5"},
                   {"history", Json::array({Json{{"at", "2026-11-21T13:02:11.000Z"},
                                                 {"from", "LEGACY"},
                                                 {"to", "NEW"},
                                                 {"cause", "logins 20 → 25 %"},
                                                 {"actor", "operator-1"},
                                                 {"reason", "step 5"},
                                                 {"epoch", 4812}}})}});
    router.on("POST /api/v1/previews",
              Json{{"id", "pv1"},
                   {"epoch", 4812},
                   {"known_users", 50000},
                   {"to_new", Json{{"count", 0}, {"by_reason", Json::object()}}},
                   {"to_legacy", Json{{"count", 1}, {"by_reason", Json{{"USER_RULE", 1}}}}},
                   {"held", nullptr},
                   {"stranded_writes", nullptr},
                   {"sample_to_new", Json::array()},
                   {"sample_to_legacy", Json::array({"100482"})},
                   {"expires_at", "2026-11-21T15:00:00.000Z"}});
}

} // namespace crossfade::test
