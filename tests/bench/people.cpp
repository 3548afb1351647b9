// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/people.h"

#include "app/comparator/digestsql.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace crossfade {

namespace {

constexpr std::int64_t RowsAStatement = 500'000;
constexpr std::chrono::minutes LongestRival{20};

struct PeopleColumn {
    const char *name;
    FieldKind kind;
};
constexpr std::array<PeopleColumn, 5> PeopleColumns{{{"name", FieldKind::Text},
                                                     {"email", FieldKind::Text},
                                                     {"department", FieldKind::Text},
                                                     {"points", FieldKind::Integer},
                                                     {"changed_at", FieldKind::Text}}};

TableView peopleView()
{
    TableView view;
    view.table = "people";
    view.key = "id";
    view.keyKind = KeyKind::Integer;
    for (const PeopleColumn &column : PeopleColumns) {
        MappedField field;
        field.name = field.legacyColumn = field.newColumn = column.name;
        field.kind = column.kind;
        view.columns.emplace_back(column.name);
        view.fields.push_back(field);
    }
    return view;
}

std::uint64_t scanSqlite(const std::string &file, std::int64_t rows)
{
    SourceSettings settings;
    settings.kind = SourceKind::Sqlite;
    settings.location = file;
    settings.statementTimeout = std::chrono::seconds(3'600);
    const auto source = connectSource(settings, Access::Read);
    if (!source) wrongResult(source.error().message);
    const KeyRange all{1, rows, rows};
    const auto segments = (*source)->segments(peopleView(), DigestKind::Md5, all, {all});
    if (!segments) wrongResult(segments.error().message);
    std::uint64_t digest = 0;
    for (const SegmentDigest &segment : *segments)
        digest ^= segment.digest;
    return digest;
}

std::string postgresScan(bool bothPostgres)
{
    const std::map<std::string, std::string> types{{"id", "bigint"},        {"name", "text"},      {"email", "text"},
                                                   {"department", "text"}, {"points", "integer"}, {"changed_at", "text"}};
    return "SELECT bit_xor(d) FROM (SELECT " +
           postgresDigest(peopleView(), bothPostgres ? DigestKind::Hash : DigestKind::Md5, types) + " AS d FROM people) AS r";
}

std::string mariadbScan()
{
    const MariadbColumn text{MariadbForm::Text, 0, false};
    const MariadbColumn number{MariadbForm::Integer, 0, false};
    const std::map<std::string, MariadbColumn> columns{{"id", number},       {"name", text},     {"email", text},
                                                       {"department", text}, {"points", number}, {"changed_at", text}};
    return "SELECT CAST(BIT_XOR(d) AS CHAR) FROM (SELECT " + mariadbDigest(peopleView(), columns) + " AS d FROM people) AS r";
}

// Of the rows whose numbers are i, from one on.
std::string rowsSql(const TestDatabase &side, std::int64_t from, std::int64_t to)
{
    const std::string first = std::to_string(from);
    const std::string last = std::to_string(to);
    if (side.kind() == "MARIADB")
        return "SELECT seq, CONCAT('Person number ', seq), CONCAT('person.', seq, '@example.org'), CONCAT('department ', "
               "seq % 97), seq % 1000, '2026-01-01 00:00:00' FROM seq_" + first + "_to_" + last;
    const std::string values = "SELECT i, 'Person number ' || i, 'person.' || i || '@example.org', 'department ' || (i % 97), "
                               "i % 1000, '2026-01-01 00:00:00' FROM ";
    if (side.isPostgres()) return values + "generate_series(" + first + ", " + last + ") AS i";
    return values + "(WITH RECURSIVE n(i) AS (SELECT " + first + " UNION ALL SELECT i + 1 FROM n WHERE i < " + last +
           ") SELECT i FROM n)";
}

// "pgsql://user@host:port/base/people?id:name,…" of "postgresql://user@host:port/base".
std::string rivalsName(const TestDatabase &side)
{
    std::string url = side.location();
    url.replace(0, url.find(':'), "pgsql");
    url += "/people?id:";
    for (const PeopleColumn &column : PeopleColumns)
        url += (column.name == PeopleColumns.front().name ? "" : ",") + std::string(column.name);
    return url;
}

} // namespace

void wrongResult(const std::string &what)
{
    std::fprintf(stderr, "wrong result: %s\n", what.c_str());
    std::exit(1);
}

void bothAtOnce(const std::function<void()> &one, const std::function<void()> &other)
{
    std::thread first(one);
    other();
    first.join();
}

void fillPeople(TestDatabase &side, std::int64_t rows)
{
    const bool maria = side.kind() == "MARIADB";
    const std::string text = maria ? "VARCHAR(100)" : "TEXT";
    side.run("CREATE TABLE people (id BIGINT PRIMARY KEY, name " + text + ", email " + text + ", department " + text +
             ", points INTEGER, changed_at " + text + ")");
    for (std::int64_t from = 1; from <= rows; from += RowsAStatement)
        side.run("INSERT INTO people " + rowsSql(side, from, std::min(rows, from + RowsAStatement - 1)));
    if (maria) side.run("ANALYZE TABLE people");
    else side.run(side.isPostgres() ? "VACUUM ANALYZE people" : "ANALYZE");
}

Json peopleOfSixColumns()
{
    Json fields = Json::array();
    for (const PeopleColumn &column : PeopleColumns)
        fields.push_back(field(column.name, std::string(fieldKindWord(column.kind))));
    return peopleMapping("INTEGER", std::move(fields));
}

std::uint64_t scanPeople(TestDatabase &side, bool bothPostgres, std::int64_t rows)
{
    if (side.kind() == "SQLITE") return scanSqlite(side.location(), rows);
    if (side.kind() == "MARIADB") return std::strtoull(side.one(mariadbScan()).c_str(), nullptr, 10);
    return static_cast<std::uint64_t>(std::strtoll(side.one(postgresScan(bothPostgres)).c_str(), nullptr, 10));
}

void readyForPgComparator(TestDatabase &side)
{
    if (side.one("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgcmp'") == "1")
        side.run("CREATE EXTENSION IF NOT EXISTS pgcmp");
}

std::optional<std::int64_t> pgComparator(const TestDatabase &legacy, const TestDatabase &fresh)
{
    const std::string program = "/usr/bin/pg_comparator";
    if (!std::filesystem::exists(program)) return std::nullopt;
    const Output done = runProgram(program, {rivalsName(legacy), rivalsName(fresh)}, LongestRival);
    if (done.exitCode < 0 || !done.err.empty()) wrongResult("pg_comparator ends with " + std::to_string(done.exitCode) + ": " + done.err);
    std::int64_t found = 0;
    std::istringstream lines(done.out);
    for (std::string line; std::getline(lines, line);)
        found += line.starts_with("UPDATE") || line.starts_with("INSERT") || line.starts_with("DELETE") ? 1 : 0;
    return found;
}

double peakMib(pid_t pid)
{
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1'024;
    }
    return -1;
}

void forgetPeak(pid_t pid)
{
    std::ofstream("/proc/" + std::to_string(pid) + "/clear_refs") << "5\n";
}

std::string sizeWord(std::int64_t rows)
{
    if (rows >= 1'000'000 && rows % 1'000'000 == 0) return std::to_string(rows / 1'000'000) + "M";
    if (rows >= 1'000 && rows % 1'000 == 0) return std::to_string(rows / 1'000) + "k";
    return std::to_string(rows);
}

} // namespace crossfade
