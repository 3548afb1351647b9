// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/channelmessage.h"
#include "app/service/crypto.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

Json alertOf(const std::string &message, int count = 1) {
    return {{"id", "a1"},
            {"type", "GUARD_TRIPPED"},
            {"severity", "HIGH"},
            {"message", message},
            {"details", Json::object()},
            {"subject_type", "shift_policy"},
            {"subject_id", "p1"},
            {"raised_at", "2026-11-21T02:03:04.000Z"},
            {"last_raised_at", "2026-11-21T02:18:04.000Z"},
            {"count", count}};
}

Channel channelOf(ChannelKind kind, const std::string &secret = {}) {
    Channel channel;
    channel.id = "c1";
    channel.name = "night shift";
    channel.kind = kind;
    channel.url = "https://chat.example/hook?key=1";
    channel.secret = secret;
    return channel;
}

Json bodyOf(const Channel &channel, const Json &alert) {
    return parseJson(webhookRequest(channel, alert, Occasion::Raised, instantFromMs(1'599'360'473'000)).body).value();
}

// RFC 4231, test case 2, and RFC 4648, section 10.
TEST(Signature, AsTheStandardsHaveIt) {
    EXPECT_EQ(base64(hmacSha256("Jefe", "what do ya want for nothing?")), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("\xfb\xff"), "+/8=");
}

TEST(ChannelMessage, EachServiceGetsItsOwnShape) {
    const std::string text = "[HIGH] GUARD TRIPPED\nlogins: 86 %\nraised 2026-11-21T02:03:04.000Z\nCrossfade, alert a1";
    const Json alert = alertOf("logins: 86 %");
    EXPECT_EQ(bodyOf(channelOf(ChannelKind::Slack), alert), (Json{{"text", text}}));
    const Json robots{{"msgtype", "text"}, {"text", {{"content", text}}}};
    EXPECT_EQ(bodyOf(channelOf(ChannelKind::DingTalk), alert), robots);
    EXPECT_EQ(bodyOf(channelOf(ChannelKind::WeCom), alert), robots);
    EXPECT_EQ(bodyOf(channelOf(ChannelKind::Feishu), alert), (Json{{"msg_type", "text"}, {"content", {{"text", text}}}}));
    EXPECT_EQ(bodyOf(channelOf(ChannelKind::Webhook), alert), (Json{{"occasion", "RAISED"}, {"text", text}, {"alert", alert}}));
}

TEST(ChannelMessage, SlackReadsNoMarkupIntoIt) {
    const Json body = bodyOf(channelOf(ChannelKind::Slack), alertOf("<!channel> a & b <https://x|y>"));
    EXPECT_NE(body.at("text").get<std::string>().find("&lt;!channel&gt; a &amp; b &lt;https://x|y&gt;"), std::string::npos);
}

TEST(ChannelMessage, ASecretSignsWithTheTime) {
    const Instant now = instantFromMs(1'599'360'473'123);
    const FetchRequest ding = webhookRequest(channelOf(ChannelKind::DingTalk, "SEC"), alertOf("x"), Occasion::Raised, now);
    const std::string sign = base64(hmacSha256("SEC", "1599360473123\nSEC"));
    EXPECT_TRUE(ding.url.starts_with("https://chat.example/hook?key=1&timestamp=1599360473123&sign=")) << ding.url;
    EXPECT_EQ(ding.url.find_first_of("+/=", ding.url.find("&sign=") + 6), std::string::npos) << ding.url;
    EXPECT_TRUE(ding.url.ends_with("%3D")) << ding.url << " of " << sign;
    const Json feishu =
        parseJson(webhookRequest(channelOf(ChannelKind::Feishu, "SEC"), alertOf("x"), Occasion::Raised, now).body).value();
    EXPECT_EQ(feishu.at("timestamp"), "1599360473");
    EXPECT_EQ(feishu.at("sign"), base64(hmacSha256("1599360473\nSEC", "")));
    EXPECT_EQ(webhookRequest(channelOf(ChannelKind::Webhook, "SEC"), alertOf("x"), Occasion::Raised, now).bearer, "SEC");
    EXPECT_EQ(webhookRequest(channelOf(ChannelKind::Slack, "SEC"), alertOf("x"), Occasion::Raised, now).bearer, "");
}

TEST(ChannelMessage, AReminderSaysHowOften) {
    const std::string text = alertLines(alertOf("logins: held", 3), Occasion::Reminded);
    EXPECT_EQ(text, "[HIGH] still open: GUARD TRIPPED\nlogins: held\nraised 2026-11-21T02:03:04.000Z, last "
                    "2026-11-21T02:18:04.000Z, 3 times\nCrossfade, alert a1");
}

