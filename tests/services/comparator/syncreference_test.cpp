// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Random changes on both sides of a two-way sync, made and judged by a program that is linked with nothing of it.
#include "tests/services/comparator/syncpair.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace crossfade {
namespace {

struct ReferenceCase {
    TestEngine legacy;
    TestEngine fresh;
    const char *policy;
};

class SyncReference : public testing::TestWithParam<ReferenceCase> {
protected:
    // What the program says, with this exit code: 1 if it is not content.
    std::string reference(const std::vector<std::string> &command, int expected = 0)
    {
        std::vector<std::string> words{m_pair.dir.file("reference"), m_pair.legacy->kind(), m_pair.legacy->location(),
                                       m_pair.fresh->kind(), m_pair.fresh->location()};
        words.insert(words.end(), command.begin(), command.end());
        const Output output = runProgram("crossfade-syncreference", words, std::chrono::seconds(240));
        EXPECT_EQ(output.exitCode, expected) << command[0] << ": " << output.out << output.err;
        return output.out;
    }
    void expectReference()
    {
        m_pair.act("run");
        ASSERT_TRUE(m_pair.waitCaughtUp(std::chrono::seconds(240))) << dumpJson(m_pair.sync());
        m_last = reference({"verify", GetParam().policy});
    }
    SyncPair m_pair{GetParam().legacy, GetParam().fresh};
    std::string m_last;
};

TEST_P(SyncReference, IsWhatBothSidesComeToAndNothingTravelsBack)
{
    const bool full = isFullForm();
    const auto seedOf = [first = testSeed("SyncReference").seed](int number) {
        return std::to_string(static_cast<std::uint32_t>(first * 1'000 + static_cast<std::uint64_t>(number)));
    };
    const int rounds = full ? 20 : 4;
    const std::string count = full ? "5000" : "250", pool = full ? "6000" : "300";
    const std::string policy = GetParam().policy;
    Json settings{{"sync_direction", "BIDIRECTIONAL"},
                  {"conflict_policy", policy == "OWNER" ? "FIELD_OWNER" : policy},
                  {"clock_skew_seconds", 0},
                  {"sweep_seconds", 1},
                  {"batch_size", 170},
                  {"unlimited_changes", 1'000'000},
                  {"unlimited_deletes", 1'000'000}};
    if (policy == "OWNER") settings["field_owners"] = {{"email", "NEW"}};
    reference({"held", seedOf(1), count, pool}); // what there is before it begins, on both sides
    (void)reference({"verify", policy}, 1);
    m_pair.comparator.start();
    m_pair.add(settings);
    m_pair.act("backfill");
    ASSERT_TRUE(m_pair.waitState("FOLLOWING"));
    expectReference();
    for (int round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        const std::string seed = seedOf(2 + round);
        if (round % 2 == 0) {
            // While it is dead: nothing of it may be under way, or the order of the changes would be another.
            m_pair.comparator.kill();
            reference({"held", seed, count, pool});
            m_pair.comparator.start();
        } else {
            reference({"live", seed, count, pool});
        }
        expectReference();
    }
    EXPECT_TRUE(m_pair.comparator.all("/api/v1/sync-tasks").empty());
    EXPECT_EQ(m_last.find(" 0 conflicts"), std::string::npos);
    std::printf("%s", m_last.c_str());
}
INSTANTIATE_TEST_SUITE_P(Of, SyncReference,
                         testing::Values(ReferenceCase{TestEngine::Postgres, TestEngine::Sqlite, "LEGACY"},
                                         ReferenceCase{TestEngine::Sqlite, TestEngine::Postgres, "NEWER"},
                                         ReferenceCase{TestEngine::Postgres, TestEngine::Postgres, "OWNER"},
                                         ReferenceCase{TestEngine::Sqlite, TestEngine::Sqlite, "NEW"},
                                         ReferenceCase{TestEngine::Mariadb, TestEngine::Postgres, "NEWER"},
                                         ReferenceCase{TestEngine::Sqlite, TestEngine::Mariadb, "OWNER"}),
                         [](const auto &info) {
                             return std::to_string(info.index) + "_" + std::string(info.param.policy);
                         });

} // namespace
} // namespace crossfade
