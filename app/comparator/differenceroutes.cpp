// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/differencestore.h"
#include "app/comparator/entity.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"
#include "models/consistency/difference.h"
#include "models/consistency/memberset.h"

#include <map>
#include <set>

namespace crossfade {

namespace {

// A stored difference with what is needed to look at its entity again.
struct Loaded {
    Json difference;
    FoundBy by;
    std::string entityId;
    MappedSources sources;
    Json openFields; // field → id of the open difference; of a set, of each member (openKey())
};

std::string openKey(const std::string &field, const std::string &member)
{
    return member.empty() ? field : field + "\n" + member;
}

Result<Loaded> load(const Context &context, const std::string &id)
{
    std::optional<Loaded> result;
    const Result<void> read = context.store.read([&](Database &db) -> Result<void> {
        const Result<Json> difference = differenceJson(db, id);
        if (!difference) return fail(difference.error());
        const auto rows =
            db.query("SELECT mapping_id, run_id, check_id, check_name, entity_id FROM differences "
                     "WHERE id = ?",
                     {id});
        if (!rows) return fail(rows.error());
        const SqlRow &row = rows->front();
        Result<MappedSources> sources = loadMapping(db, row.text(0));
        if (!sources) return fail(sources.error());
        const auto open =
            db.query("SELECT field_name, id, member FROM differences INDEXED BY differences_open "
                     "WHERE check_id = ? AND entity_id = ? AND resolved = 0",
                     {row.text(2), row.text(4)});
        if (!open) return fail(open.error());
        Json fields = Json::object();
        for (const SqlRow &other : *open)
            fields[openKey(other.text(0), other.text(2))] = other.text(1);
        result = Loaded{*difference,
                        {row.text(1), row.text(2), row.text(3)},
                        row.text(4),
                        std::move(*sources),
                        std::move(fields)};
        return {};
    });
    if (!read) return fail(read.error());
    return std::move(*result);
}

Json changedAt(const KeyedRow *row)
{
    return row && row->changed ? Json(*row->changed) : Json();
}

constexpr std::size_t MostMembersShown = 1'000;

// The members of both sets: first those that one side lacks, then the others, as far as there is room.
Json membersJson(const Context &context, const Loaded &loaded, const EntityPair &pair)
{
    const MappedField &field = loaded.sources.compared.front();
    const Cell legacy = pair.legacy ? pair.legacy->row.cells.front() : Cell();
    const Cell fresh = pair.fresh ? pair.fresh->row.cells.front() : Cell();
    Json fields = Json::array();
    const auto add = [&](const Json &before, const Json &after, bool equal, const Json &difference) {
        if (fields.size() >= MostMembersShown) return;
        fields.push_back({{"field", field.name},
                          {"legacy", before},
                          {"new", after},
                          {"equal", equal},
                          {"sensitive", field.sensitive},
                          {"tolerance", nullptr},
                          {"difference_id", difference}});
    };
    std::set<std::string> lacking; // forms
    for (const MemberDifference &found : compareMembers(field, legacy, fresh)) {
        lacking.insert(found.form);
        const bool missing = found.type == DifferenceType::Missing;
        const Json shown = context.print.shown(memberField(field), found.member, missing ? Platform::Legacy : Platform::New);
        const auto open = loaded.openFields.find(openKey(field.name, memberPrint(context.print, field, found.form)));
        add(missing ? shown : Json(), missing ? Json() : shown, false, open == loaded.openFields.end() ? Json() : *open);
    }
    std::map<std::string, std::string> spelt; // on NEW, by form
    for (const std::string &member : membersOf(fresh.value_or("")))
        spelt.emplace(memberForm(field, Platform::New, member), member);
    for (const std::string &member : membersOf(legacy.value_or(""))) {
        const std::string form = memberForm(field, Platform::Legacy, member);
        if (!lacking.contains(form))
            add(context.print.shown(memberField(field), member, Platform::Legacy),
                context.print.shown(memberField(field), spelt[form], Platform::New), true, nullptr);
    }
    return fields;
}

bool hasMembers(const std::optional<SourceRow> &row)
{
    return row && !row->row.cells.front().value_or("").empty();
}

// Both rows side by side, as just read.
Json entityJson(const Context &context, const Loaded &loaded, const EntityPair &pair)
{
    const std::vector<MappedField> &compared = loaded.sources.compared;
    const KeyedRow *legacy = pair.legacyRow();
    const KeyedRow *fresh = pair.newRow();
    const bool sets = isSet(compared);
    Json fields = sets ? membersJson(context, loaded, pair) : Json::array();
    for (std::size_t i = 0; !sets && i < compared.size(); ++i) {
        const MappedField &field = compared[i];
        const bool equal =
            legacy && fresh &&
            areEqual(field, legacy->cells[i], fresh->cells[i]);
        const auto open = loaded.openFields.find(field.name);
        fields.push_back(
            {{"field", field.name},
             {"legacy", legacy ? context.print.shown(field, legacy->cells[i], Platform::Legacy) : Json()},
             {"new", fresh ? context.print.shown(field, fresh->cells[i], Platform::New) : Json()},
             {"equal", equal},
             {"sensitive", field.sensitive},
             {"tolerance", field.tolerance ? Json(*field.tolerance) : Json()},
             {"difference_id", open == loaded.openFields.end() ? Json() : *open}});
    }
    return {{"legacy_present", sets ? hasMembers(pair.legacy) : legacy != nullptr},
            {"new_present", sets ? hasMembers(pair.fresh) : fresh != nullptr},
            {"legacy_changed_at", changedAt(legacy)},
            {"new_changed_at", changedAt(fresh)},
            {"fields", std::move(fields)},
            {"authoritative", platformWord(loaded.sources.mapping.authoritative)},
            {"read_at", formatInstant(context.store.environment().now())}};
}

Result<EntityPair> readEntity(Loaded &loaded)
{
    loaded.sources.legacy.statementTimeout = loaded.sources.fresh.statementTimeout =
        std::chrono::seconds(10);
    Result<EntityReader> reader = EntityReader::open(loaded.sources);
    if (!reader) return fail(reader.error());
    return reader->readOne(loaded.entityId);
}

Result<HttpResponse> detail(const Context &context, const HttpRequest &request)
{
    Result<Loaded> loaded = load(context, request.parameter("id"));
    if (!loaded) return fail(loaded.error());
    const Result<EntityPair> pair = readEntity(*loaded);
    if (!pair) return fail(pair.error());
    Json answer = loaded->difference;
    answer["entity"] = entityJson(context, *loaded, *pair);
    return HttpResponse::object(answer, answer.at("version").get<std::int64_t>());
}

// What a run follows is settled by the run: one look more tells nothing.
Result<void> standsStill(const Json &difference)
{
    if (difference.at("state") != "IN_FLIGHT") return {};
    return fail(ErrorKind::Conflict, "its row is in motion: the run " + difference.at("run_id").get<std::string>() +
                                         " is looking at it again, and will say what it comes to");
}

// Looks again now, and stores what is seen.
Result<HttpResponse> recheck(const Context &context, const HttpRequest &request)
{
    if (Result<void> body = checkEmptyBody(request); !body) return fail(body.error());
    const std::string id = request.parameter("id");
    Result<Loaded> loaded = load(context, id);
    if (!loaded) return fail(loaded.error());
    if (Result<void> still = standsStill(loaded->difference); !still) return fail(still.error());
    const Result<EntityPair> pair = readEntity(*loaded);
    if (!pair) return fail(pair.error());
    const Result<Json> after =
        context.store.writeAndWait(request.actor(), [&](WriteTransaction &tx) -> Result<Json> {
            const auto recorded =
                recordDifferences(tx, context.print, loaded->sources, loaded->by, loaded->entityId,
                                  *pair, DifferenceState::Confirmed);
            if (!recorded) return fail(recorded.error());
            const Result<Json> difference = differenceJson(tx.db(), id);
            if (!difference) return fail(difference.error());
            tx.audit({"difference.recheck",
                      "difference",
                      id,
                      {{"resolved", loaded->difference.at("resolved")}},
                      {{"resolved", difference->at("resolved")}},
                      request.reason});
            tx.emit("difference.changed", {{"difference", *difference}});
            return difference;
        });
    if (!after) return fail(after.error());
    return HttpResponse::object(*after, after->at("version").get<std::int64_t>());
}

Result<HttpResponse> resolve(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const std::string notes = in.text("notes", 2'000, 1);
    if (std::optional<Error> error = in.finish()) return fail(*error);
    const Result<Json> before = differenceJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (before->at("resolved") == true)
        return fail(ErrorKind::Conflict, "this difference is resolved already");
    if (Result<void> still = standsStill(*before); !still) return fail(still.error());
    if (Result<void> done = resolveDifference(tx, id, notes); !done) return fail(done.error());
    const Result<Json> after = differenceJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"difference.resolve",
              "difference",
              id,
              {{"resolved", false}},
              {{"resolved", true}, {"resolution_notes", notes}},
              request.reason});
    tx.emit("difference.changed", {{"difference", *after}});
    return HttpResponse::object(*after, after->at("version").get<std::int64_t>());
}

} // namespace

void addDifferenceRoutes(RouteTable &routes, const Context &context)
{
    const std::string one = "/api/v1/differences/{id}";
    routes.work("GET", one, rulesFor(Readers), [context](const HttpRequest &request) {
        return answerOf(request, detail(context, request));
    });
    routes.work("POST", one + "/recheck", changeRules(Lookers, false),
                [context](const HttpRequest &request) {
                    return answerOf(request, recheck(context, request));
                });
    routes.write("POST", one + "/resolve", changeRules(Lookers, false), resolve);
}

} // namespace crossfade
