// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/heldroutes.h"

#include "app/router/heldpushes.h"
#include "app/router/routerules.h"
#include "models/core/ids.h"
#include "models/routing/holding.h"

#include <limits>

namespace crossfade {

namespace {

constexpr const char *HoldingCause = "HELD";
constexpr std::size_t MostHeldBytes = 256U << 20;
constexpr std::size_t PartChanges = 5'000;

// While holding: whom this part would hold but finds on NEW is spared.
Result<void> spareThoseOnNew(Database &db, const Snapshot &now, Instant at, std::vector<SnapshotChange> &part)
{
    const auto switches = RouterState::switches(db);
    if (!switches) return fail(switches.error());
    if (!switches->holdInconsistent) return {};
    for (SnapshotChange &change : part) {
        auto &held = std::get<HeldChange>(change);
        held.spared = held.held && isOnNew(now, held.kind, held.id, at);
    }
    return {};
}

// Between two parts of a push another one may have begun, here or at another replica.
Result<void> stillPushing(Database &db, const HttpRequest &request, const std::string &token)
{
    const auto set = listtables::heldSet(db);
    if (!set) return fail(set.error());
    if (auto fresh = requireVersion(request, set->version); !fresh) return fresh;
    if (set->push != token) return fail(ErrorKind::Conflict, "another push has begun since");
    return {};
}

// How many users and entities have a difference, and how many of them all are spared.
Result<Json> countsOf(Database &db)
{
    const auto rows = db.query("SELECT kind, count(*), count(CASE WHEN spared = 1 THEN 1 END) FROM held_entry GROUP BY kind");
    if (!rows) return fail(rows.error());
    Json counts{{"users", 0}, {"entities", 0}};
    std::int64_t spared = 0;
    for (const SqlRow &row : *rows) {
        counts[row.text(0) == "USER" ? "users" : "entities"] = row.integer(1);
        spared += row.integer(2);
    }
    counts["spared"] = spared;
    return counts;
}

Json setJson(const listtables::PushedSet &set, Json counts)
{
    counts["source"] = set.source.empty() ? Json() : Json(set.source);
    counts["source_epoch"] = set.source.empty() ? Json() : Json(set.sourceEpoch);
    counts["complete"] = set.complete;
    counts["updated_at"] = set.version > 1 ? Json(formatInstant(set.updatedAt)) : Json();
    counts["changed_by"] = set.changedBy;
    counts["version"] = set.version;
    return counts;
}

// Of a page's last row: kind and id, which no ':' holds.
std::pair<std::string, std::string> afterOf(const PageRequest &page)
{
    const std::string after = page.after.value_or("");
    const std::size_t colon = after.find(':');
    if (colon == std::string::npos) return {after, {}};
    return {after.substr(0, colon), after.substr(colon + 1)};
}

Result<HttpResponse> getHeld(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto set = listtables::heldSet(db);
    if (!set) return fail(set.error());
    auto counts = countsOf(db);
    if (!counts) return fail(counts.error());
    const auto [kind, id] = afterOf(*page);
    const auto rows = db.query("SELECT kind, id, since, spared FROM held_entry WHERE kind > ? OR (kind = ? AND id > ?) "
                               "ORDER BY kind, id LIMIT ?",
                               {kind, kind, id, page->limit + 1});
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    std::optional<std::string> last;
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) break;
        items.push_back({{"kind", row.text(0)},
                         {"id", row.text(1)},
                         {"since", formatInstant(instantFromMs(row.integer(2)))},
                         {"spared", row.integer(3) != 0}});
    }
    if (rows->size() > items.size())
        last = (*rows)[items.size() - 1].text(0) + ":" + (*rows)[items.size() - 1].text(1);
    const std::int64_t total = counts->at("users").get<std::int64_t>() + counts->at("entities").get<std::int64_t>();
    Json answer = setJson(*set, std::move(*counts));
    answer.update(pageAnswer(*page, std::move(items), last, total));
    return HttpResponse::object(answer, set->version);
}

} // namespace