TEST(ChannelMessage, WhatIsTooLongIsCutBetweenCharacters) {
    std::string message;
    for (int i = 0; i < 1'500; ++i)
        message += "\xE7\x81\xB0"; // three bytes each
    const std::string text = alertLines(alertOf(message), Occasion::Raised);
    EXPECT_LE(text.size(), 2'000U);
    EXPECT_GT(text.size(), 1'990U);
    EXPECT_NE(text.find("..."), std::string::npos);
    const Json sent = bodyOf(channelOf(ChannelKind::WeCom), alertOf(message));
    EXPECT_EQ(sent.at("text").at("content").get<std::string>().find("\xEF\xBF\xBD"), std::string::npos);
    const std::string head = alertHeadline(alertOf("two\r\nlines\x7F"), Occasion::Raised);
    EXPECT_EQ(head, "[HIGH] GUARD TRIPPED: two  lines ");
}

TEST(ChannelMessage, WhatAServerSaysIsRecordedAsText) {
    EXPECT_EQ(recordedError("550 nobody"), "550 nobody");
    EXPECT_EQ(recordedError("550 \xD3\xCA"), "550 \xEF\xBF\xBD\xEF\xBF\xBD");
    const std::string cut = recordedError(std::string(499, 'x') + "\xE7\x81\xB0\xE5\xBA\xA6");
    EXPECT_EQ(cut, std::string(497, 'x') + "...");
    EXPECT_EQ(recordedError("550 one\r\ntwo\x1B[31m"), "550 one  two [31m");
    EXPECT_EQ(recordedError({}), "");
}

TEST(ChannelMessage, AnErrorInsideOf200IsARefusal) {
    const auto refusal = [](ChannelKind kind, int status, const std::string &body) {
        return refusalOf(channelOf(kind), {status, {}, body});
    };
    EXPECT_EQ(refusal(ChannelKind::Slack, 200, "ok"), "");
    EXPECT_EQ(refusal(ChannelKind::Slack, 404, "no_service"), "answered 404");
    EXPECT_EQ(refusal(ChannelKind::Webhook, 204, ""), "");
    EXPECT_EQ(refusal(ChannelKind::Webhook, 302, ""), "answered 302");
    EXPECT_EQ(refusal(ChannelKind::DingTalk, 200, R"({"errcode":0,"errmsg":"ok"})"), "");
    EXPECT_EQ(refusal(ChannelKind::DingTalk, 200, R"({"errcode":310000,"errmsg":"sign not match"})"),
              "refused it with 310000: sign not match");
    EXPECT_EQ(refusal(ChannelKind::WeCom, 200, R"({"errcode":93000,"errmsg":"invalid webhook url"})"),
              "refused it with 93000: invalid webhook url");
    EXPECT_EQ(refusal(ChannelKind::Feishu, 200, R"({"code":19021,"msg":"sign match fail"})"),
              "refused it with 19021: sign match fail");
    EXPECT_EQ(refusal(ChannelKind::Feishu, 200, R"({"StatusCode":0,"StatusMessage":"success"})"), "");
    for (const char *odd : {"", "<html>", "[]", "{}", R"({"errcode":"0"})"})
        EXPECT_EQ(refusal(ChannelKind::WeCom, 200, odd), "answered something that is not its own") << odd;
}

TEST(ChannelMessage, AttemptsGetRarerAndEnd) {
    Seconds all{0};
    Seconds last{0};
    std::int64_t attempts = 1;
    for (auto pause = nextAttemptAfter(attempts); pause; pause = nextAttemptAfter(++attempts)) {
        EXPECT_GE(*pause, last);
        EXPECT_LE(*pause, Seconds(600));
        last = *pause;
        all += *pause;
    }
    EXPECT_EQ(nextAttemptAfter(1), Seconds(2));
    EXPECT_EQ(attempts, 20);
    EXPECT_GT(all, std::chrono::minutes(100));
    EXPECT_LT(all, std::chrono::minutes(130));
}

TEST(ChannelMessage, WhatIsRefusedForGoodEndsSoon) {
    for (const ChannelKind kind : {ChannelKind::Webhook, ChannelKind::Slack, ChannelKind::DingTalk, ChannelKind::Feishu}) {
        for (const int status : {400, 401, 403, 404, 410, 413, 499})
            EXPECT_TRUE(refusesForGood(channelOf(kind), {status, {}, {}})) << status;
        for (const int status : {200, 302, 399, 408, 425, 429, 500, 503})
            EXPECT_FALSE(refusesForGood(channelOf(kind), {status, {}, {}})) << status;
    }
    Seconds all{0};
    std::int64_t attempts = 1;
    for (auto pause = nextAttemptAfter(attempts, true); pause; pause = nextAttemptAfter(++attempts, true))
        all += *pause;
    EXPECT_EQ(attempts, 5);
    EXPECT_EQ(all, Seconds(30));
}

TEST(ChannelMessage, WhatAServiceSaysWithin200OfItsSettingsIsForGood) {
    const auto forGood = [](ChannelKind kind, int code, int status = 200) {
        const char *field = kind == ChannelKind::Feishu ? "code" : "errcode";
        return refusesForGood(channelOf(kind), {status, {}, dumpJson(Json{{field, code}})});
    };
    for (const int code : {300'001, 300'005, 310'000})
        EXPECT_TRUE(forGood(ChannelKind::DingTalk, code)) << code;
    EXPECT_TRUE(forGood(ChannelKind::WeCom, 93'000));
    for (const int code : {19'001, 19'021, 19'022, 19'024})
        EXPECT_TRUE(forGood(ChannelKind::Feishu, code)) << code;
    EXPECT_TRUE(refusesForGood(channelOf(ChannelKind::Feishu), {200, {}, R"({"StatusCode":19001})"}));
    // Too many, too busy, unknown to us, or of another service: it may pass.
    for (const int code : {-1, 0, 130'101, 93'000, 19'021})
        EXPECT_FALSE(forGood(ChannelKind::DingTalk, code)) << code;
    for (const int code : {-1, 0, 45'009, 310'000})
        EXPECT_FALSE(forGood(ChannelKind::WeCom, code)) << code;
    for (const int code : {0, 9'499, 11'232, 310'000})
        EXPECT_FALSE(forGood(ChannelKind::Feishu, code)) << code;
    EXPECT_FALSE(forGood(ChannelKind::Feishu, 19'021, 503)) << "the service itself is ill";
    EXPECT_FALSE(forGood(ChannelKind::Webhook, 310'000)) << "one's own receiver took it";
    for (const char *odd : {"", "<html>", "[]", "{}", R"({"errcode":"310000"})"})
        EXPECT_FALSE(refusesForGood(channelOf(ChannelKind::DingTalk), {200, {}, odd})) << odd;
}

TEST(ChannelMessage, WhomAMailMissedIsNamed) {
    EXPECT_EQ(missedText({}), "");
    EXPECT_EQ(missedText({"a@b: 550 x", "c@d: 450 y"}), "not taken for a@b: 550 x; c@d: 450 y");
}

TEST(ChannelChoice, SeverityTypesAndItself) {
    Channel channel = channelOf(ChannelKind::Slack);
    Json alert = alertOf("x");
    EXPECT_TRUE(wants(channel, alert));
    alert["severity"] = "MEDIUM";
    channel.minSeverity = Severity::High;
    EXPECT_FALSE(wants(channel, alert));
    channel.minSeverity = Severity::Medium;
    EXPECT_TRUE(wants(channel, alert));
    channel.types = {"SHIFT_HELD"};
    EXPECT_FALSE(wants(channel, alert));
    channel.types = {"SHIFT_HELD", "GUARD_TRIPPED"};
    EXPECT_TRUE(wants(channel, alert));
    // Set up for what was called otherwise then.
    channel.types = {"CONSISTENCY_BELOW_THRESHOLD"};
    EXPECT_FALSE(wants(channel, alert));
    alert["type"] = "DATA_INCONSISTENCY";
    EXPECT_TRUE(wants(channel, alert));
    channel.types = {"CHECK_FAILED"};
    EXPECT_FALSE(wants(channel, alert));
    alert["type"] = "DATA_CONSISTENCY_CHECK_FAILED";
    EXPECT_TRUE(wants(channel, alert));
    channel.active = false;
    EXPECT_FALSE(wants(channel, alert));
    channel.active = true;
    alert["subject_type"] = "channel";
    EXPECT_TRUE(wants(channel, alert));
    alert["subject_id"] = "c1";
    EXPECT_FALSE(wants(channel, alert)) << "it cannot tell of its own failure";
}

TEST(MailText, IsAsMailIs) {
    const Mail mail{"crossfade@example.org", {"a@example.org", "b@example.org"},
                    "[HIGH] \xE7\x81\xB0\xE5\xBA\xA6", "eins\nzwei", "id-1", instantFromMs(1'795'226'584'000)};
    const std::string text = mailText(mail);
    EXPECT_TRUE(text.starts_with("Date: Sat, 21 Nov 2026 ")) << text;
    EXPECT_NE(text.find("\r\nFrom: crossfade@example.org\r\nTo: a@example.org,\r\n b@example.org\r\nSubject: =?UTF-8?B?"
                        "W0hJR0hdIOeBsOW6pg==?=\r\nMessage-ID: <id-1@crossfade>\r\n"),
              std::string::npos)
        << text;
    EXPECT_TRUE(text.ends_with("\r\n\r\nZWlucwp6d2Vp\r\n")) << text;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
        EXPECT_EQ(text[at - 1], '\r');
    Mail longer = mail;
    longer.subject.assign(100, 'x');
    longer.text.assign(1'000, 'y');
    const std::string folded = mailText(longer);
    std::size_t from = 0;
    for (std::size_t at = folded.find("\r\n"); at != std::string::npos; from = at + 2, at = folded.find("\r\n", from))
        EXPECT_LE(at - from, 76U) << folded.substr(from, at - from);
}

TEST(MailAddress, OnlyWhatMayStandInAnEnvelope) {
    for (const char *good : {"a@b", "first.last+tag@example.org"})
        EXPECT_TRUE(isMailAddress(good)) << good;
    for (const char *bad : {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b>", "a@b\r\nRCPT TO:<x@y>", "a,b@c", "\xC3\xA4@b"})
        EXPECT_FALSE(isMailAddress(bad)) << bad;
    EXPECT_FALSE(isMailAddress(std::string(250, 'a') + "@b.cd"));
}

} // namespace
} // namespace crossfade
