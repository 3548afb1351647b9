// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/configure.h"

#include "app/sandbox/api.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *PolicyName = "logins";

Json guard(const char *metric, const char *statistic, const char *comparison, double threshold,
           int minSamples, const char *mode)
{
    return {{"metric", metric},
            {"statistic", statistic},
            {"platform", "NEW"},
            {"comparison", comparison},
            {"threshold", threshold},
            {"window_seconds", 10},
            {"min_samples", minSamples},
            {"breaches", 3},
            {"windows", 3},
            {"mode", mode}};
}

// LEGACY serves who is not shifted; operators may have changed it since.
Result<void> setDefaults(const Api &api)
{
    const Result<Json> switches = api.get("/api/v1/switches");
    if (!switches) return fail(switches.error());
    if (versionOf(*switches) > 1 || textOf(*switches, "default_platform") == "LEGACY") return {};
    const auto set = api.put("/api/v1/switches",
                             {{"master", "OFF"},
                              {"default_platform", "LEGACY"},
                              {"reason", "the sandbox starts with everybody on LEGACY"}},
                             versionOf(*switches));
    if (!set) return fail(set.error());
    return {};
}

Result<void> setDirectory(const Api &api, const std::string &database)
{
    const Result<Json> directory = api.get("/api/v1/directory");
    if (!directory) return fail(directory.error());
    if (textOf(*directory, "kind") != "NONE") return {};
    const auto set = api.put("/api/v1/directory",
                             {{"kind", "SQLITE"},
                              {"location", database},
                              {"table", "users"},
                              {"id_column", "user_id"},
                              {"attributes", {"dept", "lang"}},
                              {"refresh_seconds", 60}},
                             versionOf(*directory));
    if (!set) return fail(set.error());
    return {};
}

Result<std::string> setPolicy(const Api &api, const RouterSetup &setup)
{
    const Result<Json> found = api.find("/api/v1/shift-policies", "policy_name", PolicyName);
    if (!found) return fail(found.error());
    const Json wanted = loginsPolicy(setup);
    if (found->is_null()) {
        const Result<Json> created = api.post("/api/v1/shift-policies", wanted);
        if (!created) return fail(created.error());
        return textOf(*created, "id");
    }
    const std::string id = textOf(*found, "id");
    Json moved = Json::object(); // a platform may listen at another port than last time
    for (const char *field : {"new_health_url", "legacy_health_url"}) {
        if (textOf(*found, field) != textOf(wanted, field)) moved[field] = wanted[field];
    }
    if (moved.empty()) return id;
    const auto set = api.patch("/api/v1/shift-policies/" + id, moved, versionOf(*found));
    if (!set) return fail(set.error());
    return id;
}

} // namespace

Json loginsPolicy(const RouterSetup &setup)
{
    // At the first step one request in twenty goes to NEW, so a window of 10 s holds half of
    // `rate`. A little under half of that is asked for: chance alone then almost never holds the
    // shift.
    const int minSamples = std::clamp(static_cast<int>(setup.rate * 0.2), 2, 100);
    Json success = guard("authentication_success_rate", "RATE", ">=", 99, minSamples, "DECIDE");
    success["critical_threshold"] = 50;
    return {{"policy_name", PolicyName},
            {"target_system", "auth-web"},
            {"target_platform", "NEW"},
            {"max_shift_percentage", 50},
            {"shift_increment", 5},
            {"guards",
             {success, guard("authorization_latency", "P95", "<=", 400, minSamples, "DECIDE"),
              guard("user_satisfaction", "MEAN", ">=", 4, 1, "SHOW")}},
            {"stabilization_seconds", 5},
            {"interval_seconds", 1},
            {"on_breach", "PROPOSE_ROLLBACK"},
            {"proposal_deadline_seconds", 300},
            {"proposal_default", "ROLLBACK"},
            {"approval", "NONE"},
            {"users_without_id", "LEGACY"},
            {"new_health_url", setup.newUrl + "/healthz"},
            {"legacy_health_url", setup.legacyUrl + "/healthz"},
            {"salt", "logins"}};
}

Result<std::string> configureRouter(const RouterSetup &setup)
{
    const Api admin(setup.url, setup.tokens.admin);
    const Api operator_(setup.url, setup.tokens.operator_);
    if (const auto set = setDefaults(operator_); !set) return fail(set.error());
    if (const auto set = setDirectory(admin, setup.legacyDatabase); !set) return fail(set.error());
    return setPolicy(operator_, setup);
}

} // namespace crossfade
