// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/policy.h"

#include <algorithm>

namespace crossfade {

std::vector<Percentage> allStops(const ShiftPolicy &policy) {
    std::vector<Percentage> stops{Percentage()};
    for (const ShiftStep &step : policy.steps) {
        if (step.percentage > stops.back() && step.percentage < policy.max)
            stops.push_back(step.percentage);
    }
    // By increment from there, unless a written one reaches max; the last one is cut at max, never above it.
    const bool written = !policy.steps.empty() && policy.steps.back().percentage >= policy.max;
    while (!written && policy.increment > Percentage() && stops.back() + policy.increment < policy.max)
        stops.push_back(stops.back() + policy.increment);
    if (stops.back() < policy.max) stops.push_back(policy.max);
    return stops;
}

Percentage nextStop(const ShiftPolicy &policy, Percentage from, Percentage goal) {
    const Percentage limit = std::min(goal, policy.max);
    if (from >= limit) return from;
    for (const ShiftStep &step : policy.steps) {
        if (step.percentage > from) return std::min(step.percentage, limit);
    }
    // Counted from the last written step, so that a shift that stands between two goes on to the next of them.
    const int increment = policy.increment.hundredths();
    const int beyond = policy.steps.empty() ? 0 : (from - policy.steps.back().percentage).hundredths();
    const int step = increment > 0 ? increment - beyond % increment : 0;
    return std::min(from + Percentage::fromHundredths(step), limit);
}

Percentage previousStop(const ShiftPolicy &policy, Percentage from, Percentage floor) {
    if (from <= floor) return from;
    Percentage below = floor;
    for (const Percentage stop : allStops(policy)) {
        if (stop < from && stop > below) below = stop;
    }
    return below;
}

namespace {

const ShiftStep *stepAt(const ShiftPolicy &policy, Percentage percentage) {
    const auto found = std::ranges::find(policy.steps, percentage, &ShiftStep::percentage);
    return found == policy.steps.end() ? nullptr : &*found;
}

} // namespace

bool needsApproval(const ShiftPolicy &policy, Percentage to) {
    const auto step = std::ranges::lower_bound(policy.steps, to, {}, &ShiftStep::percentage);
    if (step != policy.steps.end() && step->approval) return *step->approval;
    switch (policy.approval) {
    case StepApproval::None:
        return false;
    case StepApproval::EachStep:
        return true;
    case StepApproval::Above:
        return to > policy.approvalAbove;
    }
    return true;
}

bool asksLess(const ShiftPolicy &after, const ShiftPolicy &before) {
    const bool ofFewer = before.secondPerson && !after.secondPerson;
    for (int to = 1; to <= Percentage::Whole; ++to) {
        const Percentage end = Percentage::fromHundredths(to);
        if (needsApproval(before, end) && (ofFewer || !needsApproval(after, end))) return true;
    }
    return false;
}

std::int64_t stabilizationSecondsAt(const ShiftPolicy &policy, Percentage percentage) {
    const ShiftStep *step = stepAt(policy, percentage);
    return step ? step->stabilizationSeconds.value_or(policy.stabilizationSeconds)
                : policy.stabilizationSeconds;
}

std::uint64_t minSamplesAt(const ShiftPolicy &policy, Percentage percentage, const Guard &guard) {
    const ShiftStep *step = stepAt(policy, percentage);
    if (!step || isOfComparator(guard.metric)) return guard.neededSamples();
    return step->minSamples.value_or(guard.neededSamples());
}

Guard guardAt(const ShiftPolicy &policy, Percentage percentage, Guard guard) {
    guard.minSamples = std::min(guard.minSamples, minSamplesAt(policy, percentage, guard));
    return guard;
}

} // namespace crossfade
