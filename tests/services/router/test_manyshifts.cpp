// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Many policies under way at once, each on a system of its own: every one is judged.
#include "tests/services/router/shiftfixture.h"

#include "models/core/time.h"
#include "models/metrics/slotstore.h"

namespace crossfade {
namespace {

using namespace std::chrono_literals;

// Twice a second some requests of every policy, on both platforms, of the last one's system maybe bad ones.
class TrafficOfMany {
public:
    TrafficOfMany(std::string url, std::string token, std::vector<std::string> policyIds)
        : m_url(std::move(url))
        , m_token(std::move(token))
        , m_policyIds(std::move(policyIds))
        , m_thread([this](const std::stop_token &stop) { run(stop); }) {}

    std::atomic<bool> lastFails{false};

private:
    void run(const std::stop_token &stop) const {
        TestClient client(m_url, m_token);
        client.setTimeout(10s);
        while (!stop.stop_requested()) {
            const std::string at =
                formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
            Json list = Json::array();
            for (std::size_t i = 0; i < m_policyIds.size(); ++i) {
                for (int request = 0; request < 8; ++request) {
                    const bool onNew = request % 2 == 0;
                    const bool fails = onNew && lastFails && i + 1 == m_policyIds.size();
                    list.push_back({{"at", at},
                                    {"platform", onNew ? "NEW" : "LEGACY"},
                                    {"system_id", "system-" + std::to_string(i)},
                                    {"user_id", "user-" + std::to_string(request)},
                                    {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", m_policyIds[i]}, {"epoch", 1}}},
                                    {"status", fails ? 500 : 200},
                                    {"latency_ms", 10}});
                }
            }
            client.observe(list);
            std::this_thread::sleep_for(500ms);
        }
    }

    const std::string m_url;
    const std::string m_token;
    const std::vector<std::string> m_policyIds;
    std::jthread m_thread;
};

class ManyShifts : public ShiftTest {
protected:
    std::string started(std::size_t number) {
        const std::string id = createPolicy({{"policy_name", "policy " + std::to_string(number)},
                                             {"target_system", "system-" + std::to_string(number)},
                                             {"stabilization_seconds", 600},
                                             {"interval_seconds", 2},
                                             {"on_breach", "ROLLBACK"}});
        EXPECT_EQ(act(id, "shift"), 200);
        return id;
    }
    // Requests of so many systems that no policy is of.
    void otherSystems(int count) {
        Json list = Json::array();
        const std::string at =
            formatInstant(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
        for (int i = 0; i < count; ++i)
            list.push_back({{"at", at},
                            {"platform", "LEGACY"},
                            {"system_id", "other-" + std::to_string(i)},
                            {"status", 200},
                            {"latency_ms", 10}});
        router.client("observer").observe(list);
    }
    Json guardOf(const std::string &id) { return router.get(pathOf(id, "/guards")).at("items").at(0); }
};

TEST_F(ManyShifts, theLastOfTwoHundredGoesBackByItself) {
    otherSystems(100);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < 200; ++i)
        ids.push_back(started(i));
    TrafficOfMany load(router.url(), router.token("observer"), ids);
    for (const std::size_t i : {0U, 120U, 198U, 199U}) {
        ASSERT_TRUE(waitPercentage(ids[i], 10, 60s)) << i << shift(ids[i]).dump();
        ASSERT_TRUE(waitFor([&] { return guardOf(ids[i]).at("verdict") == "PASS"; }, 30s)) << i << guardOf(ids[i]).dump();
    }
    load.lastFails = true;
    ASSERT_TRUE(waitState(ids[199], "ROLLED_BACK", 30s)) << guardOf(ids[199]).dump();
    EXPECT_EQ(percentageOf(ids[199]), 0);
    EXPECT_EQ(history(ids[199]).back().at("cause"), "ROLLED_BACK");
    EXPECT_FALSE(history(ids[199]).back().at("evidence").is_null());
    EXPECT_EQ(percentageOf(ids[198]), 10) << "nobody else's";
    EXPECT_EQ(guardOf(ids[198]).at("verdict"), "PASS");
}

// One more than can be judged is not begun, whenever its time comes; and is once there is room.
TEST_F(ManyShifts, noMoreAreStartedThanAreJudged) {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < SlotStore::MostPolicies; ++i)
        ids.push_back(started(i));
    const std::string more = createPolicy({{"policy_name", "one more"}, {"target_system", "more"}});
    const TestAnswer refused = router.call({"POST", pathOf(more, "/shift"), Json::object()});
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_EQ(refused.json.at("code"), "TOO_MANY_SHIFTS");
    EXPECT_EQ(refused.json.at("values"), Json::array({"256"}));
    EXPECT_EQ(stateOf(more), "DRAFT");
    // Those that are there go on, and back.
    EXPECT_EQ(act(ids[7], "suspend"), 200);
    EXPECT_EQ(act(ids[7], "resume"), 200);
    EXPECT_EQ(act(ids[7], "rollback"), 200);
    EXPECT_EQ(act(ids[7], "shift"), 200) << "it was among them all the time";
    EXPECT_EQ(act(ids[7], "rollback"), 200);
    ASSERT_EQ(act(ids[7], "finalize"), 200);
    EXPECT_EQ(act(more, "shift"), 200);
}

} // namespace
} // namespace crossfade
