// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Approved repairs, carried out several at a time: what is asked of the store and of both sides is asked for all of them at
// once, and what is decided, written on a condition and verified is decided for each by itself.
#include "app/comparator/repairattempt.h"

#include "app/comparator/rowjson.h"
#include "app/comparator/setmember.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

// Of all at once no more than an operator would miss for a moment: their rows are locked together, and the store writes for
// nobody else meanwhile.
constexpr std::size_t MostRepairsAtOnce = 128;

} // namespace

// The first of those that wait goes alone, and twice as many after each time that all went well: where a side does not
// answer, or a rule of the database refuses what is written, few have failed before that shows.
void RepairEngine::learnHowMany(const std::vector<Outcome> &outcomes)
{
    const bool well = std::ranges::none_of(
        outcomes, [](const Outcome &one) { return one.command == RepairCommand::Fail || one.putOff; });
    m_atOnce = well ? std::min(m_atOnce * 2, MostRepairsAtOnce) : 1;
}

Result<void> RepairEngine::carryOut(std::vector<RepairRecord> repairs)
{
    if (Result<void> begun = begin(repairs); !begun) return begun;
    if (repairs.empty()) return {};
    const std::vector<Outcome> outcomes = execute(repairs);
    learnHowMany(outcomes);
    return end(repairs, outcomes);
}

Result<void> RepairEngine::end(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes)
{
    Result<void> done = finish(repairs, outcomes);
    if (done) rememberPutOff(repairs, outcomes);
    if (done || repairs.size() == 1) return done;
    // A store that does not answer: both sides are asked what became of them, once it does.
    if (done.error().kind == ErrorKind::Unavailable || done.error().kind == ErrorKind::Cancelled) return done;
    // Whatever it was of one of them: the others are done all the same.
    logWarning("repairs that were carried out together end one by one", {{"error", done.error().message}});
    done = {};
    for (std::size_t i = 0; i < repairs.size(); ++i) {
        if (Result<void> one = finish(repairs[i], outcomes[i]); !one) done = one;
    }
    if (done) rememberPutOff(repairs, outcomes);
    return done;
}

// Leaves those that are still to be carried out: since they were found somebody may have decided otherwise.
Result<void> RepairEngine::begin(std::vector<RepairRecord> &repairs)
{
    std::vector<std::size_t> begun;
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        begun.clear();
        for (std::size_t i = 0; i < repairs.size(); ++i) {
            const auto rows = tx.db().query("SELECT 1 FROM repairs WHERE id = ? AND status = 'APPROVED' AND "
                                            "coalesce(execute_at, 0) <= ?",
                                            {repairs[i].id, toMs(tx.now())});
            if (!rows) return fail(rows.error());
            if (rows->empty()) continue;
            if (const Result<Json> one = beginIn(tx, repairs[i].id); !one) return fail(one.error());
            begun.push_back(i);
        }
        return Json();
    });
    if (!stored) return fail(stored.error());
    std::vector<RepairRecord> left;
    for (const std::size_t i : begun)
        left.push_back(std::move(repairs[i]));
    repairs = std::move(left);
    return {};
}

std::vector<RepairEngine::Outcome> RepairEngine::execute(const std::vector<RepairRecord> &repairs)
{
    std::vector<Attempt> attempts;
    for (const RepairRecord &repair : repairs) {
        killPoint("repair.before-execute");
        attempts.push_back({&repair});
    }
    const Result<void> done = attempt(attempts);
    return outcomesOf(attempts, done);
}

std::vector<RepairEngine::Outcome> RepairEngine::outcomesOf(std::vector<Attempt> &attempts, const Result<void> &done)
{
    std::vector<Outcome> outcomes;
    for (Attempt &one : attempts) {
        if (!one.outcome && done) one.outcome = Outcome{RepairCommand::Fail, "was not carried out", nullptr};
        if (!one.outcome) one.outcome = Outcome{RepairCommand::Fail, done.error().message, nullptr};
        outcomes.push_back(std::move(*one.outcome));
    }
    return outcomes;
}

