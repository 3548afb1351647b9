// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that do not play by the rules: each gets a clear answer or is dropped, and the service
// goes on answering others meanwhile.

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace crossfade {

namespace {

class Hostile : public testing::Test {
protected:
    static void SetUpTestSuite() {
        s_service = std::make_unique<ProbeService>();
        ASSERT_TRUE(s_service->start()) << s_service->log();
        s_token = s_service->token("operator");
    }
    static void TearDownTestSuite() { s_service.reset(); }
    void TearDown() override {
        // Whatever happened, the others are served.
        EXPECT_EQ(TestClient(s_service->url()).get("/healthz").status, 200);
    }

    RawSocket connect() { return RawSocket(s_service->port()); }
    std::string head(const std::string &line, const std::string &more = {}) {
        return line + " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + s_token + "\r\n" + more;
    }
    std::string exchange(const std::string &bytes) {
        RawSocket socket = connect();
        socket.send(bytes);
        return socket.response();
    }
    std::string echoHead(const std::string &more) {
        return head("POST /api/v1/echo", "Content-Type: application/json\r\n" + more);
    }
    static std::int64_t residentBytes() {
        std::ifstream in("/proc/" + std::to_string(s_service->process().pid()) + "/statm");
        std::int64_t size = 0;
        std::int64_t resident = 0;
        in >> size >> resident;
        return resident * 4096;
    }

    static std::unique_ptr<ProbeService> s_service;
    static std::string s_token;
};

std::unique_ptr<ProbeService> Hostile::s_service;
std::string Hostile::s_token;

TEST_F(Hostile, HostMissingTwiceOrOdd) {
    EXPECT_EQ(statusOf(exchange("GET /healthz HTTP/1.1\r\n\r\n")), 400);
    EXPECT_EQ(statusOf(exchange("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")), 400);
    EXPECT_EQ(statusOf(exchange("GET /healthz HTTP/1.1\r\nHost: a,b\r\n\r\n")), 400);
    EXPECT_EQ(statusOf(exchange("GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n")), 400);
    EXPECT_EQ(statusOf(exchange("GET /healthz HTTP/1.0\r\n\r\n")), 200);
}

TEST_F(Hostile, SmugglingFormsEndTheConnection) {
    for (const char *framing :
         {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
          "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}1",
          "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "Content-Length: 2, 2\r\n\r\n{}",
          "Content-Length: -1\r\n\r\n", "Content-Length: +2\r\n\r\n{}",
          "Content-Length: 0x2\r\n\r\n{}", "Content-Length: 99999999999999999999999\r\n\r\n",
          "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: identity\r\n\r\n", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
          "Content-Length : 2\r\n\r\n{}", "Folded: a\r\n b\r\nContent-Length : 2\r\n\r\n{}"}) {
        RawSocket socket = connect();
        socket.send(echoHead(framing) + "GET /healthz HTTP/1.1\r\nHost: smuggled\r\n\r\n");
        const std::string answer = socket.response();
        EXPECT_EQ(statusOf(answer), 400) << framing << answer;
        EXPECT_NE(answer.find("Connection: close"), std::string::npos) << framing;
        EXPECT_TRUE(socket.response().empty()) << "smuggled through: " << framing;
        EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(3))) << framing;
    }
}

TEST_F(Hostile, BadChunks) {
    for (const char *chunks :
         {"zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}X0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n",
          "FFFFFFFFFFFFFFFFF\r\n", "2{}\r\n0\r\n\r\n"}) {
        RawSocket socket = connect();
        socket.send(echoHead("Transfer-Encoding: chunked\r\n\r\n") + chunks);
        EXPECT_EQ(statusOf(socket.response()), 400) << chunks;
        EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(3))) << chunks;
    }
    EXPECT_EQ(
        statusOf(exchange(echoHead("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))),
        200);
}

TEST_F(Hostile, NotHttpAtAll) {
    for (const char *bytes :
         {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n", "\r\n\r\n\r\n\r\n",
          "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
          "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nBad header\r\n\r\n"}) {
        RawSocket socket = connect();
        socket.send(bytes);
        socket.shutdownSend();
        const int status = statusOf(socket.response());
        EXPECT_TRUE(status == 400 || status == 0) << bytes << status;
        EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(3))) << bytes;
    }
}

TEST_F(Hostile, AHeaderOf200MiBCostsNoMemory) {
    const std::int64_t before = residentBytes();
    RawSocket socket = connect();
    ASSERT_TRUE(socket.send(head("GET /api/v1/items", "X-Big: ")));
    const std::string megabyte(1 << 20, 'a');
    int sent = 0;
    while (sent < 200 && socket.send(megabyte))
        ++sent;
    EXPECT_LT(sent, 200) << "the service took all of it";
    EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(5)));
    EXPECT_LT(residentBytes() - before, 32 << 20);
}

