// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/configure.h"

#include "app/sandbox/api.h"
#include "app/sandbox/sqlconnection.h"

namespace crossfade {

namespace {

constexpr const char *CheckName = "users-full";

Result<std::string> source(const Api &api, const char *name, const std::string &location,
                           const std::string &passwordVariable)
{
    const Result<Json> found = api.find("/api/v1/sources", "name", name);
    if (!found) return fail(found.error());
    if (!found->is_null()) return textOf(*found, "id");
    Json wanted{{"name", name},
                {"kind", isPostgresUrl(location) ? "POSTGRESQL" : "SQLITE"},
                {"location", location}};
    if (!passwordVariable.empty()) wanted["secret"] = {{"env", passwordVariable}};
    const Result<Json> created = api.post("/api/v1/sources", wanted);
    if (!created) return fail(created.error());
    return textOf(*created, "id");
}

Json field(const char *name, const char *legacyColumn, const char *kind, bool sensitive = false)
{
    return {{"name", name},           {"legacy_column", legacyColumn},
            {"new_column", name},     {"kind", kind},
            {"scale", nullptr},       {"transforms", Json::array()},
            {"sensitive", sensitive}, {"ignored", false}};
}

Result<std::string> mapping(const Api &api, const std::string &legacySource,
                            const std::string &newSource)
{
    const Result<Json> found = api.find("/api/v1/mappings", "data_type", "USER");
    if (!found) return fail(found.error());
    if (!found->is_null()) return textOf(*found, "id");
    const Result<Json> created = api.post("/api/v1/mappings", userMapping(legacySource, newSource));
    if (!created) return fail(created.error());
    return textOf(*created, "id");
}

} // namespace

Json userMapping(const std::string &legacySource, const std::string &newSource)
{
    return {{"data_type", "USER"},
            {"legacy",
             {{"source_id", legacySource},
              {"table", "users"},
              {"key", "user_id"},
              {"changed_column", "modified"}}},
            {"new",
             {{"source_id", newSource},
              {"table", "accounts"},
              {"key", "id"},
              {"changed_column", "updated_at"}}},
            {"key_kind", "TEXT"},
            {"fields",
             {field("email", "mail", "TEXT"), field("display_name", "full_name", "TEXT"),
              field("legal_name", "legal_name", "TEXT"), field("phone", "tel", "TEXT"),
              field("department", "dept", "TEXT"), field("roles", "role_list", "TEXT"),
              field("permissions", "permission_list", "TEXT"), field("locale", "lang", "TEXT"),
              field("active", "is_active", "BOOLEAN"), field("credit", "balance", "DECIMAL"),
              field("password_salt", "pw_salt", "TEXT", true),
              field("password_hash", "pw_hash", "TEXT", true),
              field("created_at", "created", "TIMESTAMP")}},
            {"authoritative", "LEGACY"},
            {"safe_repairs", Json::array()}};
}

Result<std::string> configureComparator(const ComparatorSetup &setup)
{
    const Api admin(setup.url, setup.tokens.admin);
    const auto legacySource = source(admin, "legacy-users", setup.legacyDatabase, {});
    if (!legacySource) return legacySource;
    const auto newSource = source(admin, "new-accounts", setup.newDatabase, setup.passwordVariable);
    if (!newSource) return newSource;
    const auto mappingId = mapping(admin, *legacySource, *newSource);
    if (!mappingId) return mappingId;
    const Result<Json> found = admin.find("/api/v1/checks", "check_name", CheckName);
    if (!found) return fail(found.error());
    if (!found->is_null()) return textOf(*found, "id");
    const Result<Json> created = admin.post("/api/v1/checks", {{"check_name", CheckName},
                                                               {"mapping_id", *mappingId},
                                                               {"threshold_percentage", 99.5},
                                                               {"active", true}});
    if (!created) return fail(created.error());
    return textOf(*created, "id");
}

} // namespace crossfade
