// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What came of a message is noted once, and nothing is sent anew for want of a note.
#include "tests/services/router/channelfixture.h"
#include "tests/support/replicas.h"

#include <csignal>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ChannelNotes : public ChannelTest {};

TEST_F(ChannelNotes, aStoreThatStandsStillSendsNothingTwice) {
    const Json channel = create(Json::object());
    receiver.answer(503);
    raise("ONE", "told once");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("attempts").get<int>() >= 2; })) << router.log();
    const auto thief = router.store();
    ASSERT_TRUE(holdWriting(*thief));
    const int before = deliveries(channel)[0].at("attempts");
    const std::size_t refused = receiver.requests().size();
    receiver.answer(200);
    ASSERT_TRUE(waitTold(refused + 1)) << router.log();
    // Long enough for the note to be refused more than once.
    EXPECT_FALSE(waitFor([&] { return receiver.requests().size() > refused + 1; }, 25s));
    EXPECT_EQ(deliveries(channel)[0].at("state"), "PENDING");
    EXPECT_NE(router.log().find("what came of telling a channel was not noted yet"), std::string::npos);
    thief->rollback();
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; }, 40s)) << router.log();
    EXPECT_EQ(deliveries(channel)[0].at("attempts"), before + 1);
    EXPECT_EQ(receiver.requests().size(), refused + 1);
    // The channel goes on with what comes next.
    raise("TWO", "the next");
    ASSERT_TRUE(waitTold(refused + 2));
    EXPECT_EQ(told().back(), "the next");
}

// It was stopped while it told, and wakes when another leads and has told of it.
TEST(ChannelNotesOfReplicas, aLeaderThatWakesDoesNotUndoTheNoteOfTheNext) {
    Replicas replicas;
    ASSERT_TRUE(replicas.startAll()) << replicas.log(0) << replicas.log(1);
    ASSERT_TRUE(waitFor([&] { return replicas.leader().has_value(); }));
    const std::size_t first = *replicas.leader();
    const std::size_t second = 1 - first;
    AnsweringServer receiver;
    const TestClient client = replicas.client(second);
    const TestAnswer made = client.post("/api/v1/channels", {{"name", "n"}, {"kind", "WEBHOOK"}, {"url", receiver.url()}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/channels/" + made.json.value("id", "") + "/deliveries";
    const auto delivery = [&] { return client.get(path).json.at("items").at(0); };
    receiver.beSilent();
    ASSERT_EQ(replicas.client(second, "service")
                  .post("/api/v1/alerts", {{"type", "ONE"}, {"severity", "HIGH"}, {"message", "x"}})
                  .status,
              204);
    ASSERT_TRUE(waitFor([&] { return receiver.held() == 1; }));
    replicas.signal(first, SIGSTOP);
    receiver.answer(200);
    ASSERT_TRUE(waitFor([&] { return delivery().at("state") == "SENT"; }, 30s)) << replicas.log(second);
    const Json noted = delivery();
    EXPECT_EQ(noted.at("attempts"), 1);
    replicas.signal(first, SIGCONT);
    // Its own attempt has failed by now: what it would note is of a time that is over.
    EXPECT_FALSE(waitFor([&] { return delivery() != noted; }, 15s)) << delivery().dump();
    EXPECT_EQ(receiver.requests().size(), 1U);
    const Json alerts = client.get("/api/v1/alerts?limit=1000").json.at("items");
    EXPECT_EQ(alerts.size(), 1U) << alerts.dump();
}

} // namespace
} // namespace crossfade
