// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The first part of a run that looks at what changed: the rows whose change column says so on a side, the differences that
// stand open, and now and then the keys of all rows. Each of these is read by its key on both sides.
#include "app/comparator/runexecution.h"

#include "app/comparator/bothsides.h"
#include "models/sync/changemark.h"

#include <algorithm>

namespace crossfade {

namespace {

using Stage = IncrementalPlace::Stage;

constexpr std::int64_t KeysAList = 500;
constexpr int KeysAPage = 10'000; // where the change column has no index each page reads the table
// So many keys are remembered, so that those that changed on both sides are read once.
constexpr std::size_t MostBytesLookedAt = 8 << 20;
constexpr int RowsBetweenWishes = 4'096;
constexpr std::int64_t BatchesAHashPart = 10;

// The zone of the wall clock behind the change column, where a field of that column names it.
WallClock changeClock(const Mapping &mapping, Platform side)
{
    for (const MappedField &field : mapping.fields) {
        if (field.column(side) == *mapping.table(side).changedColumn && field.clock(side).table) return field.clock(side);
    }
    return {};
}

Error ofSide(Platform side, Error error)
{
    if (error.kind != ErrorKind::Cancelled) error.message = std::string(platformWord(side)) + ": " + error.message;
    return error;
}

} // namespace

// Where the change columns stand by the databases' clocks before anything is read: whatever is committed from now on is
// of the next run, and what this one sees of it it sees twice.
Result<void> RunExecution::noteMarks()
{
    const bool incremental = m_run.scope == RunScope::Incremental;
    if (!incremental && (m_run.scope != RunScope::Full || !changes::tellsChanges(m_sources->mapping))) return {};
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        Result<std::optional<changes::Run>> known = changes::noted(db, m_run.id);
        if (!known) return fail(known.error());
        m_changes = std::move(*known);
        return {};
    });
    if (!read || m_changes) return read;
    changes::Places marks;
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        if (!m_sources->mapping.table(side).changedColumn) continue;
        Source &source = m_reader->source(side);
        const Result<std::chrono::microseconds> now = source.databaseTime();
        if (!now) return fail(ofSide(side, now.error()));
        Result<std::optional<ChangePlace>> last = source.lastChange(m_reader->view(side));
        // Without an index that takes a look at all rows: then a full run sets no mark.
        if (!last && last.error().kind == ErrorKind::Timeout && !incremental) return {};
        if (!last) return fail(ofSide(side, last.error()));
        if (!*last) continue;
        (*last)->value = markAt((*last)->value, *now, changeClock(m_sources->mapping, side));
        marks.side(side) = std::move(*last);
    }
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        Result<changes::Run> run = changes::note(tx, m_run.id, *m_sources, marks);
        if (!run) return fail(run.error());
        m_changes = std::move(*run);
        return Json();
    });
    return stored ? Result<void>() : fail(stored.error());
}

Result<void> RunExecution::scanIncremental()
{
    if (Result<void> noted = noteMarks(); !noted) return noted;
    m_target = std::min(KeysAList, batchTarget(BatchPace({})));
    IncrementalPlace place = incrementalPlace(m_run.checkpoint);
    m_lookedAtAll = !m_run.checkpoint;
    m_lookedAt.clear();
    m_bytesLookedAt = 0;
    const auto enter = [&place](Stage stage) {
        if (place.stage >= stage) return place.stage == stage;
        place = {stage, {}, {}, 't', place.keys, place.keysSeen};
        return true;
    };
    if (enter(Stage::LegacyChanges)) {
        if (Result<void> done = scanChanges(Platform::Legacy, place); !done) return done;
    }
    if (enter(Stage::NewChanges)) {
        if (Result<void> done = scanChanges(Platform::New, place); !done) return done;
    }
    if (enter(Stage::OpenDifferences)) {
        if (Result<void> done = scanOpenDifferences(place); !done) return done;
    }
    if (m_changes->withKeys && enter(Stage::Keys)) {
        if (Result<void> done = scanKeys(place); !done) return done;
    }
    (void)enter(Stage::End);
    Batch end;
    end.last = true;
    end.checkpoint = incrementalText(place);
    return store(end);
}

