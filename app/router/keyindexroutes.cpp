// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/keyindexroutes.h"

#include "app/router/directoryupload.h"
#include "app/router/listtables.h"
#include "app/router/routerules.h"
#include "models/core/ids.h"

namespace crossfade {

namespace {

constexpr std::size_t MostIndexBytes = 512U << 20;
constexpr std::size_t MostAddedBytes = 2U << 20;

Json indexJson(const listtables::PushedSet &set)
{
    return {{"keys", set.keys},
            {"complete", set.complete},
            {"updated_at", set.version > 1 ? Json(formatInstant(set.updatedAt)) : Json()},
            {"changed_by", set.changedBy},
            {"version", set.version}};
}

// All or nothing: the first wrong line refuses it. A key outside the id grammar is such a line: an index
// without it would send that entity to NEW.
Result<IdSet> readKeys(const HttpRequest &request, std::size_t most)
{
    IdSetBuilder builder(most);
    std::size_t count = 0;
    std::size_t wrong = 0;
    const bool ndjson = request.header("content-type").starts_with("application/x-ndjson");
    auto read = readUploadedIds(
        request.body, ndjson,
        [&](std::string_view id) {
            ++count;
            if (!isValidId(id)) wrong = count;
            return wrong == 0 && builder.add(id);
        },
        "entity_id");
    if (!read) return fail(read.error());
    if (wrong > 0)
        return invalid("/" + std::to_string(wrong - 1),
                       "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | - (key number " +
                           std::to_string(wrong) + ")");
    return builder.build();
}

// An index that lacks keys must not decide, and a switch that stands must not fall silent by a push.
Result<void> mayReplace(Database &db, const KeyIndex &index)
{
    if (index.complete) return {};
    const auto switches = RouterState::switches(db);
    if (!switches) return fail(switches.error());
    if (switches->notInLegacyToNew)
        return fail(ErrorKind::Conflict, "not_in_legacy_to_new is on: while it is, the index must be complete");
    return {};
}

} // namespace

void KeyIndexModule::addRoutes(RouteTable &routes)
{
    RouteRules push = changeable(Services, {"complete"});
    push.ifMatch = true;
    push.bodyLimit = MostIndexBytes;
    push.streamsBody = true;
    push.contentTypes = "application/x-ndjson,text/plain";
    routes.read("GET", "/api/v1/key-index", readable(), [](const HttpRequest &, Database &db) -> Result<HttpResponse> {
        const auto set = listtables::keyIndex(db);
        if (!set) return fail(set.error());
        return HttpResponse::object(indexJson(*set), set->version);
    });
    routes.work("PUT", "/api/v1/key-index", push, [this](const HttpRequest &request) {
        auto answer = put(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
    RouteRules more = changeable(Services);
    more.ifMatch = true;
    more.bodyLimit = MostAddedBytes;
    more.contentTypes = "application/x-ndjson,text/plain";
    routes.work("PATCH", "/api/v1/key-index", more, [this](const HttpRequest &request) {
        auto answer = add(request);
        return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
    });
}

Result<HttpResponse> KeyIndexModule::put(const HttpRequest &request)
{
    const auto complete = requiredComplete(request);
    if (!complete) return fail(complete.error());
    auto keys = readKeys(request, MostLegacyKeys);
    if (!keys) return fail(keys.error());
    if (*complete && keys->size() == 0) return invalid("?complete", "an index without a single key is not complete");
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another push is still being stored");
    KeyIndex index{std::move(*keys), *complete, 1};
    // Looked at before the keys are stored, and again when they are put in force.
    auto current = m_store.read([&](Database &db) -> Result<void> {
        const auto set = listtables::keyIndex(db);
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fresh;
        return mayReplace(db, index);
    });
    if (!current) return fail(current.error());
    const auto uploadId = storeUpload(m_store, UploadTable::KeyIndex, request.actor(), index.keys);
    if (!uploadId) return fail(uploadId.error());
    Json answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto stored = putInForce(request, tx, std::move(index), *uploadId);
        if (stored) answer = *stored;
        return stored;
    });
    if (!done) return fail(done.error());
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

// What the index has already is no change: whoever adds may not know it. Completeness stays what the whole push said.
Result<HttpResponse> KeyIndexModule::add(const HttpRequest &request)
{
    const auto told = readKeys(request, MostAdded);
    if (!told) return fail(told.error());
    const std::unique_lock changing(m_changing, std::try_to_lock);
    if (!changing.owns_lock()) return fail(ErrorKind::Conflict, "another push is still being stored");
    // The keys as the store has them: of several replicas another one may have changed them just now.
    std::optional<Json> same;
    KeyIndex index;
    std::string lines;
    auto read = m_store.read([&](Database &db) -> Result<void> {
        const auto set = listtables::keyIndex(db);
        if (!set) return fail(set.error());
        if (auto fresh = requireVersion(request, set->version); !fresh) return fresh;
        if (set->uploadId.empty()) return fail(ErrorKind::Conflict, "nothing was pushed yet: push the whole");
        SnapshotPtr snapshot = m_state.snapshot();
        std::shared_ptr<const KeyIndex> known(snapshot, &snapshot->keyIndex());
        if (known->version != set->version) {
            auto stored = listtables::readKeyIndex(db);
            if (!stored) return fail(stored.error());
            known = stored->after;
        }
        for (std::size_t i = 0; i < told->size(); ++i) {
            if (!known->keys.contains(told->at(i))) lines.append(told->at(i)).append("\n");
        }
        if (lines.empty()) {
            same = indexJson(*set);
            return {};
        }
        IdSetBuilder builder(MostLegacyKeys);
        for (std::size_t i = 0; i < known->keys.size(); ++i)
            builder.add(known->keys.at(i));
        eachUploadedLine(lines, [&](std::string_view key, std::size_t) { return builder.add(key); });
        auto keys = builder.build();
        if (!keys) return fail(keys.error());
        index = KeyIndex{std::move(*keys), known->complete, 1};
        return {};
    });
    if (!read) return fail(read.error());
    if (same) return HttpResponse::object(*same, same->at("version").get<std::int64_t>());
    Json answer;
    const auto done = m_store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
        auto stored = addTo(request, tx, std::move(index), lines);
        if (stored) answer = *stored;
        return stored;
    });
    if (!done) return fail(done.error());
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

Result<Json> KeyIndexModule::addTo(const HttpRequest &request, WriteTransaction &tx, KeyIndex index,
                                   const std::string &lines) const
{
    const auto before = listtables::keyIndex(tx.db());
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto part = tx.db().execute("INSERT INTO key_index_part (upload_id, part, ids) SELECT ?, coalesce(max(part), -1) + 1, "
                                      "? FROM key_index_part WHERE upload_id = ?",
                                      {before->uploadId, lines, before->uploadId});
    if (!part) return fail(part.error());
    index.version = before->version + 1;
    const KeyIndexChange change{std::make_shared<const KeyIndex>(std::move(index))};
    if (auto done = m_state.change(tx, {change}, {"KEY_INDEX", request.reason}); !done) return fail(done.error());
    const auto after = listtables::keyIndex(tx.db());
    if (!after) return fail(after.error());
    Json json = indexJson(*after);
    tx.emit("key_index.changed", {{"key_index", json}, {"added", after->keys - before->keys}});
    tx.audit({"key_index.push", "key_index", "key_index", indexJson(*before), json, request.reason});
    return json;
}

Result<Json> KeyIndexModule::putInForce(const HttpRequest &request, WriteTransaction &tx, KeyIndex index,
                                        const std::string &uploadId) const
{
    const auto before = listtables::keyIndex(tx.db());
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    if (auto allowed = mayReplace(tx.db(), index); !allowed) return fail(allowed.error());
    index.version = before->version + 1;
    const KeyIndexChange change{std::make_shared<const KeyIndex>(std::move(index))};
    if (auto done = m_state.change(tx, {change}, {"KEY_INDEX", request.reason}); !done) return fail(done.error());
    const auto named = tx.db().execute("UPDATE key_index SET upload_id = ?", {uploadId});
    if (!named) return fail(named.error());
    auto removed = removeOtherUploads(tx.db(), UploadTable::KeyIndex, uploadId);
    if (!removed) return fail(removed.error());
    const auto after = listtables::keyIndex(tx.db());
    if (!after) return fail(after.error());
    Json json = indexJson(*after);
    tx.emit("key_index.changed", {{"key_index", json}});
    tx.audit({"key_index.push", "key_index", "key_index", indexJson(*before), json, request.reason});
    return json;
}

} // namespace crossfade
