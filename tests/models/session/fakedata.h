// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/models/session/fakeservice.h"

#include <algorithm>
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
    line("6", "inserts to NEW", "off");
    line("7", "held, inconsistent", "not held");
    line("8a", "id threshold", "none");
    line("8b", "not in LEGACY", "no entity");
    line("8c", "gray list", "none");
    line("8d", "not on the gray list", "none is enforced");
    line("9", "user group", "in none");
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
    router.on("GET /api/v1/key-index", Json{{"keys", 0}, {"complete", false}, {"updated_at", nullptr},
                                            {"changed_by", "service"}, {"version", 1}});
    router.on("GET /api/v1/held-entities", Json{{"items", Json::array()}, {"next_cursor", nullptr}, {"total", 0}, {"users", 0}, {"entities", 0},
                                                {"complete", false}, {"updated_at", nullptr}, {"changed_by", "service"}, {"version", 1}});
    router.on("GET /api/v1/gray-lists", listOf(Json::array({Json{{"name", "pilot"}, {"kind", "ENTITY"}, {"enforced", true}, {"entries", 120}},
                                                            Json{{"name", "vip"}, {"kind", "USER"}, {"enforced", false}, {"entries", 12}}})));
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

inline Json runJson(const std::string &state, std::int64_t done, std::int64_t total)
{
    const bool over = state == "FINISHED";
    return Json{{"id", "run-812"},
                {"check_id", "c1"},
                {"check_name", "users-full"},
                {"scope", "FULL"},
                {"state", state},
                {"status", over ? Json("SUCCESS") : Json()},
                {"requested_by", "operator-1"},
                {"started_at", "2026-11-21T12:41:02.000Z"},
                {"ended_at", over ? Json("2026-11-21T12:58:00.000Z") : Json()},
                {"rows_total", total},
                {"rows_done", done},
                {"segments_total", 96},
                {"segments_done", done * 96 / total},
                {"matched", done - 300},
                {"missing", 40},
                {"extra", 30},
                {"different", 230},
                {"in_flight", 2},
                {"hot", 0},
                {"consistency_percentage", over ? Json(99.4) : Json()},
                {"rows_per_second", 4380.5},
                {"eta_seconds", over ? Json() : Json(900)},
                {"error", nullptr},
                {"version", 1}};
}

inline Json checkJson(const std::string &id, const std::string &name, const std::string &type,
                      double value, double threshold, int open)
{
    Json trend = Json::array();
    for (int at = 0; at < 24; ++at)
        trend.push_back(Json{{"at", "2026-11-20T12:00:00.000Z"},
                             {"consistency_percentage", value - 0.3 + 0.0125 * at}});
    Json run = runJson("FINISHED", 10000, 10000);
    run["check_id"] = id;
    run["check_name"] = name;
    run["id"] = "run-" + id;
    run["consistency_percentage"] = value;
    return Json{{"id", id},
                {"check_name", name},
                {"mapping_id", "m1"},
                {"data_type", type},
                {"threshold_percentage", threshold},
                {"active", true},
                {"version", 1},
                {"last_run", run},
                {"open_differences", open},
                {"trend", trend}};
}

inline Json differenceJson(const std::string &id, const std::string &entity, const Json &field,
                           const Json &legacy, const Json &fresh, const std::string &cause)
{
    return Json{{"id", id},
                {"run_id", "run-812"},
                {"check_id", "c1"},
                {"check_name", "users-full"},
                {"entity_type", "USER"},
                {"entity_id", entity},
                {"field_name", field},
                {"difference_type", field.is_null() ? "MISSING" : "DIFFERENT"},
                {"state", "CONFIRMED"},
                {"legacy_value", legacy},
                {"new_value", fresh},
                {"legacy_present", true},
                {"new_present", !field.is_null()},
                {"sensitive", false},
                {"cause", cause},
                {"found_at", "2026-11-21T12:58:12.000Z"},
                {"last_seen_at", "2026-11-21T13:22:40.000Z"},
                {"resolved", false},
                {"resolved_at", nullptr},
                {"resolution_notes", nullptr},
                {"repair_id", nullptr},
                {"repair_status", nullptr},
                {"version", 1}};
}

