// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/heldroutes.h"

#include "app/router/directoryupload.h"
#include "app/router/listtables.h"
#include "app/router/routerules.h"
#include "models/routing/holding.h"

namespace crossfade {

namespace {

constexpr const char *HoldingCause = "HELD";
constexpr std::size_t MostHeldBytes = 256U << 20;
constexpr std::size_t PartChanges = 5'000;

struct HeldIds {
    IdSet users;
    IdSet entities;
    const IdSet &of(HeldChange::Kind kind) const { return kind == HeldChange::Kind::User ? users : entities; }
};

// Each line an object with user_id or entity_id, the first wrong one refuses the push.
Result<HeldIds> readHeld(std::string_view body)
{
    IdSetBuilder users(HeldModule::MostHeld);
    IdSetBuilder entities(HeldModule::MostHeld);
    Result<void> result;
    eachUploadedLine(body, [&](std::string_view line, std::size_t number) {
        const auto json = parseJson(line, 4);
        if (!json) {
            result = fail(ErrorKind::Malformed, "line " + std::to_string(number) + ": " + json.error().message);
            return false;
        }
        const Json none = Json::object();
        JsonReader push(none);
        JsonReader in(*json, "/" + std::to_string(number - 1), push);
        const auto user = in.optionalId("user_id");
        const auto entity = in.optionalId("entity_id");
        if (json->is_object() && in.has("user_id") == in.has("entity_id"))
            in.reject("", "must have user_id or entity_id (line " + std::to_string(number) + ")");
        in.finish();
        if (const auto error = push.finish()) {
            result = fail(*error);
            return false;
        }
        return user ? users.add(*user) : entities.add(*entity);
    });
    if (!result) return fail(result.error());
    auto heldUsers = users.build();
    if (!heldUsers) return fail(heldUsers.error());
    auto heldEntities = entities.build();
    if (!heldEntities) return fail(heldEntities.error());
    return HeldIds{std::move(*heldUsers), std::move(*heldEntities)};
}

// What makes the stored set the pushed one: first those who are held from now on. Who was spared and has come
// back to LEGACY since, by a rollback, is among them.
Result<std::vector<SnapshotChange>> differencesOf(Database &db, const HeldIds &pushed, const Snapshot &now,
                                                  Instant moment)
{
    const bool holding = now.switches().holdInconsistent;
    std::vector<SnapshotChange> added;
    std::vector<SnapshotChange> gone;
    for (const HeldChange::Kind kind : {HeldChange::Kind::User, HeldChange::Kind::Entity}) {
        const IdSet &ids = pushed.of(kind);
        std::vector<bool> known(ids.size());
        auto read = db.each("SELECT id, spared FROM held_entry WHERE kind = ?",
                            {std::string(listtables::heldKindWord(kind))},
                            [&](const SqlRow &row) {
                                const std::string id = row.text(0);
                                const std::size_t at = ids.lowerBound(id);
                                if (at < ids.size() && ids.at(at) == id)
                                    known[at] = !holding || row.integer(1) == 0 || isOnNew(now, kind, id, moment);
                                else
                                    gone.emplace_back(HeldChange{kind, id, false});
                                return true;
                            });
        if (!read) return fail(read.error());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (!known[i]) added.emplace_back(HeldChange{kind, std::string(ids.at(i)), true});
        }
    }
    added.insert(added.end(), std::make_move_iterator(gone.begin()), std::make_move_iterator(gone.end()));
    return added;
}

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
    RouteRules push = changeable(Services, {"complete"});
    push.ifMatch = true;
    push.bodyLimit = MostHeldBytes;
    push.streamsBody = true;
    push.contentTypes = "application/x-ndjson";
    routes.read("GET", "/api/v1/held-entities", readableList(), getHeld);
    routes.work("PUT", "/api/v1/held-entities", push, [this](const HttpRequest &request) {
        auto answer = put(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
}

Result<HttpResponse> HeldModule::put(const HttpRequest &request)
{
    const auto complete = requiredComplete(request);
    if (!complete) return fail(complete.error());
    const auto pushed = readHeld(request.body);
    if (!pushed) return fail(pushed.error());
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another push is still being stored");
    std::vector<SnapshotChange> changes;
    auto read = m_store.read([&](Database &db) -> Result<void> {
        const auto set = listtables::heldSet(db);
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fresh;
        auto found = differencesOf(db, *pushed, *m_state.snapshot(), m_store.environment().now());
        if (!found) return fail(found.error());
        changes = std::move(*found);
        return {};
    });
    if (!read) return fail(read.error());
    return apply(request, changes, *complete);
}

Result<void> HeldModule::changeHeld(const HttpRequest &request, WriteTransaction &tx, std::vector<SnapshotChange> part)
{
    auto spared = spareThoseOnNew(tx.db(), *m_state.snapshot(), tx.now(), part);
    if (!spared) return spared;
    return m_state.change(tx, part, {HoldingCause, request.reason});
}

Result<HttpResponse> HeldModule::apply(const HttpRequest &request, const std::vector<SnapshotChange> &changes,
                                       bool complete)
{
    std::size_t at = 0;
    for (; changes.size() - at > PartChanges; at += PartChanges) {
        const auto begin = changes.begin() + static_cast<std::ptrdiff_t>(at);
        const auto stored = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
            auto done = changeHeld(request, tx, {begin, begin + static_cast<std::ptrdiff_t>(PartChanges)});
            if (!done) return fail(done.error());
            return Json();
        });
        if (!stored) return fail(stored.error());
    }
    const std::vector<SnapshotChange> last(changes.begin() + static_cast<std::ptrdiff_t>(at), changes.end());
    Json answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto set = listtables::heldSet(tx.db());
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fail(fresh.error());
        if (auto stored = changeHeld(request, tx, last); !stored) return fail(stored.error());
        set->complete = complete;
        set->updatedAt = tx.now();
        set->changedBy = tx.actor().subject;
        ++set->version;
        const auto row = tx.db().execute("UPDATE held_set SET complete = ?, updated_at = ?, changed_by = ?, version = ?",
                                         {std::int64_t{complete}, toMs(tx.now()), set->changedBy, set->version});
        if (!row) return fail(row.error());
        auto counts = countsOf(tx.db());
        if (!counts) return fail(counts.error());
        answer = setJson(*set, std::move(*counts));
        tx.emit("held.changed", {{"held", answer}, {"changed", changes.size()}});
        tx.audit({"held.push", "held_set", "held", {}, {{"held", answer}, {"changed", changes.size()}}, request.reason});
        return Json();
    });
    if (!done) return fail(done.error());
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

} // namespace crossfade
