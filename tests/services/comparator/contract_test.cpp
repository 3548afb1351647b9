// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every route by every role, bad inputs, and the answers against resources/openapi/comparator.yaml.
#include "tests/services/comparator/world.h"

#include <gtest/gtest.h>

#include <fstream>

namespace crossfade {
namespace {

struct Grant {
    const char *method;
    const char *path;
    std::set<std::string> allowed;
};

const std::set<std::string> Readers{"viewer", "operator", "approver", "admin", "service"};
const std::set<std::string> All{"viewer", "operator", "approver", "admin",
                                "agent",  "observer", "service"};
const std::vector<Grant> Routes{
    {"GET", "/api/v1/sources", Readers},
    {"POST", "/api/v1/sources", {"admin"}},
    {"GET", "/api/v1/sources/{id}", Readers},
    {"PUT", "/api/v1/sources/{id}", {"admin"}},
    {"DELETE", "/api/v1/sources/{id}", {"admin"}},
    {"POST", "/api/v1/sources/{id}/test", {"operator", "admin"}},
    {"GET", "/api/v1/sources/{id}/columns", {"operator", "admin"}},
    {"POST", "/api/v1/sources/{id}/columns", {"operator", "admin"}},
    {"GET", "/api/v1/mappings", Readers},
    {"POST", "/api/v1/mappings", {"operator", "admin"}},
    {"POST", "/api/v1/mappings/suggest", {"operator", "admin"}},
    {"GET", "/api/v1/mappings/{id}", Readers},
    {"PUT", "/api/v1/mappings/{id}", {"operator", "admin"}},
    {"DELETE", "/api/v1/mappings/{id}", {"operator", "admin"}},
    {"GET", "/api/v1/checks", Readers},
    {"POST", "/api/v1/checks", {"operator", "admin"}},
    {"GET", "/api/v1/checks/{id}", Readers},
    {"PUT", "/api/v1/checks/{id}", {"operator", "admin"}},
    {"DELETE", "/api/v1/checks/{id}", {"operator", "admin"}},
    {"POST", "/api/v1/checks/{id}/run", {"operator", "admin"}},
    {"POST", "/api/v1/comparisons", Readers},
    {"GET", "/api/v1/runs", Readers},
    {"GET", "/api/v1/runs/{id}", Readers},
    {"PATCH", "/api/v1/runs/{id}", {"operator", "admin"}},
    {"POST", "/api/v1/runs/{id}/cancel", {"operator", "admin"}},
    {"POST", "/api/v1/runs/{id}/pause", {"operator", "admin"}},
    {"POST", "/api/v1/runs/{id}/resume", {"operator", "admin"}},
    {"GET", "/api/v1/differences", Readers},
    {"GET", "/api/v1/differences/summary", Readers},
    {"GET", "/api/v1/differences/anchors", Readers},
    {"GET", "/api/v1/differences/export", Readers},
    {"GET", "/api/v1/differences/{id}", Readers},
    {"POST", "/api/v1/differences/{id}/recheck", {"operator", "approver", "admin"}},
    {"POST", "/api/v1/differences/{id}/resolve", {"operator", "approver", "admin"}},
    {"GET", "/api/v1/ignore-rules", Readers},
    {"POST", "/api/v1/ignore-rules", {"operator", "admin"}},
    {"GET", "/api/v1/ignore-rules/{id}", Readers},
    {"PUT", "/api/v1/ignore-rules/{id}", {"operator", "admin"}},
    {"DELETE", "/api/v1/ignore-rules/{id}", {"operator", "admin"}},
    {"GET", "/api/v1/repairs", Readers},
    {"POST", "/api/v1/repairs", {"operator"}},
    {"GET", "/api/v1/repairs/summary", Readers},
    {"GET", "/api/v1/repairs/{id}", Readers},
    {"GET", "/api/v1/repairs/{id}/preview", Readers},
    {"POST", "/api/v1/repairs/{id}/assign", {"operator"}},
    {"POST", "/api/v1/repairs/{id}/approve", {"approver"}},
    {"POST", "/api/v1/repairs/{id}/reject", {"approver"}},
    {"POST", "/api/v1/repairs/{id}/execute", {"approver"}},
    {"POST", "/api/v1/repairs/bulk", {"approver"}},
    {"POST", "/api/v1/repairs/{id}/undo", {"approver"}},
    {"GET", "/api/v1/assignment-rules", Readers},
    {"PUT", "/api/v1/assignment-rules", {"operator", "admin"}},
    {"GET", "/api/v1/sync-configs", Readers},
    {"POST", "/api/v1/sync-configs", {"operator", "admin"}},
    {"GET", "/api/v1/sync-configs/{id}", Readers},
    {"PUT", "/api/v1/sync-configs/{id}", {"operator", "admin"}},
    {"DELETE", "/api/v1/sync-configs/{id}", {"operator", "admin"}},
    {"POST", "/api/v1/sync-configs/{id}/run", {"operator", "admin"}},
    {"POST", "/api/v1/sync-configs/{id}/backfill", {"operator", "admin"}},
    {"POST", "/api/v1/sync-configs/{id}/pause", {"operator", "admin"}},
    {"GET", "/api/v1/sync-logs", Readers},
    {"GET", "/api/v1/sync-tasks", Readers},
    {"GET", "/api/v1/sync-tasks/{id}", Readers},
    {"PATCH", "/api/v1/sync-tasks/{id}", {"operator", "admin"}},
    {"POST", "/api/v1/sync-tasks/{id}/retry", {"operator", "admin"}},
    {"POST", "/api/v1/sync-tasks/{id}/discard", {"operator", "admin"}},
    {"GET", "/api/v1/monitoring/sync", Readers},
    {"GET", "/api/v1/monitoring/consistency", Readers},
    {"GET", "/api/v1/status", Readers},
};

// A body with a field that nobody knows: who may, gets 422 for it and changes nothing.
TEST(Routes, AreOpenToTheirRolesOnly)
{
    World &world = World::instance();
    for (const Grant &route : Routes) {
        const std::string method = route.method;
        const std::string path = world.filled(route.path);
        const bool body = method == "POST" || method == "PUT" || method == "PATCH";
        const TestClient::Headers version = method == "PUT" || method == "PATCH" || method == "DELETE"
                                                ? TestClient::Headers{{"If-Match", "\"999\""}}
                                                : TestClient::Headers{};
        const std::string text = body ? R"({"surprise":1,"reason":"r"})" : "";
        for (const std::string &role : All) {
            const int status = world.send(role, method, path, text, version).status;
            if (!route.allowed.contains(role)) {
                EXPECT_EQ(status, 403) << role << " " << method << " " << route.path;
                continue;
            }
            const std::set<int> fitting =
                body ? std::set<int>{422, 412, 409}
                     : (method == "DELETE" ? std::set<int>{412} : std::set<int>{200, 422});
            EXPECT_TRUE(fitting.contains(status))
                << role << " " << method << " " << route.path << " → " << status;
        }
        EXPECT_EQ(world.send("", method, path, text, version).status, 401)
            << method << " " << route.path;
    }
}

TEST(Routes, AreThoseOfTheContract)
{
    std::set<std::string> listed{"GET /api/v1/session",
                                 "GET /api/v1/events",
                                 "GET /api/v1/audit",
                                 "GET /api/v1/audit/export",
                                 "GET /api/v1/audit/verification",
                                 "GET /healthz",
                                 "GET /readyz",
                                 "GET /metrics",
                                 "GET /openapi.yaml"};
    for (const Grant &route : Routes)
        listed.insert(std::string(route.method) + " " + route.path);
    const Contract &contract = World::instance().contract;
    for (const Grant &route : Routes) {
        const auto roles = contract.rolesOf(std::string(route.method) + " " + route.path);
        EXPECT_EQ(std::set<std::string>(roles.begin(), roles.end()), route.allowed)
            << route.method << " " << route.path;
    }
    const auto operations = contract.operations();
    EXPECT_EQ(listed, std::set<std::string>(operations.begin(), operations.end()));
}

struct Bad {
    const char *name;
    const char *role;
    const char *method;
    const char *path;
    const char *body;
    int status;
    const char *pointer; // "": no field is named
};

const Bad BadInputs[] = {
    Bad{"not_json", "admin", "POST", "/api/v1/sources", "{", 400, ""},
    Bad{"array", "admin", "POST", "/api/v1/sources", "[]", 422, ""},
    Bad{"bad_utf8", "admin", "POST", "/api/v1/sources", "{\"name\":\"\xff\"}", 400, ""},
    Bad{"source_no_name", "admin", "POST", "/api/v1/sources",
        R"({"kind":"SQLITE","location":"/x"})", 422, "/name"},
    Bad{"source_name_type", "admin", "POST", "/api/v1/sources",
        R"({"name":7,"kind":"SQLITE","location":"/x"})", 422, "/name"},
    Bad{"source_kind", "admin", "POST", "/api/v1/sources",
        R"({"name":"n","kind":"ORACLE","location":"/x"})", 422, "/kind"},
    Bad{"source_secret_both", "admin", "POST", "/api/v1/sources",
        R"({"name":"n","kind":"SQLITE","location":"/x","secret":{"env":"A","file":"B"}})", 422,
        "/secret"},
    Bad{"source_secret_unknown", "admin", "POST", "/api/v1/sources",
        R"({"name":"n","kind":"SQLITE","location":"/x","secret":{"value":"p"}})", 422,
        "/secret/value"},
    Bad{"source_url", "admin", "POST", "/api/v1/sources",
        R"({"name":"n","kind":"POSTGRESQL","location":"/x"})", 422, "/location"},
    Bad{"source_password_in_url", "admin", "POST", "/api/v1/sources",
        R"({"name":"n","kind":"POSTGRESQL","location":"postgresql://u:secret@h/d"})", 422,
        "/location"},
    Bad{"source_unknown_id", "admin", "GET", "/api/v1/sources/none", "", 404, ""},
    Bad{"source_in_use", "admin", "DELETE", "/api/v1/sources/{id}", "", 409, ""},
    Bad{"source_query", "viewer", "GET", "/api/v1/sources?surprise=1", "", 422, "?surprise"},
    Bad{"limit_zero", "viewer", "GET", "/api/v1/sources?limit=0", "", 422, "?limit"},
    Bad{"limit_large", "viewer", "GET", "/api/v1/differences?limit=1001", "", 422, "?limit"},
    Bad{"columns_no_table", "admin", "GET", "/api/v1/sources/{id}/columns", "", 422, "?table"},
    Bad{"columns_wrong_table", "admin", "GET", "/api/v1/sources/{id}/columns?table=nope", "",
        404, ""},
    Bad{"columns_no_relation", "admin", "POST", "/api/v1/sources/{id}/columns", "{}", 422, "/table"},
    Bad{"columns_no_select", "admin", "POST", "/api/v1/sources/{id}/columns", R"({"query":"DROP TABLE people"})", 422, "/query"},
    Bad{"columns_wrong_select", "admin", "POST", "/api/v1/sources/{id}/columns", R"({"query":"SELECT nothing"})", 422, "/query"},
    Bad{"mapping_empty", "operator", "POST", "/api/v1/mappings", "{}", 422, "/legacy"},
    Bad{"mapping_unknown_source", "operator", "POST", "/api/v1/mappings",
        R"({"data_type":"U","legacy":{"source_id":"s1","table":"t","key":"k"},"new":{"source_id":"s2","table":"t","key":"k"},"key_kind":"TEXT","fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT"}]})",
        422, "/new/source_id"},
    Bad{"suggest_no_side", "operator", "POST", "/api/v1/mappings/suggest", R"({"data_type":"U"})", 422, "/legacy"},
    Bad{"suggest_unknown_source", "operator", "POST", "/api/v1/mappings/suggest",
        R"({"data_type":"U","legacy":{"source_id":"s1","table":"t"},"new":{"source_id":"s2","table":"t"}})", 422,
        "/legacy/source_id"},
    Bad{"mapping_in_use", "operator", "DELETE", "/api/v1/mappings/{id}", "", 409, ""},
    Bad{"check_no_mapping", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none"})", 422, "/mapping_id"},
    Bad{"check_threshold", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","threshold_percentage":100.5})", 422,
        "/threshold_percentage"},
    Bad{"check_threshold_digits", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","threshold_percentage":99.999})", 422,
        "/threshold_percentage"},
    Bad{"run_scope", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"SOME"})",
        422, "/scope"},
    Bad{"run_keys_of_full", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"FULL","keys":true})", 422, "/keys"},
    Bad{"run_keys_type", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"INCREMENTAL","keys":1})", 422, "/keys"},
    Bad{"run_no_change_column", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"INCREMENTAL"})", 422, "/scope"},
    Bad{"run_sample_size", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"SAMPLE","sample_size":100001})",
        422, "/sample_size"},
    Bad{"run_sample_of_nothing", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"SAMPLE","sample_size":0})",
        422, "/sample_size"},
    Bad{"run_seed", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"SAMPLE","seed":-1})", 422, "/seed"},
    Bad{"run_seed_of_full", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"FULL","seed":1})", 422, "/seed"},
    Bad{"run_size_of_full", "operator", "POST", "/api/v1/checks/{id}/run", R"({"scope":"FULL","sample_size":1})", 422,
        "/sample_size"},
    Bad{"check_every", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"YEARLY"}})", 422, "/check_frequency/every"},
    Bad{"check_seconds", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"SECONDS","seconds":4}})", 422,
        "/check_frequency/seconds"},
    Bad{"check_zone", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"DAILY","at":"02:30","time_zone":"Mars/Sea"}})",
        422, "/check_frequency/time_zone"},
    Bad{"check_weekday", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"WEEKLY","at":"02:30"}})", 422,
        "/check_frequency/weekday"},
    Bad{"check_hour", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"HOURLY","at":"01:00"}})", 422,
        "/check_frequency/at"},
    Bad{"check_seconds_of_daily", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","check_frequency":{"every":"DAILY","at":"02:30","seconds":9}})", 422,
        "/check_frequency/seconds"},
    Bad{"check_sample_size", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","sample_size":-1})", 422, "/sample_size"},
    Bad{"check_channel", "operator", "POST", "/api/v1/checks",
        R"({"check_name":"c","mapping_id":"none","notification_channels":[1]})", 422, "/notification_channels/0"},
    Bad{"run_no_ids", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"IDS","ids":[]})", 422, "/ids"},
    Bad{"run_ids_of_full", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"FULL","ids":["a"]})", 422, "/ids"},
    Bad{"run_ids_type", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"IDS","ids":[7]})", 422, "/ids/0"},
    Bad{"run_limit", "operator", "POST", "/api/v1/checks/{id}/run",
        R"({"scope":"FULL","rows_per_second_limit":0})", 422, "/rows_per_second_limit"},
    Bad{"run_unknown_check", "operator", "POST", "/api/v1/checks/none/run",
        R"({"scope":"FULL"})", 404, ""},
    Bad{"comparison_no_check", "viewer", "POST", "/api/v1/comparisons", R"({"ids":["a"]})", 422, "/check_name"},
    Bad{"comparison_unknown_check", "viewer", "POST", "/api/v1/comparisons", R"({"check_name":"none","ids":["a"]})",
        422, "/check_name"},
    Bad{"comparison_no_ids", "viewer", "POST", "/api/v1/comparisons", R"({"check_name":"c","ids":[]})", 422, "/ids"},
    Bad{"comparison_id_type", "viewer", "POST", "/api/v1/comparisons", R"({"check_name":"c","ids":[7]})", 422,
        "/ids/0"},
    Bad{"limit_missing", "operator", "PATCH", "/api/v1/runs/{id}", "{}", 422, "/rows_per_second_limit"},
    Bad{"limit_zero", "operator", "PATCH", "/api/v1/runs/{id}", R"({"rows_per_second_limit":0})", 422,
        "/rows_per_second_limit"},
    Bad{"limit_high", "operator", "PATCH", "/api/v1/runs/{id}", R"({"rows_per_second_limit":10000001})", 422,
        "/rows_per_second_limit"},
    Bad{"cancel_ended", "operator", "POST", "/api/v1/runs/{id}/cancel", "{}", 409, ""},
    Bad{"cancel_unknown", "operator", "POST", "/api/v1/runs/none/cancel", "{}", 404, ""},
    Bad{"cancel_body", "operator", "POST", "/api/v1/runs/{id}/cancel", R"({"x":1})", 422, "/x"},
    Bad{"difference_unknown", "viewer", "GET", "/api/v1/differences/none", "", 404, ""},
    Bad{"difference_type", "viewer", "GET", "/api/v1/differences?type=ODD", "", 422, "?type"},
    Bad{"difference_sort", "viewer", "GET", "/api/v1/differences?sort=color", "", 422, "?sort"},
    Bad{"difference_cursor", "viewer", "GET", "/api/v1/differences?cursor=bm90", "", 422,
        "?cursor"},
    Bad{"difference_resolved", "viewer", "GET", "/api/v1/differences?resolved=maybe", "", 422,
        "?resolved"},
    Bad{"difference_ignored", "viewer", "GET", "/api/v1/differences?ignored=maybe", "", 422, "?ignored"},
    Bad{"export_format", "viewer", "GET", "/api/v1/differences/export?format=XML", "", 422, "?format"},
    Bad{"export_type", "viewer", "GET", "/api/v1/differences/export?format=SQL&type=ODD", "", 422, "?type"},
    Bad{"ignore_no_reason", "operator", "POST", "/api/v1/ignore-rules", R"({"field":"name"})", 422, "/reason"},
    Bad{"ignore_everything", "operator", "POST", "/api/v1/ignore-rules", R"({"reason":"r"})", 422, ""},
    Bad{"ignore_value_of_no_field", "operator", "POST", "/api/v1/ignore-rules",
        R"({"data_type":"USER","legacy":{"value":"x"},"reason":"r"})", 422, "/field"},
    Bad{"ignore_value_of_no_type", "operator", "POST", "/api/v1/ignore-rules",
        R"({"field":"name","new":{"value":null},"reason":"r"})", 422, "/data_type"},
    Bad{"ignore_value_twice", "operator", "POST", "/api/v1/ignore-rules",
        R"({"data_type":"USER","field":"name","new":{"value":"a","pattern":"b"},"reason":"r"})", 422, "/new/pattern"},
    Bad{"ignore_value_empty", "operator", "POST", "/api/v1/ignore-rules",
        R"({"data_type":"USER","field":"name","legacy":{},"reason":"r"})", 422, "/legacy/value"},
    Bad{"ignore_secret", "operator", "POST", "/api/v1/ignore-rules",
        R"({"data_type":"USER","field":"secret","legacy":{"value":"s"},"reason":"r"})", 422, "/legacy"},
    Bad{"ignore_secret_pattern", "operator", "POST", "/api/v1/ignore-rules",
        R"({"data_type":"USER","field":"secret","new":{"pattern":"s*"},"reason":"r"})", 422, "/new"},
    Bad{"ignore_past", "operator", "POST", "/api/v1/ignore-rules",
        R"({"field":"name","ends_at":"2020-01-01T00:00:00Z","reason":"r"})", 422, "/ends_at"},
    Bad{"ignore_far", "operator", "POST", "/api/v1/ignore-rules",
        R"({"field":"name","ends_at":"2199-01-01T00:00:00Z","reason":"r"})", 422, "/ends_at"},
    Bad{"ignore_no_check", "operator", "POST", "/api/v1/ignore-rules", R"({"check_id":"none","reason":"r"})", 422,
        "/check_id"},
    Bad{"ignore_cause", "operator", "POST", "/api/v1/ignore-rules", R"({"cause":"ODD","reason":"r"})", 422, "/cause"},
    Bad{"ignore_unknown", "viewer", "GET", "/api/v1/ignore-rules/none", "", 404, ""},
    Bad{"summary_by", "viewer", "GET", "/api/v1/differences/summary?by=color", "", 422, "?by"},
    Bad{"resolve_no_notes", "operator", "POST", "/api/v1/differences/{id}/resolve", "{}", 422,
        "/notes"},
    Bad{"resolve_empty_notes", "operator", "POST", "/api/v1/differences/{id}/resolve",
        R"({"notes":""})", 422, "/notes"},
    Bad{"repair_none", "operator", "POST", "/api/v1/repairs", R"({"difference_ids":[]})", 422,
        "/difference_ids"},
    Bad{"repair_unknown", "operator", "POST", "/api/v1/repairs",
        R"({"difference_ids":["none"]})", 422, "/difference_ids/0"},
    Bad{"repair_filter_and_ids", "operator", "POST", "/api/v1/repairs",
        R"({"difference_ids":["none"],"filter":{},"expected_count":1})", 422, "/filter"},
    Bad{"repair_filter_no_count", "operator", "POST", "/api/v1/repairs", R"({"filter":{}})", 422, "/expected_count"},
    Bad{"repair_filter_many", "operator", "POST", "/api/v1/repairs", R"({"filter":{},"expected_count":1001})", 422,
        "/expected_count"},
    Bad{"repair_count_of_ids", "operator", "POST", "/api/v1/repairs",
        R"({"difference_ids":["none"],"expected_count":1})", 422, "/expected_count"},
    Bad{"repair_filter_type", "operator", "POST", "/api/v1/repairs",
        R"({"filter":{"type":"ODD"},"expected_count":1})", 422, "/filter/type"},
    Bad{"repair_filter_state", "operator", "POST", "/api/v1/repairs",
        R"({"filter":{"state":"HOT"},"expected_count":1})", 422, "/filter/state"},
    Bad{"repair_id_type", "operator", "POST", "/api/v1/repairs", R"({"difference_ids":[{}]})",
        422, "/difference_ids/0"},
    Bad{"assign_nobody", "operator", "POST", "/api/v1/repairs/{id}/assign", "{}", 422,
        "/assigned_to"},
    Bad{"assign_unknown", "operator", "POST", "/api/v1/repairs/none/assign",
        R"({"assigned_to":"x"})", 404, ""},
    Bad{"approve_no_reason", "approver", "POST", "/api/v1/repairs/{id}/approve", "{}", 422,
        "/reason"},
    Bad{"execute_pending", "approver", "POST", "/api/v1/repairs/{id}/execute", "{}", 409, ""},
    Bad{"assign_twice", "operator", "POST", "/api/v1/repairs/{id}/assign",
        R"({"assigned_to":"ann","assigned_role":"approver"})", 422, "/assigned_to"},
    Bad{"assign_role", "operator", "POST", "/api/v1/repairs/{id}/assign", R"({"assigned_role":"viewer"})", 422,
        "/assigned_role"},
    Bad{"approve_past", "approver", "POST", "/api/v1/repairs/{id}/approve",
        R"({"reason":"r","execute_at":"2020-01-01T00:00:00Z"})", 422, "/execute_at"},
    Bad{"approve_far", "approver", "POST", "/api/v1/repairs/{id}/approve",
        R"({"reason":"r","execute_at":"2199-01-01T00:00:00Z"})", 422, "/execute_at"},
    Bad{"reject_later", "approver", "POST", "/api/v1/repairs/{id}/reject",
        R"({"reason":"r","execute_at":"2199-01-01T00:00:00Z"})", 422, "/execute_at"},
    Bad{"undo_pending", "approver", "POST", "/api/v1/repairs/{id}/undo", R"({"reason":"r"})", 409, ""},
    Bad{"undo_no_reason", "approver", "POST", "/api/v1/repairs/{id}/undo", "{}", 422, "/reason"},
    Bad{"bulk_nothing", "approver", "POST", "/api/v1/repairs/bulk", R"({"reason":"r"})", 422, "/expected_count"},
    Bad{"bulk_filter", "approver", "POST", "/api/v1/repairs/bulk",
        R"({"action":"REJECT","filter":{"action":"DROP"},"expected_count":1,"reason":"r"})", 422, "/filter/action"},
    Bad{"bulk_many", "approver", "POST", "/api/v1/repairs/bulk",
        R"({"action":"REJECT","filter":{},"expected_count":1001,"reason":"r"})", 422, "/expected_count"},
    Bad{"bulk_reject_later", "approver", "POST", "/api/v1/repairs/bulk",
        R"({"action":"REJECT","filter":{},"expected_count":1,"execute_at":"2199-01-01T00:00:00Z","reason":"r"})", 422,
        "/execute_at"},
    Bad{"bulk_count", "approver", "POST", "/api/v1/repairs/bulk",
        R"({"action":"REJECT","filter":{},"expected_count":999,"reason":"r"})", 409, ""},
    Bad{"rules_nothing", "operator", "PUT", "/api/v1/assignment-rules", "{}", 422, "/rules"},
    Bad{"rules_nobody", "operator", "PUT", "/api/v1/assignment-rules", R"({"rules":[{"field":"name"}]})", 422,
        "/rules/0/assigned_to"},
    Bad{"rules_row_field", "operator", "PUT", "/api/v1/assignment-rules",
        R"({"rules":[{"field":"name","difference_type":"EXTRA","assigned_to":"ann"}]})", 422, "/rules/0/field"},
    Bad{"repairs_action", "viewer", "GET", "/api/v1/repairs?action=DROP", "", 422, "?action"},
    Bad{"repair_status", "viewer", "GET", "/api/v1/repairs?status=DONE", "", 422, "?status"},
    Bad{"sync_empty", "operator", "POST", "/api/v1/sync-configs", "{}", 422, "/mapping_id"},
    Bad{"sync_no_mapping", "operator", "POST", "/api/v1/sync-configs",
        R"({"source_system":"LEGACY","target_system":"NEW","mapping_id":"none","sync_direction":"UNIDIRECTIONAL"})", 422,
        "/mapping_id"},
    Bad{"sync_same_side", "operator", "POST", "/api/v1/sync-configs",
        R"({"source_system":"NEW","target_system":"NEW","mapping_id":"none","sync_direction":"UNIDIRECTIONAL"})", 422,
        "/target_system"},
    Bad{"sync_run_no_ids", "operator", "POST", "/api/v1/sync-configs/{id}/run", R"({"ids":[]})", 422, "/ids"},
    Bad{"sync_mass_no_reason", "operator", "POST", "/api/v1/sync-configs/{id}/run",
        R"({"accept_mass_change":true})", 422, "/reason"},
    Bad{"sync_mass_of_ids", "operator", "POST", "/api/v1/sync-configs/{id}/run",
        R"({"ids":["a"],"accept_mass_change":true,"reason":"r"})", 422, "/accept_mass_change"},
    Bad{"sync_log_status", "viewer", "GET", "/api/v1/sync-logs?status=ODD", "", 422, "?status"},
    Bad{"sync_log_permanent", "viewer", "GET", "/api/v1/sync-logs?permanent=maybe", "", 422, "?permanent"},
    Bad{"sync_task_state", "viewer", "GET", "/api/v1/sync-tasks?state=ODD", "", 422, "?state"},
    Bad{"task_edit_nothing", "operator", "PATCH", "/api/v1/sync-tasks/{id}", "{}", 422, "/fields"},
    Bad{"task_edit_both", "operator", "PATCH", "/api/v1/sync-tasks/{id}",
        R"({"fields":{"name":{"take":"NEW","value":"x"}}})", 422, "/fields/name"},
    Bad{"task_edit_side", "operator", "PATCH", "/api/v1/sync-tasks/{id}", R"({"take":"BOTH"})", 422, "/take"},
    Bad{"task_discard_no_reason", "operator", "POST", "/api/v1/sync-tasks/{id}/discard", "{}", 422, "/reason"}};

