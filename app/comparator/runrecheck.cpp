// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The second part of a run: what looked different is looked at again, in bulk, after a grace
// period, until it is matched, confirmed or hot. Only then is it reported.
#include "app/comparator/runexecution.h"

#include "app/comparator/runfields.h"
#include "app/comparator/syncstore.h"
#include "models/consistency/difference.h"
#include "models/consistency/memberset.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t KeysAtOnce = 500;
constexpr std::int64_t SetsAtOnce = 50; // each of them may be as large as many rows
constexpr std::chrono::milliseconds LongestWait{2'000};

std::string textAt(const Json &json, const char *name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int numberAt(const Json &json, const char *name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<int>() : 0;
}

} // namespace

std::string candidateText(const Candidate &candidate)
{
    return dumpJson({{"l", candidate.last.legacy},
                     {"n", candidate.last.fresh},
                     {"m", candidate.last.marks},
                     {"s", candidate.sourceSeen},
                     {"k", candidate.looks},
                     {"y", candidate.steady}});
}

Candidate candidateFromText(const std::string &text)
{
    Candidate candidate;
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return candidate;
    candidate.last = {textAt(json, "l"), textAt(json, "n"), textAt(json, "m"), false};
    candidate.looks = numberAt(json, "k");
    candidate.steady = numberAt(json, "y");
    for (const Json &seen : json.value("s", Json::array()))
        candidate.sourceSeen.push_back(seen.get<std::string>());
    return candidate;
}

Result<void> RunExecution::recheck()
{
    for (;;) {
        if (Result<void> none = wished(); !none) return none;
        std::optional<std::int64_t> next;
        Result<std::vector<Suspect>> suspects = due(next);
        if (!suspects) return fail(suspects.error());
        if (suspects->empty()) {
            if (!next) return {};
            const std::int64_t wait = *next - toMs(m_context.store.environment().now());
            (void)m_control.wishWithin(
                std::clamp<Milliseconds>(Milliseconds(wait), Milliseconds(1), LongestWait));
            continue;
        }
        std::vector<std::string> keys;
        for (const Suspect &suspect : *suspects)
            keys.push_back(suspect.key);
        const Result<std::map<std::string, EntityPair>> rows = m_reader->read(keys);
        if (!rows) return fail(rows.error());
        if (Result<void> stored = store(look(std::move(*suspects), *rows), *rows); !stored)
            return stored;
    }
}

// The next suspects whose grace is over; `next`: when the first of the others is due.
Result<std::vector<RunExecution::Suspect>> RunExecution::due(std::optional<std::int64_t> &next)
{
    std::vector<Suspect> result;
    const Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT key, looks, due_at FROM candidates WHERE run_id = ? "
                                   "ORDER BY due_at, key LIMIT ?",
                                   {m_run.id, isSet(m_sources->compared) ? SetsAtOnce : KeysAtOnce});
        if (!rows) return fail(rows.error());
        const std::int64_t now = toMs(m_context.store.environment().now());
        for (const SqlRow &row : *rows) {
            if (row.integer(2) > now) {
                next = row.integer(2);
                break;
            }
            result.push_back({row.text(0), candidateFromText(row.text(1))});
        }
        return {};
    });
    if (!loaded) return fail(loaded.error());
    return result;
}

RunExecution::Looked RunExecution::look(std::vector<Suspect> suspects,
                                        const std::map<std::string, EntityPair> &rows) const
{
    Looked looked;
    for (Suspect &suspect : suspects) {
        const EntityPair &pair = rows.at(suspect.key);
        const Observation seen = observe(pair.legacyRow(), pair.newRow());
        switch (lookAgain(suspect.candidate, seen, m_sources->mapping.authoritative)) {
        case Finding::InFlight:
            // One that stood still since the last look is not in motion, and not confirmed by one look.
            if (suspect.candidate.steady == 0) looked.moving.push_back(suspect.key);
            looked.again.push_back(std::move(suspect));
            continue;
        case Finding::Matched:
            // Gone from both sides: of no side's rows any more.
            looked.matched += pair.legacy || pair.fresh ? 1 : 0;
            looked.gone.push_back(suspect.key);
            break;
        case Finding::Confirmed:
            looked.found.emplace_back(suspect.key, DifferenceState::Confirmed);
            break;
        case Finding::Hot:
            looked.found.emplace_back(suspect.key, DifferenceState::Hot);
            break;
        }
        looked.settled.push_back(suspect.key);
    }
    return looked;
}

