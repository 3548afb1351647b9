// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routes.h"
#include "models/core/refusals.h"

namespace crossfade {

RouteRules rulesFor(std::set<Role> roles, std::vector<std::string> query)
{
    RouteRules rules;
    rules.roles = std::move(roles);
    rules.query = std::move(query);
    return rules;
}

RouteRules changeRules(std::set<Role> roles, bool ifMatch)
{
    RouteRules rules;
    rules.roles = std::move(roles);
    rules.ifMatch = ifMatch;
    return rules;
}

HttpResponse answerOf(const HttpRequest &request, const Result<HttpResponse> &result)
{
    return result ? *result : HttpResponse::problem(result.error(), request.requestId);
}

Result<void> checkEmptyBody(const HttpRequest &request)
{
    if (request.body.empty()) return {};
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return {};
}

Result<void> checkVersion(const HttpRequest &request, std::int64_t version)
{
    const Result<std::int64_t> named = request.ifMatch();
    if (!named) return fail(named.error());
    if (*named == version) return {};
    return fail(refused(refusals::StaleVersion, {std::to_string(version)}));
}

Failure noSuch(std::string_view what, const std::string &id)
{
    return fail(ErrorKind::NotFound, "there is no " + std::string(what) + " " + id);
}

} // namespace crossfade
