// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Each kind of channel as its receiver gets it, signed as the service documents, through a real router.
#include "app/service/crypto.h"
#include "tests/services/router/channelfixture.h"

#include <algorithm>
#include <cstdlib>

namespace crossfade {
namespace {

using namespace std::chrono_literals;

class ChannelKinds : public ChannelTest {
protected:
    void SetUp() override {
        ChannelTest::SetUp();
        receiver.answer(200, R"({"errcode":0,"errmsg":"ok","code":0,"msg":"success"})"); // of all services
    }
    // What the receiver got of an alert on a channel of this kind, the only one.
    AnsweringServer::Request sent(const Json &changes) {
        const Json channel = create(changes);
        raise("GUARD_TRIPPED", "logins: 86 % <!channel>");
        EXPECT_TRUE(waitTold(1)) << router.log();
        EXPECT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; })) << deliveries(channel).dump();
        const auto requests = receiver.requests();
        EXPECT_EQ(requests.size(), 1U);
        EXPECT_NE(requests.at(0).head.find("Content-Type: application/json"), std::string::npos) << requests.at(0).head;
        return requests.at(0);
    }
    // As a channel shows it.
    std::string text() {
        const Json alert = openAlerts("GUARD_TRIPPED").at(0);
        return "[HIGH] GUARD TRIPPED\nlogins: 86 % <!channel>\nraised " + alert.at("raised_at").get<std::string>() +
               "\nCrossfade, alert " + alert.at("id").get<std::string>();
    }
    static std::string target(const AnsweringServer::Request &request) {
        const std::size_t at = request.head.find(' ') + 1;
        return request.head.substr(at, request.head.find(' ', at) - at);
    }
    static std::string parameter(const std::string &target, const std::string &name) {
        const std::size_t at = target.find(name + "=");
        if (at == std::string::npos) return {};
        const std::size_t from = at + name.size() + 1;
        std::string value;
        for (std::size_t i = from; i < target.size() && target[i] != '&'; ++i) {
            if (target[i] != '%') {
                value += target[i];
                continue;
            }
            value += static_cast<char>(std::strtol(target.substr(i + 1, 2).c_str(), nullptr, 16));
            i += 2;
        }
        return value;
    }
    static bool isNow(std::int64_t ms) {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        return std::abs(toMs(now) - ms) < 60'000;
    }
};

TEST_F(ChannelKinds, aWebhookGetsTheAlertItself) {
    const auto request = sent({{"secret", "TOP-SECRET"}});
    EXPECT_EQ(target(request), "/hook?key=SECRET-IN-URL");
    EXPECT_NE(request.head.find("Authorization: Bearer TOP-SECRET"), std::string::npos);
    EXPECT_EQ(parseJson(request.body).value(),
              (Json{{"occasion", "RAISED"}, {"text", text()}, {"alert", openAlerts("GUARD_TRIPPED").at(0)}}));
}

TEST_F(ChannelKinds, slackGetsTextWithoutMentions) {
    const auto request = sent({{"kind", "SLACK"}, {"secret", "UNUSED"}});
    std::string escaped = text();
    escaped.replace(escaped.find("<!channel>"), 10, "&lt;!channel&gt;");
    EXPECT_EQ(parseJson(request.body).value(), (Json{{"text", escaped}}));
    EXPECT_EQ(request.head.find("UNUSED"), std::string::npos);
}

TEST_F(ChannelKinds, dingTalkIsSignedInTheAddress) {
    const auto request = sent({{"kind", "DINGTALK"}, {"secret", "SEC-DING"}});
    EXPECT_EQ(parseJson(request.body).value(), (Json{{"msgtype", "text"}, {"text", {{"content", text()}}}}));
    const std::string at = target(request);
    EXPECT_TRUE(at.starts_with("/hook?key=SECRET-IN-URL&timestamp=")) << at;
    const std::string stamp = parameter(at, "timestamp");
    EXPECT_TRUE(isNow(std::strtoll(stamp.c_str(), nullptr, 10))) << at;
    EXPECT_EQ(parameter(at, "sign"), base64(hmacSha256("SEC-DING", stamp + "\nSEC-DING"))) << at;
    EXPECT_EQ((request.head + request.body).find("SEC-DING"), std::string::npos);
}

