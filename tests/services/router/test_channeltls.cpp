// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Mail over STARTTLS to a mail server with a certificate of its own: who is trusted, who is not, and what is said.
#include "tests/services/router/channelfixture.h"

#include <algorithm>

namespace crossfade {
namespace {

class ChannelTls : public ChannelTest {
protected:
    void SetUp() override {} // each starts the router with what it trusts

    // One that it signed itself, for that name, and so is its own authority; answers its file.
    std::string certificate(const std::string &name, const std::string &subject) {
        const std::string file = router.file(name + ".pem");
        const Output made = runProgram("/usr/bin/openssl", {"req", "-x509", "-newkey", "ec", "-pkeyopt",
                                                            "ec_paramgen_curve:P-256", "-nodes", "-subj",
                                                            "/CN=mail", "-addext", "subjectAltName=" + subject,
                                                            "-days", "2", "-keyout", keyOf(name), "-out", file});
        EXPECT_EQ(made.exitCode, 0) << made.err;
        return file;
    }
    std::string keyOf(const std::string &name) const { return router.file(name + ".key"); }
    Json secureMail(const Json &changes = Json::object()) {
        Json body{{"tls", "STARTTLS"}};
        body.update(changes);
        return createMail(body);
    }
    // What the record says of the last attempt, once there was one; the same is in the log.
    std::string errorOf(const Json &channel) {
        EXPECT_TRUE(waitFor([&] {
            const Json all = deliveries(channel);
            return !all.empty() && all[0].at("attempts").get<int>() >= 1;
        })) << router.log();
        const Json all = deliveries(channel);
        return all.empty() ? std::string() : all[0].value("error", "");
    }
};

TEST_F(ChannelTls, MailArrivesOverTlsAndTheLoginToo) {
    const std::string trusted = certificate("good", "IP:127.0.0.1");
    mail.offerTls(trusted, keyOf("good"));
    mail.askForLogin("night-shift", "TOP-SECRET");
    ASSERT_TRUE(router.start({"--channel-ca-file", trusted})) << router.log();
    const Json channel = secureMail({{"user", "night-shift"}, {"secret", "TOP-SECRET"}});
    EXPECT_EQ(channel.at("tls"), "STARTTLS");
    raise("GUARD_TRIPPED", "logins: 86 %");
    ASSERT_TRUE(waitFor([&] { return deliveries(channel)[0].at("state") == "SENT"; }))
        << deliveries(channel).dump() << router.log();
    ASSERT_EQ(mail.messages().size(), 1U);
    const MailReceiver::Message message = mail.messages().front();
    EXPECT_TRUE(message.secured);
    EXPECT_EQ(message.login, "night-shift");
    EXPECT_EQ(message.to, (std::vector<std::string>{"a@example.org", "b@example.org"}));
    EXPECT_NE(message.text.find("Content-Transfer-Encoding: base64"), std::string::npos) << message.text;
    EXPECT_EQ(mail.refusedByClients(), 0);
}

// Somebody who listens in its place gets neither the alert nor the password.
TEST_F(ChannelTls, NothingIsSentToAServerNobodyVouchesFor) {
    const std::string unknown = certificate("unknown", "IP:127.0.0.1");
    mail.offerTls(unknown, keyOf("unknown"));
    ASSERT_TRUE(router.start()) << router.log();
    const Json channel = secureMail({{"user", "night-shift"}, {"secret", "TOP-SECRET"}});
    raise("GUARD_TRIPPED", "logins: 86 %");
    const std::string error = errorOf(channel);
    EXPECT_NE(error.find("SSL certificate problem: self-signed certificate"), std::string::npos) << error;
    const Json tried = router.post(pathOfChannel(channel, "/test"), Json::object(), 200);
    EXPECT_EQ(tried.at("state"), "FAILED");
    EXPECT_NE(tried.at("error").get<std::string>().find("certificate"), std::string::npos) << tried.dump();
    EXPECT_TRUE(mail.messages().empty());
    EXPECT_GE(mail.refusedByClients(), 1) << "it was the client that did not want to";
    EXPECT_EQ(router.log().find("TOP-SECRET"), std::string::npos);
}

// Vouched for, but as somebody else.
TEST_F(ChannelTls, ACertificateForAnotherNameIsNone) {
    const std::string other = certificate("other", "DNS:mail.example.org");
    mail.offerTls(other, keyOf("other"));
    ASSERT_TRUE(router.start({"--channel-ca-file", other})) << router.log();
    const Json channel = secureMail();
    raise("GUARD_TRIPPED", "logins: 86 %");
    const std::string error = errorOf(channel);
    EXPECT_NE(error.find("127.0.0.1"), std::string::npos) << error;
    EXPECT_NE(error.find("SSL"), std::string::npos) << error;
    EXPECT_TRUE(mail.messages().empty());
    // Put right it takes what waited.
    mail.offerTls(certificate("right", "IP:127.0.0.1"), keyOf("right"));
    EXPECT_EQ(router.post(pathOfChannel(channel, "/test"), Json::object(), 200).at("state"), "FAILED")
        << "another authority";
    ASSERT_EQ(router.stop(), 0);
    ASSERT_TRUE(router.start({"--channel-ca-file", router.file("right.pem")})) << router.log();
    const auto isSent = [&] {
        const Json all = deliveries(channel);
        return std::ranges::any_of(
            all, [](const Json &one) { return one.at("occasion") == "RAISED" && one.at("state") == "SENT"; });
    };
    EXPECT_TRUE(waitFor(isSent, std::chrono::seconds(60))) << deliveries(channel).dump();
    EXPECT_EQ(mail.messages().size(), 1U);
}

TEST_F(ChannelTls, AFileOfAuthoritiesThatIsNotThereIsToldAtTheStart) {
    const Output output = router.command({"serve", "--channel-ca-file", router.file("nowhere.pem")});
    EXPECT_EQ(output.exitCode, 2);
    EXPECT_NE(output.err.find("nowhere.pem"), std::string::npos) << output.err;
}

} // namespace
} // namespace crossfade
