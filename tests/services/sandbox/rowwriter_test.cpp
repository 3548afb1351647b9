// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/rowwriter.h"
#include "app/sandbox/schema.h"
#include "models/core/time.h"
#include "tests/services/sandbox/fixture.h"
#include "tests/support/process.h"

namespace crossfade {
namespace {

RowWriter::Options writing(const SeededSandbox &sandbox, double perSecond)
{
    RowWriter::Options options;
    options.legacy = sandbox.legacyFile;
    options.newPlatform = sandbox.newFile;
    options.users = sandbox.users;
    options.perSecond = perSecond;
    return options;
}

TEST(RowWriter, RewritesBothSidesNewLaterAndEndsEqual)
{
    const SeededSandbox sandbox;
    const Rows before = sandbox.newRows();
    bool sawDifference = false;
    {
        const auto writer = RowWriter::start(writing(sandbox, 50)).value();
        EXPECT_TRUE(waitFor([&] {
            const Rows legacy = sandbox.legacyRows();
            const Rows newer = sandbox.newRows();
            for (const auto &[id, row] : legacy)
                sawDifference = sawDifference || row[4] != newer.at(id)[4];
            return sawDifference && writer->written() >= 20;
        }));
    }
    int rewritten = 0;
    const Rows legacy = sandbox.legacyRows();
    for (const auto &[id, row] : sandbox.newRows()) {
        EXPECT_EQ(row[4], legacy.at(id)[4]) << id;
        EXPECT_EQ(parseInstant(*row[14]).value(), parseInstant(*legacy.at(id)[14]).value()) << id;
        if (row == before.at(id)) continue;
        ++rewritten;
        EXPECT_TRUE(isRewritten(std::stoll(id.substr(1)))) << id;
        for (const std::size_t kept : {0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13})
            EXPECT_EQ(row[kept], before.at(id)[kept]);
    }
    EXPECT_GE(rewritten, 20);
}

TEST(RowWriter, KeepsItsPace)
{
    const SeededSandbox sandbox;
    const auto start = std::chrono::steady_clock::now();
    const auto writer = RowWriter::start(writing(sandbox, 20)).value();
    EXPECT_TRUE(waitFor([&] { return writer->written() >= 20; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_GT(took.count(), 1.0); // 20 rows at 20 a second, and the lag
}

TEST(RowWriter, AHalfWrittenRowOfAKilledSandboxIsSettledFirst)
{
    const SeededSandbox sandbox;
    ASSERT_TRUE(sandbox.legacy->run("UPDATE users SET tel = '+1', modified = "
                                    "'2026-01-01T01:00:00+01:00' WHERE user_id = 'u0000057'"));
    const auto writer = RowWriter::start(writing(sandbox, 0.1)).value();
    const Rows newer = sandbox.newRows();
    EXPECT_EQ(newer.at("u0000057")[4], "+1");
    EXPECT_EQ(newer.at("u0000057")[14], "2026-01-01T00:00:00.000Z");
}

} // namespace
} // namespace crossfade
