// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What each route refuses, and which field it names; and that any text is only text.
#include "tests/services/router/shiftfixture.h"

namespace crossfade {
namespace {

struct Bad {
    const char *name;
    const char *method;
    const char *path;
    Json body;
    int status;
    const char *pointer; // "": no field is named
    const char *version = "";
};

// The body of a good rule or policy with this over it.
Json rule(const Json &changes) {
    Json body = userRuleBody("ann");
    body.update(changes);
    return body;
}

Json policy(const Json &changes) {
    Json body{{"policy_name", "users"}, {"target_system", "*"}};
    body.update(changes);
    return body;
}

Json guard(const Json &changes) {
    Json one{{"metric", "error_rate"}, {"comparison", "<="}, {"threshold", 1}};
    one.update(changes);
    return policy({{"guards", {one}}});
}

Json observation(const Json &changes) {
    Json one{{"at", "2026-01-01T00:00:00.000Z"}, {"platform", "NEW"}, {"status", 200},
             {"latency_ms", 5}};
    one.update(changes);
    return {{"observations", {one}}};
}

// A good recurring time rule with this over its recurrence.
Json recurring(const Json &changes) {
    Json body{{"config_name", "nights"}, {"config_type", "TIME_BASED"}, {"target_platform", "NEW"}};
    body["recurrence"] = {{"weekdays", {"MON", "FRI"}}, {"from", "22:00"}, {"to", "06:00"}, {"time_zone", "Europe/Berlin"}};
    body["recurrence"].update(changes);
    return body;
}

constexpr const char *Rules = "/api/v1/rules";
constexpr const char *Policies = "/api/v1/shift-policies";

const std::vector<Bad> &all() {
    static const std::vector<Bad> list{
        {"rule_name_missing", "POST", Rules, {{"config_type", "USER_BASED"}}, 422, "/config_name"},
        {"rule_name_type", "POST", Rules, rule({{"config_name", 7}}), 422, "/config_name"},
        {"rule_name_long", "POST", Rules, rule({{"config_name", std::string(2'000, 'x')}}), 422,
         "/config_name"},
        {"rule_kind", "POST", Rules, rule({{"config_type", "MOON_BASED"}}), 422, "/config_type"},
        {"rule_platform", "POST", Rules, rule({{"target_platform", "OLD"}}), 422,
         "/target_platform"},
        {"rule_id_grammar", "POST", Rules, rule({{"target_entity", "a b;c"}}), 422,
         "/target_entity"},
        {"rule_id_colon", "POST", Rules, rule({{"target_entity", "a:b"}}), 422, "/target_entity"},
        {"rule_priority_range", "POST", Rules, rule({{"priority", -1}}), 422, "/priority"},
        {"rule_priority_type", "POST", Rules, rule({{"priority", 1.5}}), 422, "/priority"},
        {"rule_time", "POST", Rules, rule({{"start_time", "yesterday"}}), 422, "/start_time"},
        {"rule_active", "POST", Rules, rule({{"active", "yes"}}), 422, "/active"},
        {"rule_unknown", "POST", Rules, rule({{"surprise", 1}}), 422, "/surprise"},
        {"rule_reason_long", "POST", Rules, rule({{"reason", std::string(2'000, 'x')}}), 422,
         "/reason"},
        {"recurrence_zone", "POST", Rules, recurring({{"time_zone", "Europe/Atlantis"}}), 422, "/recurrence/time_zone"},
        {"recurrence_zone_file", "POST", Rules, recurring({{"time_zone", "../../../etc/passwd"}}), 422, "/recurrence/time_zone"},
        {"recurrence_zone_none", "POST", Rules, recurring({{"time_zone", nullptr}}), 422, "/recurrence/time_zone"},
        {"recurrence_no_days", "POST", Rules, recurring({{"weekdays", Json::array()}}), 422, "/recurrence/weekdays"},
        {"recurrence_day_twice", "POST", Rules, recurring({{"weekdays", Json::array({"MON", "MON"})}}), 422, "/recurrence/weekdays"},
        {"recurrence_day_unknown", "POST", Rules, recurring({{"weekdays", Json::array({"MOON"})}}), 422, "/recurrence/weekdays"},
        {"recurrence_time", "POST", Rules, recurring({{"from", "24:00"}}), 422, "/recurrence/from"},
        {"recurrence_time_type", "POST", Rules, recurring({{"to", 600}}), 422, "/recurrence/to"},
        {"recurrence_unknown", "POST", Rules, recurring({{"surprise", 1}}), 422, "/recurrence/surprise"},
        {"recurrence_type", "POST", Rules, rule({{"recurrence", "weekly"}}), 422, "/recurrence"},
        {"recurrence_of_a_user", "POST", Rules, rule({{"recurrence", recurring(Json::object()).at("recurrence")}}), 422, "/recurrence"},
        {"rule_gone", "PATCH", "/api/v1/rules/none", {{"priority", 1}}, 404, "", "1"},
        {"rules_limit", "GET", "/api/v1/rules?limit=0", {}, 422, "?limit"},
        {"rules_cursor", "GET", "/api/v1/rules?cursor=%2a", {}, 422, "?cursor"},
        {"rules_type", "GET", "/api/v1/rules?type=ODD", {}, 422, "?type"},
        {"switches_master", "PUT", "/api/v1/switches",
         {{"master", "ON"}, {"default_platform", "NEW"}}, 422, "/master", "1"},
        {"switches_default", "PUT", "/api/v1/switches",
         {{"master", "OFF"}, {"default_platform", "BOTH"}}, 422, "/default_platform", "1"},
        {"switches_no_reason", "PUT", "/api/v1/switches",
         {{"master", "NEW"}, {"default_platform", "NEW"}}, 422, "/reason", "1"},
        {"switches_stale", "PUT", "/api/v1/switches",
         {{"master", "OFF"}, {"default_platform", "NEW"}}, 412, "", "77"},
        {"decisions_empty", "POST", "/api/v1/decisions", Json::object(), 422, "/requests"},
        {"decisions_nothing", "POST", "/api/v1/decisions", {{"requests", {Json::object()}}}, 422,
         "/requests/0"},
        {"decisions_operation", "POST", "/api/v1/decisions",
         {{"requests", {{{"user_id", "a"}, {"operation", "dance"}}}}}, 422,
         "/requests/0/operation"},
        {"previews_none", "POST", "/api/v1/previews", {{"changes", Json::array()}}, 422,
         "/changes"},
        {"previews_kind", "POST", "/api/v1/previews", {{"changes", {{{"kind", "moon"}}}}}, 422,
         "/changes/0/kind"},
        {"policy_name", "POST", Policies, policy({{"policy_name", ""}}), 422, "/policy_name"},
        {"policy_system", "POST", Policies, policy({{"target_system", "a b"}}), 422,
         "/target_system"},
        {"policy_max", "POST", Policies, policy({{"max_shift_percentage", 100.01}}), 422,
         "/max_shift_percentage"},
        {"policy_digits", "POST", Policies, policy({{"shift_increment", 1.234}}), 422,
         "/shift_increment"},
        {"policy_increment", "POST", Policies, policy({{"shift_increment", 0}}), 422,
         "/shift_increment"},
        {"policy_percentage", "POST", Policies, policy({{"percentage", 5}}), 422, "/percentage"},
        {"policy_stabilization", "POST", Policies, policy({{"stabilization_seconds", -1}}), 422,
         "/stabilization_seconds"},
        {"policy_breach", "POST", Policies, policy({{"on_breach", "PANIC"}}), 422, "/on_breach"},
        {"policy_url", "POST", Policies, policy({{"new_health_url", "file:///etc/passwd"}}), 422,
         "/new_health_url"},
        {"guard_metric", "POST", Policies, guard({{"metric", "moon"}}), 422, "/guards/0/metric"},
        {"guard_comparison", "POST", Policies, guard({{"comparison", ">"}}), 422,
         "/guards/0/comparison"},
        {"guard_threshold", "POST", Policies, guard({{"threshold", "high"}}), 422,
         "/guards/0/threshold"},
        {"guard_tolerance", "POST", Policies, guard({{"threshold", nullptr}, {"tolerance", -1}}), 422,
         "/guards/0/tolerance"},
        {"guard_both", "POST", Policies, guard({{"tolerance", 1}}), 422, "/guards/0/threshold"},
        {"guard_unknown", "POST", Policies, guard({{"surprise", 1}}), 422, "/guards/0/surprise"},
        {"policy_gone", "PUT", "/api/v1/shift-policies/none", policy(Json::object()), 404, "", "1"},
        {"rollbacks_scope", "POST", "/api/v1/rollbacks", {{"scope", "MOON"}, {"reason", "x"}}, 422,
         "/scope"},
        {"rollbacks_unknown", "POST", "/api/v1/rollbacks",
         {{"scope", "POLICIES"}, {"policy_ids", {"none"}}, {"reason", "x"}}, 422, "/policy_ids/0"},
        {"rollbacks_blank", "POST", "/api/v1/rollbacks", {{"scope", "ALL"}, {"reason", " \t"}},
         422, "/reason"},
        {"approvals_state", "GET", "/api/v1/approvals?state=MAYBE", {}, 422, "?state"},
        {"alerts_boolean", "GET", "/api/v1/alerts?acknowledged=maybe", {}, 422, "?acknowledged"},
        {"observation_old", "POST", "/api/v1/observations", observation(Json::object()), 422,
         "/observations/0/at"},
        {"observation_both", "POST", "/api/v1/observations", observation({{"platform", "BOTH"}}),
         422, "/observations/0/platform"},
        {"observation_type", "POST", "/api/v1/observations", observation({{"status", "200"}}), 422,
         "/observations/0/status"},
        {"series_metric", "GET", "/api/v1/series?metric=moon", {}, 422, "?metric"},
        {"audit_time", "GET", "/api/v1/audit?from=now", {}, 422, "?from"},
        {"body_is_list", "POST", Policies, Json::array(), 422, ""},
    };
    return list;
}

class BadInput : public ShiftTest {};

// All on one router: nothing of it may be stored.
TEST_F(BadInput, isRefusedAndNamed) {
    for (const Bad &bad : all()) {
        SCOPED_TRACE(bad.name);
        const TestAnswer answer = router.call(
            {bad.method, bad.path, bad.body, bad.version, "admin,operator,observer"});
        EXPECT_EQ(answer.status, bad.status) << answer.body;
        if (!*bad.pointer) continue;
        bool named = false;
        for (const Json &error : answer.json.value("errors", Json::array()))
            named = named || error.at("pointer") == bad.pointer;
        EXPECT_TRUE(named) << answer.body;
    }
    EXPECT_EQ(router.get(Rules).at("total"), 0);
    EXPECT_EQ(router.get(Policies).at("total"), 0);
    EXPECT_EQ(router.get("/api/v1/switches").at("version"), 1);
}

// Markup, SQL, quotes, other scripts, a zero-width joiner: nothing of it is ever interpreted.
constexpr const char *Nasty =
    "<b onmouseover=\"x\">'; DROP TABLE rule;-- %s {0} \\n \"\" 灰度 e\u0301 \u202e&amp;";

TEST_F(BadInput, anyTextArrivesAndIsShownUnchanged) {
    const std::string text = Nasty;
    const Json rule = router.post(Rules, [&] {
        Json body = userRuleBody("ann");
        body["config_name"] = text;
        body["reason"] = text;
        return body;
    }());
    const Json readRule = router.get(std::string(Rules) + "/" + rule.at("id").get<std::string>());
    EXPECT_EQ(readRule.at("config_name"), text);
    EXPECT_EQ(readRule.at("reason"), text);
    const Json decided =
        router.post("/api/v1/decisions", {{"requests", {{{"user_id", "ann"}}}}}, 200);
    EXPECT_EQ(decided.at("decisions")[0].at("rule_reason"), text);

    const std::string id =
        createPolicy({{"policy_name", text},
                      {"freezes",
                       {{{"start", "2199-01-01T00:00:00.000Z"},
                         {"end", "2199-01-02T00:00:00.000Z"},
                         {"reason", text}}}}});
    EXPECT_EQ(shift(id).at("state"), "DRAFT");
    EXPECT_EQ(ShiftTest::policy(id).at("policy_name"), text);
    EXPECT_EQ(ShiftTest::policy(id).at("freezes")[0].at("reason"), text);
    ASSERT_EQ(act(id, "shift", {{"reason", text}}), 200);
    EXPECT_EQ(history(id).front().at("reason"), text);
    const Json audit = router.get("/api/v1/audit?object_type=shift_policy&limit=100").at("items");
    bool found = false;
    for (const Json &entry : audit)
        found = found || entry.at("reason") == text;
    EXPECT_TRUE(found) << "in the audit too";

    ASSERT_EQ(router
                  .call({"POST",
                         "/api/v1/alerts",
                         {{"type", "CHECK_FAILED"},
                          {"severity", "LOW"},
                          {"message", text},
                          {"details", {{"text", text}}},
                          {"subject_type", text},
                          {"subject_id", text}},
                         {},
                         "service"})
                  .status,
              204);
    bool alerted = false;
    const Json alerts = router.get("/api/v1/alerts");
    for (const Json &alert : alerts.at("items")) {
        if (alert.at("type") != "CHECK_FAILED") continue;
        alerted = true;
        EXPECT_EQ(alert.at("message"), text);
        EXPECT_EQ(alert.at("details").at("text"), text);
        EXPECT_EQ(alert.at("subject_id"), text);
    }
    EXPECT_TRUE(alerted);
    EXPECT_EQ(router.get(Rules).at("total"), 1) << "the table is still there";
}

} // namespace
} // namespace crossfade
