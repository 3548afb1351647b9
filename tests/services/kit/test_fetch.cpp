// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the services use to call others: bounds, and failures that are results.

#include "app/service/crypto.h"
#include "app/service/fetch.h"
#include "app/service/uri.h"
#include "tests/services/kit/probeservice.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace crossfade {

namespace {

// Accepts one connection and answers it with fixed bytes, or not at all.
class OneAnswer {
public:
    explicit OneAnswer(std::string bytes)
        : m_socket(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address);
        ::listen(m_socket, 1);
        socklen_t size = sizeof address;
        ::getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this, bytes = std::move(bytes)] { serve(bytes); });
    }
    ~OneAnswer() {
        ::shutdown(m_socket, SHUT_RDWR);
        m_thread.join();
        ::close(m_socket);
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port) + "/"; }

private:
    void serve(const std::string &bytes) {
        const int client = ::accept(m_socket, nullptr, nullptr);
        if (client < 0) return;
        char request[4096];
        if (::recv(client, request, sizeof request, 0) > 0 && !bytes.empty())
            ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        // Until the caller gives up or has read it all.
        while (bytes.empty() && ::recv(client, request, sizeof request, 0) > 0) {
        }
        ::close(client);
    }
    int m_socket;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

FetchRequest get(const std::string &url) {
    FetchRequest request;
    request.url = url;
    request.timeout = std::chrono::milliseconds(1'000);
    return request;
}

TEST(Fetch, SpeaksToAService) {
    ProbeService service;
    ASSERT_TRUE(service.start());
    FetchRequest request = get(service.url() + "/api/v1/session");
    const auto refused = fetchJson(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unauthorized);
    EXPECT_EQ(refused.error().message, "a valid token is needed");
    EXPECT_FALSE(refused.error().requestId.empty());
    request.bearer = service.token("viewer");
    EXPECT_EQ(fetchJson(request).value_or(Json::object())["subject"], "tester");
    const auto answer = fetch(request);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
}

TEST(Fetch, FollowsNoRedirect) {
    const OneAnswer server(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    const auto answer = fetch(get(server.url()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
}

TEST(Fetch, BoundsTimeAndSize) {
    const OneAnswer silent("");
    const auto late = fetch(get(silent.url()));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, ErrorKind::Timeout);
    const OneAnswer large("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" +
                          std::string(100'000, 'x'));
    FetchRequest request = get(large.url());
    request.maxAnswerBytes = 1'000;
    const auto big = fetch(request);
    ASSERT_FALSE(big);
    EXPECT_EQ(big.error().kind, ErrorKind::TooLarge);
}

TEST(Fetch, NobodyThereAndNotJson) {
    const auto nobody = fetch(get("http://127.0.0.1:1/"));
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().kind, ErrorKind::Network);
    EXPECT_FALSE(fetch(get("file:///etc/passwd")));
    const OneAnswer text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    const auto json = fetchJson(get(text.url()));
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().kind, ErrorKind::Malformed);
}

RC_GTEST_PROP(Base64Url, ComesBack, (const std::string &bytes)) {
    const std::string text = base64Url(bytes);
    RC_ASSERT(text.find_first_of("+/=") == std::string::npos);
    const auto again = fromBase64Url(text);
    RC_ASSERT(again.has_value());
    RC_ASSERT((*again == bytes));
}

TEST(Crypto, KnownHash) {
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_TRUE(equalSecrets("a", "a"));
    EXPECT_FALSE(equalSecrets("a", "b"));
    EXPECT_FALSE(equalSecrets("a", "ab"));
}

TEST(Uri, DecodesSegmentsOnTheirOwn) {
    const auto target = parseTarget("/a%2Fb/c+d?x=1%262&y=%E7%99%BB&z");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->segments, (std::vector<std::string>{"a/b", "c+d"}));
    EXPECT_EQ(target->query.at("x"), "1&2");
    EXPECT_EQ(target->query.at("y"), "登");
    EXPECT_EQ(target->query.at("z"), "");
    EXPECT_FALSE(parseTarget(""));
    EXPECT_FALSE(parseTarget("*"));
}

RC_GTEST_PROP(Uri, SurvivesAnyBytes, (const std::string &bytes)) {
    const auto target = parseTarget("/" + bytes);
    if (target) RC_ASSERT(!target->segments.empty());
}

} // namespace

} // namespace crossfade
