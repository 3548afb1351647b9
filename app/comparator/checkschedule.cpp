// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/checkschedule.h"

#include "app/comparator/autorepair.h"
#include "app/comparator/runstart.h"
#include "app/comparator/runstore.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"
#include "app/service/zones.h"
#include "models/consistency/checkfrequency.h"

#include <vector>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds BetweenLooks{500};
constexpr std::chrono::milliseconds AfterFailure{2'000};
constexpr std::int64_t StartedAtOnce = 50;
const std::string Subject = "schedule";

} // namespace

CheckSchedule::CheckSchedule(const Context &context, CheckEngine &checks, RepairEngine &repairs)
    : m_context(context)
    , m_checks(checks)
    , m_repairs(repairs)
{
}

CheckSchedule::~CheckSchedule()
{
    stop();
}

void CheckSchedule::start()
{
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void CheckSchedule::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void CheckSchedule::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        m_context.term = m_context.service.leadership().term();
        Result<void> done;
        if (m_context.term != 0) done = startDue();
        if (done && m_context.term != 0) done = repairFound(stop);
        if (!done && done.error().kind != ErrorKind::Cancelled)
            logWarning("what checks do by themselves could not be done, it is tried again",
                       {{"error", done.error().message}});
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, done ? BetweenLooks : AfterFailure, [] { return false; });
    }
}

// A check whose run has not ended stays due: it is started once that has.
Result<void> CheckSchedule::startDue()
{
    std::vector<Due> all;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query(
            "SELECT c.id, c.frequency, c.next_run_at, c.sample_size FROM checks c WHERE c.next_run_at IS NOT NULL AND "
            "c.next_run_at <= ? AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.check_id = c.id AND r.state IN ('QUEUED', "
            "'RUNNING', 'RECHECKING', 'PAUSED')) ORDER BY c.next_run_at, c.id LIMIT ?",
            {toMs(m_context.store.environment().now()), StartedAtOnce});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            all.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
        return {};
    });
    if (!read) return read;
    for (const Due &due : all) {
        const Result<Json> started =
            m_context.writeLeading({Subject, due.checkId}, [&](WriteTransaction &tx) { return start(tx, due); });
        if (!started) return fail(started.error());
        killPoint("check.after-scheduled");
    }
    return {};
}

// The run and the next time in one transaction: neither without the other.
Result<Json> CheckSchedule::start(WriteTransaction &tx, const Due &due)
{
    const std::optional<CheckFrequency> frequency = checkFrequencyFromText(due.frequency);
    const ZonePtr zone = frequency && frequency->at ? zoneTable(frequency->at->timeZone) : nullptr;
    // Of times that were missed this makes up for all: the next one is after now.
    const auto next = frequency ? nextRunTime(*frequency, tx.now(), zone.get()) : std::nullopt;
    // Somebody may have changed it since it was read, or started a run.
    const auto moved = tx.db().execute(
        "UPDATE checks SET next_run_at = ? WHERE id = ? AND next_run_at = ? AND frequency = ? AND NOT EXISTS (SELECT 1 "
        "FROM runs r WHERE r.check_id = checks.id AND r.state IN ('QUEUED', 'RUNNING', 'RECHECKING', 'PAUSED'))",
        {next ? SqlValue(toMs(*next)) : SqlValue(nullptr), due.checkId, due.at, due.frequency});
    if (!moved) return fail(moved.error());
    if (*moved == 0) return Json();
    RunInput input;
    if (due.sampleSize > 0) input.scope = RunScope::Sample;
    const std::string reason = "due at " + formatInstant(instantFromMs(due.at));
    const Result<std::string> id = startRun(tx, due.checkId, input, reason);
    if (!id) return fail(id.error());
    Result<Json> run = runJson(tx.db(), *id);
    if (!run) return run;
    tx.audit({"check.run", "run", *id, nullptr, {{"check_id", due.checkId}, {"scope", run->at("scope")}}, reason});
    tx.afterCommit([this] { m_checks.wake(); });
    return run;
}

Result<void> CheckSchedule::repairFound(const std::stop_token &stop)
{
    std::optional<Found> found;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT id, check_id FROM runs WHERE repairs_due = 1 ORDER BY id LIMIT 1");
        if (!rows) return fail(rows.error());
        if (!rows->empty()) found = {rows->front().text(0), rows->front().text(1)};
        return {};
    });
    if (!read || !found) return read;
    std::string after;
    while (!stop.stop_requested()) {
        const Result<bool> more = repairSome(*found, after);
        if (!more) return fail(more.error());
        if (!*more) return {};
    }
    return {};
}

Result<bool> CheckSchedule::repairSome(const Found &found, std::string &after)
{
    bool more = false;
    const Result<Json> done = m_context.writeLeading({autorepair::Subject, found.runId}, [&](WriteTransaction &tx) -> Result<Json> {
        const Result<bool> some = autorepair::askForSome(tx, m_context, found.runId, found.checkId, after);
        if (!some) return fail(some.error());
        more = *some;
        tx.afterCommit([this] { m_repairs.wake(); });
        return Json();
    });
    if (!done) return fail(done.error());
    return more;
}

} // namespace crossfade