// In pages by value and key, so that however many rows have the same value, each is told once.
Result<void> RunExecution::scanChanges(Platform side, IncrementalPlace &place)
{
    if (!m_sources->mapping.table(side).changedColumn) return {};
    const TableView view = keysOf(m_reader->view(side));
    std::optional<ChangePlace> at = m_changes->from.side(side);
    if (place.key) at = ChangePlace{place.value, place.storage, place.key};
    for (;;) {
        const Result<std::vector<SourceRow>> page = m_reader->source(side).changedSince(view, at, KeysAPage);
        if (!page) return fail(ofSide(side, page.error()));
        const auto list = static_cast<std::size_t>(m_target);
        for (std::size_t done = 0; done < page->size(); done += list) {
            std::vector<std::string> keys;
            const std::size_t end = std::min(done + list, page->size());
            for (std::size_t i = done; i < end; ++i)
                keys.push_back((*page)[i].row.key);
            const SourceRow &last = (*page)[end - 1];
            place.key = last.row.key;
            place.value = last.row.changed.value_or("");
            place.storage = last.storage.empty() ? 't' : last.storage.back();
            if (Result<void> looked = lookAt(std::move(keys), place); !looked) return looked;
        }
        if (page->size() < static_cast<std::size_t>(KeysAPage)) return {};
        at = ChangePlace{place.value, place.storage, place.key};
    }
}

// What was mended is then no longer found, and resolved.
Result<void> RunExecution::scanOpenDifferences(IncrementalPlace &place)
{
    for (;;) {
        std::vector<std::string> keys;
        const Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
            const auto rows = db.query("SELECT DISTINCT entity_id FROM differences INDEXED BY differences_open WHERE check_id "
                                       "= ? AND resolved = 0 AND entity_id > ? ORDER BY entity_id LIMIT ?",
                                       {m_run.checkId, place.key.value_or(""), m_target});
            if (!rows) return fail(rows.error());
            for (const SqlRow &row : *rows)
                keys.push_back(row.text(0));
            return {};
        });
        if (!loaded) return loaded;
        if (keys.empty()) return {};
        place.key = keys.back();
        if (Result<void> looked = lookAt(std::move(keys), place); !looked) return looked;
    }
}

// Counts and digests of the keys alone, by both databases: only keys that one side lacks are told, and their rows read.
Result<void> RunExecution::scanKeys(IncrementalPlace &place)
{
    const EntityReader::KeysOnly only(*m_reader);
    MappedSources keys = *m_sources;
    keys.compared.clear();
    const Checkpoint at = checkpointOf(place.keys);
    Result<bool> fits = RangeScan::fits(*m_reader, keys);
    if (!fits) return fail(fits.error());
    if (*fits) return scanKeyRanges(keys, place);
    fits = at.key ? Result<bool>(false) : HashScan::fits(*m_reader, keys);
    if (!fits) return fail(fits.error());
    if (!*fits && at.hash) return fail(ErrorKind::Conflict, "the keys can no longer be compared as the run began");
    if (*fits) {
        const Result<bool> done = scanKeyHashes(keys, place);
        if (!done) return fail(done.error());
        if (*done) return {};
    }
    return scanKeyRows(place);
}

Result<void> RunExecution::scanKeyRanges(const MappedSources &keys, IncrementalPlace &place)
{
    RangeScan ranges(*m_reader, keys);
    BatchPace::Bounds bounds;
    bounds.most = m_context.batchRows;
    BatchPace pace(bounds);
    for (;;) {
        const Clock::time_point since = Clock::now();
        Result<std::optional<RangeScan::Range>> range = ranges.next(place.keys, batchTarget(pace));
        if (!range) return fail(range.error());
        if (!*range) return {};
        place.keys = std::to_string((*range)->keys.high);
        pace.learn((*range)->rows, static_cast<std::int64_t>((*range)->unequal.size()),
                   std::chrono::duration<double>(Clock::now() - since).count());
        if (Result<void> looked = lookAtKeys(**range, place, since); !looked) return looked;
    }
}

