// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routerpush.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/rowjson.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds BetweenPushLooks{500};
constexpr std::chrono::seconds NotedEvery{15}; // where nothing but the time has changed
constexpr std::size_t LongestPushError = 1'000;

CheckAlert unreachable(const std::string &what, const std::string &error)
{
    const char *told = what == "HELD"        ? "who is to be held"
                       : what == "KEY_INDEX" ? "LEGACY's keys"
                                             : "how consistent the platforms are";
    return {"ROUTER_PUSH_FAILING", "HIGH",
            "The comparator could not tell the router " + std::string(told) + " for long: " + error.substr(0, LongestPushError)};
}

} // namespace

RouterPush::RouterPush(const Context &context, const RouterAddress &router, std::string what)
    : m_context(context)
    , m_router(router)
    , m_what(std::move(what))
    , m_random(std::random_device{}())
{
    m_context.term = 0;
}

void RouterPush::start()
{
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void RouterPush::askToStop()
{
    m_router.cancel();
    m_thread.request_stop();
    interrupt();
}

void RouterPush::stop()
{
    askToStop();
    if (m_thread.joinable()) m_thread.join();
}

void RouterPush::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const std::chrono::milliseconds wait = once();
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, wait, [] { return false; });
    }
}

// How long to wait for the next time.
std::chrono::milliseconds RouterPush::once()
{
    const std::int64_t term = m_context.service.leadership().term();
    if (term == 0) {
        m_context.term = 0;
        return BetweenPushLooks;
    }
    if (term != m_context.term) {
        m_context.term = term;
        m_noted = m_alerted = false;
        m_failures = 0;
        if (const Result<void> begun = begin(); !begun) {
            m_context.term = 0; // once more, as if it led from now on
            logWarning("what the router is to be told could not be read", {{"what", m_what}, {"error", begun.error().message}});
            return BetweenPushLooks;
        }
    }
    const Result<Step> step = push();
    if (m_router.isCancelled()) return BetweenPushLooks;
    if (!step) {
        noteFailure(step.error());
        return pause();
    }
    m_failures = 0;
    if (step->done != Done::Nothing) noteSuccess(*step);
    return step->more ? std::chrono::milliseconds(0) : BetweenPushLooks;
}

std::chrono::milliseconds RouterPush::pause()
{
    std::uniform_real_distribution<double> share(0.5, 1.0);
    return std::chrono::duration_cast<std::chrono::milliseconds>(deliveryPause(m_failures) * share(m_random));
}

Result<Json> RouterPush::write(const Store::WriteWork &work) const
{
    return m_context.writeLeading({"router-push", m_what}, work);
}

Result<std::string> RouterPush::source(Database &db) const
{
    const std::string event = m_context.store.lastEventId(db); // "<of the store's identity>-<n>"
    const std::size_t dash = event.find('-');
    if (dash == std::string::npos || dash == 0) return fail(ErrorKind::Unavailable, "the store does not tell who it is");
    return "comparator-" + event.substr(0, dash);
}

void RouterPush::noteSuccess(const Step &step)
{
    const bool news = step.done == Done::Pushed || !m_error.empty() || !m_noted || step.detail;
    if (!news && Clock::now() - m_notedAt < NotedEvery) return;
    const bool again = !m_error.empty();
    const Result<Json> noted = write([&](WriteTransaction &tx) -> Result<Json> {
        const SqlValue at = toMs(tx.now());
        const auto done = tx.db().execute(
            "UPDATE router_push SET reached_at = ?, pushed_at = coalesce(?, pushed_at), failing_since = NULL, failures = 0, "
            "error = NULL, alerted = 0, detail = coalesce(?, detail) WHERE what = ?",
            {at, step.done == Done::Pushed ? at : SqlValue(nullptr), step.detail ? SqlValue(dumpJson(*step.detail)) : SqlValue(nullptr),
             m_what});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!noted) return; // noted with the next one
    if (again) logInfo("the router takes what it is told again", {{"what", m_what}});
    m_error.clear();
    m_noted = true;
    m_alerted = false;
    m_notedAt = Clock::now();
}

void RouterPush::noteFailure(const Error &error)
{
    ++m_failures;
    const std::string message = error.message.substr(0, LongestPushError);
    const bool news = message != m_error || !m_noted;
    if (!news && m_alerted && Clock::now() - m_notedAt < NotedEvery) return;
    if (news) logWarning("the router could not be told, it is tried again", {{"what", m_what}, {"error", message}});
    bool alerted = false;
    const Result<Json> noted = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto rows = tx.db().query("SELECT failing_since, alerted FROM router_push WHERE what = ?", {m_what});
        if (!rows) return fail(rows.error());
        if (rows->empty()) return fail(ErrorKind::Internal, "the store lacks a row it was made with");
        const std::int64_t at = toMs(tx.now());
        const std::int64_t since = rows->front().isNull(0) ? at : rows->front().integer(0);
        const bool told = rows->front().integer(1) != 0;
        const bool due = at - since >= m_router.address().alertSeconds * 1'000;
        alerted = told || due;
        const auto done = tx.db().execute(
            "UPDATE router_push SET failing_since = ?, failures = failures + 1, error = ?, alerted = ? WHERE what = ?",
            {since, message, std::int64_t{alerted}, m_what});
        if (!done) return fail(done.error());
        if (!due || told) return Json();
        // It waits for the router as all alerts do, and is told of here until then.
        if (auto queued = alertqueue::add(tx, unreachable(m_what, message), m_what, {{"what", m_what}}, "router_push"); !queued)
            return fail(queued.error());
        logError("the router could not be told for long", {{"what", m_what}, {"error", message}});
        return Json();
    });
    if (!noted) return;
    m_error = message;
    m_noted = true;
    m_alerted = alerted;
    m_notedAt = Clock::now();
}

Result<Json> routerPushesJson(Database &db, bool configured, bool keyIndex)
{
    const auto rows = db.query("SELECT what, epoch, pushed, detail, reached_at, pushed_at, failing_since, failures, error, "
                               "alerted FROM router_push ORDER BY what");
    if (!rows) return fail(rows.error());
    Json pushes = Json::array();
    for (const SqlRow &row : *rows) {
        const bool failing = !row.isNull(6);
        const bool off = !configured || (row.text(0) == "KEY_INDEX" && !keyIndex); // whatever it was before
        pushes.push_back({{"what", row.text(0)},
                          {"state", off ? "OFF" : failing ? "FAILING" : row.isNull(4) ? "WAITING" : "OK"},
                          {"epoch", row.integer(1)},
                          {"pushed_epoch", row.integer(2)},
                          {"reached_at", timeOrNull(row, 4)},
                          {"pushed_at", timeOrNull(row, 5)},
                          {"failing_since", timeOrNull(row, 6)},
                          {"failures", row.integer(7)},
                          {"error", textOrNull(row, 8)},
                          {"alerted", row.integer(9) != 0},
                          {"detail", jsonOrNull(row, 3)}});
    }
    return pushes;
}

} // namespace crossfade
