// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Alerts told to channels: real HTTP and mail receivers, a real router.
#include "tests/services/router/channelfixture.h"
#include "tests/support/stopwatch.h"

#include <algorithm>

namespace crossfade {
namespace {

class Channels : public ChannelTest {};

TEST_F(Channels, AnAlertIsToldOnceAndInOrder) {
    const Json channel = create(Json::object());
    EXPECT_TRUE(channel.at("last_delivery").is_null());
    raise("ONE", "first <b>\"\\");
    raise("TWO", "second");
    ASSERT_TRUE(waitTold(2)) << router.log();
    raise("ONE", "first again"); // counted, not told: it is still open
    raise("THREE", "third");
    ASSERT_TRUE(waitTold(3));
    EXPECT_EQ(told(), (std::vector<std::string>{"first <b>\"\\", "second", "third"}));
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; }));
    const Json last = router.get(pathOfChannel(channel)).at("last_delivery");
    EXPECT_EQ(last.at("alert_type"), "THREE");
    EXPECT_EQ(last.at("attempts"), 1);
    EXPECT_EQ(receiver.requests()[0].head.substr(0, 30), "POST /hook?key=SECRET-IN-URL H");
}

TEST_F(Channels, WhatFailsIsTriedAgainAndItsOrderKept) {
    const Json channel = create(Json::object());
    receiver.answer(503);
    raise("ONE", "first");
    raise("TWO", "second");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel).back().at("attempts").get<int>() >= 1; })) << router.log();
    const Json waiting = deliveries(channel).back();
    EXPECT_EQ(waiting.at("state"), "PENDING");
    EXPECT_EQ(waiting.at("error"), "answered 503");
    EXPECT_GT(waiting.at("next_attempt_at"), waiting.at("created_at"));
    receiver.answer(200);
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; })) << router.log();
    const std::vector<std::string> messages = told();
    EXPECT_EQ(messages.back(), "second");
    EXPECT_TRUE(std::ranges::all_of(messages.begin(), messages.end() - 1, [](const std::string &one) { return one == "first"; }));
    const Json first = deliveries(channel).back();
    EXPECT_EQ(first.at("state"), "SENT");
    EXPECT_TRUE(first.at("error").is_null());
    EXPECT_GE(first.at("attempts").get<int>(), 2);
}

TEST_F(Channels, WhatWasRaisedIsToldAfterSuddenDeath) {
    const Json channel = create(Json::object());
    receiver.beSilent();
    raise("ONE", "told by the next one");
    router.kill();
    receiver.answer(200);
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitTold(1)) << router.log();
    EXPECT_EQ(told().front(), "told by the next one");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; }));
}

TEST_F(Channels, ASilentServiceHoldsUpNothingElse) {
    AnsweringServer well;
    create({{"name", "silent"}});
    create({{"name", "well"}, {"url", well.url()}});
    receiver.beSilent();
    raise("ONE", "x");
    EXPECT_TRUE(waitFor([&] { return well.requests().size() == 1; }));
    EXPECT_EQ(router.call({"GET", "/api/v1/rules", {}}).status, 200);
    const Stopwatch watch;
    EXPECT_EQ(router.stop(), 0);
    EXPECT_LT(watch.seconds(), 4) << "though a message is under way";
}

TEST_F(Channels, OnlyWhatItWants) {
    create({{"min_severity", "HIGH"}, {"types", {"ONE", "LAST"}}});
    AnsweringServer idle;
    create({{"name", "off"}, {"active", false}, {"url", idle.url()}});
    raise("ONE", "too mild", "MEDIUM");
    raise("TWO", "of another type");
    raise("LAST", "wanted");
    ASSERT_TRUE(waitTold(1));
    EXPECT_EQ(told(), std::vector<std::string>{"wanted"});
    EXPECT_TRUE(idle.requests().empty());
}

