// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The first part of a run over a sample: its keys are drawn once, in the databases, and stored; their rows are then read
// as those of a run by ids. What was drawn stays the sample, however often the run is taken up again.
#include "app/comparator/runexecution.h"

#include "app/comparator/bothsides.h"
#include "app/comparator/bulkinsert.h"
#include "app/service/killpoint.h"
#include "models/consistency/keyhash.h"
#include "models/consistency/sampleinterval.h"

#include <algorithm>

namespace crossfade {

namespace {

// Beyond these the count was no count: of a sample of n rows, n ± some roots of n are drawn.
constexpr std::int64_t TooManyTimes = 4;
constexpr std::int64_t TooManyMore = 1'000;

} // namespace

Result<void> RunExecution::scanSample()
{
    if (!m_run.sample.bound) {
        if (Result<void> drawn = drawSample(); !drawn) return drawn;
    }
    return scanIds();
}

Result<void> RunExecution::drawSample()
{
    if (!m_run.rowsTotal)
        return fail(ErrorKind::Timeout, "the rows could not be counted within the sources' statement timeout: a sample "
                                        "needs to know how many there are");
    const std::int64_t size = m_run.sample.size;
    const std::int64_t rows = m_run.sample.population.value_or(*m_run.rowsTotal);
    const SamplePick pick{m_run.sample.seed, sampleBound(size, rows), size * TooManyTimes + TooManyMore};
    auto keys = askBoth<std::vector<std::string>>(*m_reader, [&](Source &source, const TableView &view) {
        return source.sampleKeys(view, pick);
    });
    if (!keys) return fail(keys.error());
    std::vector<std::string> all = std::move(keys->first);
    all.insert(all.end(), std::make_move_iterator(keys->second.begin()), std::make_move_iterator(keys->second.end()));
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    if (Result<void> stored = storeSample(all, pick.bound); !stored) return stored;
    killPoint("check.after-draw");
    return {};
}

Result<void> RunExecution::storeSample(const std::vector<std::string> &keys, std::int64_t bound)
{
    const auto count = static_cast<std::int64_t>(keys.size());
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> held = holdPart(tx); !held) return fail(held.error());
        const auto gone = tx.db().execute("DELETE FROM run_ids WHERE run_id = ?", {m_run.id});
        if (!gone) return fail(gone.error());
        Database::Parameters values;
        values.reserve(keys.size() * 3);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            values.emplace_back(m_run.id);
            values.emplace_back(static_cast<std::int64_t>(i));
            values.emplace_back(keys[i]);
        }
        if (Result<void> kept = insertRows(tx.db(), "INSERT INTO run_ids (run_id, place, id) VALUES", 3, std::move(values));
            !kept)
            return fail(kept.error());
        const auto noted = tx.db().execute(
            "UPDATE runs SET sample_bound = ?, rows_total = ?, segments_total = segments_done + ?, version = version + 1 "
            "WHERE id = ?",
            {bound, count, segmentsLeft(count), m_run.id});
        if (!noted) return fail(noted.error());
        return runJson(tx.db(), m_run.id);
    });
    if (!stored) return fail(stored.error());
    m_run.sample.bound = bound;
    m_run.rowsTotal = count;
    m_lastStored = Clock::now();
    progress(*stored);
    return {};
}

} // namespace crossfade
