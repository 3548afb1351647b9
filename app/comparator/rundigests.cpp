// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The first part of a run where the databases make digests: only rows that these do not know to be equal
// are fetched.
#include "app/comparator/runexecution.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t RowsFetched = 500;
// Beyond as many of a batch, and three in ten of its rows, digests cost more than they spare.
constexpr std::int64_t MostLookedAt = 2'000;
// Of hashed keys each part reads all keys of the table: so parts last longer, and however few rows a second
// are allowed, the keys are not read more often than this.
constexpr double PartSeconds = 10;
constexpr std::int64_t PartOfBatches = 10;
constexpr std::int64_t MostLooksAtKeys = 16;

bool isUseful(const Compared &compared)
{
    const auto looked = static_cast<std::int64_t>(compared.unequal.size());
    return looked < MostLookedAt || looked * 10 < compared.rows * 3;
}

BatchPace::Bounds boundsOf(std::int64_t most)
{
    BatchPace::Bounds bounds;
    bounds.most = most;
    return bounds;
}

} // namespace

std::int64_t RunExecution::batchTarget(const BatchPace &pace) const
{
    const std::int64_t target = std::min(pace.target(), m_context.batchRows);
    if (!m_run.rowsLimit) return target;
    return std::clamp<std::int64_t>(*m_run.rowsLimit / 4, 1, target);
}

std::int64_t RunExecution::partTarget(const BatchPace &pace) const
{
    if (!m_run.rowsLimit) return pace.target();
    return std::max(batchTarget(pace), m_run.rowsTotal.value_or(0) / MostLooksAtKeys);
}

Result<bool> RunExecution::scanRanges()
{
    RangeScan ranges(*m_reader, *m_sources);
    BatchPace pace(boundsOf(m_context.batchRows));
    const bool ofPart = m_part && m_part->kind == RunPart::Kind::Range;
    const auto until = ofPart ? std::optional(m_part->keys.high) : std::nullopt;
    for (;;) {
        const Clock::time_point since = Clock::now();
        pace.aim(secondsOfBatch(BatchPace::Bounds().seconds, statementTime()));
        m_target = batchTarget(pace);
        Result<std::optional<RangeScan::Range>> range = ranges.next(m_run.checkpoint, m_target, until);
        if (!range) return fail(range.error());
        Batch batch;
        batch.last = !*range;
        if (*range) {
            batch.checkpoint = std::to_string((*range)->keys.high);
            if (Result<void> judged = judge(**range, batch); !judged) return fail(judged.error());
            pace.learn(batch.rows, static_cast<std::int64_t>((*range)->unequal.size()),
                       std::chrono::duration<double>(Clock::now() - since).count());
        }
        if (Result<void> stored = store(batch); !stored) return fail(stored.error());
        if (batch.last) return true;
        if (Result<void> waited = throttle(batch.rows, since); !waited) return fail(waited.error());
        if (!isUseful(**range)) return false;
    }
}

Result<bool> RunExecution::scanHashes()
{
    HashScan parts(*m_reader, *m_sources, m_run.rowsTotal);
    BatchPace::Bounds bounds = boundsOf(m_context.batchRows * PartOfBatches);
    bounds.start = std::min(bounds.start, m_context.batchRows);
    bounds.seconds = PartSeconds;
    bounds.growth = 16;
    BatchPace pace(bounds);
    for (;;) {
        const Clock::time_point since = Clock::now();
        const std::optional<std::int64_t> after = checkpointOf(m_run.checkpoint).hash;
        m_target = partTarget(pace);
        Result<std::optional<HashScan::Part>> part = parts.next(after, m_target);
        // A table too large for its keys to be hashed within the limit of a statement is read as it stands.
        if (!part && !after && part.error().kind == ErrorKind::Timeout) return false;
        if (!part) return fail(part.error());
        Batch batch;
        batch.last = !*part;
        if (*part) {
            // Hashes are spread evenly: as the first part is, so are all.
            if (!after && !isUseful(**part)) return false;
            batch.checkpoint = hashCheckpoint((*part)->high);
            if (Result<void> judged = judge(**part, batch); !judged) return fail(judged.error());
            pace.learn(batch.rows, static_cast<std::int64_t>((*part)->unequal.size()),
                       std::chrono::duration<double>(Clock::now() - since).count());
        }
        if (Result<void> stored = store(batch); !stored) return fail(stored.error());
        if (batch.last) return true;
        if (Result<void> waited = throttle(batch.rows, since); !waited) return fail(waited.error());
    }
}

// The rows that digests do not know to be equal, by the mapping's rules.
Result<void> RunExecution::judge(const Compared &compared, Batch &batch)
{
    batch.matched = compared.matched;
    batch.rows = compared.rows;
    for (std::size_t done = 0; done < compared.unequal.size(); done += RowsFetched) {
        if (Result<void> none = wished(); !none) return none;
        const auto begin = compared.unequal.begin() + static_cast<std::ptrdiff_t>(done);
        const std::size_t count = std::min(RowsFetched, compared.unequal.size() - done);
        const Result<std::map<std::string, EntityPair>> rows =
            m_reader->read({begin, begin + static_cast<std::ptrdiff_t>(count)});
        if (!rows) return fail(rows.error());
        // Those asked for: a source whose order is another may answer with more.
        for (auto key = begin; key != begin + static_cast<std::ptrdiff_t>(count); ++key) {
            const auto found = rows->find(*key);
            const KeyedRow *legacy = found == rows->end() ? nullptr : found->second.legacyRow();
            const KeyedRow *fresh = found == rows->end() ? nullptr : found->second.newRow();
            if (!legacy && !fresh) --batch.rows; // gone since
            else if (differenceType(m_sources->compared, legacy, fresh))
                batch.suspects.push_back(
                    {*key, firstLook(observe(legacy, fresh), m_sources->mapping.authoritative)});
            else
                ++batch.matched;
        }
    }
    return {};
}

} // namespace crossfade
