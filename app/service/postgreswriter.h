// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/postgres.h"

namespace crossfade {

// What is notified with each commit; without a payload.
inline constexpr const char *CommitChannel = "crossfade";

// Services serve a store together; who puts another in its place needs it alone.
enum class Serving { Shared, Alone };
// Waits (no longer than a lock may take) until that is possible; held as long as the connection. Conflict
// if it is not.
Result<void> takeServing(StoreConnection &database, Serving serving);

// Held in common by every process where a change that goes first waits; a large change of another looks for it.
inline constexpr const char *HurryLock = "1131572085, hashtext(current_schema())";

// How the writers' connections of all processes of a service are named, before each one's own id.
std::string writerFamily(const PostgresTarget &target);
// Ends writes of processes that have said nothing within them for so long, so that nobody waits for them:
// whether there were any.
Result<bool> endStalledWriters(Database &database, const std::string &family, std::chrono::seconds silent);

// The writer's connection. With each commit it leaves a mark of its own in its row of table `writer`,
// so that after a connection was lost within a commit the store itself tells what became of it: the
// row stays locked until the lost transaction has ended one way or the other.
class PostgresWriter : public PostgresDatabase {
public:
    // `id`: of this process alone. `serves`: as takeServing().
    static Result<std::unique_ptr<PostgresWriter>> open(PostgresTarget target, std::string id, bool serves);

    // Waits for the row that serialises the writers, for the whole transaction at once. A process that
    // stands still within its own write loses that.
    Result<void> beginWrite() override;
    std::optional<std::int64_t> epochFound() const override { return m_epochFound; }
    bool isHurried() override;
    Result<void> commit() override;
    bool isCommitUnknown() const override { return !m_unknown.empty(); }
    Result<bool> settleCommit() override;

protected:
    Result<void> greet() override;

private:
    PostgresWriter(PostgresTarget target, std::string family, std::string id, bool serves);
    Result<void> lockClock();

    std::string m_application;
    std::string m_family;
    std::string m_id;
    bool m_serves;
    std::int64_t m_commits = 0;
    std::optional<std::int64_t> m_epochFound;
    std::chrono::steady_clock::time_point m_nextHurryLook{};
    bool m_hurried = false; // at the last look
    std::string m_unknown; // the mark of a commit that got no answer
};

} // namespace crossfade
