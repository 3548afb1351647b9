// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/core/time.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What one look at both sides' rows of a key saw, as digests of their normal forms, so that equal
// rows of the two sides have equal digests; an absent row has the empty digest.
struct Observation {
    std::string legacy;
    std::string fresh;
    std::string marks; // digest of both change columns: a row rewritten with equal values is moving
    bool equal = false; // under the mapping's rules
    bool operator==(const Observation &) const = default;
};

// Before a difference is reported its rows are looked at again after a grace period. Equal, or the
// other side equal to any value its source has had since: the row was in motion and is matched.
// Changed since the last look: in flight, looked at again, up to five times, then hot. The same in
// two looks running: confirmed.
struct Candidate {
    Observation last;
    std::vector<std::string> sourceSeen; // every distinct digest of the authoritative side so far
    int looks = 0;                       // after the first
    int steady = 0;                      // of them, how many running saw what the one before saw
    bool operator==(const Candidate &) const = default;
};

enum class Finding { Matched, Confirmed, InFlight, Hot };

constexpr int MostLooks = 5;
constexpr int LooksToConfirm = 2;

Candidate firstLook(const Observation &seen, Platform authoritative);
Finding lookAgain(Candidate &candidate, const Observation &seen, Platform authoritative);
// How long to wait before the look after `looks`: 0.5 s, then 2 s; where a sync carries changes over, twice as long as it
// is behind, up to a minute.
Milliseconds graceBefore(int looks, Milliseconds syncLag = Milliseconds(0));

} // namespace crossfade
