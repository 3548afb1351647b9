// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/checkrow.h"

#include "models/consistency/runscope.h"

#include <algorithm>

namespace crossfade {

namespace {

// Of rows that were named or drawn: what it found is not the check's.
bool isOfSomeRows(const RunRow &run)
{
    const std::optional<RunScope> scope = runScopeFromWord(run.scope);
    return scope && isByKeys(*scope);
}

} // namespace

bool RunRow::goesOn() const
{
    return state == "QUEUED" || state == "RUNNING" || state == "RECHECKING" || state == "PAUSED";
}

std::optional<int> RunRow::percentDone() const
{
    if (state == "FINISHED")
        return 100;
    if (!rowsTotal || *rowsTotal <= 0)
        return std::nullopt;
    // 100 is said only by a finished run.
    return static_cast<int>(std::clamp<std::int64_t>(rowsDone * 100 / *rowsTotal, 0, 99));
}

std::optional<double> CheckRow::consistency() const
{
    if (lastRun && !lastRun->goesOn() && !isOfSomeRows(*lastRun) && lastRun->consistencyPercentage)
        return lastRun->consistencyPercentage;
    if (!trend.empty())
        return trend.back();
    return std::nullopt;
}

std::string checkState(const CheckRow &check)
{
    if (!check.lastRun)
        return {};
    const RunRow &run = *check.lastRun;
    if (run.goesOn())
        return run.state;
    if (run.state != "FINISHED")
        return run.state;
    if (isOfSomeRows(run)) // what it shows is what its status says
        return runVerdict(run);
    const std::optional<double> value = check.consistency();
    // A partial run is a bound, never a pass; below its bound it is below.
    if (value && *value < check.threshold)
        return "BELOW";
    return runVerdict(run);
}

std::string runVerdict(const RunRow &run)
{
    if (run.state != "FINISHED")
        return run.state;
    // FAILED of a finished run is the comparator's word for a result under the threshold.
    if (run.status == "FAILED")
        return "BELOW";
    return run.status == "SUCCESS" ? "PASS" : "PARTIAL";
}

} // namespace crossfade
