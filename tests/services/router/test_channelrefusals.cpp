// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a receiver refuses: for one recipient, for good, or until it is given up.
#include "tests/services/router/channelfixture.h"

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ChannelRefusals : public ChannelTest {
protected:
    bool waitState(const Json &channel, const std::string &state, std::chrono::seconds limit = 15s) {
        return waitFor([&] {
            const Json list = deliveries(channel);
            return !list.empty() && list.back().at("state") == state;
        }, limit);
    }
};

// Somebody left: the others still have to hear of it.
TEST_F(ChannelRefusals, ofOneRecipientKeepNobodyElseFromTheMail) {
    const Json channel = createMail({{"to", {"gone@example.org", "b@example.org", "c@example.org"}}});
    mail.refuseOnly("gone@example.org", "550-5.1.1 nobody\r\n550 5.1.1 of that name");
    raise("ONE", "x");
    ASSERT_TRUE(waitState(channel, "SENT")) << deliveries(channel).dump() << router.log();
    ASSERT_EQ(mail.messages().size(), 1U);
    EXPECT_EQ(mail.messages().front().to, (std::vector<std::string>{"b@example.org", "c@example.org"}));
    const Json delivery = deliveries(channel)[0];
    EXPECT_EQ(delivery.at("attempts"), 1);
    EXPECT_EQ(delivery.at("error"), "not taken for gone@example.org: 550 5.1.1 nobody 5.1.1 of that name");
    EXPECT_EQ(router.get(pathOfChannel(channel)).at("last_delivery"), delivery);
    // The last one, and the one who tries it.
    mail.refuseOnly("c@example.org", "450 4.2.1 later");
    const Json tried = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(tried.at("state"), "SENT");
    EXPECT_EQ(tried.at("error"), "not taken for c@example.org: 450 4.2.1 later");
    // Where none is left nothing was sent.
    mail.refuse("550 5.7.1 no");
    const Json none = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(none.at("state"), "FAILED");
    EXPECT_NE(none.at("error").get<std::string>().find("550 5.7.1 no"), std::string::npos) << none.dump();
    EXPECT_EQ(mail.messages().size(), 2U);
}

// An address that is gone: half a minute, then what comes after it has its turn, and people hear of it.
TEST_F(ChannelRefusals, forGoodEndAfterFiveAttempts) {
    AnsweringServer well;
    const Json channel = create(Json::object());
    create({{"name", "well"}, {"url", well.url()}, {"types", {"CHANNEL_FAILED"}}});
    receiver.answer(404);
    raise("ONE", "refused");
    raise("TWO", "waits for its turn");
    ASSERT_TRUE(waitState(channel, "FAILED", 60s)) << deliveries(channel).dump();
    receiver.answer(200);
    const Json given = deliveries(channel).back();
    EXPECT_EQ(given.at("attempts"), 5);
    EXPECT_EQ(given.at("error"), "answered 404");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; })) << deliveries(channel).dump();
    EXPECT_EQ(told().back(), "waits for its turn");
    const auto alerts = openAlerts("CHANNEL_FAILED");
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0].at("subject_id"), channel.at("id"));
    EXPECT_EQ(alerts[0].at("message"), "a channel could not be told: answered 404");
    EXPECT_EQ(alerts[0].at("details"), (Json{{"alert", given.at("alert_id")}}));
    EXPECT_EQ(router.contract().checkSchema("Alert", alerts[0]), "");
    EXPECT_TRUE(waitFor([&] { return well.requests().size() == 1; })) << "told on the channel that works";
    const std::string metrics = router.client("admin").get("/metrics").body;
    EXPECT_NE(metrics.find("crossfade_alert_deliveries_total{result=\"failed\"} 1"), std::string::npos) << metrics;
    EXPECT_EQ(router.call({"DELETE", pathOfChannel(channel), {}, "1"}).status, 204);
    EXPECT_TRUE(openAlerts("CHANNEL_FAILED").empty()) << "gone with the channel";
}

// A robot that was taken out of its chat says so within 200: what comes after has its turn as soon.
TEST_F(ChannelRefusals, forGoodWithin200EndAfterFiveAttempts) {
    const Json channel = create({{"kind", "DINGTALK"}, {"name", "chat"}});
    receiver.answer(200, R"({"errcode":310000,"errmsg":"keywords not in content"})");
    raise("ONE", "refused");
    raise("TWO", "waits for its turn");
    ASSERT_TRUE(waitState(channel, "FAILED", 60s)) << deliveries(channel).dump();
    receiver.answer(200, R"({"errcode":0,"errmsg":"ok"})");
    EXPECT_EQ(deliveries(channel).back().at("attempts"), 5);
    EXPECT_EQ(deliveries(channel).back().at("error"), "refused it with 310000: keywords not in content");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; })) << deliveries(channel).dump();
}

// Each of the twenty attempts of some two hours would be waited for: all but the last are written as done.
TEST_F(ChannelRefusals, thatPassAreTriedTwentyTimesAndThenGivenUp) {
    const Json channel = create(Json::object());
    receiver.answer(429);
    raise("ONE", "too many");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("attempts").get<int>() >= 1; }));
    ASSERT_TRUE(router.stop());
    const auto later = [&](int attempts) {
        const auto done = router.store()->execute(
            "UPDATE alert_delivery SET attempts = ?, next_attempt_at = 1 WHERE state = 'PENDING'", {std::int64_t{attempts}});
        ASSERT_TRUE(done && *done == 1);
    };
    later(18);
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("attempts") == 19; })) << router.log();
    EXPECT_EQ(deliveries(channel)[0].at("state"), "PENDING") << "429 is no refusal for good";
    EXPECT_TRUE(openAlerts("CHANNEL_FAILED").empty());
    ASSERT_TRUE(router.stop());
    later(19);
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitState(channel, "FAILED")) << deliveries(channel).dump();
    EXPECT_EQ(deliveries(channel)[0].at("attempts"), 20);
    EXPECT_FALSE(deliveries(channel)[0].at("finished_at").is_null());
    ASSERT_EQ(openAlerts("CHANNEL_FAILED").size(), 1U);
    EXPECT_EQ(openAlerts("CHANNEL_FAILED")[0].at("message"), "a channel could not be told: answered 429");
}

} // namespace
} // namespace crossfade