// False: nothing was done, the table is too large for its keys to be hashed in the time a statement has.
Result<bool> RunExecution::scanKeyHashes(const MappedSources &keys, IncrementalPlace &place)
{
    HashScan parts(*m_reader, keys, m_changes->population);
    for (;;) {
        const Clock::time_point since = Clock::now();
        const std::optional<std::int64_t> after = checkpointOf(place.keys).hash;
        // Each part reads all keys: so parts are large, however few rows a second are allowed.
        Result<std::optional<HashScan::Part>> part = parts.next(after, m_context.batchRows * BatchesAHashPart);
        if (!part && !after && part.error().kind == ErrorKind::Timeout) return false;
        if (!part) return fail(part.error());
        if (!*part) return true;
        place.keys = hashCheckpoint((*part)->high);
        if (Result<void> looked = lookAtKeys(**part, place, since); !looked) return fail(looked.error());
    }
}

// Key by key, where the databases make no digests of them; by connections of their own, as rows are read between them.
Result<void> RunExecution::scanKeyRows(IncrementalPlace &place)
{
    Result<EntityReader> reader = EntityReader::open(*m_sources);
    if (!reader) return fail(reader.error());
    const EntityReader::KeysOnly only(*reader);
    const RunControl::Attached attached(m_control, {&m_reader->source(Platform::Legacy), &m_reader->source(Platform::New),
                                                    &reader->source(Platform::Legacy), &reader->source(Platform::New)});
    const auto open = [&](Platform side) {
        return reader->source(side).stream(reader->view(side), checkpointOf(place.keys).key, std::nullopt);
    };
    Result<std::unique_ptr<RowStream>> legacy = open(Platform::Legacy);
    if (!legacy) return fail(ofSide(Platform::Legacy, legacy.error()));
    Result<std::unique_ptr<RowStream>> fresh = open(Platform::New);
    if (!fresh) return fail(ofSide(Platform::New, fresh.error()));
    Merge merge(m_sources->mapping.keyKind, **legacy, **fresh);
    const std::int64_t most = m_run.rowsLimit ? batchTarget(BatchPace({})) : m_context.batchRows;
    for (bool ended = false; !ended;) {
        const Clock::time_point since = Clock::now();
        Compared compared;
        while (compared.rows < most && static_cast<std::int64_t>(compared.unequal.size()) < KeysAList) {
            if (compared.rows % RowsBetweenWishes == 0) {
                if (Result<void> none = wished(); !none) return none;
            }
            const auto pair = merge.next();
            if (!pair) return fail(pair.error());
            ended = !*pair;
            if (ended) break;
            ++compared.rows;
            place.keys = keyCheckpoint((*pair)->key());
            if ((*pair)->legacy && (*pair)->fresh) ++compared.matched;
            else compared.unequal.push_back((*pair)->key());
        }
        if (Result<void> looked = lookAtKeys(compared, place, since); !looked) return looked;
    }
    return {};
}

Result<void> RunExecution::lookAtKeys(const Compared &compared, IncrementalPlace &place, Clock::time_point since)
{
    place.keysSeen += compared.rows;
    if (Result<void> looked = lookAt(compared.unequal, place); !looked) return looked;
    return throttle(compared.rows, since);
}

// The rows of these keys on both sides, as a run by ids would compare them; those that this run has looked at already
// are left out.
Result<void> RunExecution::lookAt(std::vector<std::string> keys, const IncrementalPlace &place)
{
    const Clock::time_point since = Clock::now();
    std::erase_if(keys, [this](const std::string &key) { return m_lookedAt.contains(key); });
    Compared listed{static_cast<std::int64_t>(keys.size()), 0, std::move(keys)};
    Batch batch;
    if (Result<void> judged = judge(listed, batch); !judged) return judged;
    // What may have been counted before is not counted as equal once more.
    if (!m_lookedAtAll && place.stage != Stage::LegacyChanges) batch.matched = 0;
    batch.checkpoint = incrementalText(place);
    if (Result<void> stored = store(batch); !stored) return stored;
    remember(listed.unequal);
    return throttle(batch.rows, since);
}

void RunExecution::remember(const std::vector<std::string> &keys)
{
    for (const std::string &key : keys) {
        const std::size_t size = key.size() + 64; // and the set's own
        if (m_bytesLookedAt + size > MostBytesLookedAt) {
            m_lookedAtAll = false;
            return;
        }
        if (m_lookedAt.insert(key).second) m_bytesLookedAt += size;
    }
}

} // namespace crossfade
