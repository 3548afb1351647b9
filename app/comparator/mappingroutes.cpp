// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/entity.h"
#include "app/comparator/ignorestore.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/service/zones.h"
#include "models/consistency/mappingjson.h"
#include "models/sync/syncconfig.h"

namespace crossfade {

namespace {

constexpr const char *Columns = "id, body, created_at, updated_at, version";

Json storedJson(const SqlRow &row)
{
    Json mapping = toldMapping(jsonOrNull(row, 1));
    mapping["id"] = row.text(0);
    mapping["created_at"] = timeOrNull(row, 2);
    mapping["updated_at"] = timeOrNull(row, 3);
    mapping["version"] = row.integer(4);
    return mapping;
}

Result<Json> loadJson(Database &db, const std::string &id)
{
    const auto rows =
        db.query(std::string("SELECT ") + Columns + " FROM mappings WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return noSuch("mapping", id);
    return storedJson(rows->front());
}

Result<Mapping> readMapping(const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    return parseMapping(*body);
}

std::string sideOf(Platform side)
{
    return side == Platform::Legacy ? "/legacy" : "/new";
}

// Of a query, whose rows no index keeps apart. What takes too long here is asked again by each run.
std::vector<FieldError> repetitions(Source &source, const Mapping &mapping, Platform side)
{
    const Result<std::optional<std::string>> repeated = source.repeatedKey(rowView(mapping, side));
    if (!repeated && repeated.error().kind == ErrorKind::Timeout) return {};
    if (!repeated) return {{sideOf(side) + "/query", repeated.error().message}};
    if (!*repeated) return {};
    return {{sideOf(side) + "/key", "the key " + **repeated + " stands in more than one row of the query"}};
}

// The mistakes of one side, found by asking its database.
Result<std::vector<FieldError>> sideMistakes(const Context &context, const Mapping &mapping,
                                             Platform side)
{
    const std::string pointer = side == Platform::Legacy ? "/legacy/source_id" : "/new/source_id";
    SourceSettings settings;
    const Result<void> loaded = context.store.read([&](Database &db) -> Result<void> {
        const Result<SourceSettings> found = loadSource(db, mapping.table(side).sourceId);
        if (!found) return fail(found.error());
        settings = *found;
        return {};
    });
    if (!loaded && loaded.error().kind == ErrorKind::NotFound)
        return std::vector<FieldError>{{pointer, loaded.error().message}};
    if (!loaded) return fail(loaded.error());
    settings.statementTimeout = std::chrono::seconds(10);
    const Result<std::unique_ptr<Source>> source = connectSource(settings, Access::Read);
    if (!source) return std::vector<FieldError>{{pointer, source.error().message}};
    const MappedTable &table = mapping.table(side);
    const Result<std::vector<Column>> columns = (*source)->columns(table.relation());
    if (!columns) return std::vector<FieldError>{{table.isQuery() ? sideOf(side) + "/query" : pointer, columns.error().message}};
    std::vector<FieldError> mistakes = tableMistakes(mapping, side, *columns);
    if (mistakes.empty() && table.isQuery()) mistakes = repetitions(**source, mapping, side);
    return mistakes;
}

Result<void> checkAgainstSources(const Context &context, const HttpRequest &request)
{
    Result<Mapping> mapping = readMapping(request);
    if (!mapping) return fail(mapping.error());
    Error error{ErrorKind::Invalid, {}, setZones(*mapping, zoneTable), {}};
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        Result<std::vector<FieldError>> mistakes = sideMistakes(context, *mapping, side);
        if (!mistakes) return fail(mistakes.error());
        std::ranges::move(*mistakes, std::back_inserter(error.fields));
    }
    if (error.fields.empty()) return {};
    error.message = error.fields.front().pointer + " " + error.fields.front().message;
    return fail(std::move(error));
}

// What differences of these fields hold is told no more, also where it was found before; what ignore rules say is not to
// tell it either.
Result<void> noteSensitive(Database &db, const std::string &id, const Mapping &mapping)
{
    const auto forgotten = db.execute("DELETE FROM sensitive_fields WHERE mapping_id = ?", {id});
    if (!forgotten) return fail(forgotten.error());
    for (std::size_t i = 0; i < mapping.fields.size(); ++i) {
        const MappedField &field = mapping.fields[i];
        if (!field.sensitive) continue;
        const Result<std::string> rule = ignores::namingValue(db, mapping.dataType, field.name);
        if (!rule) return fail(rule.error());
        if (!rule->empty())
            return invalid("/fields/" + std::to_string(i) + "/sensitive",
                           "the ignore rule " + *rule + " names a value of it: change or end that first");
        const auto noted = db.execute("INSERT INTO sensitive_fields (mapping_id, field) VALUES (?, ?)", {id, field.name});
        if (!noted) return fail(noted.error());
    }
    return {};
}

Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Mapping> mapping = readMapping(request);
    if (!mapping) return fail(mapping.error());
    const std::string id = tx.newId();
    const std::int64_t now = toMs(tx.now());
    const auto done =
        tx.db().execute("INSERT INTO mappings (id, legacy_source, new_source, data_type, body, "
                        "created_at, updated_at, version) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                        {id, mapping->legacyTable.sourceId, mapping->newTable.sourceId,
                         mapping->dataType, dumpJson(mappingJson(*mapping)), now, now});
    if (!done) return fail(done.error());
    if (Result<void> noted = noteSensitive(tx.db(), id, *mapping); !noted) return fail(noted.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"mapping.create", "mapping", id, nullptr, *after, request.reason});
    return HttpResponse::object(*after, 1, 201);
}