// An error is that of all that have no outcome.
Result<void> RepairEngine::attempt(std::vector<Attempt> &attempts)
{
    const RepairRecord &first = *attempts.front().repair; // they are all of its mapping and target
    Result<EntityReader> reader = EntityReader::open(first.sources);
    if (!reader) return fail(reader.error());
    std::vector<std::string> keys;
    for (const Attempt &one : attempts)
        keys.push_back(one.repair->entityId);
    Result<std::map<std::string, EntityPair>> pairs = reader->read(keys);
    if (!pairs) return fail(pairs.error());
    std::vector<Attempt *> writing;
    for (Attempt &one : attempts) {
        one.pair = repairedPair(*one.repair, m_context.print, std::move((*pairs)[one.repair->entityId]));
        decide(one, *reader);
        if (!one.outcome) writing.push_back(&one);
    }
    if (writing.empty()) return {};
    const Result<SourceLoan> target = lendSource(first.sources.side(first.plan.target), Access::Write);
    if (!target) return fail(target.error());
    if (Result<void> kept = (*target)->keepForeignKeys(); !kept) return kept;
    // First what is there: whatever ends the process after the write, it can still be undone.
    if (Result<void> kept = keepImages(writing); !kept) return kept;
    static_cast<void>(writeTogether(**target, writing)); // each knows its own
    std::erase_if(writing, [](const Attempt *one) { return one->outcome.has_value(); });
    for (std::size_t i = 0; i < writing.size(); ++i)
        killPoint("repair.after-execute");
    verify(*reader, writing);
    return {};
}

// What needs no write, or must not be written.
void RepairEngine::decide(Attempt &attempt, EntityReader &reader)
{
    const RepairRecord &repair = *attempt.repair;
    const EntityPair &pair = attempt.pair;
    if (isAchieved(repair, pair)) {
        attempt.outcome = Outcome{RepairCommand::Verify, "both sides held the same already", verification(repair, pair)};
    } else if (!stillAsSeen(repair, m_context.print, pair) || !fits(repair, pair)) {
        attempt.outcome = Outcome{RepairCommand::Outdate, "a side no longer holds what was seen", verification(repair, pair)};
    } else if (const auto problem = unwritable(repair, m_context.print, pair)) {
        attempt.outcome = Outcome{RepairCommand::Fail, *problem, nullptr};
    } else if (repair.plan.action == RepairAction::Delete) {
        const Result<bool> may = mayDelete(repair, reader);
        if (may) attempt.confirmed = *may;
        else attempt.outcome = Outcome{RepairCommand::Fail, may.error().message, nullptr};
    }
}

Result<void> RepairEngine::keepImages(const std::vector<Attempt *> &writing)
{
    const Result<Json> kept = write([&](WriteTransaction &tx) -> Result<Json> {
        for (const Attempt *one : writing) {
            const RepairRecord &repair = *one->repair;
            const std::optional<SourceRow> &row = one->pair.side(repair.plan.target);
            const auto rows = tx.db().query("SELECT written_print FROM repairs WHERE id = ?", {repair.id});
            if (!rows) return fail(rows.error());
            // What an earlier attempt of its own left half done is not what was there before it.
            if (!rows->empty() && !rows->front().isNull(0) && rows->front().text(0) == exactPrint(m_context.print, row))
                continue;
            const auto done = tx.db().execute("UPDATE repairs SET before_image = ?, written_print = NULL WHERE id = ?",
                                              {dumpJson(imageJson(repair, row)), repair.id});
            if (!done) return fail(done.error());
        }
        return Json();
    });
    return kept ? Result<void>() : fail(kept.error());
}

// In one transaction; where one of them is refused, each in its own, so that it alone fails. An error is that of a target
// that is gone: nothing more is asked of it.
Result<void> RepairEngine::writeTogether(Source &target, const std::vector<Attempt *> &writing)
{
    const TableView view = repairTarget(*writing.front()->repair, writing.front()->pair).view;
    std::vector<RowWrite> writes;
    for (const Attempt *one : writing)
        writes.push_back({repairTarget(*one->repair, one->pair).key,
                          repairStatement(*one->repair, m_context.print, one->pair).statement});
    // Whoever stood still while another took over writes nothing more: the store's fence is not the target's.
    Result<std::vector<WrittenRow>> rows = target.write(view, writes, [this] { return m_context.stillLeads(); });
    if (rows) {
        for (std::size_t i = 0; i < writing.size(); ++i) {
            writing[i]->written = std::move((*rows)[i]);
            writing[i]->written.now = asRepaired(*writing[i]->repair, std::move(writing[i]->written.now));
            countDeleted(*writing[i]);
        }
        return {};
    }
    const bool gone = rows.error().kind == ErrorKind::Unavailable || rows.error().kind == ErrorKind::Cancelled;
    if (!gone && writing.size() > 1) return writeOneByOne(target, writing);
    for (Attempt *one : writing)
        one->outcome = refused(*one, rows.error());
    if (!gone) return {};
    if (rows.error().kind == ErrorKind::Unavailable) claimWritten(writing);
    return fail(rows.error());
}

