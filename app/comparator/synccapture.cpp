// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a sync finds by a change table what has changed on a side. The table is only read; what is taken out of it below the
// mark is missed by nobody, what was taken out above it is found by the look at all rows.
#include "app/comparator/syncfollower.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace crossfade {

namespace {

constexpr std::size_t KeysAtOnce = 500;
constexpr std::size_t LeastAhead = 5'000;  // rows of a number and a key: each question may sort all that are left
constexpr std::size_t MostGone = 100'000;  // as of a sweep
// Of a sync that begins: numbers so far below the last one may be of transactions that are still open.
constexpr std::int64_t NumbersBack = 10'000;

std::optional<std::int64_t> numberIn(const std::string &text)
{
    std::int64_t number = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

ChangePlace placeOf(std::int64_t number)
{
    return {std::to_string(number), 'i', {}};
}

// Its key is that of what changed, its change column the number.
TableView changesView(const Mapping &mapping, const SyncCapture &capture)
{
    TableView view{capture.table, capture.keys.front(), mapping.keyKind, {}, capture.sequence};
    view.moreKeys.assign(capture.keys.begin() + 1, capture.keys.end());
    return view;
}

ChangeWindow::Time sinceStart()
{
    return std::chrono::duration_cast<ChangeWindow::Time>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace

// Up to where nothing needs to be looked for that a look at all rows, which begins now, would not see.
Result<std::optional<ChangePlace>> SyncFollower::lastPlace(Platform side, SyncLink &link)
{
    const SyncCapture *table = m_record.config.changeTable(side);
    if (!table) {
        if (!m_plan.sources.mapping.table(side).changedColumn) return std::optional<ChangePlace>();
        return link.source(side).lastChange(link.view(side));
    }
    const auto last = link.source(side).lastChange(changesView(m_plan.sources.mapping, *table));
    if (!last || !*last) return last;
    const auto number = numberIn((*last)->value);
    if (!number) return fail(ErrorKind::Conflict, "a number of " + table->table + " is none: " + (*last)->value);
    const std::int64_t least = std::numeric_limits<std::int64_t>::min() + NumbersBack;
    return std::optional(placeOf(std::max(*number, least) - NumbersBack));
}

Result<void> SyncFollower::followTable(Platform side)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const SyncCapture &table = *m_record.config.changeTable(side);
    // The mapping may have got another key since.
    if (const auto mistakes = captureMistakes(table, m_plan.sources.mapping, side); !mistakes.empty())
        return stopFor(mistakes.front().pointer + " " + mistakes.front().message);
    Captured &captured = m_captured[side == Platform::Legacy ? 0 : 1];
    if (captured.place != table.place()) captured = {table.place(), {}, {}};
    const TableView view = changesView(m_plan.sources.mapping, table);
    const auto mark = m_record.mark(side) ? numberIn(m_record.mark(side)->value) : std::nullopt;
    captured.window.begin(mark, sinceStart(), std::chrono::seconds(m_record.config.overlapSeconds));
    std::optional<std::int64_t> last = mark;
    SideCounts counts;
    std::set<std::string> gone;
    const std::size_t limit = std::max(LeastAhead, static_cast<std::size_t>(m_record.config.batchSize));
    bool any = false;
    for (bool more = true; more && last != std::numeric_limits<std::int64_t>::max();) {
        if (Result<void> none = goesOn(); !none) return none;
        const auto from = last ? std::optional(placeOf(*last + 1)) : std::nullopt;
        const Result<std::vector<SourceRow>> rows =
            (*link)->source(side).changedSince(view, from, static_cast<int>(limit));
        if (!rows) return fail(rows.error());
        std::set<std::string> keys;
        for (const SourceRow &row : *rows) {
            last = numberIn(row.row.changed.value_or(""));
            if (!last) return fail(ErrorKind::Conflict, "a number of " + table.table + " is none");
            if (captured.window.take(*last) && isKey(view.keyKind, row.row.key)) keys.insert(row.row.key);
        }
        any = any || !rows->empty();
        more = rows->size() == limit;
        if (Result<void> done = lookAt(side, {keys.begin(), keys.end()}, counts, gone); !done) return done;
    }
    if (Result<void> done = carryGone(side, gone); !done) return done;
    if (!any) return lookForNewNumbers(side, **link);
    const std::optional<std::int64_t> reached = captured.window.end(sinceStart());
    if (!reached || reached == mark) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> noted = storeMark(tx.db(), m_record, side, placeOf(*reached)); !noted) return fail(noted.error());
        return Json();
    });
    return stored ? Result<void>() : fail(stored.error());
}

