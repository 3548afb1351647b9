// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repairengine.h"

#include "app/comparator/differencestore.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::seconds LookAtLeastEvery{5};
// Between asking a side that does not answer whether a repair was written.
constexpr std::chrono::seconds FirstAskedAgain{2};
constexpr std::chrono::seconds AskedAgainAtLeastEvery{60};
constexpr std::chrono::hours AskedAgainAtMost{24}; // then it has failed

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

std::chrono::milliseconds RepairEngine::untilNext() const
{
    if (m_context.term == 0) return BetweenAskingWhoLeads;
    const std::chrono::milliseconds most = LookAtLeastEvery;
    if (!m_nextDue) return most;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_nextDue - m_context.store.environment().now());
    return std::clamp(left, std::chrono::milliseconds(1), most);
}

bool RepairEngine::workOnNext()
{
    m_nextDue.reset();
    m_context.term = m_context.service.leadership().term();
    if (m_context.term == 0) return false;
    dropOldImages();
    std::string others;
    Database::Parameters values{toMs(m_context.store.environment().now())};
    for (const auto &[id, unanswered] : m_unanswered) { // a handful: at most one of each time that the service died
        if (unanswered.again <= std::chrono::steady_clock::now()) continue;
        others += " AND id <> ?";
        values.emplace_back(id);
    }
    std::optional<RepairRecord> repair;
    std::optional<Error> unreadable;
    const Result<void> found = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows =
            db.query("SELECT id, status FROM repairs WHERE (status = 'EXECUTING' OR (status = 'APPROVED' AND "
                     "coalesce(execute_at, 0) <= ?))" + others +
                         " ORDER BY status = 'APPROVED', coalesce(execute_at, decided_at), id LIMIT 1",
                     values);
        if (!rows) return fail(rows.error());
        if (rows->empty()) {
            const auto due = db.query("SELECT min(execute_at) FROM repairs WHERE status = 'APPROVED'");
            if (!due) return fail(due.error());
            if (!due->front().isNull(0)) m_nextDue = instantFromMs(due->front().integer(0));
            return {};
        }
        Result<RepairRecord> loaded = loadRepair(db, rows->front().text(0));
        if (!loaded && (loaded.error().kind == ErrorKind::Unavailable ||
                        loaded.error().kind == ErrorKind::Cancelled))
            return fail(loaded.error()); // the store, not this repair
        repair.emplace();
        repair->id = rows->front().text(0);
        repair->status =
            repairStatusFromWord(rows->front().text(1)).value_or(RepairStatus::Rejected);
        if (loaded)
            repair = std::move(*loaded);
        else
            unreadable = loaded.error();
        return {};
    });
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) return false;
    }
    if (found && !repair) return undoNext();
    Result<void> done = found;
    if (done && repair->status != RepairStatus::Executing) done = begin(repair->id);
    // One that can no longer be carried out ends here: those behind it must not wait for it.
    if (done && unreadable)
        done = finish(*repair, {RepairCommand::Fail, unreadable->message, nullptr});
    else if (done)
        done = repair->status == RepairStatus::Executing ? recover(*repair)
                                                         : finish(*repair, execute(*repair));
    if (!done) logError("a repair could not be worked on", {{"error", done.error().message}});
    return done.has_value();
}

Result<void> RepairEngine::begin(const std::string &repairId)
{
    const Result<Json> begun = write([&](WriteTransaction &tx) { return beginIn(tx, repairId); });
    return begun ? Result<void>() : fail(begun.error());
}

