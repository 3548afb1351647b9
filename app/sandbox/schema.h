// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"
#include "app/sandbox/sqlconnection.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// The two databases grew apart as real ones do: LEGACY keeps `users` with times in the zone of the
// user's office and credits written as short as they go, NEW keeps `accounts` with times in UTC and
// two decimals. Equal users are equal only to one who knows how to read both.
struct PlatformSchema {
    std::string_view table;
    std::string_view key;
    std::string_view createSqlite;
    std::string_view createPostgres;
    std::vector<std::string_view> columns; // in the order of rowOf()
};

const PlatformSchema &legacySchema();
const PlatformSchema &newSchema();

std::vector<SqlText> legacyRow(const Person &person);
std::vector<SqlText> newRow(const Person &person);

// "2024-03-01T18:00:00+08:00"
std::string localTime(std::int64_t unixMs, int offsetMinutes);
// "2024-03-01T10:00:00.000Z"
std::string utcTime(std::int64_t unixMs);
std::string shortCredit(std::int64_t cents); // "10.5"
std::string fullCredit(std::int64_t cents);  // "10.50"

// INSERT INTO table(…) VALUES ($1, …)
std::string insertStatement(const PlatformSchema &schema);

} // namespace crossfade
