// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairengine.h"

#include "app/comparator/differencestore.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

#include <algorithm>
#include <iterator>

namespace crossfade {

namespace {

constexpr std::chrono::seconds LookAtLeastEvery{5};
// Between asking a side that does not answer whether a repair was written.
constexpr std::chrono::seconds FirstAskedAgain{2};
constexpr std::chrono::seconds AskedAgainAtLeastEvery{60};
constexpr std::chrono::hours AskedAgainAtMost{24}; // then it has failed
constexpr std::int64_t MostFoundAtOnce = 1'000; // of those that wait
constexpr std::size_t MostInRings = 2'000; // of those that are looked at together

// The names of what the repair writes.
Json writtenFields(const RepairRecord &repair)
{
    Json names = Json::array();
    for (const MappedField &field : repair.sources.compared) {
        if (repair.fields.empty() || std::ranges::find(repair.fields, field.name) != repair.fields.end())
            names.push_back(field.name);
    }
    return names;
}

bool isNoAnswer(const Error &error)
{
    return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Network ||
           error.kind == ErrorKind::Cancelled;
}

} // namespace

RepairEngine::RepairEngine(Context context)
    : m_context(std::move(context))
{
}

RepairEngine::~RepairEngine()
{
    stop();
}

void RepairEngine::start()
{
    m_thread = std::thread([this] { loop(); });
}

void RepairEngine::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_woken.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
}

void RepairEngine::wake()
{
    const std::lock_guard lock(m_mutex);
    m_work = true;
    m_woken.notify_all();
}

void RepairEngine::loop()
{
    for (;;) {
        {
            std::unique_lock lock(m_mutex);
            m_woken.wait_for(lock, untilNext(), [this] { return m_work || m_stopping; });
            if (m_stopping) return;
            m_work = false;
        }
        while (workOnNext()) {
        }
    }
}

bool RepairEngine::isStopping()
{
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

std::chrono::milliseconds RepairEngine::untilNext() const
{
    if (m_context.term == 0) return BetweenAskingWhoLeads;
    std::chrono::milliseconds most = LookAtLeastEvery;
    for (const PutOff *waiting : {&m_putOff, &m_undoPutOff}) {
        if (!waiting->nextStuck()) continue;
        const auto left = *waiting->nextStuck() - std::chrono::steady_clock::now();
        most = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1), most);
    }
    if (!m_nextDue) return most;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_nextDue - m_context.store.environment().now());
    return std::clamp(left, std::chrono::milliseconds(1), most);
}

// One that was begun when the service died, or several that wait.
bool RepairEngine::workOnNext()
{
    m_nextDue.reset();
    const std::int64_t term = m_context.service.leadership().term();
    if (term != m_context.term) m_beginAnew = true; // another may have led meanwhile
    m_context.term = term;
    if (term == 0) return false;
    if (m_beginAnew && !beginAnew()) return false;
    dropOldImages();
    std::vector<RepairRecord> repairs;
    std::string unreadable;
    Error why;
    const Result<void> found = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<std::vector<std::string>> ids = nextRepairs(db);
        if (!ids) return fail(ids.error());
        if (ids->empty()) return {};
        Result<std::vector<RepairRecord>> loaded = loadTogether(db, *ids);
        if (!loaded && (loaded.error().kind == ErrorKind::Unavailable ||
                        loaded.error().kind == ErrorKind::Cancelled))
            return fail(loaded.error()); // the store, not this repair
        if (loaded) {
            repairs = std::move(*loaded);
        } else {
            unreadable = ids->front();
            why = loaded.error();
        }
        return {};
    });
    if (isStopping()) return false;
    const bool noneWaits = repairs.empty() && unreadable.empty();
    const auto possibleRing = found && noneWaits ? m_putOff.tellPossibleRing(MostInRings) : std::vector<RefusedRepair>();
    const bool isStuck = m_putOff.nextStuck() && *m_putOff.nextStuck() <= std::chrono::steady_clock::now();
    if (found && noneWaits && possibleRing.empty() && !isStuck) return undoNext();
    Result<void> done = found;
    if (done && noneWaits) {
        done = possibleRing.empty() ? endStuck() : carryOutRings(possibleRing);
    } else if (done && !unreadable.empty()) {
        done = giveUp(unreadable, why);
    } else if (done && repairs.front().status == RepairStatus::Executing) {
        done = recover(repairs.front());
    } else if (done) {
        const std::size_t taken = std::min(repairs.size(), m_next.size());
        m_next.erase(m_next.begin(), m_next.begin() + static_cast<std::ptrdiff_t>(taken));
        done = carryOut(std::move(repairs));
    }
    if (!done) {
        m_beginAnew = true;
        logError("a repair could not be worked on", {{"error", done.error().message}});
    }
    return done.has_value();
}

