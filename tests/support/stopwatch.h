// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/heartbeat.h"

#include <chrono>
#include <thread>

namespace crossfade {

// How long something took, without the time for which the machine itself was held up meanwhile: what a bound on a program
// is compared with.
class Stopwatch {
public:
    using Clock = std::chrono::steady_clock;

    double seconds() const { return secondsOf(Clock::now()); }
    // Up to a moment that may be over for long.
    double secondsOf(Clock::time_point until) const
    {
        std::this_thread::sleep_for(2 * Heartbeat::Beat); // what holds up the machine is known a beat later
        const std::chrono::duration<double> took = until - m_begun;
        const std::chrono::duration<double> heldUp = m_heartbeat.heldUpSince(m_begun);
        return took.count() - heldUp.count();
    }
    void begin() { m_begun = Clock::now(); }

private:
    const Heartbeat m_heartbeat;
    Clock::time_point m_begun = Clock::now();
};

} // namespace crossfade
