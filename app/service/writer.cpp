// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/writer.h"

#include "app/service/killpoint.h"
#include "app/service/log.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace crossfade {

namespace {

// How long a commit without an answer is asked after before its works are answered with "not known",
// and the pause between two questions.
constexpr std::chrono::seconds SettleTime{8};
constexpr std::chrono::milliseconds SettlePause{250};

Result<void> guarded(const std::function<Result<void>()> &work)
{
    // Libraries below may throw (memory): that must cost one request, not the service.
    try {
        return work();
    } catch (const std::exception &exception) {
        logError("a write failed", {{"error", exception.what()}});
        return fail(ErrorKind::Internal, "the change failed and was undone");
    }
}

} // namespace

Writer::Writer(std::unique_ptr<StoreConnection> database, AuditHeadFile headFile,
               const Environment &environment, std::size_t maxQueued, Start start)
    : m_database(std::move(database))
    , m_headFile(std::move(headFile))
    , m_writtenHead(start.head)
    , m_headFits(start.headFits)
    , m_environment(environment)
    , m_maxQueued(maxQueued)
    , m_epoch(start.epoch)
    , m_thread([this] { run(); })
{
}

Writer::~Writer()
{
    stop();
}

void Writer::setEvents(Events events)
{
    const std::lock_guard lock(m_mutex);
    m_events = std::move(events);
}

void Writer::setTimes(Times times)
{
    const std::lock_guard lock(m_mutex);
    m_times = std::move(times);
}

void Writer::setTakeUp(TakeUp takeUp)
{
    const std::lock_guard lock(m_mutex);
    m_takeUp = std::move(takeUp);
}

void Writer::lookAround()
{
    const std::lock_guard lock(m_mutex);
    m_lookAround = true;
    m_wake.notify_one();
}

std::size_t Writer::queued() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.size();
}

void Writer::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_wake.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
}

void Writer::run()
{
    for (;;) {
        auto group = takeGroup();
        if (group.empty()) {
            idle();
            const std::lock_guard lock(m_mutex);
            if (m_stopping && m_queue.empty()) return; // the next start reads what is stored
            continue;
        }
        commitGroup(group);
        published(group);
        killPoint("service.before-answer");
        tellTimes(group);
        answer(group);
    }
}

void Writer::answer(std::vector<Outcome> &group)
{
    for (Outcome &outcome : group) {
        if (outcome.job.turn == Turn::First) {
            const std::lock_guard lock(m_mutex);
            if (--m_firsts == 0 && m_hurry) m_hurry(false);
        }
        if (outcome.gaveWay)
            giveWay(outcome);
        else
            outcome.job.done(std::move(outcome.result));
    }
}

void Writer::idle()
{
    if (!m_unsettled.empty()) static_cast<void>(settle(false));
    {
        const std::lock_guard lock(m_mutex);
        if (!std::exchange(m_lookAround, false) || m_stopping) return;
    }
    // What others committed after a commit of ours that is not settled waits for that.
    if (m_unsettled.empty()) takeUpIdle();
}

void Writer::takeUpIdle()
{
    auto done = m_database->beginRead();
    if (done) done = takeUp();
    m_database->rollback();
    const std::string said = std::exchange(m_takeUpError, done ? std::string() : done.error().message);
    if (!done && m_database->isConnected() && said != m_takeUpError)
        logWarning("what others committed was not taken up", {{"error", m_takeUpError}});
}

// Within a write transaction: whoever else writes waits, so nothing can come in between any more.
Result<void> Writer::takeUpFound()
{
    const auto epoch = m_database->epochFound();
    return epoch && *epoch > m_epoch ? takeUp() : Result<void>();
}

Result<void> Writer::takeUp()
{
    TakeUp act;
    {
        const std::lock_guard lock(m_mutex);
        act = m_takeUp;
    }
    if (!act) return {};
    const auto epoch = act(*m_database, m_epoch);
    if (!epoch) return fail(epoch.error());
    m_epoch = *epoch;
    return {};
}

void Writer::tellTimes(const std::vector<Outcome> &group)
{
    Times times;
    {
        const std::lock_guard lock(m_mutex);
        times = m_times;
    }
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; times && i < group.size(); ++i)
        times(now - group[i].job.submitted);
}

void Writer::runOne(Outcome &outcome)
{
    outcome.transaction =
        std::make_unique<StoreTransaction>(*m_database, m_environment, outcome.job.actor);
    StoreTransaction &transaction = *outcome.transaction;
    if (outcome.job.turn == Turn::Alone)
        transaction.setWaiting([this] { return isFirstWaiting() || m_database->isHurried(); });
    outcome.result = m_database->script("SAVEPOINT work");
    if (!outcome.result) return;
    outcome.result = guarded([&]() -> Result<void> {
        if (auto begun = transaction.begin(); !begun) return begun;
        if (auto worked = outcome.job.work(transaction); !worked) return worked;
        return transaction.finish();
    });
    if (!m_database->inTransaction()) return; // there is nothing left to go back to, see commitGroup()
    if (!outcome.result) {
        outcome.gaveWay = transaction.gaveWay();
        outcome.transaction.reset();
        if (auto undone = m_database->script("ROLLBACK TO work"); !undone) outcome.result = undone;
        const Error error = outcome.result.error();
        if (outcome.job.refused && !outcome.gaveWay && httpStatus(error.kind) < 500)
            outcome.job.refused(*m_database, error);
    }
    if (auto released = m_database->script("RELEASE work"); !released) {
        // A failed statement that the work made nothing of: the others of the group are not to suffer.
        outcome.transaction.reset();
        outcome.result = released;
        static_cast<void>(m_database->script("ROLLBACK TO work"));
        static_cast<void>(m_database->script("RELEASE work"));
    }
}