// What an earlier attempt kept and then did not write over says nothing of this one.
Result<Json> RepairEngine::beginIn(WriteTransaction &tx, const std::string &repairId) const
{
    const auto at = tx.db().execute("UPDATE repairs SET started_at = ?, ended_at = NULL, error = NULL, verification = NULL, "
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

RepairEngine::Outcome RepairEngine::execute(const RepairRecord &repair)
{
    killPoint("repair.before-execute");
    const auto failed = [](const Error &error) {
        return Outcome{RepairCommand::Fail, error.message, nullptr};
    };
    Result<EntityReader> reader = EntityReader::open(repair.sources);
    if (!reader) return failed(reader.error());
    const Result<EntityPair> pair = readRepaired(*reader, repair, m_context.print);
    if (!pair) return failed(pair.error());
    if (isAchieved(repair, *pair))
        return {RepairCommand::Verify, "both sides held the same already",
                verification(repair, *pair)};
    if (!stillAsSeen(repair, m_context.print, *pair) || !fits(repair, *pair))
        return {RepairCommand::Outdate, "a side no longer holds what was seen",
                verification(repair, *pair)};
    if (const auto problem = unwritable(repair, m_context.print, *pair))
        return failed({ErrorKind::Conflict, *problem, {}, {}});
    if (repair.plan.action == RepairAction::Delete) {
        if (Result<void> may = mayDelete(repair, *reader); !may) return failed(may.error());
    }
    const BuiltStatement built = repairStatement(repair, m_context.print, *pair);
    const Result<SourceLoan> target = lendSource(repair.sources.side(repair.plan.target), Access::Write);
    if (!target) return failed(target.error());
    // Whoever stood still while another took over writes nothing more: the store's fence is not the target's.
    // First what is there: whatever ends the process after the write, it can still be undone.
    if (Result<void> kept = keepImage(repair, *pair); !kept) return failed(kept.error());
    const RepairTarget place = repairTarget(repair, *pair);
    auto written = (*target)->write(place.view, {{place.key, built.statement}}, [this] { return m_context.stillLeads(); });
    if (!written) return failed(written.error());
    written->front().now = asRepaired(repair, std::move(written->front().now));
    if (repair.plan.action == RepairAction::Delete && written->front().changed == 1) { // as long as the count holds
        std::optional<std::int64_t> &rows = repair.plan.target == Platform::Legacy ? m_counted.legacy : m_counted.fresh;
        if (rows) --*rows;
    }
    killPoint("repair.after-execute");
    return verify(repair, *reader, written->front());
}

Result<void> RepairEngine::keepImage(const RepairRecord &repair, const EntityPair &pair)
{
    const std::optional<SourceRow> &row = pair.side(repair.plan.target);
    const Json image = imageJson(repair, row);
    const std::string print = exactPrint(m_context.print, row);
    const Result<Json> kept = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto rows = tx.db().query("SELECT written_print FROM repairs WHERE id = ?", {repair.id});
        if (!rows) return fail(rows.error());
        // What an earlier attempt of its own left half done is not what was there before it.
        if (!rows->empty() && !rows->front().isNull(0) && rows->front().text(0) == print) return Json();
        const auto done = tx.db().execute("UPDATE repairs SET before_image = ?, written_print = NULL WHERE id = ?",
                                          {dumpJson(image), repair.id});
        if (!done) return fail(done.error());
        return Json();
    });
    return kept ? Result<void>() : fail(kept.error());
}

RepairEngine::Outcome RepairEngine::verify(const RepairRecord &repair, EntityReader &reader,
                                           const WrittenRow &written) const
{
    const bool wrote = written.changed == 1;
    const std::string print = exactPrint(m_context.print, written.now);
    const Result<EntityPair> pair = readRepaired(reader, repair, m_context.print);
    if (!pair)
        return {RepairCommand::Fail, "written, but not verified: " + pair.error().message, nullptr, wrote, print};
    const Json seen = verification(repair, *pair);
    if (!wrote)
        return {RepairCommand::Outdate,
                "the row had changed in the last moment; nothing was written", seen};
    if (isAchieved(repair, *pair)) return {RepairCommand::Verify, "written and seen equal", seen, true, print};
    return {RepairCommand::Fail, "written, but the two sides still differ", seen, true, print};
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
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
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
        const auto rows =
            tx.db().query("SELECT id FROM differences WHERE repair_id = ?", {repair.id});
        if (!rows) return fail(rows.error());
        if (outcome.command == RepairCommand::Verify) {
            for (const SqlRow &row : *rows) {
                if (auto done = resolveDifference(tx, row.text(0), "Repaired: " + repair.sentence);
                    !done)
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
    });
    return stored ? Result<void>() : fail(stored.error());
}

Result<Json> RepairEngine::write(const Store::WriteWork &work)
{
    return m_context.writeLeading({"repair-runner", ""}, work);
}

} // namespace crossfade
