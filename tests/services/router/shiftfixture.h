// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace crossfade {

// Posts made-up requests of one policy, four times a second, until it goes away: what a traffic
// engine would report. What it reports can be changed while it runs.
class Traffic {
public:
    Traffic(std::string url, std::string token, std::string policyId);

    std::atomic<bool> onNew{true};
    std::atomic<bool> onLegacy{true};
    std::atomic<bool> newFails{false};

private:
    void run(const std::stop_token &stop) const;

    const std::string m_url;
    const std::string m_token;
    const std::string m_policyId;
    std::jthread m_thread;
};

// A router of its own with the short times a test can wait for.
class ShiftTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    // A policy on "*": 0 → 10 → 20 → 25 %, baked and judged each second; `changes` over it.
    static Json policyBody(const Json &changes = Json::object());
    std::string createPolicy(const Json &changes = Json::object());
    std::string pathOf(const std::string &id, const std::string &rest = {}) const;
    Json policy(const std::string &id) { return router.get(pathOf(id)); }
    Json shift(const std::string &id) { return router.get(pathOf(id, "/shift")); }
    std::string stateOf(const std::string &id) { return shift(id).at("state"); }
    double percentageOf(const std::string &id) { return shift(id).at("percentage"); }
    std::vector<Json> history(const std::string &id); // oldest first
    // An act of a person; answers the status.
    int act(const std::string &id, const std::string &name, Json body = Json::object(),
            const std::string &roles = "operator");
    void legacyByDefault() {
        const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    }
    bool waitState(const std::string &id, const std::string &state,
                   std::chrono::milliseconds limit = std::chrono::seconds(15));
    // Stored, and in force: what a reader finds stored decides a moment later.
    bool waitPercentage(const std::string &id, double atLeast,
                        std::chrono::milliseconds limit = std::chrono::seconds(15));
    std::int64_t epochInForce(); // of the last change that decisions are made by
    std::unique_ptr<Traffic> traffic(const std::string &id);
    std::string openApproval(); // its id, "" if none is open

    RouterService router;
};

} // namespace crossfade
