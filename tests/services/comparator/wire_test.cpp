// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a check sends and receives, counted on the way, and how much memory it takes: of 1 M rows by ranges of whole
// numbers, which is what the bounds are for; the others have 1 M with CROSSFADE_FULL=1, else 100 000.
#include "tests/services/comparator/detour.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>

namespace crossfade {
namespace {

constexpr int Differences = 100;
constexpr std::int64_t MostMemory = 64 << 20;

struct Keys {
    const char *name;
    const char *kind;
    const char *column;
    const char *value; // of the i-th
    int rows;          // in the short form
};
constexpr int Million = 1'000'000;
constexpr Keys WholeKeys{"whole_numbers", "INTEGER", "bigint", "i", Million};
constexpr Keys TextKeys{"texts", "TEXT", "text", "'person-' || i", 100'000};
constexpr Keys StreamedKeys{"row_by_row", "INTEGER", "text", "i::text", 100'000}; // no digests for these

class OnTheWire : public testing::TestWithParam<Keys> {
protected:
    struct Counted {
        std::int64_t bytes = 0;
        Json run;
    };
    static int rows() { return isFullForm() ? Million : GetParam().rows; }
    // What a check may move, by the rows and by the differences.
    static std::int64_t bound(std::int64_t differences) { return rows() * 3 / 10 + 13'000 * differences; }

    static void fillSide(TestDatabase &side, const Keys &keys)
    {
        side.run("CREATE UNLOGGED TABLE people (n bigint, id " + std::string(keys.column) +
                 ", name text, email text, department text, points int, changed text)");
        side.run("INSERT INTO people SELECT i, " + std::string(keys.value) +
                 ", 'Person number ' || i, 'person.' || i || '@example.org', 'department ' || (i % 97), i % "
                 "1000, '2026-01-01 00:00:00' FROM generate_series(1, " +
                 std::to_string(rows()) + ") i");
        side.run("ALTER TABLE people ADD PRIMARY KEY (id)");
        side.run("VACUUM ANALYZE people");
    }
    void fill(const Keys &keys)
    {
        auto beside = std::async(std::launch::async, [&] { fillSide(*m_legacy, keys); });
        fillSide(*m_fresh, keys);
        beside.get();
        m_comparator.start();
        const Json fields = Json::array({field("name", "TEXT"), field("email", "TEXT"), field("department", "TEXT"),
                                         field("points", "INTEGER"), field("changed", "TEXT")});
        m_check = m_comparator.addCheck(m_legacyWay, m_freshWay, peopleMapping(keys.kind, fields));
    }
    void plantDifferences()
    {
        const std::string step = std::to_string(rows() / Differences);
        m_fresh->run("UPDATE people SET name = name || '!' WHERE n % " + step + " = 7");
    }
    Counted check() const
    {
        const std::int64_t before = m_proxy.bytes();
        Counted counted;
        counted.run = m_comparator.waitRun(m_comparator.startRun(m_check), {"FINISHED"}, std::chrono::seconds(300));
        counted.bytes = m_proxy.bytes() - before;
        return counted;
    }
    long peakKib()
    {
        std::ifstream status("/proc/" + std::to_string(m_comparator.process().pid()) + "/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
        }
        return -1;
    }
    void tell(const char *what, std::int64_t value) const
    {
        RecordProperty(what, static_cast<int>(value));
        std::cout << GetParam().name << ", " << rows() << " rows, " << what << ": " << value << std::endl;
    }

    std::unique_ptr<TestDatabase> m_legacy = newPostgres();
    std::unique_ptr<TestDatabase> m_fresh = newPostgres();
    CuttingProxy m_proxy{PostgresServer::instance().port()};
    Detour m_legacyWay{*m_legacy, m_proxy};
    Detour m_freshWay{*m_fresh, m_proxy};
    Comparator m_comparator;
    std::string m_check;
};

TEST_P(OnTheWire, ACheckMovesLittleAndKeepsLittle)
{
    fill(GetParam());
    const Counted equal = check();
    EXPECT_EQ(equal.run.at("matched"), rows());
    tell("bytes without differences", equal.bytes);
    EXPECT_GT(equal.bytes, 1'000); // it does go this way
    EXPECT_LE(equal.bytes, bound(0));

    plantDifferences();
    const Counted different = check();
    EXPECT_EQ(different.run.at("different"), Differences);
    EXPECT_EQ(different.run.at("matched"), rows() - Differences);
    tell("bytes with 100 differences", different.bytes);
    EXPECT_LE(different.bytes, bound(Differences));

    tell("peak memory in KiB", peakKib());
    EXPECT_GT(peakKib(), 0);
    // AddressSanitizer's shadow and quarantine weigh as much again.
    EXPECT_LE(peakKib(), (std::getenv("CROSSFADE_SANITIZED") ? 4 : 1) * MostMemory / 1'024);
    // Whoever keeps all rows of a side, as texts without anything around them, keeps more than that.
    const std::int64_t whole =
        std::stoll(m_legacy->one("SELECT 100 * sum(octet_length(p::text)) FROM people p WHERE n % 100 = 0"));
    tell("bytes of a side's rows", whole);
    if (rows() == Million) {
        EXPECT_GT(whole, MostMemory);
    }
}

INSTANTIATE_TEST_SUITE_P(By, OnTheWire, testing::Values(WholeKeys, TextKeys),
                         [](const auto &info) { return std::string(info.param.name); });

// Else the bounds would say nothing: what fetches every row is far beyond them.
class AllOnTheWire : public OnTheWire {};

TEST_P(AllOnTheWire, ACheckThatFetchesEverythingIsBeyondTheBound)
{
    fill(GetParam());
    plantDifferences();
    const Counted counted = check();
    EXPECT_EQ(counted.run.at("different"), Differences);
    tell("bytes with 100 differences", counted.bytes);
    EXPECT_GT(counted.bytes, 5 * bound(Differences));
}

INSTANTIATE_TEST_SUITE_P(By, AllOnTheWire, testing::Values(StreamedKeys),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace crossfade