// Whoever raises an alert may say where it is to be told. If nobody is there any more, all that want it are told.
TEST_F(Channels, TheNamedOnesAreToldAndNoOthers) {
    const Json all = create({{"name", "all"}});
    const Json named = create({{"name", "night watch"}, {"min_severity", "HIGH"}, {"types", {"OTHER"}}});
    const Json away = create({{"name", "away"}, {"active", false}});
    const auto names = [](const Json &list) { return Json{{"details", {{"notification_channels", list}}}}; };
    raise("ONE", "by name", "LOW", names({"night watch", "nobody"}));
    raise("TWO", "by id", "LOW", names(Json::array({named.at("id")})));
    raise("THREE", "to nobody who is there", "HIGH", names({"away", "nobody"}));
    raise("FOUR", "to none by name", "HIGH", names(Json::array()));
    ASSERT_TRUE(waitTold(4)) << router.log();
    const auto messages = [&](const Json &channel) {
        std::vector<std::string> types;
        for (const Json &delivery : deliveries(channel))
            types.push_back(delivery.at("alert_type").get<std::string>());
        return types;
    };
    EXPECT_EQ(messages(named), (std::vector<std::string>{"TWO", "ONE"}));
    EXPECT_EQ(messages(all), (std::vector<std::string>{"FOUR", "THREE"}));
    EXPECT_TRUE(messages(away).empty());
}

TEST_F(Channels, SecretsAreNeverAnswered) {
    const Json channel = create({{"secret", "TOP-SECRET"}});
    EXPECT_EQ(channel.at("address"), receiver.url());
    EXPECT_EQ(channel.at("has_secret"), true);
    raise("ONE", "x");
    ASSERT_TRUE(waitTold(1));
    EXPECT_NE(receiver.requests()[0].head.find("Authorization: Bearer TOP-SECRET"), std::string::npos);
    // A change that leaves them out keeps them.
    Json change{{"name", "renamed"}, {"kind", "WEBHOOK"}};
    EXPECT_EQ(router.call({"PUT", pathOfChannel(channel), change, "1"}).status, 200);
    raise("TWO", "y");
    ASSERT_TRUE(waitTold(2));
    EXPECT_NE(receiver.requests()[1].head.find("Authorization: Bearer TOP-SECRET"), std::string::npos);
    EXPECT_NE(receiver.requests()[1].head.find("SECRET-IN-URL"), std::string::npos);
    change["secret"] = "";
    const TestAnswer cleared = router.call({"PUT", pathOfChannel(channel), change, "2"});
    EXPECT_EQ(parseJson(cleared.body)->at("has_secret"), false);
    for (const char *path : {Path, "/api/v1/audit?limit=100"}) {
        const std::string text = router.get(path).dump();
        EXPECT_EQ(text.find("TOP-SECRET"), std::string::npos) << path;
        EXPECT_EQ(text.find("SECRET-IN-URL"), std::string::npos) << path;
    }
    EXPECT_EQ(router.log().find("TOP-SECRET"), std::string::npos);
}

TEST_F(Channels, MailArrives) {
    const Json channel = createMail();
    raise("GUARD_TRIPPED", "logins: \xE7\x81\xB0\xE5\xBA\xA6");
    ASSERT_TRUE(waitFor([&] { return mail.messages().size() == 1; })) << router.log() << deliveries(channel).dump();
    const MailReceiver::Message message = mail.messages().front();
    EXPECT_EQ(message.from, "crossfade@example.org");
    EXPECT_EQ(message.to, (std::vector<std::string>{"a@example.org", "b@example.org"}));
    EXPECT_NE(message.text.find("Subject: =?UTF-8?B?"), std::string::npos) << message.text;
    EXPECT_NE(message.text.find("Content-Transfer-Encoding: base64"), std::string::npos);
    mail.refuse("550 5.1.1 nobody here");
    raise("TWO", "x");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("attempts").get<int>() >= 1; }));
    EXPECT_NE(deliveries(channel)[0].at("error").get<std::string>().find("550"), std::string::npos) << deliveries(channel).dump();
}

// A store that takes UTF-8 only would refuse the record, and the attempts would never get rarer.
TEST_F(Channels, AMailServerMayAnswerInAnyEncoding) {
    const Json channel = createMail();
    mail.refuse("550 5.1.1 \xD3\xCA\xCF\xE4\xB2\xBB\xB4\xE6\xD4\xDA"); // GBK
    raise("ONE", "x");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("attempts").get<int>() >= 1; })) << router.log();
    const std::string error = deliveries(channel)[0].at("error");
    EXPECT_NE(error.find("550 5.1.1 \xEF\xBF\xBD\xEF\xBF\xBD"), std::string::npos) << error;
    EXPECT_EQ(error.find("bye"), std::string::npos) << error;
    EXPECT_EQ(router.post(pathOfChannel(channel, "/test"), Json::object(), 200).at("state"), "FAILED");
}

