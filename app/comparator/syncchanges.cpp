// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a sync finds by a side's table of changes what was inserted, updated and deleted there.
//
// A number is taken when its row is written and seen when that is committed, so a lower one may come to be seen after a
// higher one. What was reached at some time is settled only overlap_seconds later: until then each poll reads again from
// the last settled number on, and passes by what it has seen. After a sudden end all beyond the settled number is read
// once more, which finds done what was done.
#include "app/comparator/syncfollower.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace crossfade {

namespace {

constexpr std::size_t MostUnsettled = 100'000; // numbers kept in memory
// Where a table of changes is met for the first time, others may be writing: as many numbers back it is read, too.
constexpr std::int64_t LookBack = 10'000;

TableView changesView(const ChangeTable &changes)
{
    TableView view;
    view.table = changes.table;
    view.key = changes.sequence;
    view.keyKind = KeyKind::Integer;
    view.columns = changes.keyColumns;
    view.changedColumn = changes.sequence;
    return view;
}

Result<std::int64_t> numberOf(const std::string &text)
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc() && end == text.data() + text.size()) return number;
    return fail(ErrorKind::Conflict, "the table of changes has a number that is none: " + text);
}

// The key of the changed row; none where a part is NULL.
std::optional<std::string> keyOf(const SourceRow &change)
{
    std::vector<std::string> parts;
    for (const Cell &cell : change.row.cells) {
        if (!cell) return std::nullopt;
        parts.push_back(*cell);
    }
    return parts.size() == 1 ? parts.front() : joinedKey(parts);
}

} // namespace

// True: from now on it is followed, and what was changed before has to be found otherwise.
Result<bool> SyncFollower::beginSequence(Platform side)
{
    const ChangeTable &changes = *m_plan.sources.mapping.table(side).changes;
    const std::optional<SyncRecord::Sequence> &known = m_record.sequence(side);
    if (known && known->table == changes.table) return false;
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const Result<std::optional<ChangePlace>> last = (*link)->source(side).lastChange(changesView(changes));
    if (!last) return fail(last.error());
    std::int64_t from = std::numeric_limits<std::int64_t>::min();
    if (*last) {
        const Result<std::int64_t> number = numberOf((*last)->value);
        if (!number) return fail(number.error());
        if (*number > from + LookBack) from = *number - LookBack;
    }
    if (Result<void> noted = noteSequence(side, from); !noted) return fail(noted.error());
    return true;
}

Result<void> SyncFollower::noteSequence(Platform side, std::int64_t number)
{
    const std::string column = side == Platform::Legacy ? "legacy" : "new";
    const std::string table = m_plan.sources.mapping.table(side).changes->table;
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute("UPDATE sync_progress SET " + column + "_changes = ?, " + column +
                                              "_sequence = ? WHERE config_id = ?",
                                          {table, number, m_id});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!stored) return fail(stored.error());
    const bool other = !m_record.sequence(side) || m_record.sequence(side)->table != table;
    m_record.sequence(side) = SyncRecord::Sequence{table, number};
    if (other) reading(side) = {};
    return {};
}

Result<void> SyncFollower::pollChanges(Platform side)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const TableView view = changesView(*m_plan.sources.mapping.table(side).changes);
    const std::int64_t mark = m_record.sequence(side)->number;
    Reading &reading = this->reading(side);
    const auto limit = static_cast<std::size_t>(m_record.config.batchSize);
    ChangePlace from{std::to_string(mark), 'i', std::to_string(mark)};
    std::int64_t highest = mark;
    SideCounts counts;
    for (;;) {
        if (Result<void> none = goesOn(); !none) return none;
        const Result<std::vector<SourceRow>> rows = (*link)->source(side).changedSince(view, from, static_cast<int>(limit));
        if (!rows) return fail(rows.error());
        std::vector<std::int64_t> numbers;
        std::set<std::string> keys;
        for (const SourceRow &row : *rows) {
            const Result<std::int64_t> number = numberOf(row.row.key);
            if (!number) return fail(number.error());
            highest = std::max(highest, *number);
            if (reading.seen.contains(*number)) continue;
            numbers.push_back(*number);
            if (std::optional<std::string> key = keyOf(row)) keys.insert(std::move(*key));
        }
        if (!keys.empty()) {
            if (Result<void> done = followKeys(side, {keys.begin(), keys.end()}, counts); !done) return done;
        }
        reading.seen.insert(numbers.begin(), numbers.end()); // not before what they tell of is carried over, or a task
        if (rows->size() < limit) break;
        from = ChangePlace{rows->back().row.key, 'i', rows->back().row.key};
    }
    const std::int64_t now = settled(side, mark, highest);
    return now == mark ? Result<void>() : noteSequence(side, now);
}

