// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/decision.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

constexpr std::size_t MaxInterfaceBytes = 200;

// The requests of a body {"requests": [{…}, …]} of which each has nothing but ids, interface and operation, all as
// they should be and written without an escape: nearly every one, and read where it stands, without a tree of
// values. None of anything else, however slight: for parseJson() and readDecisionRequest() to read, or to say
// what is wrong. The texts live in the body.
std::optional<std::vector<DecisionRequest>> plainDecisionRequests(std::string_view body, std::size_t most, Instant now);

// The text of decisionToJson(), byte by byte what dumpJson() writes of it.
void appendDecisionText(std::string &out, const Decision &decision);

} // namespace crossfade
