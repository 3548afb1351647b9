// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a sync finds by a look at all rows of both sides what is to be done, also deletions and what was committed late.
#include "app/comparator/syncfollower.h"

#include "app/service/killpoint.h"
#include "models/consistency/merge.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t RowsAChunk = 1'000;
// Then the streams are closed and what was found is worked on: a side whose readers hold up its writers (SQLite without
// a write-ahead log) is never read and written at once, and no snapshot grows old.
constexpr std::size_t ItemsASegment = 20'000;
constexpr std::chrono::seconds LongestSegment{30};
constexpr std::size_t MostDeletions = 100'000; // of one sweep; kept in memory until the mass limits have been asked
constexpr std::int64_t BasesAtOnce = 5'000;
constexpr std::int64_t MostLeftLookedAt = 1'000;

const KeyedRow *pointerTo(const std::optional<KeyedRow> &row)
{
    return row ? &*row : nullptr;
}

struct BothRows {
    std::string key;
    std::optional<KeyedRow> legacy;
    std::optional<KeyedRow> fresh;
};

} // namespace

Result<void> SyncFollower::scan(Pass pass)
{
    Scan scan;
    scan.pass = pass;
    std::optional<std::string> after;
    if (Result<void> begun = beginScan(scan, after); !begun) return begun;
    for (bool ended = false; !ended;) {
        Result<Segment> segment = gather(scan, after);
        if (!segment) return fail(segment.error());
        if (!segment->ended) renewLink();
        std::ranges::move(segment->deletions, std::back_inserter(scan.deletions));
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            // What is carried over nowhere can do no harm, however much it is.
            if (m_record.passWish == 2 || !m_record.config.follows(side)) continue;
            SideCounts counts = scan.side(side);
            const bool deletes = m_plan.rules.deletes && !m_plan.rules.appendOnly;
            if (!segment->ended || !scan.fromStart || !deletes) counts.rows.reset();
            if (Result<void> stopped = stopFor(massChange(side, counts, m_record.config.limits)); !stopped)
                return stopped;
        }
        if (scan.deletions.size() > MostDeletions)
            return stopFor(std::to_string(MostDeletions) + " entities or more were deleted in one go");
        if (Result<void> done = carryOut(scan, *segment); !done) return done;
        ended = segment->ended;
        if (segment->last) after = segment->last;
    }
    return endScan(scan);
}

// Where to begin, and what is in step already. A backfill first notes how far the change columns are: what changes
// while it copies is found after it.
Result<void> SyncFollower::beginScan(Scan &scan, std::optional<std::string> &after)
{
    const bool backfill = scan.pass == Pass::Backfill;
    if (backfill) after = m_record.backfillKey;
    scan.fromStart = !after;
    if (m_record.mappingPrint != m_plan.mappingPrint) {
        if (Result<void> cleared = clearBases(); !cleared) return cleared;
    }
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    std::optional<std::int64_t> total;
    std::map<Platform, std::optional<ChangePlace>> marks;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (backfill && m_record.config.follows(side)) {
            const Result<Source::Size> size = (*link)->source(side).size((*link)->view(side));
            if (!size && size.error().kind != ErrorKind::Timeout) return fail(size.error());
            if (size) total = std::max(total.value_or(0), size->rows);
        }
        if (m_record.mark(side)) continue;
        const Result<std::optional<ChangePlace>> mark = lastPlace(side, **link);
        if (!mark) return fail(mark.error());
        marks[side] = *mark;
    }
    KnownRows known;
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const Result<KnownRows> counted = countBases(tx.db(), m_id);
        if (!counted) return fail(counted.error());
        known = *counted;
        for (const auto &[side, mark] : marks) {
            if (Result<void> noted = storeMark(tx.db(), m_record, side, mark); !noted) return fail(noted.error());
        }
        const auto done = tx.db().execute(
            "UPDATE sync_progress SET mapping_print = ?, backfill_total = coalesce(?, backfill_total) WHERE config_id = ?",
            {m_plan.mappingPrint, total ? SqlValue(*total) : SqlValue(nullptr), m_id});
        if (!done) return fail(done.error());
        return Json();
    });
    if (!stored) return fail(stored.error());
    for (const auto &[side, mark] : marks)
        m_record.mark(side) = mark;
    m_record.mappingPrint = m_plan.mappingPrint;
    scan.legacy.known = known.legacy;
    scan.fresh.known = known.fresh;
    scan.legacy.rows = scan.fresh.rows = 0;
    return {};
}

