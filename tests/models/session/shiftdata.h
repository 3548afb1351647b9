// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakeservice.h"

#include <QDateTime>

#include <cmath>

// Shift policies, guards, gates, history, series and approvals as the router answers them: the six
// policies of an ordinary day, times relative to now.
namespace crossfade::test {

inline std::string at(qint64 secondsFromNow)
{
    return formatInstant(instantFromMs(QDateTime::currentMSecsSinceEpoch() + secondsFromNow * 1000));
}

inline Json guardJson(const std::string &id, const std::string &metric, const std::string &statistic,
                      double threshold, bool below, bool decides = true)
{
    return Json{{"id", id}, {"metric", metric}, {"statistic", statistic}, {"platform", "NEW"},
                {"comparison", below ? "<=" : ">="}, {"threshold", threshold}, {"critical_threshold", nullptr},
                {"window_seconds", 60}, {"min_samples", 100}, {"breaches", 3}, {"windows", 3},
                {"mode", decides ? "DECIDE" : "SHOW"}, {"on_breach", nullptr}, {"check_name", nullptr}};
}

inline Json guardsJson()
{
    return Json::array({guardJson("success", "authentication_success_rate", "RATE", 99.5, false),
                        guardJson("p95", "authorization_latency", "P95", 182, true),
                        guardJson("p99", "authorization_latency", "P99", 400, true),
                        guardJson("happy", "user_satisfaction", "MEAN", 4, false, false)});
}

inline Json shiftStateJson(const std::string &id, const std::string &state, double percentage)
{
    return Json{{"policy_id", id}, {"state", state}, {"percentage", percentage}, {"target_percentage", nullptr},
                {"step_index", static_cast<int>(percentage / 5)}, {"steps_total", 10}, {"next_step", percentage + 5},
                {"held_cause", nullptr}, {"held_detail", nullptr}, {"since", at(-108)},
                {"stabilization_ends_at", nullptr}, {"approval_id", nullptr},
                {"next_action", {{"action", "NONE"}, {"percentage", nullptr}, {"earliest_at", nullptr},
                                 {"blocked_by", Json::array()}, {"detail", ""}}},
                {"cleared_percentage", std::max(0.0, percentage - 5)}, {"epoch", 4812}, {"updated_at", at(-108)},
                {"version", 7}};
}

inline Json policyOf(const std::string &id, const std::string &name, const std::string &state, double percentage,
                     double max)
{
    return Json{{"id", id}, {"policy_name", name}, {"target_system", "auth-web"}, {"target_platform", "NEW"},
                {"max_shift_percentage", max}, {"shift_increment", 5}, {"steps", nullptr}, {"guards", guardsJson()},
                {"stabilization_seconds", 300}, {"interval_seconds", 10}, {"freezes", Json::array()},
                {"on_breach", "PROPOSE_ROLLBACK"}, {"proposal_deadline_seconds", 300}, {"proposal_default", "ROLLBACK"},
                {"approval", "NONE"}, {"consistency_gate", nullptr}, {"users_without_id", "LEGACY"},
                {"new_health_url", nullptr}, {"legacy_health_url", nullptr}, {"salt", "s1"}, {"created_at", at(-9000)},
                {"updated_at", at(-900)}, {"changed_by", "operator-1"}, {"version", 3},
                {"shift", shiftStateJson(id, state, percentage)}};
}

inline Json loginsJson()
{
    Json policy = policyOf("p-logins", "logins", "STABILIZING", 25, 50);
    Json &shift = policy["shift"];
    shift["stabilization_ends_at"] = at(192);
    shift["target_percentage"] = 50;
    shift["next_action"] = {{"action", "STEP"}, {"percentage", 30}, {"earliest_at", at(192)},
                            {"blocked_by", Json::array({"STABILIZATION"})}, {"detail", "stabilizing"}};
    return policy;
}

inline Json proposedJson()
{
    Json policy = policyOf("p-logins", "logins", "ROLLBACK_PROPOSED", 35, 50);
    policy["shift"]["approval_id"] = "a-1";
    policy["shift"]["epoch"] = 4817;
    policy["shift"]["next_action"]["action"] = "OPERATOR";
    return policy;
}

inline Json policiesJson()
{
    Json admin = policyOf("p-admin", "admin", "HELD", 10, 30);
    admin["shift"]["held_cause"] = "NO_EVIDENCE";
    return Json::array({loginsJson(), policyOf("p-lookups", "lookups", "DRAFT", 0, 100), admin,
                        policyOf("p-token", "token-refresh", "COMPLETED", 50, 50),
                        policyOf("p-stores", "stores-eu", "AWAITING_APPROVAL", 5, 100),
                        policyOf("p-reset", "password-reset", "SUSPENDED", 15, 40)});
}

inline Json judgedJson(const Json &guard, const std::string &verdict, const Json &value, int samples, double swing)
{
    Json recent = Json::array();
    for (int i = 0; i < 60 && !value.is_null(); ++i)
        recent.push_back({{"at", at(-600 + i * 10)}, {"value", value.get<double>() + swing * std::sin(i * 0.7)},
                          {"verdict", verdict}, {"samples", samples}});
    return Json{{"guard", guard}, {"verdict", verdict}, {"value", value}, {"samples", samples},
                {"breaches", verdict == "BREACH" ? 3 : 0}, {"windows", 3}, {"tripped", verdict == "BREACH"},
                {"tripped_at", verdict == "BREACH" ? Json(at(-79)) : Json()}, {"window_from", at(-63)},
                {"window_to", at(-3)}, {"judged_at", at(-3)}, {"detail", ""}, {"recent", recent}};
}

inline Json guardStandings(bool breach)
{
    const Json guards = guardsJson();
    return Json::array({judgedJson(guards[0], "PASS", 99.93, 18204, 0.03),
                        breach ? judgedJson(guards[1], "BREACH", 217.0, 8715, 12)
                               : judgedJson(guards[1], "PASS", 158.0, 18204, 6),
                        judgedJson(guards[2], "PASS", 214.0, 18204, 10),
                        judgedJson(guards[3], "TOO_FEW", nullptr, 3, 0)});
}

inline Json gatesOf()
{
    const auto gate = [](const char *word, const char *status, const char *detail) {
        return Json{{"gate", word}, {"status", status}, {"detail", detail}, {"opens_at", nullptr}};
    };
    return Json::array({gate("WINDOW", "OPEN", "no window, no freeze"), gate("STABILIZATION", "BLOCKED", "3:12 more"),
                        gate("EVIDENCE", "OPEN", "newer than the step"), gate("TRAFFIC", "OPEN", "211 requests a second"),
                        gate("GUARDS", "OPEN", "3 of 3 pass"), gate("CONSISTENCY", "NOT_NEEDED", "no gate configured"),
                        gate("SAMPLES", "OPEN", "18 204 of 100"), gate("ROLLBACK_PATH", "OPEN", "LEGACY answers"),
                        gate("APPROVAL", "NOT_NEEDED", "none asked")});
}

inline Json historyOf()
{
    const auto entry = [](const char *id, qint64 when, double from, double to, const char *result, const char *cause,
                          const char *actor, const char *reason, int epoch) {
        return Json{{"id", id}, {"at", at(when)}, {"from_percentage", from}, {"to_percentage", to}, {"result", result},
                    {"state", "STABILIZING"}, {"error", nullptr}, {"epoch", epoch}, {"cause", cause}, {"actor", actor},
                    {"reason", reason}, {"evidence", nullptr}};
    };
    return Json::array({entry("h3", -108, 20, 25, "SUCCESS", "STEPPED", "operator-1", "step 5, morning peak is over", 4812),
                        entry("h2", -715, 15, 20, "SUCCESS", "STEPPED", "runner", "automatic step 4", 4811),
                        entry("h1", -2700, 15, 15, "HELD", "HELD_BY_GATE", "runner", "metrics source answered again", 4810)});
}

// One value a second, with a hole of 40 seconds where the service was down.
inline Json seriesAnswer(const FakeRequest &request)
{
    const qint64 from = toMs(*parseInstant(request.item("from").toStdString())) / 1000;
    const qint64 to = toMs(*parseInstant(request.item("to").toStdString())) / 1000;
    const qint64 step = std::max<qint64>(1, request.item("step").toLongLong());
    const bool latency = request.item("metric") == QLatin1String("authorization_latency");
    const bool fresh = request.item("platform") == QLatin1String("NEW");
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    Json t = Json::array();
    Json value = Json::array();
    for (qint64 s = from; s < to; s += step) {
        const double wave = std::sin(static_cast<double>(s) / 23) + std::sin(static_cast<double>(s) / 7.1) * 0.6;
        const double rate = (fresh ? 99.93 : 99.87) + wave * 0.02;
        const double time = (fresh ? 158 : 152) + wave * 6;
        const double share = 25 + wave;
        const bool hole = now - s > 300 && now - s < 340;
        const double v = latency ? time : request.item("metric") == QLatin1String("share_new") ? share : rate;
        t.push_back(formatInstant(instantFromMs(s * 1000)));
        value.push_back(hole ? Json() : Json(v));
    }
    return Json{{"metric", "m"}, {"statistic", "rate"}, {"step_seconds", step}, {"t", t}, {"value", value},
                {"min", value}, {"max", value}, {"count", Json::array()}};
}

inline Json previewJson(int toNew, int toLegacy)
{
    return Json{{"id", "pv-1"}, {"epoch", 4812}, {"known_users", 251304},
                {"to_new", {{"count", toNew}, {"by_reason", Json::object()}}},
                {"to_legacy", {{"count", toLegacy}, {"by_reason", Json::object()}}}, {"held", 12},
                {"stranded_writes", nullptr}, {"sample_to_new", Json::array()}, {"sample_to_legacy", Json::array()},
                {"expires_at", at(600)}};
}

inline Json approvalJson(const std::string &state)
{
    Json values = Json::array();
    for (int i = 0; i < 3; ++i)
        values.push_back({{"at", at(-139 + i * 30)}, {"value", 191.0 + 13 * i}, {"samples", 8412 + 140 * i}, {"verdict", "BREACH"}});
    Json t = Json::array();
    Json fresh = Json::array();
    Json legacy = Json::array();
    for (int i = 0; i < 90; ++i) {
        t.push_back(at(-900 + i * 10));
        const double wave = std::sin(i * 0.8) * 6;
        fresh.push_back(158 + wave + (i > 75 ? (i - 75) * 4.5 : 0));
        legacy.push_back(152 - wave);
    }
    const bool open = state == "OPEN";
    return Json{{"id", "a-1"}, {"kind", "ROLLBACK"}, {"state", state}, {"policy_id", "p-logins"}, {"policy_name", "logins"},
                {"requested_by", "runner"}, {"requested_at", at(-79)}, {"deadline", at(221)}, {"default_action", "APPROVE"},
                {"summary", "p95 latency NEW over 182 ms in 3 of 3 windows."},
                {"evidence", {{"guard", guardsJson()[1]}, {"values", values}, {"tripped_at", at(-79)},
                              {"series", {{"t", t}, {"new", fresh}, {"legacy", legacy}}}}},
                {"effect", {{"from_percentage", 35}, {"to_percentage", 0}}},
                {"decided_by", open ? Json() : Json("operator-2")}, {"decided_at", open ? Json() : Json(at(-5))},
                {"decision_reason", open ? Json() : Json("NEW pool is down")}, {"second_person", false}, {"version", 1}};
}

// A request to send everybody to NEW, its gates answered for or not.
inline Json masterApprovalJson(const std::string &state, const std::string &by, bool answered)
{
    Json gates = Json::array();
    Json overrides = Json::array();
    const auto gate = [&](const char *name, const char *status, const char *detail) {
        const bool open = std::string(status) == "OPEN";
        gates.push_back({{"gate", name}, {"status", answered && !open ? "OVERRIDDEN" : status}, {"detail", detail}});
        if (answered && !open)
            overrides.push_back({{"gate", name}, {"detail", detail}, {"by", "admin-2"}, {"at", at(-30)},
                                 {"reason", "copied by hand, counted twice"}});
    };
    gate("POLICIES", "BLOCKED", "logins is STABILIZING; not done either: 1");
    gate("CONSISTENCY", "OPEN", "every check is fresh and high enough");
    gate("BACKFILL", "UNKNOWN", "no sync runs");
    gate("DEAD_LETTERS", "UNKNOWN", "no sync runs");
    gate("REVERSE_SYNC", "UNKNOWN", "no sync runs");
    Json before{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"forward_only", false}, {"dual_write", false},
                {"aggregation", false}, {"inserts_to_new", false}, {"id_threshold", nullptr}, {"read_compare_percent", 0}};
    Json after = before;
    after["master"] = "NEW";
    const bool open = state == "OPEN";
    return Json{{"id", "a-m"}, {"kind", "MASTER_SWITCH"}, {"state", state}, {"policy_id", nullptr}, {"policy_name", nullptr},
                {"requested_by", by}, {"requested_at", at(-600)}, {"deadline", at(85'800)}, {"default_action", "REJECT"},
                {"summary", "All stores are moved; <b>quiet</b> since Monday."},
                {"evidence", {{"gates", gates}, {"overrides", overrides}}}, {"effect", nullptr},
                {"switches", {{"version", 3}, {"before", before}, {"after", after}}},
                {"decided_by", open ? Json() : Json("operator-2")}, {"decided_at", open ? Json() : Json(at(-5))},
                {"decision_reason", open ? Json() : Json("the switches were changed")}, {"second_person", true},
                {"version", 1}};
}

inline void setUpShifts(FakeService &router, bool proposed = false)
{
    Json policies = policiesJson();
    if (proposed)
        policies[0] = proposedJson();
    router.on("GET /api/v1/shift-policies", listOf(policies));
    router.on("GET /api/v1/shift-policies/*", Json{{"items", Json::array()}});
    router.on("GET /api/v1/shift-policies/p-logins/guards", Json{{"judged_at", at(-3)}, {"items", guardStandings(proposed)}});
    router.on("GET /api/v1/shift-policies/p-logins/gates", Json{{"items", gatesOf()}});
    router.on("GET /api/v1/shift-policies/p-logins/history", listOf(historyOf()));
    router.on("GET /api/v1/series", [](const FakeRequest &request) { return FakeAnswer{200, seriesAnswer(request)}; });
    router.on("GET /api/v1/approvals", listOf(proposed ? Json::array({approvalJson("OPEN")}) : Json::array()));
    router.on("GET /api/v1/alerts", listOf(Json::array()));
    router.on("GET /api/v1/user-groups", listOf(Json::array()));
    router.on("GET /api/v1/switches", Json{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"version", 1}});
    router.on("POST /api/v1/previews", [](const FakeRequest &request) {
        const double to = request.body["changes"][0]["percentage"].get<double>();
        return FakeAnswer{201, to < 25 ? previewJson(0, 17590) : previewJson(2513, 0)};
    });
    router.on("GET /api/v1/previews/*", listOf(Json::array({{{"user_id", "u-1"}, {"from", "LEGACY"}, {"to", "NEW"}, {"reason", "PERCENTAGE"}}})));
}

} // namespace crossfade::test
