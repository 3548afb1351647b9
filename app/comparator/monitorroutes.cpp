// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

#include <chrono>

namespace crossfade {

namespace {

constexpr std::chrono::days Looked{7};
constexpr std::int64_t MostShown = 1'000;

// What looked at all rows, or drew from all of them, and came to an end, good or bad. A rate counts where it is one of the
// whole: not where rows were missed, which makes it a bound; of a sample it is the sample's.
const std::string Rate = "CASE WHEN r.state = 'FINISHED' AND (r.status <> 'PARTIAL' OR r.outcome IS NOT NULL) "
                         "THEN r.percentage END";
const std::string Results =
    "SELECT r.check_id, count(*) AS checks, sum(" + Rate + ") AS rates, count(" + Rate + ") AS rated, min(" + Rate +
    ") AS least, max(" + Rate + ") AS most, sum(CASE WHEN r.state = 'FINISHED' AND r.status = 'FAILED' THEN 1 ELSE 0 END) "
    "AS below, sum(r.ended_at - r.started_at) AS durations, count(r.started_at) AS timed, "
    "max(coalesce(r.started_at, r.created_at)) AS latest FROM runs r "
    "WHERE r.ended_at >= ? AND r.state IN ('FINISHED', 'FAILED') AND r.scope <> 'IDS' GROUP BY r.check_id";

// Rounded down, as every percentage is: 100 is told only without a difference.
std::optional<std::int64_t> mean(const SqlRow &row, std::size_t sum, std::size_t count)
{
    if (row.isNull(sum) || row.integer(count) == 0) return std::nullopt;
    return row.integer(sum) / row.integer(count);
}

Json itemOf(const SqlRow &row)
{
    const std::optional<std::int64_t> rate = mean(row, 5, 6);
    const std::optional<std::int64_t> duration = mean(row, 10, 11);
    return {{"check_id", row.text(0)},
            {"check_name", row.text(1)},
            {"data_type", row.text(2)},
            {"threshold_percentage", percentOrNull(row, 3)},
            {"total_checks", row.integer(4)},
            {"avg_consistency_percentage", rate ? Json(Percentage::fromHundredths(*rate).percent()) : Json()},
            {"min_consistency_percentage", percentOrNull(row, 7)},
            {"max_consistency_percentage", percentOrNull(row, 8)},
            {"below_threshold_count", integerOrNull(row, 9)},
            {"avg_check_duration_ms", duration ? Json(*duration) : Json()},
            {"last_check_time", timeOrNull(row, 12)},
            {"next_run_at", timeOrNull(row, 13)}};
}

Result<HttpResponse> monitorChecks(Database &db, Instant now)
{
    const Instant since = now - Looked;
    const auto rows = db.query(
        "SELECT c.id, c.check_name, m.data_type, c.threshold, coalesce(w.checks, 0), w.rates, w.rated, w.least, w.most, "
        "w.below, w.durations, w.timed, w.latest, c.next_run_at FROM checks c JOIN mappings m ON m.id = c.mapping_id LEFT "
        "JOIN (" + Results + ") w ON w.check_id = c.id WHERE c.active = 1 ORDER BY c.check_name LIMIT ?",
        {toMs(since), MostShown});
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (const SqlRow &row : *rows)
        items.push_back(itemOf(row));
    return HttpResponse::json({{"since", formatInstant(since)}, {"items", std::move(items)}});
}

} // namespace

void addMonitorRoutes(RouteTable &routes, const Context &context)
{
    routes.read("GET", "/api/v1/monitoring/consistency", rulesFor(Readers),
                [context](const HttpRequest &, Database &db) {
                    return monitorChecks(db, context.store.environment().now());
                });
}

} // namespace crossfade
