// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What Prometheus is told of checks, differences and repairs.
#include "tests/services/comparator/world.h"

#include <gtest/gtest.h>

#include <sstream>

namespace crossfade {
namespace {

class ComparatorFigures : public testing::Test {
protected:
    static std::string text(const Comparator &comparator) { return TestClient(comparator.url()).get("/metrics").body; }
    // The value of the one line that begins so; -1 if there is none.
    static double value(const Comparator &comparator, const std::string &series)
    {
        std::istringstream lines(text(comparator));
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
        }
        return -1;
    }
};

TEST_F(ComparatorFigures, tellOfACheckAsItsLastFullRunFoundIt)
{
    World world;
    const std::string label = "{check_id=\"" + world.check + "\"}";
    const auto now = [&](const std::string &series) { return value(world.comparator, series); };
    const Json run = world.comparator.run(world.run);
    const double percentage = run.at("consistency_percentage");
    EXPECT_DOUBLE_EQ(now("crossfade_check_consistency_ratio" + label), percentage / 100);
    const Json open = world.send("viewer", "GET", "/api/v1/differences?resolved=false&limit=1").json;
    EXPECT_GT(now("crossfade_differences_open" + label), 0);
    EXPECT_EQ(now("crossfade_differences_open" + label), open.at("total"));
    EXPECT_EQ(now("crossfade_check_rows_compared_total"), run.at("rows_done"));
    EXPECT_EQ(now("crossfade_check_runs_ended_total{state=\"FINISHED\"}"), 1);
    EXPECT_EQ(now("crossfade_check_runs_ended_total{state=\"CANCELLED\"}"), 0);
    EXPECT_EQ(now("crossfade_check_runs{state=\"RUNNING\"}"), 0);
    EXPECT_GE(now("crossfade_check_last_run_duration_seconds" + label), 0);
    EXPECT_GT(now("crossfade_check_last_run_timestamp_seconds" + label), 1.7e9);
    double repairs = 0;
    for (const char *status : {"PENDING", "ASSIGNED", "APPROVED", "REJECTED", "EXECUTING", "VERIFIED", "FAILED", "STALE"})
        repairs += now("crossfade_repairs{status=\"" + std::string(status) + "\"}");
    EXPECT_EQ(repairs, 1);
    EXPECT_EQ(now("crossfade_queue_length{queue=\"alerts\"}") >= 0, true);
    world.comparator.fullRun(world.check);
    EXPECT_EQ(now("crossfade_check_runs_ended_total{state=\"FINISHED\"}"), 2);
    // The store holds what was counted: a start anew does not forget it.
    world.comparator.kill();
    world.comparator.start();
    EXPECT_EQ(now("crossfade_check_runs_ended_total{state=\"FINISHED\"}"), 2);
    EXPECT_DOUBLE_EQ(now("crossfade_check_consistency_ratio" + label), percentage / 100);
}

TEST_F(ComparatorFigures, forgetACheckThatIsGone)
{
    World world;
    ASSERT_NE(text(world.comparator).find(world.check), std::string::npos);
    const TestAnswer check = world.send("viewer", "GET", "/api/v1/checks/" + world.check);
    const TestAnswer removed = world.comparator.as("admin").remove("/api/v1/checks/" + world.check,
                                                                   std::to_string(check.json.at("version").get<int>()));
    ASSERT_EQ(removed.status, 204) << removed.body;
    EXPECT_EQ(text(world.comparator).find("check_id=\"" + world.check), std::string::npos);
    EXPECT_EQ(value(world.comparator, "crossfade_check_runs_ended_total{state=\"FINISHED\"}"), 1) << "what was done was done";
}

TEST_F(ComparatorFigures, tellOfASyncAndForgetIt)
{
    World world;
    const Json sync = world.send("viewer", "GET", "/api/v1/sync-configs/" + world.sync).json;
    const std::string label = "{sync_id=\"" + world.sync + "\"}";
    const auto now = [&](const std::string &series) { return value(world.comparator, series + label); };
    EXPECT_EQ(now("crossfade_sync_dead_letters"), 1);
    EXPECT_EQ(now("crossfade_sync_backlog_entities"), sync.at("backlog"));
    EXPECT_EQ(now("crossfade_sync_suspended"), textOf(sync, "state") == "SUSPENDED" ? 1 : 0);
    EXPECT_EQ(now("crossfade_sync_lag_seconds") >= 0, sync.at("lag_seconds").is_number());
    const std::string info = "crossfade_sync_info{data_type=\"USER\",source=\"LEGACY\",sync_id=\"" + world.sync +
                             "\",target=\"NEW\"}";
    EXPECT_EQ(value(world.comparator, info), 1) << text(world.comparator);
    const TestClient op = world.comparator.as("operator");
    (void)op.post("/api/v1/sync-configs/" + world.sync + "/pause", Json::object());
    const Json paused = world.send("viewer", "GET", "/api/v1/sync-configs/" + world.sync).json;
    const TestAnswer gone =
        op.remove("/api/v1/sync-configs/" + world.sync, std::to_string(paused.at("version").get<int>()));
    ASSERT_EQ(gone.status, 204) << gone.body;
    EXPECT_EQ(text(world.comparator).find(world.sync), std::string::npos);
}

} // namespace
} // namespace crossfade
