// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A draft of a mapping from what two tables look like.
#include "app/comparator/entity.h"
#include "app/comparator/routes.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/mappingsuggestion.h"

namespace crossfade {

namespace {

constexpr std::size_t NameLimit = 128;
constexpr std::chrono::seconds MostAsked{10};

struct SuggestInput {
    std::string dataType;
    MappedTable legacy;
    MappedTable fresh;
};

MappedTable readSuggestTable(JsonReader &parent, std::string_view side)
{
    MappedTable table;
    const Json *object = parent.optionalObject(side);
    if (!object) {
        if (!parent.has(side)) parent.reject(side, "is required");
        return table;
    }
    JsonReader in(*object, parent.pointerTo(side), parent);
    table.sourceId = in.id("source_id");
    readRelation(in, table);
    in.finish();
    return table;
}

Result<SuggestInput> readSuggest(const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    SuggestInput input;
    input.dataType = in.name("data_type", NameLimit);
    input.legacy = readSuggestTable(in, "legacy");
    input.fresh = readSuggestTable(in, "new");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    for (const auto &[table, side] : {std::pair(&input.legacy, "/legacy"), std::pair(&input.fresh, "/new")}) {
        if (const auto mistakes = relationMistakes(*table, side); !mistakes.empty())
            return invalid(mistakes.front().pointer, mistakes.front().message);
    }
    return input;
}

Result<std::vector<Column>> columnsOf(const Context &context, const MappedTable &table, const std::string &side)
{
    SourceSettings settings;
    const Result<void> loaded = context.store.read([&](Database &db) -> Result<void> {
        const Result<SourceSettings> found = loadSource(db, table.sourceId);
        if (!found) return fail(found.error());
        settings = *found;
        return {};
    });
    if (!loaded && loaded.error().kind == ErrorKind::NotFound)
        return invalid(side + "/source_id", loaded.error().message);
    if (!loaded) return fail(loaded.error());
    settings.statementTimeout = MostAsked;
    const Result<std::unique_ptr<Source>> source = connectSource(settings, Access::Read);
    if (!source) return fail(source.error());
    Result<std::vector<Column>> columns = (*source)->columns(table.relation());
    if (!columns && columns.error().kind == ErrorKind::Invalid) return invalid(side + "/query", columns.error().message);
    if (columns && columns->empty()) return invalid(side + "/table", "there is no table " + table.table);
    return columns;
}

Json unpairedJson(const std::vector<UnpairedColumn> &columns)
{
    Json items = Json::array();
    for (const UnpairedColumn &column : columns)
        items.push_back({{"column", column.column}, {"reason", column.reason}});
    return items;
}

void setKeys(MappedTable &table, const std::vector<std::string> &keys)
{
    if (keys.empty()) return;
    table.key = keys.front();
    table.moreKeys.assign(keys.begin() + 1, keys.end());
}

Result<HttpResponse> suggest(const Context &context, const HttpRequest &request)
{
    const Result<SuggestInput> input = readSuggest(request);
    if (!input) return fail(input.error());
    const Result<std::vector<Column>> legacy = columnsOf(context, input->legacy, "/legacy");
    if (!legacy) return fail(legacy.error());
    const Result<std::vector<Column>> fresh = columnsOf(context, input->fresh, "/new");
    if (!fresh) return fail(fresh.error());
    const SuggestedMapping found = suggestMapping(*legacy, *fresh);
    Mapping draft;
    draft.dataType = input->dataType;
    draft.legacyTable = input->legacy;
    draft.newTable = input->fresh;
    setKeys(draft.legacyTable, found.legacyKeys);
    setKeys(draft.newTable, found.newKeys);
    draft.legacyTable.changedColumn = found.legacyChanged;
    draft.newTable.changedColumn = found.newChanged;
    draft.keyKind = found.keyKind;
    draft.fields = found.fields;
    Json mapping = toldMapping(mappingJson(draft));
    for (const char *part : {"set_field", "deletion_limits", "auto_repair_limit"}) // no table tells these
        mapping.erase(part);
    if (found.legacyKeys.empty()) mapping["legacy"]["key"] = mapping["new"]["key"] = nullptr;
    return HttpResponse::json({{"mapping", std::move(mapping)},
                               {"unpaired_legacy", unpairedJson(found.legacyUnpaired)},
                               {"unpaired_new", unpairedJson(found.newUnpaired)}});
}

} // namespace

void addSuggestRoutes(RouteTable &routes, const Context &context)
{
    routes.work("POST", "/api/v1/mappings/suggest", changeRules(Operators, false), [context](const HttpRequest &request) {
        return answerOf(request, suggest(context, request));
    });
}

} // namespace crossfade
