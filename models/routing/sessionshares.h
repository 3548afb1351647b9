// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/percentage.h"
#include "models/core/time.h"

#include <optional>
#include <vector>

namespace crossfade {

// What a policy keeps that moves users at their next sign-in: the share that holds for a session by when it
// began. A session keeps the platform it began on while the share rises; lowering it takes all back at once.
struct SessionShare {
    Instant since{}; // sessions that began from here on, up to the next one's
    Percentage percentage;
    bool operator==(const SessionShare &) const = default;
};
// Ascending in both; the first one holds for all older sessions too. Empty: sessions are no matter.
using SessionShares = std::vector<SessionShare>;
// Of a session that outlived this many raises the oldest are no longer told apart: it moves.
constexpr std::size_t MostSessionShares = 64;

SessionShares startedAt(Percentage percentage); // whoever is signed in now is served as that share says
SessionShares changedTo(SessionShares shares, Percentage percentage, Instant at);
// `percentage` is the policy's present share; without a beginning the session begins with the request.
Percentage shareOfSession(const SessionShares &shares, Percentage percentage, std::optional<Instant> signedInAt);

Json sessionSharesToJson(const SessionShares &shares); // [[since in ms, hundredths], …]
std::optional<SessionShares> sessionSharesFromJson(const Json &json); // not what was written: nothing

} // namespace crossfade
