// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/leadership.h"
#include "app/service/service.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace crossfade {

// What a runner asks of the store. It waits no longer than a person's rollback does: a store that stands still must
// keep it neither from looking nor from lowering. One thread asks; what is asked may outlive the call, and owns what
// it needs.
class RunnerStore {
public:
    explicit RunnerStore(Service &service);
    ~RunnerStore();

    // As writeLeading(). Unavailable once it was not answered in time: then it does not happen any more, unless it is
    // under way already. While one of its kind still waits the next is not asked.
    Result<void> write(std::int64_t term, const Actor &actor, Store::WriteWork work, Turn turn);
    // Store::read() in its own thread; one that was not answered keeps the next from being asked.
    Result<void> read(std::function<Result<void>(Database &)> work);

private:
    struct Call {
        std::mutex mutex;
        std::condition_variable wake;
        std::optional<Result<void>> result;
        bool givenUp = false;

        void end(Result<void> with);
        bool isGivenUp();
        bool isUnanswered();
        Result<void> wait();
    };
    using CallPtr = std::shared_ptr<Call>;
    static bool waits(const CallPtr &call) { return call && call->isUnanswered(); }
    void run(const std::stop_token &stop);

    Service &m_service;
    CallPtr m_ordinary; // given up
    CallPtr m_first;    // the same, of what goes first
    CallPtr m_reading;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::function<void()> m_toRead;
    std::jthread m_reader;
};

} // namespace crossfade
