// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"
#include "app/sandbox/random.h"

#include <cstdint>

namespace crossfade {

// What the practice users do: 70 % sign-ins, 30 % lookups; a tenth of the users makes a third of
// the requests. The skew is mild on purpose: a share of users then stays close to the same share of
// requests. Users who are not active do not try.
class LoadMix {
public:
    struct Draw {
        std::int64_t user = 1; // number
        bool signIn = true;
    };
    LoadMix(const People &people, std::uint64_t seed)
        : m_people(people)
        , m_random(seed, 7, 0)
    {
    }

    Draw next(std::int64_t users); // among the first `users`; precondition: users > 0
    // 1–5, from what the user saw.
    int satisfaction(bool ok, double latencyMs);
    bool asksForScore() { return m_random.chance(0.05); }

private:
    std::int64_t drawUser(std::int64_t users);

    const People &m_people;
    SeededRandom m_random;
};

} // namespace crossfade