// The code alone helps nobody: the delivery's record says why, on one line and not without end.
TEST_F(Channels, WhyAMailWasRefusedIsRecordedInTheServersWords) {
    const Json channel = createMail({{"user", "night-shift"}, {"secret", "TOP-SECRET"}});
    const auto errorOf = [&](const std::string &answer) -> std::string {
        mail.refuse(answer);
        return router.post(pathOfChannel(channel, "/test"), Json::object(), 200).at("error");
    };
    const std::string far = "\xE9\x82\xAE\xE7\xAE\xB1"; // UTF-8 stays as it is
    std::string error = errorOf("452-4.2.2 full: " + far + "\r\n452-4.2.2 ask\x1B[1m\r\n452 4.2.2 the postmaster");
    const std::string whole = "452 4.2.2 full: " + far + " 4.2.2 ask [1m 4.2.2 the postmaster";
    EXPECT_NE(error.find(whole), std::string::npos) << error;
    error = errorOf("554 5.7.1 blocked, see https://example.org/" + std::string(480, 'x'));
    EXPECT_NE(error.find("554 5.7.1 blocked, see https://example.org/xxx"), std::string::npos) << error;
    EXPECT_LE(error.size(), 400U) << error;
    // TOP-SECRET and what a login makes of it.
    error = errorOf("550 what is TOP-SECRET or VE9QLVNFQ1JFVA== or AG5pZ2h0LXNoaWZ0AFRPUC1TRUNSRVQ=?");
    EXPECT_NE(error.find("550 what is *** or *** or ***?"), std::string::npos) << error;
    EXPECT_EQ(router.get(pathOfChannel(channel, "/deliveries")).dump().find("SECRET"), std::string::npos);
}

// The server offers no TLS: nothing, the password least of all, goes over the wire in the clear.
TEST_F(Channels, MailWithoutTheTlsAskedForIsNotSent) {
    const Json channel = createMail({{"tls", "STARTTLS"}, {"user", "u"}, {"secret", "p"}});
    const Json answer = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(answer.at("state"), "FAILED") << answer.dump();
    EXPECT_TRUE(mail.messages().empty());
}

TEST_F(Channels, ATestSaysWhatCameOfIt) {
    const Json channel = create({{"kind", "WECOM"}});
    receiver.answer(200, R"({"errcode":0,"errmsg":"ok"})");
    Json answer = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(answer.at("state"), "SENT");
    EXPECT_EQ(answer.at("occasion"), "TEST");
    const Json body = parseJson(receiver.requests().back().body).value();
    EXPECT_NE(body.at("text").at("content").get<std::string>().find("nothing is wrong"), std::string::npos);
    receiver.answer(200, R"({"errcode":93000,"errmsg":"invalid webhook url"})");
    answer = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(answer.at("state"), "FAILED");
    EXPECT_EQ(answer.at("error"), "refused it with 93000: invalid webhook url");
    EXPECT_EQ(router.get(pathOfChannel(channel)).at("last_delivery"), answer);
    EXPECT_TRUE(router.get("/api/v1/alerts").at("items").empty()) << "trying it is no alert";
}

TEST_F(Channels, AReminderIsToldToo) {
    router.stop();
    ASSERT_TRUE(router.start({"--alert-reminder", "2"})) << router.log();
    create({{"types", {"SHIFT_HELD"}}});
    const std::string id = createPolicy({{"guards", Json::array()}, {"new_health_url", "http://127.0.0.1:1/"}});
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitTold(2)) << router.log() << shift(id).dump();
    const auto requests = receiver.requests();
    EXPECT_EQ(parseJson(requests[0].body)->at("occasion"), "RAISED");
    EXPECT_EQ(parseJson(requests[1].body)->at("occasion"), "REMINDED");
}

TEST_F(Channels, ARepeatedTestIsAnsweredAndNotSentAgain) {
    const Json channel = create(Json::object());
    const auto test = [&](const std::string &key, const Json &body = Json::object()) {
        return router.call({"POST", pathOfChannel(channel, "/test"), body, {}, "operator", {{"Idempotency-Key", key}}});
    };
    const TestAnswer first = test("key-1");
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.header("idempotency-replayed"), "");
    const TestAnswer again = test("key-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.header("idempotency-replayed"), "true");
    EXPECT_EQ(test("key-1", {{"reason", "another body"}}).status, 422);
    EXPECT_EQ(receiver.requests().size(), 1U);
    EXPECT_EQ(deliveries(channel).size(), 1U);
    router.stop();
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_EQ(test("key-1").body, first.body) << "known after a restart, too";
    EXPECT_EQ(receiver.requests().size(), 1U);
    EXPECT_EQ(test("key-2").status, 200);
    EXPECT_EQ(receiver.requests().size(), 2U) << "another key is another test";
    EXPECT_EQ(router.call({"POST", pathOfChannel(channel, "/test"), Json::object()}).status, 200);
    EXPECT_EQ(receiver.requests().size(), 3U) << "and so is one without";
}