Result<void> SyncFollower::clearBases()
{
    for (;;) {
        const Result<Json> cleared = write([&](WriteTransaction &tx) -> Result<Json> {
            const auto done = tx.db().execute(
                "DELETE FROM sync_bases WHERE config_id = ? AND entity_order IN (SELECT entity_order FROM sync_bases "
                "WHERE config_id = ? LIMIT ?)",
                {m_id, m_id, BasesAtOnce});
            if (!done) return fail(done.error());
            return Json(*done);
        });
        if (!cleared) return fail(cleared.error());
        if (cleared->get<std::int64_t>() == 0) return {};
        if (Result<void> none = goesOn(); !none) return none;
    }
}

Result<SyncFollower::Segment> SyncFollower::gather(Scan &scan, const std::optional<std::string> &after)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    const auto open = [&](Platform side) { return (*link)->source(side).stream((*link)->view(side), after, std::nullopt); };
    Result<std::unique_ptr<RowStream>> legacy = open(Platform::Legacy);
    if (!legacy) return fail(legacy.error());
    Result<std::unique_ptr<RowStream>> fresh = open(Platform::New);
    if (!fresh) return fail(fresh.error());
    Merge merge(m_plan.keyKind(), **legacy, **fresh);
    Segment segment;
    segment.last = after;
    const Clock::time_point until = Clock::now() + LongestSegment;
    while (!segment.ended && segment.items.size() < ItemsASegment && Clock::now() < until) {
        if (Result<void> none = goesOn(); !none) return fail(none.error());
        std::vector<BothRows> rows;
        while (rows.size() < RowsAChunk) {
            const auto pair = merge.next();
            if (!pair) return fail(pair.error());
            segment.ended = !*pair;
            if (segment.ended) break;
            BothRows &both = rows.emplace_back();
            both.key = (*pair)->key();
            if ((*pair)->legacy) both.legacy = *(*pair)->legacy;
            if ((*pair)->fresh) both.fresh = *(*pair)->fresh;
        }
        segment.rows += static_cast<std::int64_t>(rows.size());
        // What is remembered of keys up to the last one; at the end of all that come after it too.
        const std::optional<std::string> from = segment.last;
        if (!rows.empty()) segment.last = rows.back().key;
        const bool range = !rows.empty();
        SyncBases bases;
        const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
            if (range) {
                Result<SyncBases> known = loadBaseRange(db, m_id, m_plan.keyKind(), from, segment.last, 0);
                if (!known) return fail(known.error());
                bases = std::move(*known);
            }
            if (!segment.ended) return {};
            Result<SyncBases> rest =
                loadBaseRange(db, m_id, m_plan.keyKind(), segment.last, std::nullopt, MostDeletions + 1);
            if (!rest) return fail(rest.error());
            bases.merge(*rest);
            return {};
        });
        if (!read) return fail(read.error());
        for (const BothRows &both : rows) {
            if (Result<void> judged = judge(scan, segment, bases, both.key, pointerTo(both.legacy), pointerTo(both.fresh));
                !judged)
                return fail(judged.error());
            bases.erase(both.key);
        }
        for (const auto &[key, base] : bases) // on neither side any more
            segment.items.push_back({key, SyncBase()});
    }
    std::ranges::stable_sort(segment.items, [&](const Item &a, const Item &b) {
        return compareKeys(m_plan.keyKind(), a.key, b.key) < 0;
    });
    return segment;
}

// What a pair of rows asks for; nothing where both are as they are remembered.
Result<void> SyncFollower::judge(Scan &scan, Segment &segment, const SyncBases &bases, const std::string &key,
                                 const KeyedRow *legacy, const KeyedRow *fresh) const
{
    const auto base = bases.find(key);
    const SyncBase known = base == bases.end() ? SyncBase() : base->second;
    const auto changed = [](const KeyedRow *row) {
        return row && row->changed ? parseTimestamp(*row->changed) : std::nullopt;
    };
    const MergeEntity entity{known.legacy,
                             known.fresh,
                             m_plan.heldOf(legacy, Platform::Legacy),
                             m_plan.heldOf(fresh, Platform::New),
                             changed(legacy),
                             changed(fresh),
                             m_plan.nearOf(legacy, fresh)};
    const Merged merged = mergeEntity(entity, m_plan.rules);
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        const Held &now = entity.now(side);
        SideCounts &counts = scan.side(side);
        if (now) ++*counts.rows;
        if (!now && merged.write(otherPlatform(side)).verb == WriteVerb::Delete) ++counts.deleted;
        if (now && entity.base(side) && isChangedBeyondNear(entity, side)) ++counts.changed;
    }
    if (merged.legacy.verb == WriteVerb::Delete || merged.fresh.verb == WriteVerb::Delete) {
        segment.deletions.push_back(key);
    } else if (merged.manual || !merged.writesNothing()) {
        segment.items.push_back({key, std::nullopt});
    } else {
        const SyncBase next{rememberedAfter(entity, merged, Platform::Legacy, entity.legacy),
                            rememberedAfter(entity, merged, Platform::New, entity.fresh)};
        if (next != known) segment.items.push_back({key, next});
    }
    return {};
}