// The differences of one field, as the fake holds them: `count` of them, made on demand.
inline Json fieldDifference(const std::string &field, int at)
{
    const std::string number = std::to_string(100'400 + at);
    const std::string id = "d-" + (field.empty() ? std::string("row") : field) + "-" + std::to_string(at);
    if (field == "email")
        return differenceJson(id, number, field, "anais.nguyen" + number + "@example.com",
                              "anais.nguyen" + number + "@example.com ", "TRAILING_SPACE");
    if (field == "display_name")
        return differenceJson(id, number, field, "Anaïs Nguyễn", "Anai\xcc\x88s Nguyễn",
                              "UNICODE_FORM");
    if (field == "phone")
        return differenceJson(id, number, field, "+84\xc2\xa0" "24\xc2\xa0" "3826", "+84 24 3826", "VALUE");
    return differenceJson(id, number, nullptr, nullptr, nullptr, "ROW");
}

inline Json entityJson()
{
    const auto field = [](const char *name, const Json &legacy, const Json &fresh,
                          const Json &difference) {
        return Json{{"field", name},   {"legacy", legacy},      {"new", fresh},
                    {"equal", legacy == fresh}, {"sensitive", false}, {"difference_id", difference}};
    };
    Json fields = Json::array();
    fields.push_back(field("user_id", "100482", "100482", nullptr));
    fields.push_back(field("email", "anais.nguyen@example.com", "anais.nguyen@example.com ", "d-email-0"));
    fields.push_back(field("display_name", "Anaïs Nguyễn", "Anai\xcc\x88s Nguyễn", "d-display_name-0"));
    fields.push_back(field("phone", "+84\xc2\xa0" "24\xc2\xa0" "3826", "+84 24 3826", "d-phone-0"));
    fields.push_back(field("legal_name", "阮安娜", "阮安那", "d-legal-0"));
    fields.push_back(field("nickname", "ليلى", "ليلى\xe2\x80\x8f", "d-nick-0"));
    fields.push_back(field("middle_name", nullptr, "", "d-middle-0"));
    fields.push_back(field("city", "Hà Nội", "Hà Nội", nullptr));
    Json secret = field("password_hash", "fingerprint 7c1e09aa", "fingerprint 7c1e09aa", nullptr);
    secret["sensitive"] = true;
    fields.push_back(secret);
    return Json{{"legacy_present", true},
                {"new_present", true},
                {"legacy_changed_at", "2026-11-20T21:14:03.000Z"},
                {"new_changed_at", "2026-11-21T02:02:41.000Z"},
                {"fields", fields},
                {"authoritative", "LEGACY"},
                {"read_at", "2026-11-21T13:22:41.000Z"}};
}

inline Json repairJson(const std::string &id, const std::string &entity, const std::string &status,
                       const Json &assigned)
{
    return Json{{"id", id},
                {"check_id", "c1"},
                {"mapping_id", "m1"},
                {"entity_type", "USER"},
                {"entity_id", entity},
                {"difference_ids", Json::array({"d-email-0"})},
                {"action", "UPDATE"},
                {"target_platform", "NEW"},
                {"status", status},
                {"assigned_to", assigned},
                {"requested_by", "operator-1"},
                {"requested_at", "2026-11-21T12:22:40.000Z"},
                {"decided_by", nullptr},
                {"decided_at", nullptr},
                {"decision_reason", nullptr},
                {"started_at", nullptr},
                {"ended_at", nullptr},
                {"fields",
                 Json::array({Json{{"field", "email"}, {"before", "søren.aagaard@example.dk "},
                                   {"after", "søren.aagaard@example.dk"}, {"sensitive", false}},
                              Json{{"field", "phone"}, {"before", "+45 20 15 88"},
                                   {"after", "+45 20 12 88"}, {"sensitive", false}},
                              Json{{"field", "locale"}, {"before", "da-DK"}, {"after", "da-DK"},
                                   {"sensitive", false}}})},
                {"statement", "UPDATE users SET email = $1, phone = $2 WHERE user_id = $3 AND email "
                              "IS NOT DISTINCT FROM $4 AND phone IS NOT DISTINCT FROM $5"},
                {"condition", "1 row, one transaction. If NEW no longer holds these values, nothing "
                              "is written and the task turns STALE."},
                {"sentence", "Update 2 fields on NEW with the values of LEGACY"},
                {"verification", nullptr},
                {"error", nullptr},
                {"reason", "found by the nightly check"},
                {"history", Json::array({Json{{"at", "2026-11-21T12:22:40.000Z"}, {"status", "PENDING"},
                                              {"actor", "operator-1"}, {"note", "made from 1 difference"}}})},
                {"version", 1}};
}

inline Json mappingJson(const std::string &id, const std::string &dataType)
{
    return Json{{"id", id},
                {"data_type", dataType},
                {"legacy", Json{{"table", "users"}}},
                {"new", Json{{"table", "accounts"}}},
                {"authoritative", "LEGACY"},
                {"fields", Json::array()}};
}

inline void setUpComparator(FakeService &comparator)
{
    comparator.on("GET /api/v1/mappings", listOf(Json::array({mappingJson("m1", "USER")})));
    Json checks = Json::array();
    checks.push_back(checkJson("c1", "users-full", "USER", 99.51, 99.5, 48213));
    checks.push_back(checkJson("c2", "permissions", "PERMISSION", 99.94, 99.9, 611));
    checks.push_back(checkJson("c3", "roles", "ROLE", 99.12, 99.5, 1740));
    comparator.on("GET /api/v1/checks", listOf(checks));
    comparator.on("GET /api/v1/differences/summary", [](const FakeRequest &request) {
        const auto group = [](const Json &key, int count, const char *cause, double share) {
            return Json{{"key", key}, {"count", count}, {"top_cause", cause}, {"top_cause_share", share}};
        };
        Json groups = Json::array();
        if (request.item("by") == QStringLiteral("type"))
            groups = Json::array({group("DIFFERENT", 2306, "TRAILING_SPACE", 87), group("MISSING", 3, "ROW", 100)});
        else
            groups = Json::array({group("email", 2300, "TRAILING_SPACE", 97), group("display_name", 4, "UNICODE_FORM", 88),
                                  group("phone", 2, "VALUE", 91), group(nullptr, 3, "ROW", 100)});
        return FakeAnswer{200, Json{{"groups", groups}, {"total", 2309}, {"newest_id", "d-email-2299"}}};
    });
    comparator.on("GET /api/v1/differences/anchors", [](const FakeRequest &request) {
        Json anchors = Json::array();
        const int count = request.item("count").toInt();
        for (int at = 0; at < count; ++at)
            anchors.push_back(Json{{"offset", 2300 * at / count}, {"cursor", "at-" + std::to_string(2300 * at / count)}});
        return FakeAnswer{200, Json{{"anchors", anchors}}};
    });
    comparator.on("GET /api/v1/differences", [](const FakeRequest &request) {
        const std::string field = request.item("field").toStdString();
        const int total = field == "email" ? 2300 : field == "display_name" ? 4 : field == "phone" ? 2 : 3;
        const int from = request.item("cursor").mid(3).toInt();
        const int end = std::min(total, from + request.item("limit").toInt());
        Json items = Json::array();
        for (int at = from; at < end; ++at)
            items.push_back(fieldDifference(field, at));
        return FakeAnswer{200, Json{{"items", items},
                                    {"next_cursor", end < total ? Json("at-" + std::to_string(end)) : Json()},
                                    {"total", total}}};
    });
    comparator.on("GET /api/v1/differences/*", [](const FakeRequest &request) {
        Json difference = fieldDifference("email", 0);
        difference["id"] = request.path.section(QLatin1Char('/'), -1).toStdString();
        difference["entity_id"] = "100482";
        difference["entity"] = entityJson();
        return FakeAnswer{200, difference};
    });
    Json repairs = Json::array();
    repairs.push_back(repairJson("0199aaaa-0000-7000-8000-000000020913", "204118", "ASSIGNED", "operator-1"));
    repairs.push_back(repairJson("0199aaaa-0000-7000-8000-000000020927", "100533", "PENDING", nullptr));
    repairs.push_back(repairJson("0199aaaa-0000-7000-8000-000000020936", "734002", "STALE", "operator-2"));
    repairs.push_back(repairJson("0199aaaa-0000-7000-8000-000000020944", "101007", "VERIFIED", nullptr));
    Json failed = repairJson("0199aaaa-0000-7000-8000-000000020950", "101201", "FAILED", nullptr);
    failed["error"] = "NEW refused the statement: value too long";
    repairs.push_back(failed);
    comparator.on("GET /api/v1/repairs", listOf(repairs));
    comparator.on("GET /api/v1/repairs/*", [](const FakeRequest &request) {
        const bool stale = request.path.contains(QStringLiteral("20936"));
        Json now = Json{{"email", stale ? "soren@example.dk" : "søren.aagaard@example.dk "},
                        {"phone", "+45 20 15 88"}, {"locale", "da-DK"}};
        return FakeAnswer{200, Json{{"sentence", "Update 2 fields on NEW with the values of LEGACY"},
                                    {"statement", repairJson("x", "x", "PENDING", nullptr)["statement"]},
                                    {"parameters", Json::array({"søren.aagaard@example.dk", "+45 20 12 88", "204118",
                                                                "søren.aagaard@example.dk ", "+45 20 15 88"})},
                                    {"condition", repairJson("x", "x", "PENDING", nullptr)["condition"]},
                                    {"before", now}, {"after", now},
                                    {"still_as_seen", !stale},
                                    {"detail", stale ? "NEW has changed since." : ""}}};
    });
}

} // namespace crossfade::test