TEST_F(Channels, MistakesAreNamed) {
    const Json mailBody{{"name", "m"}, {"kind", "EMAIL"}, {"server", "h"}, {"from", "a@b"}, {"to", {"c@d"}}};
    const auto pointer = [&](Json body, const Json &changes) {
        body.update(changes);
        const TestAnswer answer = router.call({"POST", Path, body});
        EXPECT_EQ(answer.status, 422) << answer.body;
        return pointerOf(answer);
    };
    const Json hook{{"name", "h"}, {"kind", "SLACK"}, {"url", "https://x/y"}};
    EXPECT_EQ(pointer(hook, {{"name", ""}}), "/name");
    EXPECT_EQ(pointer(hook, {{"kind", "PIGEON"}}), "/kind");
    EXPECT_EQ(pointer(hook, {{"url", "file:///etc/passwd"}}), "/url");
    EXPECT_EQ(pointer(hook, {{"url", "http://"}}), "/url");
    EXPECT_EQ(pointer(hook, {{"url", "http://a b"}}), "/url");
    EXPECT_EQ(pointer(hook, {{"url", nullptr}}), "/url");
    EXPECT_EQ(pointer(hook, {{"from", "a@b"}}), "/from");
    EXPECT_EQ(pointer(hook, {{"types", {"a b"}}}), "/types/0");
    EXPECT_EQ(pointer(hook, {{"min_severity", "AWFUL"}}), "/min_severity");
    EXPECT_EQ(pointer(hook, {{"surprise", 1}}), "/surprise");
    EXPECT_EQ(pointer(mailBody, {{"server", "h:0"}}), "/server");
    EXPECT_EQ(pointer(mailBody, {{"server", "h/x"}}), "/server");
    EXPECT_EQ(pointer(mailBody, {{"from", "a"}}), "/from");
    EXPECT_EQ(pointer(mailBody, {{"to", Json::array()}}), "/to");
    EXPECT_EQ(pointer(mailBody, {{"to", {"c@d", "x>\r\nRCPT TO:<y"}}}), "/to/1");
    EXPECT_EQ(pointer(mailBody, {{"url", "https://x/y"}}), "/url");
    EXPECT_EQ(pointer(mailBody, {{"tls", "MAYBE"}}), "/tls");
    const Json channel = create(Json::object());
    EXPECT_EQ(create(Json::object(), 409).at("status"), 409) << "the name is taken";
    const TestAnswer other = router.call({"PUT", pathOfChannel(channel), {{"name", "x"}, {"kind", "SLACK"}}, "1"});
    EXPECT_EQ(pointerOf(other), "/kind");
}

TEST_F(Channels, ADeletedOneIsToldNothing) {
    const Json channel = create(Json::object());
    receiver.answer(503);
    raise("ONE", "x");
    ASSERT_TRUE(waitTold(1));
    EXPECT_EQ(router.call({"DELETE", pathOfChannel(channel), {}, "1"}).status, 204);
    router.get(pathOfChannel(channel), 404);
    const std::size_t before = receiver.requests().size();
    AnsweringServer other;
    create({{"url", other.url()}});
    raise("TWO", "y");
    ASSERT_TRUE(waitFor([&] { return other.requests().size() == 1; }));
    EXPECT_LE(receiver.requests().size(), before + 1) << "one may have been under way";
}