// Up to which number nothing is looked for any more.
std::int64_t SyncFollower::settled(Platform side, std::int64_t mark, std::int64_t highest)
{
    Reading &reading = this->reading(side);
    const Clock::time_point at = Clock::now();
    if (reading.reached.empty() || reading.reached.back().second < highest) reading.reached.emplace_back(at, highest);
    while (!reading.reached.empty() &&
           reading.reached.front().first + std::chrono::seconds(m_record.config.overlapSeconds) <= at) {
        mark = std::max(mark, reading.reached.front().second);
        reading.reached.pop_front();
    }
    if (reading.seen.size() > MostUnsettled)
        mark = std::max(mark, *std::prev(reading.seen.end(), static_cast<std::ptrdiff_t>(MostUnsettled)));
    reading.seen.erase(reading.seen.begin(), reading.seen.upper_bound(mark));
    return mark;
}

// Whatever was done to these rows: what they are now is what counts.
Result<void> SyncFollower::followKeys(Platform side, const std::vector<std::string> &keys, SideCounts &counts)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const Result<std::vector<SourceRow>> rows = (*link)->source(side).fetch((*link)->view(side), keys);
    if (!rows) return fail(rows.error());
    std::set<std::string> gone(keys.begin(), keys.end());
    for (const SourceRow &row : *rows)
        gone.erase(row.row.key);
    if (!rows->empty()) {
        if (Result<void> done = pollPage(side, *rows, counts); !done) return done;
    }
    return gone.empty() ? Result<void>() : carryDeletions(side, {gone.begin(), gone.end()}, counts);
}

// Of these keys, which the side no longer has, those that were in step.
Result<void> SyncFollower::carryDeletions(Platform side, const std::vector<std::string> &gone, SideCounts &counts)
{
    if (!m_plan.rules.deletes || m_plan.rules.appendOnly) return {};
    std::vector<std::string> deleted;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<SyncBases> bases = loadBases(db, m_id, m_plan.keyKind(), gone);
        if (!bases) return fail(bases.error());
        for (const auto &[key, base] : *bases) {
            if (side == Platform::Legacy ? base.legacy : base.fresh) deleted.push_back(key);
        }
        return {};
    });
    if (!read || deleted.empty()) return read;
    counts.deleted += static_cast<std::int64_t>(deleted.size());
    const MassLimits &limits = m_record.config.limits;
    if (m_record.passWish < 2 && counts.deleted > limits.leastDeletes) {
        const Result<std::int64_t> known = countKnown(side);
        if (!known) return fail(known.error());
        counts.known = *known;
        if (Result<void> stopped = stopFor(massChange(side, counts, limits)); !stopped) return stopped;
    }
    return work(deleted, {}, {}, true);
}

// How many rows of the side are remembered to be in step. It takes a look at all that is remembered.
Result<std::int64_t> SyncFollower::countKnown(Platform side) const
{
    std::int64_t count = 0;
    const Result<void> counted = m_context.store.read([&](Database &db) -> Result<void> {
        const Result<KnownRows> known = countBases(db, m_id);
        if (!known) return fail(known.error());
        count = side == Platform::Legacy ? known->legacy : known->fresh;
        return {};
    });
    if (!counted) return fail(counted.error());
    return count;
}

} // namespace crossfade