// In the order of the keys, a batch at a time; each is stored with the place it ends at.
Result<void> SyncFollower::carryOut(Scan &scan, const Segment &segment)
{
    const bool backfill = scan.pass == Pass::Backfill;
    const auto batch = static_cast<std::size_t>(m_record.config.batchSize);
    std::size_t begin = 0;
    do {
        const Clock::time_point since = Clock::now();
        const std::size_t end = std::min(segment.items.size(), begin + batch);
        const bool last = end == segment.items.size();
        std::vector<std::string> keys;
        std::vector<RememberedItem> remembered;
        for (std::size_t i = begin; i < end; ++i) {
            const Item &item = segment.items[i];
            if (item.base)
                remembered.emplace_back(item.key, *item.base);
            else
                keys.push_back(item.key);
        }
        const std::optional<std::string> place = last ? segment.last : std::optional(segment.items[end - 1].key);
        const std::int64_t rows = last ? segment.rows - static_cast<std::int64_t>(begin)
                                       : static_cast<std::int64_t>(end - begin);
        const auto pending = static_cast<std::int64_t>(segment.items.size() - end);
        const Also also = [&](WriteTransaction &tx) -> Result<void> {
            const auto done = tx.db().execute(
                "UPDATE sync_progress SET pending = ?, backfill_rows = backfill_rows + ?, backfill_key = CASE ? WHEN 1 "
                "THEN coalesce(?, backfill_key) ELSE backfill_key END WHERE config_id = ?",
                {pending, backfill ? std::max<std::int64_t>(rows, 0) : 0, std::int64_t{backfill},
                 place ? SqlValue(*place) : SqlValue(nullptr), m_id});
            if (!done) return fail(done.error());
            return {};
        };
        if (!segment.items.empty() || backfill) {
            if (Result<void> done = work(keys, remembered, also, true); !done) return done;
            if (backfill) killPoint("sync.after-chunk");
        }
        if (backfill && m_record.config.backfillLimit) {
            const std::chrono::milliseconds due(static_cast<std::int64_t>(end - begin) * 1'000 /
                                                *m_record.config.backfillLimit);
            std::unique_lock lock(m_mutex);
            m_woken.wait_until(lock, since + due, [this] { return m_stopping; });
        }
        begin = end;
    } while (begin < segment.items.size());
    return {};
}

// What waits for a person, or was left as it is, may have come into step by itself.
Result<void> SyncFollower::lookAtTheLeft()
{
    std::vector<std::string> keys;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT entity_id FROM sync_tasks WHERE config_id = ? AND state IN ('DEAD', "
                                   "'SKIPPED', 'DISCARDED') ORDER BY entity_id LIMIT ?",
                                   {m_id, MostLeftLookedAt});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows)
            keys.push_back(row.text(0));
        return {};
    });
    if (!read) return read;
    return keys.empty() ? Result<void>() : work(keys, {}, {}, true);
}

// The deletions, now that nothing speaks against them.
Result<void> SyncFollower::endScan(Scan &scan)
{
    const auto batch = static_cast<std::size_t>(m_record.config.batchSize);
    for (std::size_t begin = 0; begin < scan.deletions.size(); begin += batch) {
        const auto first = scan.deletions.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = scan.deletions.begin() +
                          static_cast<std::ptrdiff_t>(std::min(scan.deletions.size(), begin + batch));
        if (Result<void> done = work({first, last}, {}, {}, true); !done) return done;
    }
    if (Result<void> looked = lookAtTheLeft(); !looked) return looked;
    if (scan.pass != Pass::Backfill) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute(
            "UPDATE sync_progress SET backfill_state = 'DONE', backfill_key = NULL, backfill_ended_at = ?, pending = 0, "
            "last_sweep_at = ?, pass_wish = 0 WHERE config_id = ?",
            {toMs(tx.now()), toMs(tx.now()), m_id});
        if (!done) return fail(done.error());
        return commandSync(tx, m_id, SyncCommand::Finish);
    });
    if (stored) wake();
    return stored ? Result<void>() : fail(stored.error());
}

} // namespace crossfade