// The works of a group share one transaction. When the database gives it up under way (a full disk, an
// I/O error), the works before are undone as well, and one that came after would commit by itself.
Result<void> Writer::runAll(std::vector<Outcome> &group)
{
    Result<void> state;
    m_database->requireTransaction(true);
    for (Outcome &outcome : group) {
        runOne(outcome);
        if (m_database->inTransaction()) continue;
        state = fail(ErrorKind::Unavailable, "the transaction was given up");
        if (!outcome.result) state = outcome.result;
        break;
    }
    m_database->requireTransaction(false);
    return state;
}

// After a connection was lost within a commit: what the store says became of it. What was stored is
// published late, but before anything that comes after it.
Result<void> Writer::settle(bool patiently)
{
    const auto deadline = std::chrono::steady_clock::now() + SettleTime;
    Result<bool> stored = m_database->settleCommit();
    while (!stored && patiently && std::chrono::steady_clock::now() < deadline) {
        std::unique_lock lock(m_mutex);
        if (m_wake.wait_for(lock, SettlePause, [this] { return m_stopping; })) break;
        lock.unlock();
        stored = m_database->settleCommit();
    }
    if (!stored) return fail(stored.error());
    auto group = std::move(m_unsettled);
    m_unsettled.clear();
    logWarning("the store was asked what became of a commit", {{"stored", *stored}});
    if (!*stored) return fail(ErrorKind::Unavailable, "the connection was lost before the commit");
    published(group);
    return {};
}

Result<void> Writer::commit(std::vector<Outcome> &group)
{
    auto done = m_database->commit();
    if (done || !m_database->isCommitUnknown()) return done;
    ++m_unknownCommits;
    // Only the transactions: the jobs are answered in any case.
    for (Outcome &outcome : group)
        m_unsettled.push_back({{}, outcome.result, std::move(outcome.transaction)});
    done = settle(true);
    if (done || m_unsettled.empty()) return done;
    return fail(ErrorKind::Unavailable, "the connection was lost during the commit: whether the change is "
                                        "stored is not known yet; look before you repeat it");
}

void Writer::commitGroup(std::vector<Outcome> &group)
{
    Outcome &foremost = group.front();
    if (foremost.job.turn == Turn::Alone && !letFirst()) {
        foremost.gaveWay = true;
        --foremost.job.gaveWay; // it was not begun: that does not count
        foremost.result = fail(ErrorKind::Unavailable, "it gives way");
        return;
    }
    Result<void> state;
    if (!m_unsettled.empty()) {
        state = settle(false);
        if (m_unsettled.empty()) state = {}; // whichever way it went, it is settled
    }
    if (state) state = m_database->beginWrite();
    if (!state && !m_database->isConnected()) takeRest(group);
    if (state) {
        state = takeUpFound();
        if (state) state = runAll(group);
        killPoint("store.before-commit");
        if (state) state = commit(group);
        m_database->rollback();
    }
    if (state) return;
    logError("a group of changes was not committed", {{"error", state.error().message}});
    for (Outcome &outcome : group) {
        outcome.transaction.reset();
        outcome.gaveWay = false;
        // Refused is what others made of the store; else nothing gets through to it.
        const bool refused = state.error().kind == ErrorKind::Conflict;
        const std::string why = refused ? "no change is accepted: " : "the store does not answer: ";
        outcome.result = fail(ErrorKind::Unavailable, why + state.error().message);
    }
}

void Writer::advanceHead(const std::vector<Outcome> &group)
{
    ChainHead newest = m_writtenHead;
    for (const Outcome &outcome : group) {
        if (!outcome.result || !outcome.transaction) continue;
        // A chain shorter than its head was cut: going on as if nothing were would hide it.
        if (outcome.transaction->headBefore().sequence < m_writtenHead.sequence) m_headFits = false;
        if (outcome.transaction->head().sequence > newest.sequence)
            newest = outcome.transaction->head();
    }
    if (!m_headFits || newest == m_writtenHead) return;
    m_writtenHead = newest;
    if (auto written = m_headFile.write(newest); !written)
        logError("the audit head was not written", {{"error", written.error().message}});
}

void Writer::published(std::vector<Outcome> &group)
{
    killPoint("store.after-commit");
    std::vector<StoredEvent> events;
    for (Outcome &outcome : group) {
        if (!outcome.result || !outcome.transaction) continue;
        m_epoch = outcome.transaction->epoch();
        for (const auto &act : outcome.transaction->takeActs())
            act();
        for (StoredEvent &event : outcome.transaction->takeEvents())
            events.push_back(std::move(event));
    }
    Events sink;
    {
        const std::lock_guard lock(m_mutex);
        sink = m_events;
    }
    if (sink && !events.empty()) sink(std::move(events));
    // Last: it waits for a disk, and what is stored, a rollback above all, is not to wait for that. Answers do.
    advanceHead(group);
}

} // namespace crossfade
