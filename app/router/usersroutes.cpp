// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/usersroutes.h"

#include "app/router/revisions.h"
#include "app/router/routerules.h"
#include "models/core/ids.h"
#include "models/routing/routingjson.h"

namespace crossfade {

namespace {

Result<std::vector<UserHistoryEntry>> historyOf(Database &db, const std::string &user,
                                            const std::string &system, Instant now)
{
    UserHistory history(user, system);
    auto read = revisions::eachOf(db, user, system, [&](const Revision &revision) {
        if (UserHistory::concerns(revision, user, system)) history.add(revision);
        return true;
    });
    if (!read) return fail(read.error());
    return history.finish(now);
}

} // namespace

void UsersModule::addRoutes(RouteTable &routes)
{
    routes.read("GET", "/api/v1/users/{id}", readable({"system_id"}),
                [this](const HttpRequest &request, Database &db) { return get(request, db); });
}

Result<HttpResponse> UsersModule::get(const HttpRequest &request, Database &db) const
{
    const std::string user = request.parameter("id");
    const std::string system = request.queryText("system_id").value_or("");
    if (!isValidId(user)) return invalid("/user_id", "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
    if (!system.empty() && !isValidId(system))
        return invalid("?system_id", "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
    const SnapshotPtr snapshot = m_state.snapshot();
    DecisionRequest described;
    described.userId = user;
    described.systemId = system;
    described.at = m_environment.now();
    Json decision = decisionToJson(decide(*snapshot, described));
    decision["trace"] = traceToJson(traceDecision(*snapshot, described));
    const auto history = historyOf(db, user, system, described.at);
    if (!history) return fail(history.error());
    Json entries = Json::array();
    for (const UserHistoryEntry &entry : *history)
        entries.push_back(historyToJson(entry));
    const UserHistoryEntry *last = history->empty() ? nullptr : &history->back();
    return HttpResponse::json({{"user_id", user},
                               {"system_id", system.empty() ? Json() : Json(system)},
                               {"known", m_directory.ids()->contains(user)},
                               {"decision", std::move(decision)},
                               {"since", last ? Json(formatInstant(last->at)) : Json()},
                               {"changed_by", last ? Json(last->actor) : Json()},
                               {"change_reason", last ? Json(last->reason) : Json()},
                               {"history", std::move(entries)}});
}

} // namespace crossfade
