// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"

#include <chrono>
#include <memory>
#include <string>

struct pg_conn;
struct pg_result;

namespace crossfade {

struct PostgresFree {
    void operator()(pg_conn *connection) const;
    void operator()(pg_result *result) const;
};
using PostgresHandle = std::unique_ptr<pg_conn, PostgresFree>;
using PostgresRows = std::unique_ptr<pg_result, PostgresFree>;

// Where a PostgreSQL store stands, and how long what is waited for.
struct PostgresTarget {
    std::string url; // postgresql://…, without a password
    std::string password;
    std::string application = "crossfade";
    bool durable = true;
    std::chrono::milliseconds connectTime{3'000};
    std::chrono::milliseconds lockTime{5'000};
    std::chrono::milliseconds statementTime{10'000};
    std::chrono::milliseconds cancelTime{3'000}; // the next statement waits for one that is under way
};

// Usage errors: no URL of PostgreSQL, or one that holds a password (others on the machine read it in
// the list of processes).
Result<void> checkStoreUrl(const std::string &url);
// "host:port/name" for people and logs: no user, no password.
std::string postgresPlace(const std::string &url);

// A connection whose sessions wait no longer than the target says. Errors hold no password.
Result<PostgresHandle> connectPostgres(const PostgresTarget &target, bool readOnly);
// Waits until the server has said something; false: not in time, or the socket is gone.
bool waitForPostgres(pg_conn *connection, short events, std::chrono::steady_clock::time_point deadline);

// libpq's text without its line ends, for a sentence.
std::string postgresSentence(const char *text);
// The error of a failed statement: its kind, and the server's first line only, as its details may
// quote what was stored.
Error postgresError(const pg_result *result, bool interrupted);
SqlRow postgresRow(const pg_result *result, int row);

} // namespace crossfade
