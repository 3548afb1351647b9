// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that keep what they do not use: an open connection, an answer never read.

#include "tests/services/kit/probeservice.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

namespace crossfade {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Idle : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(service.start({"--idle-seconds", "1", "--write-seconds", "2"}))
            << service.log();
    }
    ProbeService service;
};

TEST_F(Idle, aConnectionKeptOpenEndsAfterItsTime) {
    RawSocket socket(service.port());
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
    for (int i = 0; i < 3; ++i) { // used again before the time is over: it stays
        ASSERT_TRUE(socket.send(request));
        ASSERT_EQ(statusOf(socket.response()), 200);
    }
    const auto start = Clock::now();
    EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(10)));
    EXPECT_GT(secondsSince(start), 0.8);
    EXPECT_LT(secondsSince(start), 6);
}

TEST_F(Idle, aHundredIdleConnectionsKeepNobodyOut) {
    std::vector<RawSocket> sockets;
    for (int i = 0; i < 100; ++i)
        sockets.emplace_back(service.port());
    EXPECT_EQ(TestClient(service.url()).get("/healthz").status, 200);
    for (RawSocket &socket : sockets)
        EXPECT_TRUE(socket.closedWithin(std::chrono::seconds(20)));
}

// Asks for page after page and reads none: the connection ends once an answer has waited for its
// time, and others are served meanwhile.
TEST_F(Idle, aClientThatNeverReadsIsDropped) {
    RawSocket socket(service.port(), 4'096);
    std::string requests;
    for (int i = 0; i < 100; ++i)
        requests += "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";
    const auto start = Clock::now();
    int sent = 0;
    while (sent < 100'000 && socket.send(requests))
        ++sent;
    EXPECT_LT(sent, 100'000);
    EXPECT_GT(secondsSince(start), 1);
    EXPECT_LT(secondsSince(start), 20);
    EXPECT_EQ(TestClient(service.url()).get("/healthz").status, 200);
}

} // namespace

} // namespace crossfade
