// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/recheck.h"

#include <algorithm>

namespace crossfade {

namespace {

const std::string &sourceOf(const Observation &seen, Platform authoritative)
{
    return authoritative == Platform::New ? seen.fresh : seen.legacy;
}

const std::string &targetOf(const Observation &seen, Platform authoritative)
{
    return authoritative == Platform::New ? seen.legacy : seen.fresh;
}

} // namespace

Candidate firstLook(const Observation &seen, Platform authoritative)
{
    Candidate candidate;
    candidate.last = seen;
    candidate.sourceSeen.push_back(sourceOf(seen, authoritative));
    return candidate;
}

Finding lookAgain(Candidate &candidate, const Observation &seen, Platform authoritative)
{
    ++candidate.looks;
    if (seen.equal) return Finding::Matched;
    // The other side follows its source with a delay: it holds what the source held at a look
    // before.
    if (std::ranges::find(candidate.sourceSeen, targetOf(seen, authoritative)) !=
        candidate.sourceSeen.end())
        return Finding::Matched;
    const std::string &source = sourceOf(seen, authoritative);
    if (std::ranges::find(candidate.sourceSeen, source) == candidate.sourceSeen.end())
        candidate.sourceSeen.push_back(source);
    const bool same = seen == candidate.last;
    candidate.steady = same ? candidate.steady + 1 : 0;
    candidate.last = seen;
    if (candidate.steady >= LooksToConfirm) return Finding::Confirmed;
    return candidate.looks >= MostLooks ? Finding::Hot : Finding::InFlight;
}

Milliseconds graceBefore(int looks, Milliseconds syncLag)
{
    constexpr Milliseconds Longest{60'000};
    const Milliseconds grace = looks == 0 ? Milliseconds(500) : Milliseconds(2'000);
    return std::max(grace, std::min(2 * syncLag, Longest));
}

} // namespace crossfade
