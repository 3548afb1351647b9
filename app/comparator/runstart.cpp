// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runstart.h"

#include "app/comparator/bulkinsert.h"
#include "app/comparator/routes.h"
#include "app/comparator/runchanges.h"

#include <random>

namespace crossfade {

namespace {

Result<void> storeIds(WriteTransaction &tx, const std::string &runId,
                      const std::vector<std::string> &ids)
{
    std::int64_t place = 0;
    Database::Parameters values;
    values.reserve(ids.size() * 3);
    for (const std::string &id : ids) {
        values.emplace_back(runId);
        values.emplace_back(place++);
        values.emplace_back(id);
    }
    return insertRows(tx.db(), "INSERT INTO run_ids (run_id, place, id) VALUES", 3, std::move(values));
}

std::int64_t newSeed()
{
    static_assert(std::random_device::max() >= MostSeed);
    std::random_device device;
    return static_cast<std::int64_t>(device()) & MostSeed;
}

SqlValue orNull(const std::optional<std::int64_t> &value)
{
    return value ? SqlValue(*value) : SqlValue(nullptr);
}

} // namespace

Result<std::string> startRun(WriteTransaction &tx, const std::string &checkId, const RunInput &input,
                             const std::string &reason)
{
    const auto checks =
        tx.db().query("SELECT c.check_name, c.mapping_id, m.body, c.threshold, c.sample_size FROM checks c "
                      "JOIN mappings m ON m.id = c.mapping_id WHERE c.id = ?",
                      {checkId});
    if (!checks) return fail(checks.error());
    if (checks->empty()) return noSuch("check", checkId);
    const auto open = tx.db().query(
        "SELECT id, state FROM runs WHERE check_id = ? AND state IN ('QUEUED', 'RUNNING', "
        "'RECHECKING', 'PAUSED')",
        {checkId});
    if (!open) return fail(open.error());
    if (!open->empty())
        return fail(ErrorKind::Conflict, "the run " + open->front().text(0) +
                                             " of this check has not ended, it is " +
                                             open->front().text(1));
    const SqlRow &check = checks->front();
    std::optional<std::int64_t> size;
    std::optional<std::int64_t> seed;
    if (input.scope == RunScope::Sample) {
        size = input.sampleSize.value_or(check.integer(4));
        seed = input.seed ? *input.seed : newSeed();
        if (*size == 0) return invalid("/sample_size", "must be given: the sample size of this check is 0, which is all rows");
    }
    const std::string id = tx.newId();
    const auto count = static_cast<std::int64_t>(input.ids.size());
    const auto done = tx.db().execute(
        "INSERT INTO runs (id, check_id, check_name, scope, state, requested_by, reason, "
        "mapping_id, mapping, "
        "threshold, rows_limit, created_at, rows_total, sample_size, sample_seed) VALUES (?, ?, ?, ?, 'QUEUED', ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?)",
        {id, checkId, check.text(0), std::string(runScopeWord(input.scope)),
         tx.actor().subject, reason, check.text(1), check.text(2), check.integer(3),
         orNull(input.rowsLimit), toMs(tx.now()),
         input.scope == RunScope::Ids ? SqlValue(count) : SqlValue(nullptr), orNull(size), orNull(seed)});
    if (!done) return fail(done.error());
    if (Result<void> stored = storeIds(tx, id, input.ids); !stored) return fail(stored.error());
    if (input.scope != RunScope::Incremental) return id;
    if (Result<void> queued = changes::queue(tx, id, checkId, check.text(1), input.keys); !queued)
        return fail(queued.error());
    return id;
}

} // namespace crossfade