// Of what was begun before, one; else as many as may go together of those that wait, the next ones first.
Result<std::vector<std::string>> RepairEngine::nextRepairs(Database &db)
{
    const Result<std::string> begun = begunBefore(db);
    if (!begun) return fail(begun.error());
    if (!begun->empty()) return std::vector<std::string>{*begun};
    if (m_next.empty()) {
        const auto rows = db.query("SELECT id FROM repairs WHERE status = 'APPROVED' AND put_off IS NULL AND "
                                   "coalesce(execute_at, 0) <= ? ORDER BY coalesce(execute_at, decided_at), id LIMIT ?",
                                   {toMs(m_context.store.environment().now()), MostFoundAtOnce});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            m_next.push_back(row.text(0));
    }
    if (m_next.empty()) {
        m_atOnce = 1;
        std::ranges::copy(m_putOff.takeWorthATry(), std::back_inserter(m_next));
    }
    if (m_next.empty()) {
        const auto due = db.query("SELECT min(execute_at) FROM repairs WHERE status = 'APPROVED'");
        if (!due) return fail(due.error());
        if (!due->front().isNull(0)) m_nextDue = instantFromMs(due->front().integer(0));
        return std::vector<std::string>();
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(m_atOnce, m_next.size()));
    return std::vector<std::string>(m_next.begin(), m_next.begin() + count);
}

// "": none that is to be asked after now.
Result<std::string> RepairEngine::begunBefore(Database &db) const
{
    std::string others;
    Database::Parameters values;
    for (const auto &[id, unanswered] : m_unanswered) { // a handful: at most one of each time that the service died
        if (unanswered.again <= std::chrono::steady_clock::now()) continue;
        others += " AND id <> ?";
        values.emplace_back(id);
    }
    const auto rows = db.query("SELECT id FROM repairs WHERE status = 'EXECUTING'" + others +
                                   " ORDER BY coalesce(execute_at, decided_at), id LIMIT 1",
                               values);
    if (!rows) return fail(rows.error());
    return rows->empty() ? std::string() : rows->front().text(0);
}

// One that can no longer be carried out ends: those behind it must not wait for it.
Result<void> RepairEngine::giveUp(const std::string &repairId, const Error &error)
{
    std::erase(m_next, repairId);
    const Result<Json> ended = write([&](WriteTransaction &tx) { return giveUpIn(tx, repairId, error.message); });
    return ended ? Result<void>() : fail(ended.error());
}

Result<Json> RepairEngine::giveUpIn(WriteTransaction &tx, const std::string &repairId, const std::string &why) const
{
    const auto rows = tx.db().query("SELECT status FROM repairs WHERE id = ?", {repairId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return Json();
    const std::string status = rows->front().text(0);
    if (status != "APPROVED" && status != "EXECUTING") return Json(); // somebody decided otherwise since
    if (status == "APPROVED") {
        if (const Result<Json> begun = beginIn(tx, repairId); !begun) return begun;
    }
    RepairRecord repair;
    repair.id = repairId;
    return finishIn(tx, repair, {RepairCommand::Fail, why, nullptr});
}

// What an earlier attempt kept and then did not write over says nothing of this one.
Result<Json> RepairEngine::beginIn(WriteTransaction &tx, const std::string &repairId) const
{
    const auto at = tx.db().execute("UPDATE repairs SET started_at = ?, ended_at = NULL, error = NULL, put_off = NULL, verification = NULL, "
                                    "before_image = CASE WHEN written_print IS NULL THEN NULL ELSE before_image END "
                                    "WHERE id = ?",
                                    {toMs(tx.now()), repairId});
    if (!at) return fail(at.error());
    return commandRepair(tx, repairId, RepairCommand::Begin, "");
}

// Begun before the service died: was it written?
Result<void> RepairEngine::recover(const RepairRecord &repair)
{
    Result<EntityReader> reader = EntityReader::open(repair.sources);
    if (!reader) return askAgainLater(repair, reader.error());
    const Result<EntityPair> pair = readRepaired(*reader, repair, m_context.print);
    if (!pair) return askAgainLater(repair, pair.error());
    m_unanswered.erase(repair.id);
    if (isAchieved(repair, *pair)) {
        const Result<bool> begun = hasImage(repair.id);
        if (!begun) return fail(begun.error());
        if (!*begun) // it had not come to that: somebody else was first
            return finish(repair, {RepairCommand::Verify, "both sides held the same already", verification(repair, *pair)});
        return finish(repair, {RepairCommand::Verify, "was written before the service ended",
                               verification(repair, *pair), true,
                               exactPrint(m_context.print, pair->side(repair.plan.target))});
    }
    if (!stillAsSeen(repair, m_context.print, *pair))
        return finish(repair, {RepairCommand::Outdate, "a side no longer holds what was seen",
                               verification(repair, *pair)});
    const Result<Json> back = write([&](WriteTransaction &tx) {
        return commandRepair(tx, repair.id, RepairCommand::Recover,
                             "the service ended before it was written");
    });
    return back ? Result<void>() : fail(back.error());
}

// A side that does not answer says nothing of what was written: this repair waits for it, the others do not.
Result<void> RepairEngine::askAgainLater(const RepairRecord &repair, const Error &error)
{
    const auto now = std::chrono::steady_clock::now();
    Unanswered &asked = m_unanswered.try_emplace(repair.id, Unanswered{now, now}).first->second;
    if (!isNoAnswer(error) || now - asked.since > AskedAgainAtMost) {
        m_unanswered.erase(repair.id);
        return finish(repair, {RepairCommand::Fail, error.message, nullptr});
    }
    asked.pause = std::clamp(asked.pause * 2, FirstAskedAgain, AskedAgainAtLeastEvery);
    asked.again = now + asked.pause;
    logWarning("whether a repair was written is not known yet: a side does not answer, it is asked again",
               {{"repair", repair.id}, {"error", error.message}});
    return {};
}

Result<bool> RepairEngine::hasImage(const std::string &repairId) const
{
    bool has = false;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT before_image FROM repairs WHERE id = ?", {repairId});
        if (!rows) return fail(rows.error());
        has = !rows->empty() && !rows->front().isNull(0);
        return {};
    });
    if (!read) return fail(read.error());
    return has;
}