// What is hidden is stored as what is not, and counted apart from it.
Result<RunExecution::Tally> RunExecution::record(WriteTransaction &tx, const Looked &looked,
                                                 const std::map<std::string, EntityPair> &rows) const
{
    Tally tally;
    if (!looked.gone.empty()) {
        const Result<std::int64_t> forgotten = forgetInFlight(tx, m_run.id, looked.gone);
        if (!forgotten) return fail(forgotten.error());
        tally.forgotten = *forgotten;
    }
    if (looked.found.empty() && looked.moving.empty()) return tally;
    const auto rules = ignores::active(tx.db(), tx.now());
    if (!rules) return fail(rules.error());
    for (const std::string &key : looked.moving) {
        const Result<Recorded> recorded =
            recordDifferences(tx, m_context.print, *m_sources, {m_run.id, m_run.checkId, m_run.checkName}, key,
                              rows.at(key), DifferenceState::InFlight, *rules);
        if (!recorded) return fail(recorded.error());
        tally.added += recorded->added;
    }
    ignores::Counts hidden;
    for (const auto &[key, state] : looked.found) {
        const Result<Recorded> recorded =
            recordDifferences(tx, m_context.print, *m_sources, {m_run.id, m_run.checkId, m_run.checkName}, key,
                              rows.at(key), state, *rules);
        if (!recorded) return fail(recorded.error());
        tally.added += recorded->added;
        for (const Recorded::Field &field : recorded->fields) {
            if (!field.ignoredBy.empty()) ++hidden[field.ignoredBy];
        }
        if (state == DifferenceState::Hot) {
            ++tally.hot;
            continue;
        }
        if (!recorded->type) continue;
        countRow(tally.counts, *recorded->type, recorded->isHidden());
        if (*recorded->type != DifferenceType::Different) continue;
        std::map<std::string, bool> hiddenFields; // of a set many members, and still one row
        for (const Recorded::Field &field : recorded->fields) {
            bool &isHidden = hiddenFields.try_emplace(field.name, true).first->second;
            isHidden = isHidden && !field.ignoredBy.empty();
        }
        for (const auto &[name, isHidden] : hiddenFields)
            ++(isHidden ? tally.fields[name].ignored : tally.fields[name].different);
    }
    if (Result<void> told = ignores::addToRun(tx.db(), m_run.id, *rules, hidden); !told) return fail(told.error());
    return tally;
}

Result<void> RunExecution::store(const Looked &looked,
                                 const std::map<std::string, EntityPair> &rows)
{
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> held = holdPart(tx); !held) return fail(held.error());
        if (!looked.settled.empty()) { // at most KeysAtOnce
            Database::Parameters values{m_run.id};
            std::string places;
            for (const std::string &key : looked.settled) {
                places += places.empty() ? "?" : ", ?";
                values.emplace_back(key);
            }
            const auto gone =
                tx.db().execute("DELETE FROM candidates WHERE run_id = ? AND key IN (" + places + ")", values);
            if (!gone) return fail(gone.error());
        }
        const Result<Milliseconds> lag = syncLag(tx.db(), m_sources->mappingId, tx.now());
        if (!lag) return fail(lag.error());
        for (const Suspect &suspect : looked.again) {
            const std::int64_t due = toMs(tx.now() + graceBefore(suspect.candidate.looks, *lag));
            const auto kept = tx.db().execute(
                "UPDATE candidates SET due_at = ?, looks = ? WHERE run_id = ? AND key = ?",
                {due, candidateText(suspect.candidate), m_run.id, suspect.key});
            if (!kept) return fail(kept.error());
        }
        const Result<Tally> tally = record(tx, looked, rows);
        if (!tally) return fail(tally.error());
        const CheckCounts &counts = tally->counts;
        const auto updated = tx.db().execute(
            "UPDATE runs SET state = 'RECHECKING', matched = matched + ?, missing = missing + ?, "
            "extra = extra + ?, different = different + ?, ignored = ignored + ?, ignored_whole = ignored_whole + ?, hot = hot "
            "+ ?, in_flight = CASE "
            "WHEN in_flight > ? THEN in_flight - ? ELSE 0 END, "
            "version = version + 1 WHERE id = ?",
            {looked.matched, counts.missing, counts.extra, counts.different, counts.ignored, counts.ignoredWhole, tally->hot,
             static_cast<std::int64_t>(looked.settled.size()),
             static_cast<std::int64_t>(looked.settled.size()), m_run.id});
        if (!updated) return fail(updated.error());
        if (Result<void> counted = runfields::add(tx.db(), m_run.id, tally->fields); !counted) return fail(counted.error());
        if (!looked.found.empty() || !looked.moving.empty() || tally->forgotten > 0)
            tx.emit("difference.changed", {{"run_id", m_run.id}, {"added", tally->added}});
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) return fail(stored.error());
    m_lastStored = Clock::now();
    progress(*stored);
    return {};
}

} // namespace crossfade
