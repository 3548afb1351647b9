// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/graylistsroutes.h"

#include "app/router/routerules.h"
#include "models/core/ids.h"
#include "models/routing/graycheck.h"
#include "models/routing/listsjson.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *GrayCause = "GRAY_LIST";
constexpr std::size_t MostInAudit = 100; // the log of revisions has them all

Json grayListJson(const listtables::GrayListRow &row)
{
    Json json = grayListToJson(row.list);
    json["entries"] = row.entries;
    return json;
}

HttpResponse grayListAnswer(const listtables::GrayListRow &row, int status)
{
    HttpResponse response = HttpResponse::object(grayListJson(row), row.list.version, status);
    if (status == 201) response.headers.emplace_back("Location", "/api/v1/gray-lists/" + row.list.name);
    return response;
}

void announceList(WriteTransaction &tx, const listtables::GrayListRow &row, bool deleted)
{
    tx.emit("gray_list.changed",
            {{"list", deleted ? Json() : grayListJson(row)}, {"name", row.list.name}, {"deleted", deleted}});
}

Result<HttpResponse> listGrayLists(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM gray_list");
    if (!total) return fail(total.error());
    const auto rows = db.query("SELECT " + std::string(listtables::GrayListColumns) +
                                   " FROM gray_list WHERE name > ? ORDER BY name LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    std::optional<std::string> last;
    for (const SqlRow &row : *rows) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            last = items.back().at("name").get<std::string>();
            break;
        }
        items.push_back(grayListJson(listtables::grayListOf(row)));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), last, total->front().integer(0)));
}

// The first text after all that begin with the prefix; no id holds a byte of 0x7D or more.
std::string afterPrefix(const std::string &prefix)
{
    return prefix + "\x7F";
}

Json entryJson(const SqlRow &row)
{
    return {{"id", row.text(0)},
            {"unchecked", row.integer(1) != 0},
            {"added_at", formatInstant(instantFromMs(row.integer(2)))},
            {"added_by", row.text(3)},
            {"result", row.text(4)},
            {"checked_at", row.isNull(5) ? Json() : Json(formatInstant(instantFromMs(row.integer(5))))}};
}

Result<HttpResponse> listEntries(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const std::string prefix = request.queryText("q").value_or("");
    if (!prefix.empty() && !isValidId(prefix)) return invalid("?q", "must be the beginning of an id");
    const auto list = listtables::grayList(db, request.parameter("name"));
    if (!list) return fail(list.error());
    std::string range = " FROM gray_entry WHERE list_name = ? AND id >= ? AND id < ?";
    Database::Parameters values{list->list.name, prefix, afterPrefix(prefix)};
    if (const auto result = request.queryText("result")) {
        if (!grayResultFromWord(*result))
            return invalid("?result", "must be one of UNCHECKED EQUAL DIFFERENT MISSING EXTRA ABSENT NO_KEY");
        range += " AND result = ?";
        values.emplace_back(*result);
    }
    const auto total = db.query("SELECT count(*)" + range, values);
    if (!total) return fail(total.error());
    values.insert(values.end(), {page->after.value_or(""), page->limit + 1});
    const auto rows = db.query("SELECT id, unchecked, added_at, added_by, result, checked_at" + range +
                                   " AND id > ? ORDER BY id LIMIT ?",
                               values);
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0), entryJson);
}

// The ids of the body, each once, in order.
Result<std::vector<std::string>> readEntries(const HttpRequest &request)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    std::vector<std::string> ids = in.optionalTexts("entries", GrayListsModule::MostAtOnce, 100);
    if (!in.has("entries")) in.reject("entries", "is required");
    const Json none = Json::object();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (isValidId(ids[i])) continue;
        JsonReader(none, "/entries/" + std::to_string(i), in)
            .reject("", "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
    }
    if (auto error = in.finish()) return fail(*error);
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    return ids;
}

Json auditedIds(const std::vector<SnapshotChange> &changes)
{
    Json ids = Json::array();
    for (const SnapshotChange &change : changes) {
        if (ids.size() == MostInAudit) break;
        if (const auto *entry = std::get_if<GrayEntryChange>(&change)) ids.push_back(entry->id);
    }
    return ids;
}

} // namespace

void GrayListsModule::addRoutes(RouteTable &routes)
{
    RouteRules change = changeable(Operators);
    RouteRules versioned = change;
    versioned.ifMatch = true;
    routes.read("GET", "/api/v1/gray-lists", readableList(), listGrayLists);
    routes.write("POST", "/api/v1/gray-lists", change, [this](const HttpRequest &request, WriteTransaction &tx) {
        return create(request, tx);
    });
    routes.read("GET", "/api/v1/gray-lists/{name}", readable(),
                [](const HttpRequest &request, Database &db) -> Result<HttpResponse> {
                    const auto row = listtables::grayList(db, request.parameter("name"));
                    if (!row) return fail(row.error());
                    return grayListAnswer(*row, 200);
                });
    routes.write("PUT", "/api/v1/gray-lists/{name}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return replace(request, tx); });
    routes.write("DELETE", "/api/v1/gray-lists/{name}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return remove(request, tx); });
    change.bodyLimit = versioned.bodyLimit = 2 << 20; // ten thousand of the longest ids
    routes.read("GET", "/api/v1/gray-lists/{name}/entries", readableList({"q", "result"}), listEntries);
    routes.write("POST", "/api/v1/gray-lists/{name}/entries", change,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return changeEntries(request, tx, true); });
    routes.write("DELETE", "/api/v1/gray-lists/{name}/entries", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return changeEntries(request, tx, false); });
}

