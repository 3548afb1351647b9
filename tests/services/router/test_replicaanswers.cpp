// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two people answer the same question in the same moment, each at another of two routers on one database.
#include "tests/support/replicas.h"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <thread>

namespace crossfade {
namespace {

class ReplicaAnswers : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
        ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
        // Of the first one's folder, and known to both.
        for (const std::string &roles : people)
            ASSERT_NE(replicas.token(roles), "");
    }
    std::string askForNew(std::size_t at) {
        const TestClient client = replicas.client(at);
        const std::string version = std::to_string(client.get("/api/v1/switches").json.value("version", 0));
        const TestAnswer asked = client.put(
            "/api/v1/switches", {{"master", "NEW"}, {"default_platform", "NEW"}, {"reason", "all are moved"}}, version);
        EXPECT_EQ(asked.status, 202) << asked.body;
        return "/api/v1/approvals/" + (asked.status == 202 ? asked.json.value("id", "none") : "none");
    }
    // Both at once, one at each router.
    std::array<TestAnswer, 2> atOnce(const std::string &path) {
        std::array<TestAnswer, 2> answers;
        std::latch ready(2);
        std::array<std::jthread, 2> threads;
        for (std::size_t i = 0; i < 2; ++i)
            threads[i] = std::jthread([&, i] {
                const TestClient client = replicas.client(i, people[i]);
                ready.arrive_and_wait();
                answers[i] = client.post(path + "/reject", {{"reason", reasons[i]}});
            });
        for (std::jthread &thread : threads)
            thread.join();
        return answers;
    }
    static std::string subjectOf(std::size_t who) { return who == 0 ? "approver-1" : "viewer-approver-1"; }

    Replicas replicas;
    const std::array<std::string, 2> people{"approver", "viewer,approver"};
    const std::array<std::string, 2> reasons{"too early", "not tonight"};
};

TEST_F(ReplicaAnswers, OneOfTwoWinsAndTheOtherIsToldWho) {
    std::array<int, 2> won{};
    for (int round = 0; round < 10; ++round) {
        const std::string path = askForNew(static_cast<std::size_t>(round % 2));
        const std::array<TestAnswer, 2> answers = atOnce(path);
        const std::size_t winner = answers[0].status == 200 ? 0 : 1;
        const std::size_t loser = 1 - winner;
        ASSERT_EQ(answers[winner].status, 200) << answers[0].body << answers[1].body;
        ASSERT_EQ(answers[loser].status, 409) << answers[loser].body;
        ++won[winner];
        EXPECT_EQ(answers[winner].json.at("decided_by"), subjectOf(winner));
        const std::string detail = answers[loser].json.at("detail");
        EXPECT_NE(detail.find(subjectOf(winner) + " was first"), std::string::npos) << detail;
        EXPECT_NE(detail.find("REJECTED"), std::string::npos) << detail;
        EXPECT_NE(detail.find(reasons[winner]), std::string::npos) << detail;
        for (std::size_t i = 0; i < 2; ++i) { // whomever one asks
            const Json stands = replicas.client(i).get(path).json;
            EXPECT_EQ(stands.at("state"), "REJECTED");
            EXPECT_EQ(stands.at("decided_by"), subjectOf(winner));
            EXPECT_EQ(stands.at("decision_reason"), reasons[winner]);
        }
    }
    const Json audit = replicas.client(0).get("/api/v1/audit?action=approval.reject&limit=1000").json;
    EXPECT_EQ(audit.at("items").size(), 10U) << "each question was answered once";
    std::printf("%d to %d\n", won[0], won[1]);
}

} // namespace
} // namespace crossfade