// What a sync of it cannot do with.
Result<void> fitsSyncs(Database &db, const std::string &id, const Mapping &mapping)
{
    const auto synced = db.query("SELECT id, body FROM sync_configs WHERE mapping_id = ?", {id});
    if (!synced) return fail(synced.error());
    for (const SqlRow &row : *synced) {
        if (mapping.isOfSets())
            return invalid("/set_field", "the sync " + row.text(0) + " uses this mapping, and sets are not synced");
        const Result<SyncConfig> sync = parseSyncConfig(jsonOrNull(row, 1));
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            if (sync && sync->writes(side) && mapping.table(side).isQuery())
                return invalid(sideOf(side) + "/query", "the sync " + row.text(0) + " writes to this side, which a query cannot take");
        }
    }
    return {};
}

Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    const std::int64_t version = before->at("version").get<std::int64_t>();
    if (Result<void> same = checkVersion(request, version); !same) return fail(same.error());
    const Result<Mapping> mapping = readMapping(request);
    if (!mapping) return fail(mapping.error());
    if (Result<void> fits = fitsSyncs(tx.db(), id, *mapping); !fits) return fail(fits.error());
    const Json sides = mappingJson(*mapping);
    for (const char *side : {"legacy", "new"}) { // the rows of another table are held against nothing of this one
        const auto same = [&](const char *what) { return before->at(side).value(what, Json()) == sides.at(side).value(what, Json()); };
        if (same("source_id") && same("table") && same("query"))
            continue;
        const auto forgotten = tx.db().execute("DELETE FROM deletion_guards WHERE mapping_id = ?", {id});
        if (!forgotten) return fail(forgotten.error());
    }
    const auto done =
        tx.db().execute("UPDATE mappings SET legacy_source = ?, new_source = ?, data_type = ?, "
                        "body = ?, updated_at = ?, version = version + 1 WHERE id = ?",
                        {mapping->legacyTable.sourceId, mapping->newTable.sourceId,
                         mapping->dataType, dumpJson(mappingJson(*mapping)), toMs(tx.now()), id});
    if (!done) return fail(done.error());
    if (Result<void> noted = noteSensitive(tx.db(), id, *mapping); !noted) return fail(noted.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"mapping.update", "mapping", id, *before, *after, request.reason});
    return HttpResponse::object(*after, version + 1);
}

Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (Result<void> same = checkVersion(request, before->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    const auto used = tx.db().query("SELECT check_name FROM checks WHERE mapping_id = ?", {id});
    if (!used) return fail(used.error());
    if (!used->empty())
        return fail(ErrorKind::Conflict,
                    "the check " + used->front().text(0) + " uses this mapping");
    const auto synced = tx.db().query("SELECT id FROM sync_configs WHERE mapping_id = ?", {id});
    if (!synced) return fail(synced.error());
    if (!synced->empty())
        return fail(ErrorKind::Conflict,
                    "the sync " + synced->front().text(0) + " uses this mapping");
    for (const char *sql : {"DELETE FROM deletion_guards WHERE mapping_id = ?", "DELETE FROM mappings WHERE id = ?"}) {
        if (auto done = tx.db().execute(sql, {id}); !done) return fail(done.error());
    }
    tx.audit({"mapping.delete", "mapping", id, *before, nullptr, request.reason});
    return HttpResponse::noContent();
}

Result<HttpResponse> list(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM mappings");
    if (!total) return fail(total.error());
    const auto rows = db.query(std::string("SELECT ") + Columns +
                                   " FROM mappings WHERE id > ? ORDER BY id LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0), storedJson);
}

} // namespace

void addMappingRoutes(RouteTable &routes, const Context &context)
{
    const std::string all = "/api/v1/mappings";
    const std::string one = all + "/{id}";
    const auto prepare = [context](const HttpRequest &request) {
        return checkAgainstSources(context, request);
    };
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor"}), list);
    routes.preparedWrite("POST", all, changeRules(Operators, false), prepare, create);
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return loadJson(db, request.parameter("id")).map([](const Json &mapping) {
            return HttpResponse::object(mapping, mapping.at("version").get<std::int64_t>());
        });
    });
    routes.preparedWrite("PUT", one, changeRules(Operators, true), prepare, replace);
    routes.write("DELETE", one, changeRules(Operators, true), remove);
}

} // namespace crossfade
