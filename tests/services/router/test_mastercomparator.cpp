// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The gates of the master switch that the comparator speaks for: what one answered for stays answered while it
// says the same in other words, and a router that has just started asks before it is asked.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/approvalfixture.h"
#include "tests/support/stopwatch.h"

#include <fstream>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class MasterComparator : public ApprovalTest {
protected:
    void SetUp() override {
        std::ofstream(router.file("comparator-token")) << "secret\n";
        says();
        startAsking();
        createPolicy({{"guards", Json::array()},
                      {"consistency_gate", {{"check_names", {"users"}}, {"minimum_percentage", 99}, {"max_age_seconds", 3'600}}}});
    }
    void startAsking() {
        ASSERT_TRUE(router.start({"--comparator", comparator.url(), "--comparator-token-file", router.file("comparator-token")}))
            << router.log();
    }
    // One item that is a check and a sync: the same answer is given to either question.
    void says(const Json &changes = Json::object()) {
        const std::string now = formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
        Json item{{"check_name", "users"},
                  {"last_full_run", {{"consistency_percentage", 100}, {"ended_at", now}, {"status", "SUCCESS"}}},
                  {"data_type", "USER"},
                  {"source_system", "LEGACY"},
                  {"target_system", "NEW"},
                  {"sync_direction", "BIDIRECTIONAL"},
                  {"state", "FOLLOWING"},
                  {"backlog", 0},
                  {"dead_letters", 0},
                  {"last_error", nullptr},
                  {"lag_seconds", 0}};
        item.update(changes);
        comparator.answer(200, dumpJson({{"items", Json::array({item})}}));
    }
    Json gateOf(const std::string &path, const std::string &word) {
        const Json approval = router.get(path);
        for (const Json &gate : approval.at("evidence").at("gates")) {
            if (gate.at("gate") == word) return gate;
        }
        return {};
    }
    bool waitDetail(const std::string &path, const std::string &word, const std::string &text) {
        return waitFor([&] { return gateOf(path, word).at("detail").get<std::string>().find(text) != std::string::npos; });
    }

    AnsweringServer comparator;
};

TEST_F(MasterComparator, AnAnswerOutlivesTheWordsOfAnError) {
    says({{"last_error", "timed out after 2.013 s"}});
    const std::string path = pathOfAsked();
    ASSERT_TRUE(waitDetail(path, "REVERSE_SYNC", "2.013")) << router.get(path).dump();
    ASSERT_TRUE(waitFor([&] { return gateOf(path, "CONSISTENCY").at("status") == "OPEN"; })) << router.get(path).dump();
    answerForAll(path);
    EXPECT_EQ(router.contract().checkSchema("Approval", router.get(path)), "");
    says({{"last_error", "timed out after 2.027 s"}});
    ASSERT_TRUE(waitDetail(path, "REVERSE_SYNC", "2.027")) << "what it says now is shown";
    EXPECT_EQ(gateOf(path, "REVERSE_SYNC").at("status"), "OVERRIDDEN");
    // Another cause is another question.
    says({{"state", "PAUSED"}});
    ASSERT_TRUE(waitDetail(path, "REVERSE_SYNC", "PAUSED"));
    EXPECT_EQ(gateOf(path, "REVERSE_SYNC").at("status"), "BLOCKED");
    EXPECT_EQ(decide(path, "approve", "approver").status, 409);
    says({{"last_error", "timed out after 2.044 s"}});
    ASSERT_TRUE(waitDetail(path, "REVERSE_SYNC", "2.044"));
    const TestAnswer approved = decide(path, "approve", "approver");
    EXPECT_EQ(approved.status, 200) << approved.body;
}

TEST_F(MasterComparator, AnAnswerOutlivesHowTheComparatorIsSilent) {
    comparator.answer(503);
    const std::string path = pathOfAsked();
    ASSERT_TRUE(waitDetail(path, "DEAD_LETTERS", "503")) << router.get(path).dump();
    ASSERT_TRUE(waitDetail(path, "CONSISTENCY", "503")) << router.get(path).dump();
    answerForAll(path);
    comparator.answer(500);
    ASSERT_TRUE(waitDetail(path, "DEAD_LETTERS", "500"));
    ASSERT_TRUE(waitDetail(path, "CONSISTENCY", "500"));
    for (const char *gate : {"CONSISTENCY", "BACKFILL", "DEAD_LETTERS", "REVERSE_SYNC"})
        EXPECT_EQ(gateOf(path, gate).at("status"), "OVERRIDDEN") << gate;
    // It speaks again: what it says was never answered for.
    says({{"dead_letters", 3}});
    ASSERT_TRUE(waitDetail(path, "DEAD_LETTERS", "3 dead letters"));
    EXPECT_EQ(gateOf(path, "DEAD_LETTERS").at("status"), "BLOCKED");
    EXPECT_EQ(decide(path, "approve", "approver").status, 409);
    comparator.answer(502);
    ASSERT_TRUE(waitDetail(path, "DEAD_LETTERS", "502"));
    const TestAnswer approved = decide(path, "approve", "approver");
    EXPECT_EQ(approved.status, 200) << approved.body;
}

// It asks as soon as it starts: nobody waits for its first regular look.
TEST_F(MasterComparator, ARouterThatHasJustStartedCarriesItOut) {
    const std::string path = pathOfAsked();
    for (const char *gate : {"CONSISTENCY", "BACKFILL", "DEAD_LETTERS", "REVERSE_SYNC"})
        ASSERT_TRUE(waitFor([&] { return gateOf(path, gate).at("status") == "OPEN"; })) << router.get(path).dump();
    ASSERT_EQ(answerFor(path, Json::array({"POLICIES"}), "approver").status, 200);
    ASSERT_TRUE(router.stop());
    startAsking();
    const Stopwatch watch;
    TestAnswer approved;
    EXPECT_TRUE(waitFor([&] {
        approved = decide(path, "approve", "approver");
        return approved.status == 200;
    })) << approved.body;
    EXPECT_LT(watch.seconds(), 0.7);
}

} // namespace
} // namespace crossfade