TEST_F(Channels, OneThatIsSwitchedOffIsToldNothingOfWhatWaited) {
    const Json channel = create(Json::object());
    receiver.answer(503);
    for (int i = 0; i < 20; ++i)
        raise("TYPE_" + std::to_string(i), "x");
    ASSERT_TRUE(waitTold(1));
    Json body{{"name", "night shift"}, {"kind", "WEBHOOK"}, {"active", false}};
    ASSERT_EQ(router.call({"PUT", pathOfChannel(channel), body, "1"}).status, 200);
    const std::size_t before = receiver.requests().size();
    receiver.answer(200);
    const auto allEnded = [&] {
        const Json list = deliveries(channel);
        return list.size() == 20 && std::ranges::all_of(list, [](const Json &one) {
                   return one.at("state") == "FAILED" && one.at("next_attempt_at").is_null() &&
                          !one.at("finished_at").is_null() &&
                          one.at("error") == "not told: the channel is switched off";
               });
    };
    EXPECT_TRUE(allEnded()) << deliveries(channel).dump();
    EXPECT_EQ(router.contract().checkSchema("Delivery", deliveries(channel)[0]), "");
    // What an earlier version left waiting for a channel that is off.
    ASSERT_TRUE(router.stop());
    const auto left = router.store()->execute("UPDATE alert_delivery SET state = 'PENDING', next_attempt_at = 1, error = ''");
    ASSERT_TRUE(left && *left == 20);
    ASSERT_TRUE(router.start()) << router.log();
    EXPECT_TRUE(waitFor(allEnded)) << deliveries(channel).dump();
    EXPECT_LE(receiver.requests().size(), before + 1) << "one may have been under way";
    EXPECT_TRUE(openAlerts("CHANNEL_FAILED").empty()) << "it was wanted so";
    // Switched on again it tells of what comes.
    body["active"] = true;
    ASSERT_EQ(router.call({"PUT", pathOfChannel(channel), body, "2"}).status, 200);
    raise("NEWS", "now");
    ASSERT_TRUE(waitFor([&] { return told().back() == "now"; }));
    EXPECT_LE(receiver.requests().size(), before + 2);
}

TEST_F(Channels, WhatAFullQueueDoesNotTakeIsRecorded) {
    const Json channel = create({{"types", {"FLOOD"}}});
    const std::string id = channel.at("id");
    const auto fill = [&](const std::string &prefix, const std::string &state, int count) {
        ASSERT_TRUE(router.stop());
        const auto db = router.store();
        ASSERT_TRUE(db);
        const auto filled = db->execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(count) +
                ") INSERT INTO alert_delivery (id, channel_id, alert_id, occasion, alert, state, attempts, "
                "next_attempt_at, error, created_at, finished_at) SELECT CAST(? AS TEXT) || i, ?, '', 'RAISED', '{}', ?, 0, "
                "4000000000000, '', 4000000000000, NULL FROM n",
            {prefix, id, state});
        ASSERT_TRUE(filled) << filled.error().message;
    };
    fill("waits-", "PENDING", 999);
    ASSERT_TRUE(router.start()) << router.log();
    raise("FLOOD", "the last that is taken");
    EXPECT_EQ(deliveries(channel).at(0).at("state"), "PENDING");
    raise("FLOOD", "counted, not told again");
    EXPECT_EQ(router.get(pathOfChannel(channel, "/deliveries?limit=1")).at("total"), 1'000);
    const TestAnswer dropped = router.call(
        {"POST", "/api/v1/alerts",
         {{"type", "FLOOD"}, {"severity", "HIGH"}, {"message", "one too many"}, {"subject_id", "s2"}}, {}, "service"});
    ASSERT_EQ(dropped.status, 204);
    const Json page = router.get(pathOfChannel(channel, "/deliveries?limit=1"));
    EXPECT_EQ(page.at("total"), 1'001);
    const Json record = page.at("items").at(0);
    EXPECT_EQ(record.at("state"), "FAILED");
    EXPECT_EQ(record.at("attempts"), 0);
    EXPECT_EQ(record.at("alert_type"), "FLOOD");
    EXPECT_EQ(record.at("error"), "not told: 1000 alerts wait for this channel already");
    EXPECT_FALSE(record.at("finished_at").is_null());
    EXPECT_TRUE(record.at("next_attempt_at").is_null());
    EXPECT_TRUE(router.get(pathOfChannel(channel)).at("last_delivery").is_null()) << "nothing was tried";
    // A flood of those is bounded, too: the latest stay.
    fill("dropped-", "FAILED", 1'000);
    ASSERT_TRUE(router.start()) << router.log();
    for (const char *subject : {"s3", "s4"})
        ASSERT_EQ(router.call({"POST", "/api/v1/alerts",
                               {{"type", "FLOOD"}, {"severity", "HIGH"}, {"message", "more"}, {"subject_id", subject}}, {},
                               "service"}).status, 204);
    EXPECT_EQ(router.get(pathOfChannel(channel, "/deliveries?limit=1")).at("total"), 2'000);
    EXPECT_TRUE(receiver.requests().empty());
}

} // namespace
} // namespace crossfade
