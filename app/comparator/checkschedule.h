// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/checkengine.h"
#include "app/comparator/context.h"
#include "app/comparator/repairengine.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// What checks do without being asked, at the leader alone: starts those that are due, and asks for the repairs that a
// finished run's check is to have made by itself. Both stand in the store until they are done, so that a time or a repair
// that a dead process left is made up for, once.
class CheckSchedule {
public:
    CheckSchedule(const Context &context, CheckEngine &checks, RepairEngine &repairs);
    ~CheckSchedule();
    void start();
    void stop();

private:
    struct Due {
        std::string checkId;
        std::string frequency;
        std::int64_t at = 0;
        std::int64_t sampleSize = 0;
    };
    struct Found { // by a run, of a check that repairs by itself
        std::string runId;
        std::string checkId;
    };

    void run(const std::stop_token &stop);
    Result<void> startDue();
    Result<Json> start(WriteTransaction &tx, const Due &due);
    Result<void> repairFound(const std::stop_token &stop);
    Result<bool> repairSome(const Found &found, std::string &after); // false: there is no more

    Context m_context;
    CheckEngine &m_checks;
    RepairEngine &m_repairs;
    std::mutex m_mutex;
    std::condition_variable_any m_woken;
    std::jthread m_thread;
};

} // namespace crossfade