// Nothing was written. A rule that others may yet satisfy only puts it off.
RepairEngine::Outcome RepairEngine::refused(const Attempt &attempt, const Error &error) const
{
    Outcome outcome{RepairCommand::Fail, error.message, nullptr};
    outcome.putOff = refusedBy(error);
    outcome.confirmed = outcome.putOff && attempt.confirmed;
    return outcome;
}

Result<void> RepairEngine::writeOneByOne(Source &target, const std::vector<Attempt *> &writing)
{
    Result<void> there;
    for (Attempt *one : writing) {
        if (!there) {
            one->outcome = Outcome{RepairCommand::Fail, there.error().message, nullptr};
        } else if (isStopping()) { // each may wait for a lock as long as a statement may
            one->outcome = Outcome{RepairCommand::Recover, "the service ended before it was written", nullptr};
        } else {
            there = writeTogether(target, {one});
        }
    }
    return there;
}

// What was lost may have been the answer to the commit. Right before, these were not as they are to be: what is so now was
// written by this, and can be undone as what it wrote.
void RepairEngine::claimWritten(const std::vector<Attempt *> &writing)
{
    Result<EntityReader> reader = EntityReader::open(writing.front()->repair->sources); // the old one may be lost, too
    if (!reader) return;
    std::vector<std::string> keys;
    for (const Attempt *one : writing)
        keys.push_back(one->repair->entityId);
    const Result<std::map<std::string, EntityPair>> pairs = reader->read(keys);
    if (!pairs) return;
    for (Attempt *one : writing) {
        const RepairRecord &repair = *one->repair;
        const EntityPair pair = repairedPair(repair, m_context.print, pairs->at(repair.entityId));
        if (!isAchieved(repair, pair)) continue;
        one->outcome = Outcome{RepairCommand::Verify, "written, though the answer was lost", verification(repair, pair), true,
                               exactPrint(m_context.print, pair.side(repair.plan.target))};
        one->written.changed = 1;
        countDeleted(*one);
    }
}

// As long as the count of the rows holds.
void RepairEngine::countDeleted(const Attempt &attempt)
{
    if (attempt.repair->plan.action != RepairAction::Delete || attempt.written.changed != 1) return;
    std::optional<std::int64_t> &rows =
        attempt.repair->plan.target == Platform::Legacy ? m_counted.legacy : m_counted.fresh;
    if (rows) --*rows;
}

void RepairEngine::verify(EntityReader &reader, const std::vector<Attempt *> &written) const
{
    std::vector<std::string> keys;
    for (const Attempt *one : written)
        keys.push_back(one->repair->entityId);
    if (keys.empty()) return;
    const Result<std::map<std::string, EntityPair>> pairs = reader.read(keys);
    for (Attempt *one : written) {
        const bool wrote = one->written.changed == 1;
        if (pairs) {
            one->outcome = verified(*one, repairedPair(*one->repair, m_context.print, pairs->at(one->repair->entityId)));
            continue;
        }
        one->outcome = Outcome{RepairCommand::Fail, "written, but not verified: " + pairs.error().message, nullptr, wrote,
                               exactPrint(m_context.print, one->written.now)};
    }
}

RepairEngine::Outcome RepairEngine::verified(const Attempt &attempt, const EntityPair &pair) const
{
    const RepairRecord &repair = *attempt.repair;
    const Json seen = verification(repair, pair);
    if (attempt.written.changed != 1)
        return {RepairCommand::Outdate, "the row had changed in the last moment; nothing was written", seen};
    const std::string print = exactPrint(m_context.print, attempt.written.now);
    if (isAchieved(repair, pair)) return {RepairCommand::Verify, "written and seen equal", seen, true, print};
    return {RepairCommand::Fail, "written, but the two sides still differ", seen, true, print};
}

Result<void> RepairEngine::finish(const std::vector<RepairRecord> &repairs, const std::vector<Outcome> &outcomes)
{
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        for (std::size_t i = 0; i < repairs.size(); ++i) {
            if (const Result<Json> one = finishIn(tx, repairs[i], outcomes[i]); !one) return fail(one.error());
        }
        return Json();
    });
    return stored ? Result<void>() : fail(stored.error());
}

} // namespace crossfade
