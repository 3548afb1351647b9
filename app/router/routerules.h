// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "models/core/refusals.h"

#include <set>
#include <string>
#include <vector>

namespace crossfade {

// Who may use a route (api.md, Auth). Whoever may change something may also read it.
inline const std::set<Role> Readers{Role::Viewer, Role::Operator, Role::Approver, Role::Admin,
                                    Role::Service};
inline const std::set<Role> Operators{Role::Operator, Role::Admin};
inline const std::set<Role> Admins{Role::Admin};
inline const std::set<Role> Services{Role::Service};

inline RouteRules readable(std::vector<std::string> query = {})
{
    RouteRules rules;
    rules.roles = Readers;
    rules.query = std::move(query);
    return rules;
}

// A rollback: it goes before every other change that waits.
inline RouteRules first(RouteRules rules)
{
    rules.turn = Turn::First;
    return rules;
}

// Of a list: its filters beside limit and cursor.
inline RouteRules readableList(std::vector<std::string> filters = {})
{
    filters.insert(filters.end(), {"limit", "cursor"});
    return readable(std::move(filters));
}

inline RouteRules changeable(std::set<Role> roles, std::vector<std::string> query = {})
{
    RouteRules rules;
    rules.roles = std::move(roles);
    rules.query = std::move(query);
    return rules;
}

// Whether a change is only to be looked at, with its warnings.
inline Result<bool> isDryRun(const HttpRequest &request)
{
    const auto given = request.queryBoolean("dry_run");
    if (!given) return fail(given.error());
    return given->value_or(false);
}

// Stale unless If-Match names the stored version.
inline Result<void> requireVersion(const HttpRequest &request, std::int64_t stored)
{
    const auto named = request.ifMatch();
    if (!named) return fail(named.error());
    if (*named == stored) return {};
    return fail(refused(refusals::StaleVersion, {std::to_string(stored)},
                        {{"header:If-Match", "the stored version is " + std::to_string(stored)}}));
}

// What a program says of a set it pushes: whether it is the whole. It must say so.
inline Result<bool> requiredComplete(const HttpRequest &request)
{
    const auto complete = request.queryBoolean("complete");
    if (!complete) return fail(complete.error());
    if (!*complete) return invalid("?complete", "is required: true or false");
    return **complete;
}

// A body with only a reason, or none at all.
inline Result<void> onlyReason(const HttpRequest &request)
{
    if (request.body.empty()) return {};
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return {};
}

} // namespace crossfade
