// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What takes minutes or months, on a router whose clock of the day is put ahead.
#include "tests/services/router/shiftfixture.h"

#include "models/core/time.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

namespace crossfade {
namespace {

// The next last Sunday of March that is a day away at least: the clock only goes ahead.
Instant nextSpring(Instant now) {
    using namespace std::chrono;
    for (year y = year_month_day(floor<days>(now)).year();; ++y) {
        const Instant sunday = sys_days(y / March / Sunday[last]);
        if (sunday - now > days(1)) return sunday;
    }
}

class ShiftClock : public ShiftTest {
protected:
    void SetUp() override {
        if (testsOnPostgres()) GTEST_SKIP() << "there the database's clock counts";
        goAhead(0);
    }
    void start() {
        ASSERT_TRUE(router.start({}, {"LD_PRELOAD=" + std::string(CROSSFADE_BIN_DIR) + "/libcrossfade_clockahead.so",
                                      "CROSSFADE_CLOCK_AHEAD=" + router.file("ahead"),
                                      "ASAN_OPTIONS=verify_asan_link_order=0"}))
            << router.log();
    }
    void goAhead(std::int64_t seconds) {
        std::fstream file(router.file("ahead"), std::ios::in | std::ios::out | std::ios::binary);
        if (!file) file.open(router.file("ahead"), std::ios::out | std::ios::binary);
        file.write(reinterpret_cast<const char *>(&seconds), sizeof seconds);
    }
    void observe(const std::string &id, int count) {
        Json list = Json::array();
        const Json at = router.get("/api/v1/session").at("server_time");
        for (int i = 0; i < count; ++i)
            list.push_back({{"at", at},
                            {"platform", "NEW"},
                            {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", id}, {"epoch", 1}}},
                            {"status", 200},
                            {"latency_ms", 5}});
        EXPECT_EQ(router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"}).status, 202);
    }
    std::vector<std::string> causes(const std::string &id) {
        std::vector<std::string> all;
        for (const Json &entry : history(id))
            all.push_back(entry.at("cause"));
        return all;
    }
};

// Forty requests and then none: whatever comes first, the bake time or the window, they are evidence of this share.
TEST_F(ShiftClock, aHoldForWantOfEvidenceEndsByItAndDoesNotThrowItAway) {
    start();
    const std::string id = createPolicy({{"stabilization_seconds", 2},
                                         {"guards",
                                          {{{"id", "success"},
                                            {"metric", "authentication_success_rate"},
                                            {"threshold", 99},
                                            {"window_seconds", 600},
                                            {"min_samples", 40}}}}});
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD"));
    ASSERT_EQ(act(id, "override", {{"gate", "LEGACY_METRICS"}}), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    ASSERT_TRUE(waitState(id, "EVALUATING")) << shift(id).dump();
    goAhead(61); // since it was to be evaluated
    ASSERT_TRUE(waitState(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(shift(id).at("held_cause"), "NO_EVIDENCE");
    EXPECT_THAT(shift(id).at("next_action").at("blocked_by"), testing::Contains(Json("EVIDENCE")));
    EXPECT_TRUE(waitFor([&] {
        const Json alerts = router.get("/api/v1/alerts").at("items");
        return std::ranges::any_of(alerts, [](const Json &alert) {
            return alert.at("type") == "SHIFT_HELD" && alert.at("details").at("percentage") == 10;
        });
    }));
    observe(id, 40);
    ASSERT_TRUE(waitFor([&] { return std::ranges::count(causes(id), "HELD_ENDED") == 2; })) << shift(id).dump();
    // Only so much traffic as says that there is any: what was counted before the hold ended counts.
    int more = 0;
    auto last = std::chrono::steady_clock::now();
    EXPECT_TRUE(waitFor([&] {
        if (std::chrono::steady_clock::now() - last > std::chrono::seconds(3)) {
            observe(id, 1);
            last = std::chrono::steady_clock::now();
            ++more;
        }
        return percentageOf(id) >= 20;
    }, std::chrono::seconds(30))) << shift(id).dump();
    EXPECT_LT(more, 40) << "by these alone it would have enough as well";
}

// A window that opens the morning after the clocks were put forward opens an hour earlier by UTC.
TEST_F(ShiftClock, changeWindowsFollowSummerTime) {
    const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
    const Instant sunday = nextSpring(now); // Berlin's clocks change in the small hours of it
    const Instant eve = sunday - std::chrono::hours(12);
    goAhead(std::chrono::duration_cast<Seconds>(eve - now).count());
    start();
    const Json every{"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
    const std::string id = createPolicy(
        {{"change_windows",
          {{{"weekdays", every}, {"from", "09:00"}, {"to", "10:00"}, {"time_zone", "Europe/Berlin"}}}}});
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitState(id, "HELD")) << shift(id).dump();
    EXPECT_EQ(shift(id).at("held_cause"), "WINDOW");
    EXPECT_EQ(shift(id).at("next_action").at("earliest_at"), formatInstant(sunday + std::chrono::hours(7)));
}

} // namespace
} // namespace crossfade