TEST_F(Hostile, HeadersJustTooLargeGet431) {
    const std::string answer =
        exchange(head("GET /api/v1/items", "X-Big: " + std::string(20'000, 'a') + "\r\n\r\n"));
    EXPECT_EQ(statusOf(answer), 431);
    EXPECT_EQ(statusOf(exchange(
                  head("GET /api/v1/items", "X-Big: " + std::string(10'000, 'a') + "\r\n\r\n"))),
              200);
}

TEST_F(Hostile, BodiesBeyondTheLimitGet413) {
    // By its announced length, before a byte of it is read.
    EXPECT_EQ(statusOf(exchange(echoHead("Content-Length: 1073741824\r\n\r\n"))), 413);
    RawSocket socket = connect();
    socket.send(echoHead("Transfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "40000\r\n" + std::string(0x40000, ' ') + "\r\n";
    for (int i = 0; i < 8 && socket.send(chunk); ++i) {
    }
    EXPECT_EQ(statusOf(socket.response()), 413);
    EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(5)));
}

TEST_F(Hostile, UploadsHaveTheirOwnLimit) {
    const TestClient client(s_service->url(), s_token);
    const std::string body(8 << 20, 'x');
    EXPECT_EQ(
        client.send("POST", "/api/v1/upload", body, {{"Content-Type", "text/plain"}}).json["bytes"],
        8 << 20);
    EXPECT_EQ(
        client.send("POST", "/api/v1/echo", body, {{"Content-Type", "application/json"}}).status,
        413);
    EXPECT_EQ(client.send("POST", "/api/v1/upload", "x", {{"Content-Type", "image/png"}}).status,
              415);
}

TEST_F(Hostile, SlowHeadersAndBodiesAreDropped) {
    // Both at once: each trickles a byte at a time and must be gone soon after the deadline of 10
    // s.
    RawSocket slowHead = connect();
    RawSocket slowBody = connect();
    RawSocket silent = connect();
    slowHead.send("GET /healthz HTTP/1.1\r\n");
    slowBody.send(echoHead("Content-Length: 1000\r\n\r\n"));
    const auto started = std::chrono::steady_clock::now();
    bool headGone = false;
    bool bodyGone = false;
    waitFor(
        [&] {
            headGone = headGone || !slowHead.send("X") ||
                       slowHead.closedWithin(std::chrono::milliseconds(20));
            bodyGone = bodyGone || !slowBody.send(" ") ||
                       slowBody.closedWithin(std::chrono::milliseconds(20));
            return headGone && bodyGone;
        },
        std::chrono::seconds(15));
    EXPECT_TRUE(headGone);
    EXPECT_TRUE(bodyGone);
    EXPECT_TRUE(silent.closedWithin(std::chrono::seconds(5)));
    const auto taken = std::chrono::steady_clock::now() - started;
    EXPECT_GT(taken, std::chrono::seconds(8));
    EXPECT_LT(taken, std::chrono::seconds(14));
}

TEST_F(Hostile, AHalfClosedClientStillGetsItsAnswer) {
    RawSocket socket = connect();
    socket.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.shutdownSend();
    EXPECT_EQ(statusOf(socket.response()), 200);
    EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(3)));
}

TEST_F(Hostile, PipelinedRequestsAreAnsweredInOrder) {
    RawSocket socket = connect();
    std::string bytes;
    for (int i = 0; i < 20; ++i)
        bytes += head("GET /api/v1/session", "X-Request-Id: r" + std::to_string(i) + "\r\n\r\n");
    socket.send(bytes);
    for (int i = 0; i < 20; ++i) {
        const std::string answer = socket.response();
        EXPECT_NE(answer.find("X-Request-Id: r" + std::to_string(i) + "\r\n"), std::string::npos)
            << answer;
    }
}

// Answers to requests sent ahead leave together, but none waits for what the client has yet to send, or for
// a request that takes its time.
TEST_F(Hostile, AnAnswerNeverWaitsForALaterRequest) {
    const std::string quick = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string body = R"({"a":"0123456789"})";
    const std::string echo = echoHead("Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    for (const std::string &rest : {echo.substr(0, 30), echo, echo + body.substr(0, 7), std::string("\r\n\r\n"),
                                    std::string("\n"), quick.substr(0, quick.size() - 1)}) {
        RawSocket socket = connect();
        socket.send(quick + quick + rest);
        EXPECT_EQ(statusOf(socket.response()), 200) << rest;
        EXPECT_EQ(statusOf(socket.response()), 200) << rest;
    }
    const std::string echoed = "\"bytes\":" + std::to_string(body.size());
    RawSocket cut = connect();
    cut.send(quick + echo + body + echo + body.substr(0, 7));
    EXPECT_EQ(statusOf(cut.response()), 200);
    EXPECT_NE(cut.response().find(echoed), std::string::npos);
    cut.send(body.substr(7) + quick);
    EXPECT_NE(cut.response().find(echoed), std::string::npos);
    EXPECT_EQ(statusOf(cut.response()), 200);

    const std::string nothing = "Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}";
    RawSocket waiting = connect();
    waiting.send(quick + head("POST /api/v1/hold", nothing) + quick);
    EXPECT_EQ(statusOf(waiting.response()), 200) << "while the next is being worked on";
    EXPECT_EQ(statusOf(exchange(head("POST /api/v1/let-go", nothing))), 204);
    EXPECT_TRUE(waiting.until("HTTP/1.1 204 No Content"));
    EXPECT_TRUE(waiting.until("\r\n\r\n"));
    EXPECT_EQ(statusOf(waiting.response()), 200);
    RawSocket broken = connect();
    broken.send(quick + "NOT A REQUEST\r\n\r\n");
    EXPECT_EQ(statusOf(broken.response()), 200) << "whatever comes behind it";
    EXPECT_EQ(statusOf(broken.response()), 400);
}

TEST_F(Hostile, ManyAnswersToAReaderThatIsSlowAllArrive) {
    RawSocket socket(s_service->port(), 4096);
    constexpr int Many = 3'000;
    std::string bytes;
    for (int i = 0; i < Many; ++i)
        bytes += head("GET /api/v1/session", "X-Request-Id: many" + std::to_string(i) + "\r\n\r\n");
    ASSERT_TRUE(socket.send(bytes));
    for (int i = 0; i < Many; ++i)
        ASSERT_NE(socket.response().find("X-Request-Id: many" + std::to_string(i) + "\r\n"), std::string::npos) << i;
}

TEST_F(Hostile, ConnectionCloseAndHttp10EndTheConnection) {
    RawSocket closing = connect();
    closing.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_NE(closing.response().find("Connection: close"), std::string::npos);
    EXPECT_TRUE(closing.closedWithin(std::chrono::seconds(3)));
    RawSocket old = connect();
    old.send("GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n");
    EXPECT_EQ(statusOf(old.response()), 200);
    EXPECT_TRUE(old.closedWithin(std::chrono::seconds(3)));
}

TEST_F(Hostile, HeadHasTheLengthButNoBody) {
    RawSocket socket = connect();
    socket.send(
        "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto first = socket.until("\r\n\r\n");
    ASSERT_TRUE(first);
    EXPECT_NE(first->find("Content-Length: 15"), std::string::npos) << *first;
    EXPECT_EQ(statusOf(socket.response()), 200); // begins right after the head
}

TEST_F(Hostile, BadUtf8IsMalformedEverywhere) {
    for (const char *path :
         {"/api/v1/items/%FF", "/api/v1/items/%C0%80", "/api/v1/items?cursor=%ED%A0%80",
          "/api/v1/items?%FE=1", "/api/v1/items/%zz", "/api/v1/items/%4", "/api/v1/items/a%00b"}) {
        const std::string answer = exchange(head(std::string("GET ") + path, "\r\n"));
        EXPECT_EQ(statusOf(answer), 400) << path;
        EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    }
    const std::string body = "{\"name\":\"\xC3\x28\"}";
    EXPECT_EQ(statusOf(exchange(
                  head("POST /api/v1/items", "Content-Type: application/json\r\nContent-Length: " +
                                                 std::to_string(body.size()) + "\r\n\r\n" + body))),
              400);
}

TEST_F(Hostile, DeepJsonIsMalformed) {
    const TestClient client(s_service->url(), s_token);
    EXPECT_EQ(client
                  .send("POST", "/api/v1/echo", std::string(500'000, '['),
                        {{"Content-Type", "application/json"}})
                  .status,
              400);
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    EXPECT_EQ(
        client.send("POST", "/api/v1/echo", objects, {{"Content-Type", "application/json"}}).status,
        400);
}

TEST_F(Hostile, InventedMethodsAndHeadersStayHarmless) {
    EXPECT_EQ(statusOf(exchange("BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n")), 405);
    EXPECT_EQ(statusOf(exchange(head("GET http://evil/healthz", "\r\n"))), 400);
    EXPECT_EQ(statusOf(exchange(head("OPTIONS *", "\r\n"))), 400);
    const std::string answer =
        exchange(head("GET /api/v1/session", "X-Request-Id: a b<script>\r\n\r\n"));
    EXPECT_EQ(answer.find("<script>"), std::string::npos);
    EXPECT_EQ(TestClient(s_service->url()).get("/metrics").body.find("BREW"), std::string::npos);
}

TEST_F(Hostile, RandomBytesNeverStopTheService) {
    std::uint64_t state = 42;
    for (int round = 0; round < 200; ++round) {
        std::string bytes = round % 2 == 0 ? echoHead("Transfer-Encoding: chunked\r\n\r\n4\r\n")
                                           : std::string("GET /");
        for (int i = 0; i < 64; ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            bytes += static_cast<char>(state >> 56);
        }
        RawSocket socket = connect();
        socket.send(bytes);
    }
}

} // namespace

} // namespace crossfade
