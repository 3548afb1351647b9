// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/leadership.h"
#include "app/service/postgres.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace crossfade {

// Leadership by the one row of table `leader`: a lease by the database's clock, renewed each second on a
// connection of its own, so that no long change delays it. A process that stands still loses it.
class Lease : public Leadership {
public:
    static constexpr std::chrono::milliseconds Length{4'000};
    static constexpr std::chrono::milliseconds Every{1'000};

    // `replica` is also that of a process before this one that used the same folder: dead by now, it
    // need not be waited for.
    Lease(PostgresTarget target, std::string replica);
    ~Lease() override;
    // Asked each second: a process that may not write does not lead. Before start().
    void setMayLead(std::function<bool()> mayLead) { m_mayLead = std::move(mayLead); }
    void start(); // asks once before it returns
    void stop();  // gives the lease back

    std::int64_t term() const override;
    std::int64_t knownTerm() const override;
    std::string replica() const override { return m_replica; }
    std::size_t others() const override;
    bool isSilent() const override;
    Result<void> require(Database &db, std::int64_t term) const override;

private:
    using Clock = std::chrono::steady_clock;
    void run();
    void renew();
    Result<void> ask(Clock::time_point asked);
    Result<void> look();
    void giveBack();

    const std::string m_writers; // how writers' connections are named
    PostgresTarget m_target;
    const std::string m_replica;
    std::function<bool()> m_mayLead;
    std::unique_ptr<PostgresDatabase> m_database; // of the thread
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::int64_t m_term = 0; // last held
    std::int64_t m_knownTerm = 0;
    std::size_t m_others = 0;
    Clock::time_point m_validUntil{};
    Clock::time_point m_told = Clock::now(); // when the question was asked that the store answered last
    bool m_said = false; // that the store does not answer
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace crossfade
