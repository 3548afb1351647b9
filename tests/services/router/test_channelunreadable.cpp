// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A stored channel that cannot be read holds up no other, says so, and can be deleted.
#include "tests/services/router/channelfixture.h"

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class UnreadableChannels : public ChannelTest {
protected:
    // As a later version, or a hand, would have written it.
    void spoil(const Json &channel) {
        const auto db = router.store();
        ASSERT_TRUE(db);
        const auto done = db->execute("UPDATE channel SET definition = ? WHERE id = ?",
                                      {R"({"name": "night shift", "kind": "PIGEON", "secret": "TOP-SECRET"})",
                                       channel.at("id").get<std::string>()});
        ASSERT_TRUE(done) << done.error().message;
    }
};

TEST_F(UnreadableChannels, areNamedAndDeletedAndHoldUpNoOther) {
    AnsweringServer well;
    const Json broken = create(Json::object());
    const Json other = create({{"name", "well"}, {"url", well.url()}});
    receiver.answer(503);
    raise("ONE", "waits");
    raise("TWO", "waits, too");
    ASSERT_TRUE(waitFor([&] { return well.requests().size() == 2; }));
    spoil(broken);
    // What waited is given up, with the reason, and people hear of it.
    ASSERT_TRUE(waitFor([&] {
        const Json list = deliveries(broken);
        return list.size() == 2 && list[0].at("state") == "FAILED" && list[1].at("state") == "FAILED";
    }, 20s)) << deliveries(broken).dump();
    EXPECT_NE(deliveries(broken)[0].at("error").get<std::string>().find("the stored channel night shift cannot be read"),
              std::string::npos)
        << deliveries(broken).dump();
    ASSERT_TRUE(waitFor([&] { return openAlerts("CHANNEL_UNREADABLE").size() == 1; }, 15s)) << router.log();
    const Json alert = openAlerts("CHANNEL_UNREADABLE").front();
    EXPECT_EQ(alert.at("subject_id"), broken.at("id"));
    EXPECT_EQ(alert.at("severity"), "HIGH");
    EXPECT_NE(alert.at("message").get<std::string>().find("night shift"), std::string::npos) << alert.dump();
    EXPECT_TRUE(waitFor([&] { return well.requests().size() == 3; })) << "the other channel tells of it";
    EXPECT_TRUE(openAlerts("CHANNEL_FAILED").empty()) << "one alert says it";
    // Lists and changes of the others go on.
    const Json page = router.get(Path);
    ASSERT_EQ(page.at("items").size(), 1U);
    EXPECT_EQ(page.at("items")[0].at("name"), "well");
    const Json third = create({{"name", "third"}, {"url", well.url()}, {"active", false}});
    create({{"name", "night shift"}}, 409);
    raise("THREE", "told");
    EXPECT_TRUE(waitFor([&] { return well.requests().size() == 4; }));
    // It itself says why, and what deletes it.
    const TestAnswer shown = router.call({"GET", pathOfChannel(broken), {}});
    EXPECT_EQ(shown.status, 409);
    EXPECT_EQ(shown.header("etag"), "\"1\"");
    EXPECT_NE(shown.body.find("/kind"), std::string::npos) << shown.body;
    EXPECT_EQ(router.call({"PUT", pathOfChannel(broken), {{"name", "x"}, {"kind", "SLACK"}}, "1"}).status, 409);
    EXPECT_EQ(router.call({"POST", pathOfChannel(broken, "/test"), Json::object()}).status, 409);
    EXPECT_EQ(router.call({"DELETE", pathOfChannel(broken), {}, "2"}).status, 412);
    EXPECT_EQ(router.call({"DELETE", pathOfChannel(broken), {}, "1"}).status, 204);
    EXPECT_TRUE(openAlerts("CHANNEL_UNREADABLE").empty());
    router.get(pathOfChannel(broken), 404);
    router.get(pathOfChannel(broken, "/deliveries"), 404);
    for (const std::string &text : {router.get("/api/v1/audit?limit=100").dump(), router.log()})
        EXPECT_EQ(text.find("TOP-SECRET"), std::string::npos);
    EXPECT_EQ(router.get("/api/v1/audit/verification").at("intact"), true);
}

} // namespace
} // namespace crossfade