// One world for all of them: each leaves it as it was.
TEST(BadInput, IsRefusedAndNamed)
{
    World &world = World::instance();
    for (const Bad &bad : BadInputs) {
        SCOPED_TRACE(bad.name);
        const std::string method = bad.method;
        TestClient::Headers headers;
        if (method == "PUT" || method == "PATCH" || method == "DELETE")
            headers.emplace_back("If-Match", "\"1\"");
        const TestAnswer answer =
            world.send(bad.role, method, world.filled(bad.path), bad.body, headers);
        EXPECT_EQ(answer.status, bad.status) << answer.body;
        if (!*bad.pointer) continue;
        std::set<std::string> named;
        for (const Json &error : answer.json.value("errors", Json::array()))
            named.insert(textOf(error, "pointer"));
        EXPECT_TRUE(named.contains(bad.pointer)) << answer.body;
    }
}

TEST(Standard, RoutesKeepToTheContract)
{
    World &world = World::instance();
    for (const char *path :
         {"/api/v1/session", "/api/v1/audit", "/api/v1/audit/verification", "/healthz", "/readyz",
          "/api/v1/runs", "/api/v1/repairs", "/api/v1/repairs/summary"})
        EXPECT_EQ(world.send("viewer", "GET", path).status, 200) << path;
    const TestAnswer preview =
        world.send("viewer", "GET", "/api/v1/repairs/" + world.repair + "/preview");
    EXPECT_EQ(preview.json.at("still_as_seen"), true);
    EXPECT_EQ(textOf(preview.json.at("before"), "secret").rfind("fingerprint ", 0), 0u);
    // Nothing of a sensitive field stands in the store, the audit or the events.
    for (const Json &item : world.comparator.all("/api/v1/audit"))
        EXPECT_EQ(dumpJson(item).find("\"t\""), std::string::npos);
}

} // namespace
} // namespace crossfade
