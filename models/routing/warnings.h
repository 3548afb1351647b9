// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/meeting.h"
#include "models/routing/snapshot.h"
#include "models/routing/splits.h"

#include <string>
#include <vector>

namespace crossfade {

// Something an operator should know before saving a rule; it does not forbid it.
struct RuleWarning {
    std::string code; // EMPTY_WINDOW, PAST_WINDOW, SHADOWED, SHADOWS, CONTRADICTS, MASTER_DECIDES, NOT_COMPARED,
                      // SPLITS_READS_WRITES
    std::string message;
    std::string ruleId;  // the other rule, "" if none
    std::string pointer; // the field it is about, "" if none
};

// `rule` is held against the rules of the same type and target in the snapshot (one of the same id
// is its own older version) as they hold from `now` on. When the effort is used up the rest is not compared,
// and NOT_COMPARED says so. With the request map's pairs, whether it splits one user's reads and writes, too.
inline constexpr Effort EffortOfOneRule{400'000};
std::vector<RuleWarning> ruleWarnings(const Snapshot &snapshot, const Rule &rule, Instant now, Effort &effort,
                                      const ReadWritePairs &pairs = {});

// The same of a change of the switches or of the request map: whom it newly splits.
std::vector<RuleWarning> changeWarnings(const RoutingBasis &before, const RoutingBasis &after, Instant now,
                                        Effort &effort);

} // namespace crossfade
