// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/checkmetrics.h"

#include <set>

namespace crossfade {

namespace {

prometheus::Family<prometheus::Gauge> &gaugeFamily(prometheus::Registry &registry, const char *name, const char *help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

} // namespace

CheckMetrics::CheckMetrics(prometheus::Registry &registry)
    : m_info(gaugeFamily(registry, "crossfade_check_info", "Name of a check"))
    , m_differences(gaugeFamily(registry, "crossfade_differences_open", "Differences that are neither resolved nor ignored, by check"))
    , m_consistency(gaugeFamily(registry, "crossfade_check_consistency_ratio",
                                "Share of consistent rows the check's last full run found, 0 to 1"))
    , m_endedAt(gaugeFamily(registry, "crossfade_check_last_run_timestamp_seconds",
                            "When the check's last full run ended, since the epoch"))
    , m_duration(gaugeFamily(registry, "crossfade_check_last_run_duration_seconds",
                             "How long the check's last full run took"))
    , m_alertsWaiting(gaugeFamily(registry, "crossfade_queue_length", "Work that waits for its turn, by queue")
                          .Add({{"queue", "alerts"}}))
    , m_rows(prometheus::BuildCounter()
                 .Name("crossfade_check_rows_compared_total")
                 .Help("Rows compared by all runs")
                 .Register(registry)
                 .Add({}))
{
    auto &runs = gaugeFamily(registry, "crossfade_check_runs", "Runs that have not ended, by state");
    for (const char *state : {"QUEUED", "RUNNING", "RECHECKING", "PAUSED"})
        m_runs[state] = &runs.Add({{"state", state}});
    auto &ended = prometheus::BuildCounter()
                      .Name("crossfade_check_runs_ended_total")
                      .Help("Runs that have ended, by how")
                      .Register(registry);
    for (const char *state : {"FINISHED", "FAILED", "CANCELLED"})
        m_ended[state] = &ended.Add({{"state", state}});
    auto &repairs = gaugeFamily(registry, "crossfade_repairs", "Repairs, by status");
    for (const char *status :
         {"PENDING", "ASSIGNED", "APPROVED", "REJECTED", "EXECUTING", "VERIFIED", "FAILED", "STALE"})
        m_repairs[status] = &repairs.Add({{"status", status}});
}

// What is deleted with its check is not uncounted.
void CheckMetrics::raise(prometheus::Counter &counter, double to)
{
    if (to > counter.Value()) counter.Increment(to - counter.Value());
}

void CheckMetrics::refresh(Store &store)
{
    const std::lock_guard lock(m_mutex);
    // A store that does not answer leaves the last figures; /readyz tells of it.
    static_cast<void>(store.read([this](Database &db) { return read(db); }));
}

Result<void> CheckMetrics::read(Database &db)
{
    if (auto done = readRuns(db); !done) return done;
    if (auto done = readChecks(db); !done) return done;
    if (auto done = readRepairs(db); !done) return done;
    const auto waiting = db.query("SELECT count(*) FROM alerts_waiting");
    if (!waiting) return fail(waiting.error());
    m_alertsWaiting.Set(static_cast<double>(waiting->front().integer(0)));
    return {};
}

Result<void> CheckMetrics::readRuns(Database &db)
{
    const auto rows = db.query("SELECT state, count(*), sum(rows_done) FROM runs GROUP BY state");
    if (!rows) return fail(rows.error());
    for (const auto &[state, gauge] : m_runs)
        gauge->Set(0);
    double compared = 0;
    for (const SqlRow &row : *rows) {
        const auto count = static_cast<double>(row.integer(1));
        compared += static_cast<double>(row.integer(2));
        if (const auto gauge = m_runs.find(row.text(0)); gauge != m_runs.end()) gauge->second->Set(count);
        if (const auto counter = m_ended.find(row.text(0)); counter != m_ended.end()) raise(*counter->second, count);
    }
    raise(m_rows, compared);
    return {};
}

Result<void> CheckMetrics::readChecks(Database &db)
{
    // One pass over the open differences, however many checks there are, and one over those that rules hide: each by an
    // index that has all it asks for.
    const auto rows = db.query("SELECT c.id, c.check_name, coalesce(d.number, 0) - coalesce(h.number, 0) FROM checks c "
                               "LEFT JOIN (SELECT check_id, count(*) AS number FROM differences WHERE resolved = 0 GROUP BY "
                               "check_id) d ON d.check_id = c.id LEFT JOIN (SELECT check_id, count(*) AS number FROM "
                               "differences WHERE ignored_by IS NOT NULL AND resolved = 0 GROUP BY check_id) h ON h.check_id "
                               "= c.id ORDER BY c.id LIMIT ?",
                               {static_cast<std::int64_t>(MostChecks)});
    if (!rows) return fail(rows.error());
    std::set<std::string> present;
    for (const SqlRow &row : *rows) {
        present.insert(row.text(0));
        show(row.text(0), row.text(1), static_cast<double>(row.integer(2)));
        if (auto done = readLastRun(db, row.text(0), m_checks[row.text(0)]); !done) return done;
    }
    std::erase_if(m_checks, [&](auto &entry) {
        if (present.contains(entry.first)) return false;
        forget(entry.second);
        return true;
    });
    return {};
}

void CheckMetrics::show(const std::string &id, const std::string &name, double differences)
{
    Check &check = m_checks[id];
    if (!check.info || check.name != name) {
        if (check.info) m_info.Remove(check.info);
        check.info = &m_info.Add({{"check_id", id}, {"check_name", name}});
        check.info->Set(1);
        check.name = name;
    }
    if (!check.differences) check.differences = &m_differences.Add({{"check_id", id}});
    check.differences->Set(differences);
}

Result<void> CheckMetrics::readLastRun(Database &db, const std::string &id, Check &check)
{
    const auto rows = db.query("SELECT percentage, started_at, ended_at FROM runs WHERE check_id = ? AND scope = 'FULL' "
                               "AND ended_at IS NOT NULL AND state <> 'CANCELLED' ORDER BY id DESC LIMIT 1",
                               {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {};
    const SqlRow &row = rows->front();
    const prometheus::Labels label{{"check_id", id}};
    if (!row.isNull(0)) {
        if (!check.consistency) check.consistency = &m_consistency.Add(label);
        check.consistency->Set(static_cast<double>(row.integer(0)) / 10'000);
    }
    if (!check.endedAt) check.endedAt = &m_endedAt.Add(label);
    check.endedAt->Set(static_cast<double>(row.integer(2)) / 1'000);
    if (row.isNull(1)) return {};
    if (!check.duration) check.duration = &m_duration.Add(label);
    check.duration->Set(static_cast<double>(row.integer(2) - row.integer(1)) / 1'000);
    return {};
}

void CheckMetrics::forget(const Check &check)
{
    m_info.Remove(check.info);
    m_differences.Remove(check.differences);
    if (check.consistency) m_consistency.Remove(check.consistency);
    if (check.endedAt) m_endedAt.Remove(check.endedAt);
    if (check.duration) m_duration.Remove(check.duration);
}

Result<void> CheckMetrics::readRepairs(Database &db)
{
    const auto rows = db.query("SELECT status, count(*) FROM repairs GROUP BY status");
    if (!rows) return fail(rows.error());
    for (const auto &[status, gauge] : m_repairs)
        gauge->Set(0);
    for (const SqlRow &row : *rows) {
        const auto gauge = m_repairs.find(row.text(0));
        if (gauge != m_repairs.end()) gauge->second->Set(static_cast<double>(row.integer(1)));
    }
    return {};
}

} // namespace crossfade
