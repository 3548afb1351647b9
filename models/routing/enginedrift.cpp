// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/routing/enginedrift.h"

#include <algorithm>

namespace crossfade {

namespace {

// Since when it has missed that epoch; nothing while it may still be on its way.
std::optional<Instant> missedSince(const EngineInstance &instance, const RuleEpoch &epoch, Seconds within,
                                   Instant listeningSince, Instant now) {
    const Instant since = std::max(epoch.storedAt, instance.bootSince);
    // One that drifts has not caught up by being started anew.
    const Instant from = instance.drift ? epoch.storedAt : std::max(since, listeningSince);
    return now - from >= within ? std::optional(since) : std::nullopt;
}

bool isSilent(const EngineInstance &instance, Instant listeningSince, Instant now) {
    const bool stands = instance.drift && instance.drift->cause == DriftCause::NotHeard;
    const Instant from = stands ? instance.heardAt : std::max(instance.heardAt, listeningSince);
    return now - from >= HeardWithin;
}

std::optional<EngineDrift> driftNow(const EngineInstance &instance, const MissedEpochs &missed,
                                    Instant listeningSince, Instant now) {
    if (instance.goneAt) return EngineDrift{DriftCause::Gone, *instance.goneAt};
    if (isSilent(instance, listeningSince, now)) return EngineDrift{DriftCause::NotHeard, instance.heardAt};
    if (const auto &epoch = missed.unacknowledged) {
        if (instance.refused && *instance.refused >= epoch->epoch)
            return EngineDrift{DriftCause::Refused, instance.refusedAt.value_or(now)};
        if (const auto since = missedSince(instance, *epoch, AcknowledgedWithin, listeningSince, now))
            return EngineDrift{DriftCause::NotAcknowledged, *since};
    }
    // What it has not even acknowledged, its log lines cannot carry.
    if (const auto &epoch = missed.unconverged; instance.converged && epoch && epoch->epoch <= instance.acknowledged) {
        if (const auto since = missedSince(instance, *epoch, ConvergedWithin, listeningSince, now))
            return EngineDrift{DriftCause::NotConverged, *since};
    }
    return std::nullopt;
}

} // namespace

std::optional<EngineDrift> judgeDrift(const EngineInstance &instance, const MissedEpochs &missed,
                                      Instant listeningSince, Instant now) {
    auto drift = driftNow(instance, missed, listeningSince, now);
    if (drift && instance.drift) drift->since = instance.drift->since;
    return drift;
}

bool isForgotten(const EngineInstance &instance, Instant now) {
    if (instance.goneAt && now - *instance.goneAt >= GoneKept) return true;
    return now - instance.heardAt >= SilentKept;
}

} // namespace crossfade