TEST_F(ChannelKinds, weComGetsItsShape) {
    const auto request = sent({{"kind", "WECOM"}});
    EXPECT_EQ(target(request), "/hook?key=SECRET-IN-URL");
    EXPECT_EQ(parseJson(request.body).value(), (Json{{"msgtype", "text"}, {"text", {{"content", text()}}}}));
}

TEST_F(ChannelKinds, feishuIsSignedInTheBody) {
    const auto request = sent({{"kind", "FEISHU"}, {"secret", "SEC-FEI"}});
    Json body = parseJson(request.body).value();
    const std::string stamp = body.at("timestamp");
    EXPECT_TRUE(isNow(std::strtoll(stamp.c_str(), nullptr, 10) * 1'000)) << stamp;
    EXPECT_EQ(body.at("sign"), base64(hmacSha256(stamp + "\nSEC-FEI", "")));
    body.erase("timestamp");
    body.erase("sign");
    EXPECT_EQ(body, (Json{{"msg_type", "text"}, {"content", {{"text", text()}}}}));
    EXPECT_EQ(target(request), "/hook?key=SECRET-IN-URL");
    EXPECT_EQ((request.head + request.body).find("SEC-FEI"), std::string::npos);
}

// Whoever answers 200 with an error inside has not taken it.
TEST_F(ChannelKinds, aServiceThatDoesNotTakeTheSignatureIsToldAgain) {
    receiver.answer(200, R"({"errcode":310000,"errmsg":"sign not match","code":19021,"msg":"sign match fail"})");
    const Json ding = create({{"name", "ding"}, {"kind", "DINGTALK"}});
    const Json feishu = create({{"name", "feishu"}, {"kind", "FEISHU"}});
    raise("ONE", "x");
    for (const auto &[channel, error] : {std::pair(ding, "refused it with 310000: sign not match"),
                                         std::pair(feishu, "refused it with 19021: sign match fail")}) {
        ASSERT_TRUE(waitFor([&, one = channel] { return deliveries(one)[0].at("attempts").get<int>() >= 1; }));
        EXPECT_EQ(deliveries(channel)[0].at("error"), error);
    }
    receiver.answer(200, R"({"errcode":0,"code":0})");
    for (const Json &channel : {ding, feishu})
        EXPECT_TRUE(waitFor([&, one = channel] { return deliveries(one)[0].at("state") == "SENT"; }));
}

TEST_F(ChannelKinds, mailLogsInWhereThatIsAskedFor) {
    mail.askForLogin("night-shift", "TOP-SECRET");
    const Json without = createMail({{"name", "without"}, {"types", {"ONE"}}});
    raise("ONE", "x");
    ASSERT_TRUE(waitFor([&] { return deliveries(without)[0].at("attempts").get<int>() >= 1; })) << router.log();
    EXPECT_NE(deliveries(without)[0].at("error").get<std::string>().find("530 5.7.0 who are you"), std::string::npos)
        << deliveries(without).dump();
    const Json wrong = createMail({{"name", "wrong"}, {"types", {"TWO"}}, {"user", "night-shift"}, {"secret", "WRONG-ONE"}});
    const Json tried = router.post(pathOfChannel(wrong, "/test"), Json::object(), 200);
    EXPECT_EQ(tried.at("state"), "FAILED") << tried.dump();
    EXPECT_EQ(tried.dump().find("WRONG-ONE"), std::string::npos);
    EXPECT_TRUE(mail.messages().empty());
    const Json right = createMail({{"name", "right"}, {"types", {"THREE"}}, {"user", "night-shift"}, {"secret", "TOP-SECRET"}});
    raise("THREE", "x");
    ASSERT_TRUE(waitFor([&] { return deliveries(right)[0].at("state") == "SENT"; })) << deliveries(right).dump();
    ASSERT_EQ(mail.messages().size(), 1U);
    EXPECT_EQ(mail.messages()[0].login, "night-shift");
    EXPECT_EQ(router.log().find("TOP-SECRET"), std::string::npos);
}

} // namespace
} // namespace crossfade
