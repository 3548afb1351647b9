// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the benchmarks of the comparator share: a table of people wherever it is kept, and what each database needs to look
// at all of it by itself.
#pragma once

#include "tests/bench/bench.h"
#include "tests/services/comparator/fixture.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace crossfade {

[[noreturn]] void wrongResult(const std::string &what);
void bothAtOnce(const std::function<void()> &one, const std::function<void()> &other);

// So many people of six columns, keys 1 to `rows`, the same in every engine.
void fillPeople(TestDatabase &side, std::int64_t rows);
// The comparator's mapping of two such tables, without its sources.
Json peopleOfSixColumns();

// One look at every row that makes the digest a check makes of it; the exclusive or of all. Of two PostgreSQL the cheaper
// digest, else the one that all engines share: equal tables have equal ones.
std::uint64_t scanPeople(TestDatabase &side, bool bothPostgres, std::int64_t rows);

// The checksums that pg_comparator computes in the database, where its package is installed.
void readyForPgComparator(TestDatabase &side);

// pg_comparator over the same two tables, as its package has it; how many rows it calls different. Nothing where it is not
// installed.
std::optional<std::int64_t> pgComparator(const TestDatabase &legacy, const TestDatabase &fresh);

// The most memory a process has had, in MiB, since it began or since forgetPeak().
double peakMib(pid_t pid);
void forgetPeak(pid_t pid);

// "1M", "50k", "500"
std::string sizeWord(std::int64_t rows);

} // namespace crossfade
