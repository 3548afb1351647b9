// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/consistencyroutes.h"

#include "app/router/routerules.h"

#include <limits>
#include <set>

namespace crossfade {

namespace {

constexpr const char *ToldColumns = "SELECT source, sequence, told_at, valid_seconds, epoch, checks FROM consistency_told";
const std::vector<std::string_view> ToldStatuses{"SUCCESS", "FAILED", "PARTIAL"};

struct ToldRow {
    std::string source; // '': nobody told yet
    std::int64_t sequence = 0;
    Instant at{};
    Seconds valid{0};
    std::int64_t epoch = 0;
    Json checks;
};

Result<ToldRow> toldRow(Database &db)
{
    const auto rows = db.query(ToldColumns);
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store lacks a row it was made with");
    const SqlRow &row = rows->front();
    auto checks = parseJson(row.text(5));
    return ToldRow{row.text(0), row.integer(1), instantFromMs(row.integer(2)), Seconds(row.integer(3)), row.integer(4),
                   checks && checks->is_array() ? std::move(*checks) : Json::array()};
}

Probes::Told toldOf(const ToldRow &row)
{
    Probes::Told told{row.at, row.valid, {}};
    for (const Json &check : row.checks) {
        const Json run{{"last_full_run",
                        {{"consistency_percentage", check.value("consistency_percentage", Json())},
                         {"ended_at", check.value("checked_at", Json())},
                         {"status", check.value("status", Json())}}}};
        const auto name = check.value("check_name", std::string());
        told.facts[name] = consistencyFactOf(name, check.value("checked_at", Json()).is_null() ? Json::object() : run, row.at);
    }
    return told;
}

struct ToldInput {
    std::string source;
    std::int64_t sequence = 0;
    std::int64_t validSeconds = 0;
    Json checks = Json::array();
};

Json readToldCheck(const Json &item, std::string pointer, JsonReader &all, std::set<std::string> &names)
{
    JsonReader in(item, std::move(pointer), all);
    const std::string name = in.name("check_name");
    const auto type = in.optionalText("data_type", 128);
    const auto mapping = in.optionalId("mapping_id");
    const auto status = in.optionalWord("status", ToldStatuses);
    const auto percentage = in.optionalPercentage("consistency_percentage");
    const auto at = in.optionalInstant("checked_at");
    in.finish();
    if (!names.insert(name).second) in.reject("check_name", "stands twice");
    if (at.has_value() != status.has_value()) in.reject("status", "is told with the time of the check, or neither is");
    if (percentage && !at) in.reject("consistency_percentage", "is of a check that was carried out");
    return {{"check_name", name},
            {"data_type", type ? Json(*type) : Json()},
            {"mapping_id", mapping ? Json(*mapping) : Json()},
            {"status", status ? Json(std::string(ToldStatuses[*status])) : Json()},
            {"consistency_percentage", percentage ? Json(percentage->percent()) : Json()},
            {"checked_at", at ? Json(formatInstant(*at)) : Json()}};
}

Result<ToldInput> readTold(const HttpRequest &request)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    ToldInput input;
    input.source = in.id("source");
    input.sequence = in.integer("sequence", 0, std::numeric_limits<std::int64_t>::max());
    input.validSeconds = in.integer("valid_seconds", 5, 300);
    if (!in.has("checks")) in.reject("checks", "is required");
    const Json *checks = in.optionalArray("checks", ConsistencyRoutes::MostChecks);
    std::set<std::string> names;
    if (checks) {
        for (std::size_t i = 0; i < checks->size(); ++i)
            input.checks.push_back(readToldCheck((*checks)[i], "/checks/" + std::to_string(i), in, names));
    }
    if (auto error = in.finish()) return fail(*error);
    return input;
}

Json toldJson(const ToldRow &row, Instant now)
{
    const bool told = !row.source.empty();
    return {{"source", told ? Json(row.source) : Json()},
            {"told_at", told ? Json(formatInstant(row.at)) : Json()},
            {"valid_until", told ? Json(formatInstant(row.at + row.valid)) : Json()},
            {"fresh", told && now <= row.at + row.valid},
            {"checks", row.checks}};
}

} // namespace

void ConsistencyRoutes::addRoutes(RouteTable &routes)
{
    routes.read("GET", "/api/v1/consistency", readable(), [this](const HttpRequest &, Database &db) -> Result<HttpResponse> {
        const auto row = toldRow(db);
        if (!row) return fail(row.error());
        return HttpResponse::json(toldJson(*row, m_store.environment().now()));
    });
    routes.write("POST", "/api/v1/consistency", changeable(Services),
                 [this](const HttpRequest &request, WriteTransaction &tx) { return tell(request, tx); });
}

Result<HttpResponse> ConsistencyRoutes::tell(const HttpRequest &request, WriteTransaction &tx)
{
    auto input = readTold(request);
    if (!input) return fail(input.error());
    const auto before = toldRow(tx.db());
    if (!before) return fail(before.error());
    // Of a comparator that stood still meanwhile. What counts no longer keeps nobody out: the store of one that was put
    // back may be years away from where it was.
    const bool counts = tx.now() <= before->at + before->valid;
    if (counts && before->source == input->source && input->sequence < before->sequence)
        return fail(ErrorKind::Conflict, "later news of this source is known");
    const ToldRow row{input->source, input->sequence, tx.now(), Seconds(input->validSeconds), tx.epoch(),
                      std::move(input->checks)};
    const auto done = tx.db().execute("UPDATE consistency_told SET source = ?, sequence = ?, told_at = ?, valid_seconds = ?, "
                                      "epoch = ?, checks = ?",
                                      {row.source, row.sequence, toMs(row.at), static_cast<std::int64_t>(row.valid.count()),
                                       row.epoch, dumpJson(row.checks)});
    if (!done) return fail(done.error());
    tx.afterCommit([this, told = toldOf(row), epoch = row.epoch] {
        m_probes.keepTold(told);
        m_epoch = epoch;
    });
    return HttpResponse::json(toldJson(row, tx.now()));
}

Result<void> ConsistencyRoutes::load()
{
    return m_store.read([this](Database &db) { return takeUp(db); });
}

Result<void> ConsistencyRoutes::takeUp(Database &db)
{
    const auto row = toldRow(db);
    if (!row) return fail(row.error());
    if (row->source.empty() || row->epoch <= m_epoch) return {};
    m_epoch = row->epoch;
    m_probes.keepTold(toldOf(*row));
    return {};
}

} // namespace crossfade
