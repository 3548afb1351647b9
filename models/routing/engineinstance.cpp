// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/engineinstance.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crossfade {

namespace {

constexpr std::array<std::pair<DriftCause, std::string_view>, 5> DriftCauseWords{{
    {DriftCause::Gone, "GONE"},
    {DriftCause::NotHeard, "NOT_HEARD"},
    {DriftCause::Refused, "REFUSED"},
    {DriftCause::NotAcknowledged, "NOT_ACKNOWLEDGED"},
    {DriftCause::NotConverged, "NOT_CONVERGED"},
}};

EngineInstance engineBegun(const EngineReport &report, const std::string &agentId, Instant now) {
    EngineInstance instance;
    instance.agentId = agentId;
    instance.name = report.name;
    instance.bootId = report.bootId;
    instance.bootSince = now;
    return instance;
}

// A boot that was not known begins with nothing applied; its drift, if it had one, goes on until it is judged.
EngineInstance engineBefore(const EngineInstance *known, const EngineReport &report, const std::string &agentId,
                            Instant now) {
    if (known && known->bootId == report.bootId) return *known;
    EngineInstance begun = engineBegun(report, agentId, now);
    if (known) begun.drift = known->drift;
    return begun;
}

EngineInstance engineAfter(EngineInstance instance, const EngineReport &report, Instant sentAt, Instant now) {
    const Instant at = now - report.age; // whatever the agent's clock says
    instance.address = report.address;
    instance.converged = report.converged;
    instance.goneAt.reset();
    instance.heardAt = now;
    instance.sentAt = sentAt;
    if (report.applied) {
        if (instance.acknowledged != report.epoch || !instance.acknowledgedAt) instance.acknowledgedAt = at;
        instance.acknowledged = report.epoch;
        instance.refused.reset();
        instance.refusal.clear();
        instance.refusedAt.reset();
    } else {
        if (instance.refused != report.epoch) instance.refusedAt = at;
        instance.refused = report.epoch;
        instance.refusal = report.refusal;
    }
    return instance;
}

bool isWorthStoring(const EngineInstance *known, EngineInstance after) {
    if (!known || after.heardAt - known->heardAt >= HeardStoredEvery) return true;
    after.heardAt = known->heardAt;
    after.sentAt = known->sentAt;
    return after != *known;
}

} // namespace

std::string_view driftCauseWord(DriftCause cause) {
    return std::ranges::find(DriftCauseWords, cause, &std::pair<DriftCause, std::string_view>::first)->second;
}

std::optional<DriftCause> driftCauseFromWord(std::string_view word) {
    const auto found = std::ranges::find(DriftCauseWords, word, &std::pair<DriftCause, std::string_view>::second);
    return found == DriftCauseWords.end() ? std::nullopt : std::optional(found->first);
}

bool isOvertaken(const std::vector<EngineInstance> &known, const EngineReports &reports) {
    Instant newest = reports.sentAt;
    for (const EngineInstance &one : known)
        newest = std::max(newest, one.sentAt);
    return newest > reports.sentAt && newest - reports.sentAt <= MostOvertaken;
}

std::vector<EngineInstance> engineChanges(const std::vector<EngineInstance> &known, const EngineReports &reports,
                                          const std::string &agentId, Instant now) {
    std::vector<EngineInstance> changes;
    if (isOvertaken(known, reports)) return changes;
    for (const EngineReport &report : reports.instances) {
        const auto found = std::ranges::find(known, report.name, &EngineInstance::name);
        const EngineInstance *before = found == known.end() ? nullptr : &*found;
        EngineInstance after = engineAfter(engineBefore(before, report, agentId, now), report, reports.sentAt, now);
        if (isWorthStoring(before, after)) changes.push_back(std::move(after));
    }
    for (const EngineInstance &one : known) {
        if (one.goneAt || std::ranges::find(reports.instances, one.name, &EngineReport::name) != reports.instances.end())
            continue;
        changes.push_back(one);
        changes.back().goneAt = now;
        changes.back().sentAt = reports.sentAt;
    }
    return changes;
}

} // namespace crossfade