void HeldModule::addRoutes(RouteTable &routes)
{
    RouteRules push = changeable(Services, {"complete", "source", "epoch"});
    push.ifMatch = true;
    push.bodyLimit = MostHeldBytes;
    push.streamsBody = true;
    push.contentTypes = "application/x-ndjson";
    RouteRules changes = changeable(Services, {"source", "epoch"});
    changes.ifMatch = true;
    changes.contentTypes = "application/x-ndjson";
    routes.read("GET", "/api/v1/held-entities", readableList(), getHeld);
    routes.work("PUT", "/api/v1/held-entities", push, [this](const HttpRequest &request) {
        auto answer = put(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
    routes.work("PATCH", "/api/v1/held-entities", changes, [this](const HttpRequest &request) {
        auto answer = patch(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
}

Result<HeldModule::Push> HeldModule::readPush(const HttpRequest &request, bool whole)
{
    Push push;
    if (whole) {
        const auto complete = requiredComplete(request);
        if (!complete) return fail(complete.error());
        push.complete = *complete;
    }
    const auto source = request.queryText("source");
    const auto epoch = request.queryInteger("epoch", -1, 0, std::numeric_limits<std::int64_t>::max());
    if (!epoch) return fail(epoch.error());
    if (whole && !source && *epoch < 0) return push;
    if (!source || !isValidId(*source)) return invalid("?source", "must be the id of the program that pushes");
    if (*epoch < 0) return invalid("?epoch", "must be the number of the last change the push holds");
    push.source = *source;
    push.epoch = *epoch;
    return push;
}

Result<HttpResponse> HeldModule::put(const HttpRequest &request)
{
    const auto push = readPush(request, true);
    if (!push) return fail(push.error());
    const auto pushed = readHeld(request.body);
    if (!pushed) return fail(pushed.error());
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another push is still being stored");
    std::vector<SnapshotChange> changes;
    std::optional<Json> same; // the answer where there is nothing to do
    bool torn = false;        // another push was being put in force
    const auto look = [&](Database &db) -> Result<void> {
        const auto set = listtables::heldSet(db);
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fresh;
        auto found = differencesOf(db, *pushed, *m_state.snapshot(), m_store.environment().now());
        if (!found) return fail(found.error());
        changes = std::move(*found);
        torn = !set->push.empty();
        const bool known = !push->source.empty() && set->source == push->source && set->sourceEpoch == push->epoch;
        if (!known || !changes.empty() || set->complete != push->complete) return {};
        auto counts = countsOf(db);
        if (!counts) return fail(counts.error());
        same = setJson(*set, std::move(*counts));
        return {};
    };
    if (auto read = m_store.read(look); !read) return fail(read.error());
    if (same) return HttpResponse::object(*same, same->at("version").get<std::int64_t>());
    std::string token;
    if (torn || changes.size() > PartChanges) {
        auto claimed = claim(request);
        if (!claimed) return fail(claimed.error());
        token = std::move(*claimed);
        // What the other one has done since is undone.
        if (auto read = m_store.read(look); !read) return fail(read.error());
    }
    return apply(request, changes, *push, token);
}

Result<std::string> HeldModule::claim(const HttpRequest &request)
{
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        const auto set = listtables::heldSet(tx.db());
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fail(fresh.error());
        const std::string token = tx.newId();
        const auto row = tx.db().execute("UPDATE held_set SET push = ?, source = ''", {token});
        if (!row) return fail(row.error());
        return Json(token);
    });
    if (!done) return fail(done.error());
    return done->get<std::string>();
}

Result<HttpResponse> HeldModule::patch(const HttpRequest &request)
{
    const auto push = readPush(request, false);
    if (!push) return fail(push.error());
    const auto told = readHeldChanges(request.body);
    if (!told) return fail(told.error());
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another push is still being stored");
    Json answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto patched = patchIn(request, tx, *push, *told);
        if (patched) answer = *patched;
        return patched;
    });
    if (!done) return fail(done.error());
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

Result<Json> HeldModule::patchIn(const HttpRequest &request, WriteTransaction &tx, const Push &push,
                                 const std::vector<HeldChange> &told)
{
    const auto set = listtables::heldSet(tx.db());
    if (!set) return fail(set.error());
    if (auto fresh = requireVersion(request, set->version); !fresh) return fail(fresh.error());
    if (set->source != push.source)
        return fail(ErrorKind::Conflict, "the set is not what this source has pushed: push the whole");
    if (push.epoch < set->sourceEpoch)
        return fail(ErrorKind::Conflict, "the set holds later changes of this source: push the whole");
    auto changes = newsIn(tx.db(), told, *m_state.snapshot(), tx.now());
    if (!changes) return fail(changes.error());
    const std::size_t changed = changes->size();
    if (auto stored = changeHeld(request, tx, std::move(*changes)); !stored) return fail(stored.error());
    Push whole = push;
    whole.complete = set->complete;
    return finish(request, tx, *set, whole, changed);
}

Result<void> HeldModule::changeHeld(const HttpRequest &request, WriteTransaction &tx, std::vector<SnapshotChange> part)
{
    auto spared = spareThoseOnNew(tx.db(), *m_state.snapshot(), tx.now(), part);
    if (!spared) return spared;
    return m_state.change(tx, part, {HoldingCause, request.reason});
}

Result<HttpResponse> HeldModule::apply(const HttpRequest &request, const std::vector<SnapshotChange> &changes,
                                       const Push &push, const std::string &token)
{
    std::size_t at = 0;
    for (; changes.size() - at > PartChanges; at += PartChanges) {
        const auto begin = changes.begin() + static_cast<std::ptrdiff_t>(at);
        const auto stored = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
            if (auto still = stillPushing(tx.db(), request, token); !still) return fail(still.error());
            auto done = changeHeld(request, tx, {begin, begin + static_cast<std::ptrdiff_t>(PartChanges)});
            if (!done) return fail(done.error());
            return Json();
        });
        if (!stored) return fail(stored.error());
    }
    const std::vector<SnapshotChange> last(changes.begin() + static_cast<std::ptrdiff_t>(at), changes.end());
    Json answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        if (auto still = stillPushing(tx.db(), request, token); !still) return fail(still.error());
        const auto set = listtables::heldSet(tx.db());
        if (!set) return fail(set.error());
        if (auto stored = changeHeld(request, tx, last); !stored) return fail(stored.error());
        auto finished = finish(request, tx, *set, push, changes.size());
        if (finished) answer = *finished;
        return finished;
    });
    if (!done) return fail(done.error());
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

Result<Json> HeldModule::finish(const HttpRequest &request, WriteTransaction &tx, listtables::PushedSet set,
                                const Push &push, std::size_t changed)
{
    set.complete = push.complete;
    set.updatedAt = tx.now();
    set.changedBy = tx.actor().subject;
    set.source = push.source;
    set.sourceEpoch = push.epoch;
    ++set.version;
    const auto row = tx.db().execute("UPDATE held_set SET complete = ?, updated_at = ?, changed_by = ?, version = ?, "
                                     "source = ?, source_epoch = ?, source_version = ?, push = ''",
                                     {std::int64_t{set.complete}, toMs(tx.now()), set.changedBy, set.version, set.source,
                                      set.sourceEpoch, set.version});
    if (!row) return fail(row.error());
    auto counts = countsOf(tx.db());
    if (!counts) return fail(counts.error());
    Json answer = setJson(set, std::move(*counts));
    tx.emit("held.changed", {{"held", answer}, {"changed", changed}});
    tx.audit({"held.push", "held_set", "held", {}, {{"held", answer}, {"changed", changed}}, request.reason});
    return answer;
}

} // namespace crossfade