// The rows of these keys, a batch at a time; keys of rows that were in step and are no more go to `gone`.
Result<void> SyncFollower::lookAt(Platform side, const std::vector<std::string> &keys, SideCounts &counts,
                                  std::set<std::string> &gone)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const std::size_t atOnce = std::min(KeysAtOnce, static_cast<std::size_t>(m_record.config.batchSize));
    for (std::size_t begin = 0; begin < keys.size(); begin += atOnce) {
        if (Result<void> none = goesOn(); !none) return none;
        const auto first = keys.begin() + static_cast<std::ptrdiff_t>(begin);
        const std::vector<std::string> some(first, keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), begin + atOnce)));
        const Result<std::vector<SourceRow>> rows = (*link)->source(side).fetch((*link)->view(side), some);
        if (!rows) return fail(rows.error());
        SyncBases bases;
        const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
            Result<SyncBases> known = loadBases(db, m_id, m_plan.keyKind(), some);
            if (!known) return fail(known.error());
            bases = std::move(*known);
            return {};
        });
        if (!read) return read;
        for (const SourceRow &row : *rows)
            bases.erase(row.row.key);
        for (const auto &[key, base] : bases) {
            if (side == Platform::Legacy ? base.legacy : base.fresh) gone.insert(key);
        }
        if (gone.size() > MostGone && m_record.passWish < 2)
            return stopFor(std::to_string(MostGone) + " entities or more were deleted in one go");
        if (Result<void> done = pollPage(side, *rows, counts); !done) return done;
    }
    return {};
}

// The deletions, once all of them are known and nothing speaks against them. What counts as one go are those since the
// last look at all rows: one by one they are no less.
Result<void> SyncFollower::carryGone(Platform side, const std::set<std::string> &gone)
{
    if (gone.empty()) return {};
    Captured &captured = m_captured[side == Platform::Legacy ? 0 : 1];
    SideCounts counts = captured.counts;
    counts.deleted += static_cast<std::int64_t>(gone.size());
    if (m_plan.rules.deletes && !m_plan.rules.appendOnly && m_record.passWish < 2) {
        if (Result<void> judged = judgeGone(side, counts); !judged) {
            captured.counts = {};
            return judged;
        }
    }
    const auto batch = static_cast<std::size_t>(m_record.config.batchSize);
    for (auto at = gone.begin(); at != gone.end();) {
        std::vector<std::string> some;
        for (; at != gone.end() && some.size() < batch; ++at)
            some.push_back(*at);
        if (Result<void> done = work(some, {}, {}, true); !done) return done;
    }
    captured.counts = counts;
    return {};
}

Result<void> SyncFollower::judgeGone(Platform side, SideCounts &counts)
{
    if (counts.known == 0) {
        const Result<void> counted = m_context.store.read([&](Database &db) -> Result<void> {
            const Result<KnownRows> known = countBases(db, m_id);
            if (!known) return fail(known.error());
            counts.known = side == Platform::Legacy ? known->legacy : known->fresh;
            return {};
        });
        if (!counted) return counted;
    }
    counts.rows.reset();
    // Whether a side is empty, or half of it, is asked only where that many were deleted.
    if (counts.deleted * 2 >= counts.known) {
        const Result<SyncLink *> link = this->link(0);
        if (!link) return fail(link.error());
        const Result<Source::Size> size = (*link)->source(side).size((*link)->view(side));
        if (!size && size.error().kind != ErrorKind::Timeout) return fail(size.error());
        if (size) counts.rows = size->rows;
    }
    return stopFor(massChange(side, counts, m_record.config.limits));
}

// Numbers all below the mark: the table was emptied and counts from the beginning. What changed meanwhile is found by a
// look at all rows, which notes its mark anew.
Result<void> SyncFollower::lookForNewNumbers(Platform side, SyncLink &link)
{
    if (!m_record.mark(side)) return {};
    const SyncCapture &table = *m_record.config.changeTable(side);
    const auto last = link.source(side).lastChange(changesView(m_plan.sources.mapping, table));
    if (!last) return fail(last.error());
    const auto number = *last ? numberIn((*last)->value) : std::nullopt;
    const auto mark = numberIn(m_record.mark(side)->value);
    if (!number || (mark && *number >= *mark)) return {};
    m_captured[side == Platform::Legacy ? 0 : 1] = {};
    m_record.mark(side).reset();
    m_record.switched.insert(side);
    return {};
}

} // namespace crossfade
