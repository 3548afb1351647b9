// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/usersroutes.h"

#include "app/router/revisions.h"
#include "app/router/routerules.h"
#include "models/core/ids.h"
#include "models/routing/routingjson.h"

#include <utility>

namespace crossfade {

namespace {

struct ToldHistory {
    std::vector<UserHistoryEntry> entries;
    std::optional<DecidingChange> deciding;
};

Result<ToldHistory> historyOf(Database &db, const HistorySubject &subject, const SnapshotPtr &snapshot, Instant now)
{
    UserHistory history(subject);
    // LEGACY's keys are in no log: those of today are taken to have been there from the beginning. What
    // decides by them began with the switch, which needs them to be complete first.
    bool withKeys = subject.entityId.empty();
    auto read = revisions::eachOf(db, subject, [&](const Revision &revision) {
        if (!UserHistory::concerns(revision, subject)) return true;
        history.add(revision);
        if (std::exchange(withKeys, true)) return true;
        // They live as long as the snapshot does.
        const std::shared_ptr<const KeyIndex> keys(snapshot, &snapshot->keyIndex());
        history.add({revision.epoch, revision.at, KeyIndexChange{keys}, revision.cause, revision.actor, revision.reason});
        return true;
    });
    if (!read) return fail(read.error());
    ToldHistory told{history.finish(now), {}};
    told.deciding = history.deciding();
    return told;
}

Json decidingToJson(const std::optional<DecidingChange> &change)
{
    if (!change) return {};
    return {{"at", formatInstant(change->at)},
            {"cause", change->cause},
            {"actor", change->actor},
            {"reason", change->reason},
            {"epoch", change->epoch}};
}

Json idOrNull(const std::string &id) { return id.empty() ? Json() : Json(id); }

} // namespace

void UsersModule::addRoutes(RouteTable &routes)
{
    routes.read("GET", "/api/v1/users/{id}", readable({"system_id", "entity_id", "interface"}),
                [this](const HttpRequest &request, Database &db) { return get(request, db); });
}

Result<HttpResponse> UsersModule::get(const HttpRequest &request, Database &db) const
{
    const std::string grammar = "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -";
    const HistorySubject subject{request.parameter("id"), request.queryText("system_id").value_or(""),
                                 request.queryText("entity_id").value_or(""),
                                 request.queryText("interface").value_or("")};
    if (!isValidId(subject.userId)) return invalid("/user_id", grammar);
    for (const auto &[name, value] : {std::pair("?system_id", &subject.systemId), std::pair("?entity_id", &subject.entityId),
                                      std::pair("?interface", &subject.interface)}) {
        if (!value->empty() && !isValidId(*value)) return invalid(name, grammar);
    }
    const SnapshotPtr snapshot = m_state.snapshot();
    DecisionRequest described;
    described.userId = subject.userId;
    described.systemId = subject.systemId;
    described.entityId = subject.entityId;
    described.interface = subject.interface;
    described.at = m_environment.now();
    Json decision = decisionToJson(decide(*snapshot, described));
    decision["trace"] = traceToJson(traceDecision(*snapshot, described));
    const auto history = historyOf(db, subject, snapshot, described.at);
    if (!history) return fail(history.error());
    Json entries = Json::array();
    for (const UserHistoryEntry &entry : history->entries)
        entries.push_back(historyToJson(entry));
    const UserHistoryEntry *last = history->entries.empty() ? nullptr : &history->entries.back();
    return HttpResponse::json({{"user_id", subject.userId},
                               {"system_id", idOrNull(subject.systemId)},
                               {"entity_id", idOrNull(subject.entityId)},
                               {"interface", idOrNull(subject.interface)},
                               {"known", m_directory.ids()->contains(subject.userId)},
                               {"decision", std::move(decision)},
                               {"deciding", decidingToJson(history->deciding)},
                               {"since", last ? Json(formatInstant(last->at)) : Json()},
                               {"changed_by", last ? Json(last->actor) : Json()},
                               {"change_reason", last ? Json(last->reason) : Json()},
                               {"history", std::move(entries)}});
}

} // namespace crossfade