Result<HttpResponse> GrayListsModule::create(const HttpRequest &request, WriteTransaction &tx)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    GrayList list = readGrayListInput(in, nullptr);
    if (auto error = in.finish()) return fail(*error);
    const auto known = tx.db().query("SELECT count(*), coalesce(sum(CASE WHEN name = ? THEN 1 ELSE 0 END), 0) "
                                     "FROM gray_list", {list.name});
    if (!known) return fail(known.error());
    if (known->front().integer(1) > 0)
        return fail(ErrorKind::Conflict, "there is a gray list \"" + list.name + "\" already");
    if (known->front().integer(0) >= static_cast<std::int64_t>(GrayLists::MostLists))
        return fail(ErrorKind::Conflict, "there are " + std::to_string(GrayLists::MostLists) +
                                             " gray lists already: each costs every decision a lookup");
    list.createdAt = list.updatedAt = tx.now();
    list.changedBy = tx.actor().subject;
    if (auto done = m_state.change(tx, {GrayListChange{list.name, list}}, {GrayCause, request.reason}); !done)
        return fail(done.error());
    const listtables::GrayListRow row{list, 0};
    announceList(tx, row, false);
    tx.audit({"gray_list.create", "gray_list", list.name, {}, grayListToJson(list), request.reason});
    return grayListAnswer(row, 201);
}

Result<HttpResponse> GrayListsModule::replace(const HttpRequest &request, WriteTransaction &tx)
{
    auto row = listtables::grayList(tx.db(), request.parameter("name"));
    if (!row) return fail(row.error());
    if (auto fresh = requireVersion(request, row->list.version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    GrayList after = readGrayListInput(in, &row->list);
    if (auto error = in.finish()) return fail(*error);
    after.updatedAt = tx.now();
    after.changedBy = tx.actor().subject;
    after.version = row->list.version + 1;
    if (auto done = m_state.change(tx, {GrayListChange{after.name, after}}, {GrayCause, request.reason}); !done)
        return fail(done.error());
    tx.audit({"gray_list.update", "gray_list", after.name, grayListToJson(row->list), grayListToJson(after),
              request.reason});
    row->list = std::move(after);
    announceList(tx, *row, false);
    return grayListAnswer(*row, 200);
}

Result<HttpResponse> GrayListsModule::remove(const HttpRequest &request, WriteTransaction &tx)
{
    const auto row = listtables::grayList(tx.db(), request.parameter("name"));
    if (!row) return fail(row.error());
    if (auto fresh = requireVersion(request, row->list.version); !fresh) return fail(fresh.error());
    auto done = m_state.change(tx, {GrayListChange{row->list.name, std::nullopt}}, {GrayCause, request.reason});
    if (!done) return fail(done.error());
    announceList(tx, *row, true);
    tx.audit({"gray_list.delete", "gray_list", row->list.name, grayListJson(*row), {}, request.reason});
    return HttpResponse::noContent();
}

Result<void> storeGrayEntries(RouterState &state, WriteTransaction &tx, listtables::GrayListRow &row,
                              std::vector<SnapshotChange> changes, GrayEntriesAct act)
{
    if (changes.empty()) return {};
    act.about.update({{"count", changes.size()}, {"first", auditedIds(changes)}, {"epoch", tx.epoch()}});
    for (const SnapshotChange &change : changes)
        row.entries += std::get<GrayEntryChange>(change).listed ? 1 : -1;
    row.list.updatedAt = tx.now();
    row.list.changedBy = tx.actor().subject;
    ++row.list.version;
    changes.emplace_back(GrayListChange{row.list.name, row.list});
    if (auto done = state.change(tx, changes, {GrayCause, act.reason}); !done) return done;
    announceList(tx, row, false);
    tx.audit({act.action, "gray_list", row.list.name, {}, std::move(act.about), std::move(act.reason)});
    return {};
}

Result<HttpResponse> GrayListsModule::changeEntries(const HttpRequest &request, WriteTransaction &tx, bool add)
{
    auto row = listtables::grayList(tx.db(), request.parameter("name"));
    if (!row) return fail(row.error());
    if (!add) {
        if (auto fresh = requireVersion(request, row->list.version); !fresh) return fail(fresh.error());
    }
    const auto ids = readEntries(request);
    if (!ids) return fail(ids.error());
    std::vector<SnapshotChange> changes;
    const auto listed = listtables::listedOf(tx.db(), row->list.name, *ids);
    if (!listed) return fail(listed.error());
    for (const std::string &id : *ids) {
        if (std::ranges::binary_search(*listed, id) != add)
            changes.emplace_back(GrayEntryChange{row->list.name, id, add});
    }
    const auto changed = static_cast<std::int64_t>(changes.size());
    if (add && row->entries + changed > MostEntries)
        return invalid("/entries", "would make it more than " + std::to_string(MostEntries) + " entries");
    auto stored = storeGrayEntries(m_state, tx, *row, std::move(changes),
                                   {add ? "gray_list.add" : "gray_list.take", Json::object(), request.reason});
    if (!stored) return fail(stored.error());
    return HttpResponse::object({{"changed", changed},
                                 {"unchanged", static_cast<std::int64_t>(ids->size()) - changed},
                                 {"entries", row->entries},
                                 {"version", row->list.version}},
                                row->list.version);
}

} // namespace crossfade