Json RepairEngine::verification(const RepairRecord &repair, const EntityPair &pair) const
{
    const bool equal = isAchieved(repair, pair);
    Json differing = Json::array();
    if (pair.legacy && pair.fresh) {
        for (const FieldDifference &found : compareRows(repair.sources.compared, pair.legacy->row, pair.fresh->row))
            differing.push_back(repair.sources.compared[found.field].name);
    }
    return {{"at", formatInstant(m_context.store.environment().now())},
            {"equal", equal},
            {"legacy_present", pair.legacy.has_value()},
            {"new_present", pair.fresh.has_value()},
            {"differing_fields", std::move(differing)},
            {"detail", equal ? "LEGACY and NEW hold the same" : "LEGACY and NEW differ"}};
}

Result<void> RepairEngine::finish(const RepairRecord &repair, const Outcome &outcome)
{
    const Result<Json> stored = write([&](WriteTransaction &tx) { return finishIn(tx, repair, outcome); });
    return stored ? Result<void>() : fail(stored.error());
}

Result<Json> RepairEngine::finishIn(WriteTransaction &tx, const RepairRecord &repair, const Outcome &outcome) const
{
    if (outcome.putOff) return putOffIn(tx, repair, outcome);
    if (outcome.command == RepairCommand::Recover) return commandRepair(tx, repair.id, outcome.command, outcome.note);
    const auto kept = tx.db().execute(
        "UPDATE repairs SET ended_at = ?, verification = ?, error = ? WHERE id = ?",
        {toMs(tx.now()),
         outcome.verification.is_null() ? SqlValue(nullptr)
                                        : SqlValue(dumpJson(outcome.verification)),
         outcome.command == RepairCommand::Verify ? SqlValue(nullptr) : SqlValue(outcome.note), repair.id});
    if (!kept) return fail(kept.error());
    if (outcome.wrote) { // else what an earlier attempt wrote stays its own
        const auto wrote = tx.db().execute("UPDATE repairs SET repaired_fields = ?, written_print = ? WHERE id = ?",
                                           {dumpJson(writtenFields(repair)), outcome.writtenPrint, repair.id});
        if (!wrote) return fail(wrote.error());
    }
    const auto rows = tx.db().query("SELECT id FROM differences WHERE repair_id = ?", {repair.id});
    if (!rows) return fail(rows.error());
    if (outcome.command == RepairCommand::Verify) {
        for (const SqlRow &row : *rows) {
            if (auto done = resolveDifference(tx, row.text(0), "Repaired: " + repair.sentence); !done)
                return fail(done.error());
        }
    }
    const Result<Json> after = commandRepair(tx, repair.id, outcome.command, outcome.note);
    if (!after) return after;
    for (const SqlRow &row : *rows) {
        const Result<Json> difference = differenceJson(tx.db(), row.text(0));
        if (difference) tx.emit("difference.changed", {{"difference", *difference}});
    }
    tx.audit({"repair.execute",
              "repair",
              repair.id,
              {{"status", "EXECUTING"}},
              {{"status", after->at("status")},
               {"statement", after->at("statement")},
               {"fields", after->at("fields")}},
              outcome.note});
    return after;
}

Result<Json> RepairEngine::write(const Store::WriteWork &work)
{
    return m_context.writeLeading({"repair-runner", ""}, work);
}

} // namespace crossfade
