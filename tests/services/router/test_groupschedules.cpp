// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// When a group's batches may move: change windows and freezes by the clocks of a zone, over HTTP. What they make of the
// nights in which clocks are set is the calendar's, which policies share.
#include "tests/services/router/groupfixture.h"

#include "models/core/time.h"
#include "models/core/weeklywindow.h"

#include <gmock/gmock.h>

#include <chrono>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class GroupSchedules : public GroupTest {
protected:
    static std::chrono::sys_time<std::chrono::minutes> thisMinute() {
        return std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
    }
    static std::string after(std::chrono::minutes wait) {
        return formatInstant(instantFromMs(std::chrono::milliseconds((thisMinute() + wait).time_since_epoch()).count()));
    }
    // "HH:MM" so many minutes from now by the clocks of Kathmandu, 5:45 ahead all year.
    static std::string kathmandu(std::chrono::minutes wait) {
        const auto wall = (thisMinute() + wait + 345min).time_since_epoch().count();
        return timeOfDayText(static_cast<int>(wall % MinutesOfDay));
    }
    static Json window(std::chrono::minutes from, std::chrono::minutes to) {
        return Json::array({{{"weekdays", {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}},
                             {"from", kathmandu(from)},
                             {"to", kathmandu(to)},
                             {"time_zone", "Asia/Kathmandu"}}});
    }
    TestAnswer patch(const std::string &id, const Json &changes) {
        const std::string version = std::to_string(group(id).at("version").get<int>());
        return router.call({"PATCH", path(id), changes, version});
    }
    // A group that may move at once is begun, moved and completed: whoever moves it, look by look, has looked at every
    // other one from now on, too.
    bool runnerHasLooked() {
        const std::string name = "looked-at-" + std::to_string(++m_looks);
        const std::string id = createGroup(name, {{"guards", Json::array()}, {"batch_interval_seconds", 1}});
        EXPECT_EQ(upload(id, {name + "-a", name + "-b"}).status, 200);
        EXPECT_EQ(act(id, "shift").status, 200);
        return waitGroup(id, "COMPLETED");
    }
    std::string waitsFor(const std::string &id) {
        const Json waits = shift(id).at("waits_for");
        return waits.is_string() ? waits.get<std::string>() : std::string();
    }

    int m_looks = 0;
};

const Json NoGuards{{"guards", Json::array()}, {"batch_interval_seconds", 1}};

TEST_F(GroupSchedules, noBatchMovesOutsideItsWindowsByTheClocksOfTheirZone) {
    Json body = NoGuards;
    const std::string opens = kathmandu(300min);
    body["change_windows"] = window(300min, 480min);
    const std::string id = createWith("stores", 4, body);
    EXPECT_EQ(group(id).at("change_windows"), body.at("change_windows"));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return !waitsFor(id).empty(); })) << shift(id).dump();
    EXPECT_THAT(waitsFor(id), HasSubstr("outside the change windows"));
    EXPECT_THAT(waitsFor(id), HasSubstr(opens + " Asia/Kathmandu"));
    ASSERT_TRUE(runnerHasLooked()) << router.log();
    EXPECT_EQ(batchesOf(id), "PP");
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    // After a sudden death as before it.
    router.kill();
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(runnerHasLooked()) << router.log();
    EXPECT_EQ(batchesOf(id), "PP");
    EXPECT_THAT(waitsFor(id), HasSubstr("Asia/Kathmandu"));
    // The times that it is open by here, by the clocks of another zone: those that count.
    Json elsewhere = window(-60min, 60min);
    elsewhere[0]["time_zone"] = "Pacific/Apia"; // 7:15 ahead of them
    ASSERT_EQ(patch(id, {{"change_windows", elsewhere}}).status, 200);
    ASSERT_TRUE(runnerHasLooked()) << router.log();
    EXPECT_EQ(batchesOf(id), "PP");
    ASSERT_EQ(patch(id, {{"change_windows", window(-60min, 60min)}}).status, 200);
    EXPECT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
    EXPECT_EQ(decide("u03").at("platform"), "NEW");
    // Going back waits for no window.
    ASSERT_EQ(patch(id, {{"change_windows", window(300min, 480min)}}).status, 200);
    ASSERT_EQ(act(id, "rollback").status, 200);
    EXPECT_EQ(decide("u03").at("platform"), "LEGACY");
}

TEST_F(GroupSchedules, aFreezeStopsBatchesWithinAnOpenWindowAndEndsByItself) {
    Json body = NoGuards;
    body["change_windows"] = window(-60min, 600min);
    const auto soon = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now()) + 15s;
    const std::string ends = formatInstant(
        instantFromMs(std::chrono::milliseconds(soon.time_since_epoch()).count()));
    body["freezes"] = Json::array({{{"start", after(-60min)}, {"end", ends}, {"reason", "year end"},
                                    {"time_zone", "Asia/Shanghai"}}});
    const std::string id = createWith("stores", 4, body);
    EXPECT_EQ(group(id).at("freezes")[0].at("time_zone"), "Asia/Shanghai");
    EXPECT_EQ(group(id).at("freezes")[0].at("end"), ends);
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return !waitsFor(id).empty(); })) << shift(id).dump();
    EXPECT_THAT(waitsFor(id), HasSubstr("freeze"));
    EXPECT_EQ(batchesOf(id), "PP");
    EXPECT_TRUE(waitGroup(id, "COMPLETED")) << shift(id).dump();
    int moves = 0;
    for (const Json &entry : historyOf(id)) {
        if (entry.at("cause") != "BATCH_MOVED") continue;
        ++moves;
        EXPECT_GE(entry.at("at"), Json(ends)) << entry;
    }
    EXPECT_EQ(moves, 2);
}

TEST_F(GroupSchedules, whatIsNoTimeOrZoneNamesItsField) {
    const auto pointer = [&](const Json &changes) {
        const TestAnswer answer = router.call({"POST", "/api/v1/user-groups", groupBody("odd", changes)});
        EXPECT_EQ(answer.status, 422) << answer.body;
        return pointerOf(answer);
    };
    Json odd = window(0min, 60min);
    odd[0]["time_zone"] = "Europe/Atlantis";
    EXPECT_EQ(pointer({{"change_windows", odd}}), "/change_windows/0/time_zone");
    odd = window(0min, 60min);
    odd[0]["from"] = "24:00";
    EXPECT_EQ(pointer({{"change_windows", odd}}), "/change_windows/0/from");
    EXPECT_EQ(pointer({{"freezes", Json::array({{{"start", after(60min)}, {"end", after(0min)}}})}}).substr(0, 10),
              "/freezes/0");
    Json freeze{{"start", after(0min)}, {"end", after(60min)}, {"time_zone", "Europe/Atlantis"}};
    EXPECT_EQ(pointer({{"freezes", Json::array({freeze})}}), "/freezes/0/time_zone");
}

} // namespace
} // namespace crossfade
