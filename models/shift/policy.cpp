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
    // By increment where no steps are written; the last one is cut at max, never above it.
    if (policy.steps.empty() && policy.increment > Percentage()) {
        while (stops.back() + policy.increment < policy.max)
            stops.push_back(stops.back() + policy.increment);
    }
    if (stops.back() < policy.max) stops.push_back(policy.max);
    return stops;
}

Percentage nextStop(const ShiftPolicy &policy, Percentage from, Percentage goal) {
    const Percentage limit = std::min(goal, policy.max);
    if (from >= limit) return from;
    if (policy.steps.empty()) return std::min(from + policy.increment, limit);
    for (const Percentage stop : allStops(policy)) {
        if (stop > from) return std::min(stop, limit);
    }
    return from;
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

std::int64_t stabilizationSecondsAt(const ShiftPolicy &policy, Percentage percentage) {
    const ShiftStep *step = stepAt(policy, percentage);
    return step ? step->stabilizationSeconds.value_or(policy.stabilizationSeconds)
                : policy.stabilizationSeconds;
}

std::uint64_t minSamplesAt(const ShiftPolicy &policy, Percentage percentage, const Guard &guard) {
    const ShiftStep *step = stepAt(policy, percentage);
    if (!step || guard.metric == Metric::Consistency) return guard.neededSamples();
    return step->minSamples.value_or(guard.neededSamples());
}

} // namespace crossfade
