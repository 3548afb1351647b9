// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/checkalert.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t LongestMessage = 2'000;

std::string cut(std::string text)
{
    if (text.size() <= LongestMessage) return text;
    std::size_t end = LongestMessage;
    // Not inside a character.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

std::optional<CheckAlert> sampleAlert(const RunOutcome &outcome, const SampleVerdict &sample)
{
    if (sample.outcome != SampleOutcome::Below) return std::nullopt;
    return CheckAlert{"DATA_INCONSISTENCY", "MEDIUM",
                      cut("The check " + outcome.checkName + " drew " + std::to_string(outcome.sampled) + " of " +
                          std::to_string(sample.population) + " rows: at most " + sample.upper.text() +
                          " % of all are consistent, below its threshold of " + outcome.threshold.text() + " %.")};
}

} // namespace

std::optional<CheckAlert> alertFor(const RunOutcome &outcome)
{
    if (outcome.state == "FAILED")
        return CheckAlert{"DATA_CONSISTENCY_CHECK_FAILED", "HIGH",
                          cut("The check " + outcome.checkName + " failed: " + outcome.error)};
    if (outcome.state == "FINISHED" && outcome.sample) return sampleAlert(outcome, *outcome.sample);
    if (outcome.state != "FINISHED" || !outcome.wholeTable) return std::nullopt;
    const std::string rate =
        outcome.consistency ? outcome.consistency->text() + " %" : std::string("nothing");
    switch (outcome.status) {
    case CheckStatus::Success:
        return std::nullopt;
    case CheckStatus::Partial:
        return CheckAlert{"CHECK_PARTIAL", "MEDIUM",
                          cut("The check " + outcome.checkName +
                              " could not judge every row; consistent of those judged: " + rate +
                              ".")};
    case CheckStatus::Failed:
        return CheckAlert{"DATA_INCONSISTENCY", "MEDIUM",
                          cut("The check " + outcome.checkName + " found " + rate +
                              " consistent, below its threshold of " +
                              outcome.threshold.text() + " %.")};
    }
    return std::nullopt;
}

CheckAlert autoRepairStopped(const std::string &checkName, const std::string &why)
{
    return {"AUTO_REPAIR_LIMIT", "MEDIUM",
            cut("The check " + checkName + " repairs nothing of its run by itself: " + why + ". Its differences are open.")};
}

CheckAlert repairAssigned(const std::string &entityType, const std::string &entityId, const std::string &assignedTo,
                          const std::string &assignedBy)
{
    return {"REPAIR_ASSIGNED", "LOW",
            cut("The repair of " + entityType + " " + entityId + " was assigned to " + assignedTo + " by " + assignedBy +
                ".")};
}

CheckAlert repairsAssigned(std::size_t count, const std::string &assignedTo, const std::string &assignedBy)
{
    return {"REPAIR_ASSIGNED", "LOW",
            cut(std::to_string(count) + " repairs were assigned to " + assignedTo + " by " + assignedBy + ".")};
}

CheckAlert conflictAssigned(const std::string &entityType, const std::string &entityId, const std::string &assignedTo)
{
    return {"REPAIR_ASSIGNED", "LOW",
            cut("The conflict of " + entityType + " " + entityId + " was assigned to " + assignedTo +
                " by the assignment rules.")};
}

CheckAlert conflictsAssigned(std::int64_t waiting, const std::string &sync, const std::string &assignedTo)
{
    return {"REPAIR_ASSIGNED", "LOW",
            cut(std::to_string(waiting) + " conflicts of the sync " + sync + " wait for " + assignedTo +
                ", by the assignment rules.")};
}

std::chrono::milliseconds deliveryPause(int failures)
{
    constexpr int Doublings = 5;
    const std::chrono::milliseconds pause(1'000 << std::clamp(failures - 1, 0, Doublings));
    return std::min(pause, std::chrono::milliseconds(30'000));
}

} // namespace crossfade
