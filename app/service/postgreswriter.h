// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/postgres.h"

namespace crossfade {

// Waits (no longer than a lock may take) until no other service serves this store; held as long as the
// connection. Conflict if there is one.
Result<void> takeServing(StoreConnection &database);

// The writer's connection. With each commit it leaves a mark of its own in its row of table `writer`,
// so that after a connection was lost within a commit the store itself tells what became of it: the
// row stays locked until the lost transaction has ended one way or the other.
class PostgresWriter : public PostgresDatabase {
public:
    // `id`: of this process alone. `serves`: as takeServing().
    static Result<std::unique_ptr<PostgresWriter>> open(PostgresTarget target, std::string id, bool serves);

    // Waits for the row that serialises the writers, for the whole transaction at once.
    Result<void> beginWrite() override;
    Result<void> commit() override;
    bool isCommitUnknown() const override { return !m_unknown.empty(); }
    Result<bool> settleCommit() override;

protected:
    Result<void> greet() override;

private:
    PostgresWriter(PostgresTarget target, std::string id, bool serves);

    std::string m_application;
    std::string m_id;
    bool m_serves;
    std::int64_t m_commits = 0;
    std::string m_unknown; // the mark of a commit that got no answer
};

} // namespace crossfade
