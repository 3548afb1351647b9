// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/entity.h"
#include "app/comparator/routes.h"
#include "models/consistency/difference.h"

#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostCompared = 500;
constexpr std::chrono::seconds MostComparedTime{10};

struct ComparisonInput {
    std::string check;
    std::vector<std::string> ids; // each once
};

Result<ComparisonInput> readComparison(const HttpRequest &request)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    ComparisonInput input;
    input.check = in.name("check_name");
    std::set<std::string> known;
    for (std::string &id : in.optionalTexts("ids", MostCompared, 1'000)) {
        if (known.insert(id).second) input.ids.push_back(std::move(id));
    }
    if (input.ids.empty()) in.reject("ids", "must name at least one id");
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return input;
}

Result<MappedSources> sourcesOf(const Context &context, const std::string &check)
{
    std::optional<MappedSources> found;
    const Result<void> read = context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT mapping_id FROM checks WHERE check_name = ?", {check});
        if (!rows) return fail(rows.error());
        if (rows->empty()) return invalid("/check_name", "names no check");
        Result<MappedSources> sources = loadMapping(db, rows->front().text(0));
        if (!sources) return fail(sources.error());
        found = std::move(*sources);
        return {};
    });
    if (!read) return fail(read.error());
    return std::move(*found);
}

// What a list keeps of an id that both sides were asked for.
std::string_view comparedWord(const MappedSources &sources, const EntityPair &pair)
{
    const KeyedRow *legacy = pair.legacyRow();
    const KeyedRow *fresh = pair.newRow();
    if (!legacy && !fresh) return "ABSENT";
    const auto type = differenceType(sources.compared, legacy, fresh);
    return type ? differenceTypeWord(*type) : "EQUAL";
}

Result<HttpResponse> compareNow(const Context &context, const HttpRequest &request)
{
    const Result<ComparisonInput> input = readComparison(request);
    if (!input) return fail(input.error());
    Result<MappedSources> sources = sourcesOf(context, input->check);
    if (!sources) return fail(sources.error());
    sources->legacy.statementTimeout = sources->fresh.statementTimeout = MostComparedTime;
    const KeyKind kind = sources->mapping.keyKind;
    std::vector<std::string> keys;
    for (const std::string &id : input->ids) {
        if (isKey(kind, id)) keys.push_back(id);
    }
    Result<EntityReader> reader = EntityReader::open(*sources);
    if (!reader) return fail(reader.error());
    const auto rows = reader->read(keys);
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (const std::string &id : input->ids) {
        const auto row = rows->find(id);
        items.push_back({{"id", id}, {"result", row == rows->end() ? "NO_KEY" : comparedWord(*sources, row->second)}});
    }
    return HttpResponse::json({{"check_name", input->check},
                               {"items", std::move(items)},
                               {"read_at", formatInstant(context.store.environment().now())}});
}

} // namespace

void addComparisonRoutes(RouteTable &routes, const Context &context)
{
    RouteRules rules = changeRules(Readers, false);
    rules.bodyLimit = 2 << 20; // the longest ids
    routes.work("POST", "/api/v1/comparisons", rules, [context](const HttpRequest &request) {
        return answerOf(request, compareNow(context, request));
    });
}

} // namespace crossfade
