// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// What is asked of the run that is being worked on. Stop: the service ends; the run goes on with
// the next start.
enum class Wish { None, Pause, Cancel, Stop };
Wish wishFromWord(const std::string &word); // as it is stored; None of any other word

// Between the worker of a run and those who want something of it.
class RunControl {
public:
    // A stronger wish stays. Cancel and Stop also end what the sources are doing.
    void ask(Wish wish);
    Wish wish() const;
    // Waits at most `time`; true at once when there is a wish.
    bool wishWithin(std::chrono::milliseconds time);

    // The sources that ask() interrupts, while this lives; then again those before it.
    class Attached {
    public:
        Attached(RunControl &control, std::vector<Source *> sources);
        ~Attached();
        Attached(const Attached &) = delete;
        Attached &operator=(const Attached &) = delete;

    private:
        RunControl &m_control;
        std::vector<Source *> m_before;
    };

private:
    void interrupt();

    mutable std::mutex m_mutex;
    std::condition_variable m_asked;
    Wish m_wish = Wish::None;
    std::vector<Source *> m_sources;
};

} // namespace crossfade
