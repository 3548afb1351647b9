// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the comparator tells while it works, and tells again to who was away.
#include "tests/services/comparator/fixture.h"
#include "tests/services/kit/rawsocket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>

namespace crossfade {
namespace {

struct Event {
    std::string id; // "" when it is not stored
    std::string type;
    Json data;
};

std::vector<Event> eventsOf(const std::string &stream)
{
    std::vector<Event> events;
    Event event;
    std::istringstream lines(stream);
    for (std::string line; std::getline(lines, line);) {
        const auto value = [&](std::string_view name) { return line.substr(name.size()); };
        if (line.starts_with("id: ")) event.id = value("id: ");
        if (line.starts_with("event: ")) event.type = value("event: ");
        if (line.starts_with("data: ")) event.data = parseJson(value("data: ")).value_or(Json());
        if (!line.empty()) continue;
        if (!event.type.empty()) events.push_back(event);
        event = {};
    }
    return events;
}

std::vector<Event> ofType(const std::vector<Event> &events, const std::string &type)
{
    std::vector<Event> result;
    std::ranges::copy_if(events, std::back_inserter(result),
                         [&](const Event &event) { return event.type == type; });
    return result;
}

std::vector<std::string> storedOf(const std::vector<Event> &events)
{
    std::vector<std::string> lines;
    for (const Event &event : events) {
        if (!event.id.empty()) lines.push_back(event.id + " " + event.type + " " + dumpJson(event.data));
    }
    return lines;
}

long numberOf(const std::string &id)
{
    return std::stol(id.substr(id.find('-') + 1));
}

// What is told from an event on, as it comes, until the comparator dies.
class LiveEvents {
public:
    LiveEvents(const Comparator &comparator, const std::string &last)
        : m_reader(std::stoi(comparator.url().substr(comparator.url().rfind(':') + 1)), comparator.token("viewer"), last)
        , m_thread([this](const std::stop_token &stop) { run(stop); })
    {
    }
    // Whether this is heard within the limit: what is stored is on its way still when its answer is there.
    bool waitFor(const std::function<bool(const Event &)> &wanted) const
    {
        return crossfade::waitFor([&] {
            const std::lock_guard lock(m_mutex);
            return std::ranges::any_of(m_events, wanted);
        });
    }
    // All of it, once nothing more can come.
    std::vector<Event> whole()
    {
        m_thread.request_stop();
        m_thread.join();
        return m_events;
    }

private:
    void run(const std::stop_token &stop)
    {
        while (true) {
            const auto event = m_reader.next(std::chrono::milliseconds(200));
            if (!event && stop.stop_requested()) return;
            if (!event) continue;
            const std::lock_guard lock(m_mutex);
            m_events.push_back({event->id, event->type, parseJson(event->data).value_or(Json())});
        }
    }

    EventReader m_reader;
    mutable std::mutex m_mutex;
    std::vector<Event> m_events;
    std::jthread m_thread;
};

class Events : public testing::Test {
protected:
    Events()
    {
        for (TestDatabase *side : {legacy.get(), fresh.get()})
            side->run("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT)");
        const std::string rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                                 "WHERE i < 4000) INSERT INTO people SELECT i, 'n' || i FROM n";
        legacy->run(rows);
        fresh->run(rows);
        fresh->run("UPDATE people SET name = 'x' WHERE id = 7");
        comparator.start();
        check = comparator.addCheck(*legacy, *fresh,
                                    peopleMapping("INTEGER", Json::array({field("name", "TEXT")})));
    }

    TempDir dir;
    std::unique_ptr<TestDatabase> legacy = newSqlite(dir.file("legacy.db"));
    std::unique_ptr<TestDatabase> fresh = newSqlite(dir.file("new.db"));
    Comparator comparator{{"--batch-rows", "500"}};
    std::string check;
};

TEST_F(Events, TellProgressEndDifferencesAndRepairsAndAreToldAgain)
{
    const std::string before =
        comparator.as("viewer").get("/api/v1/checks").header("x-crossfade-event-id");
    LiveEvents live(comparator, before);
    const std::string run =
        comparator.startRun(check, {{"scope", "FULL"}, {"rows_per_second_limit", 2'000}});
    comparator.waitRun(run);
    const std::string difference =
        textOf(comparator.all("/api/v1/differences?resolved=false").at(0), "id");
    const TestAnswer made =
        comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", {difference}}});
    const std::string repair = textOf(made.json.at("items")[0], "id");
    comparator.as("approver").post("/api/v1/repairs/" + repair + "/approve", {{"reason", "seen"}});
    comparator.waitRepair(repair, {"VERIFIED"});
    const std::string after =
        comparator.as("viewer").get("/api/v1/checks").header("x-crossfade-event-id");
    EXPECT_TRUE(live.waitFor([&](const Event &event) { return event.id == after; })) << after;
    comparator.kill();
    const std::vector<Event> events = live.whole();

    const std::vector<Event> progress = ofType(events, "check.progress");
    EXPECT_GE(progress.size(), 3u);
    std::int64_t done = -1;
    for (const Event &event : progress) {
        EXPECT_EQ(event.id, "") << "is not stored";
        const Json &of = event.data.at("run");
        EXPECT_EQ(of.at("id"), run);
        EXPECT_GE(of.at("rows_done").get<std::int64_t>(), done);
        done = of.at("rows_done").get<std::int64_t>();
    }
    EXPECT_EQ(done, 4'000);
    const std::vector<Event> finished = ofType(events, "check.finished");
    ASSERT_EQ(finished.size(), 1u);
    EXPECT_EQ(finished[0].data.at("run").at("different"), 1);
    EXPECT_FALSE(ofType(events, "difference.changed").empty());
    std::vector<std::string> statuses;
    for (const Event &event : ofType(events, "repair.changed")) {
        const std::string status = textOf(event.data.at("repair"), "status");
        if (statuses.empty() || statuses.back() != status) statuses.push_back(status);
    }
    EXPECT_EQ(statuses,
              (std::vector<std::string>{"PENDING", "APPROVED", "EXECUTING", "VERIFIED"}));

    // Gapless, and the same again from another process.
    long last = numberOf(before);
    for (const Event &event : events) {
        if (event.id.empty()) continue;
        EXPECT_EQ(numberOf(event.id), ++last);
    }
    EXPECT_EQ(last, numberOf(after));
    comparator.start();
    std::string again;
    EXPECT_TRUE(waitFor([&] {
        TestClient viewer = comparator.as("viewer");
        viewer.setTimeout(std::chrono::milliseconds(700));
        again = viewer.get("/api/v1/events?last_event_id=" + before).body;
        return again.find("id: " + after) != std::string::npos;
    }));
    EXPECT_EQ(storedOf(eventsOf(again)), storedOf(events));
}

TEST_F(Events, TellOnlyTheAskedTopics)
{
    const std::string before =
        comparator.as("viewer").get("/api/v1/checks").header("x-crossfade-event-id");
    comparator.fullRun(check);
    std::string stream;
    EXPECT_TRUE(waitFor([&] {
        TestClient viewer = comparator.as("viewer");
        viewer.setTimeout(std::chrono::milliseconds(700));
        stream = viewer.get("/api/v1/events?topics=check.finished&last_event_id=" + before).body;
        return stream.find("check.finished") != std::string::npos;
    }));
    for (const Event &event : eventsOf(stream))
        EXPECT_EQ(event.type, "check.finished");
}

TEST_F(Events, StaySmallWhenManyIdsAreLookedAt)
{
    const std::string before =
        comparator.as("viewer").get("/api/v1/checks").header("x-crossfade-event-id");
    LiveEvents live(comparator, before);
    Json ids = Json::array();
    for (int i = 1; i <= 150; ++i)
        ids.push_back(std::to_string(i));
    const Json run = comparator.waitRun(comparator.startRun(check, {{"scope", "IDS"}, {"ids", ids}}));
    const Json list = comparator.as("viewer").get("/api/v1/runs").json;
    const Json shown = comparator.as("viewer").get("/api/v1/checks/" + check).json.at("last_run");
    EXPECT_TRUE(live.waitFor([](const Event &event) { return event.type == "check.finished"; }));
    comparator.kill();
    const std::vector<Event> events = live.whole();
    EXPECT_EQ(run.at("per_id").size(), 150u) << "who asks for this run gets all of it";
    EXPECT_FALSE(list.at("items").at(0).contains("per_id"));
    EXPECT_FALSE(shown.contains("per_id"));
    const std::vector<Event> finished = ofType(events, "check.finished");
    ASSERT_EQ(finished.size(), 1u);
    EXPECT_EQ(finished[0].data.at("run").at("matched"), 149);
    EXPECT_FALSE(finished[0].data.at("run").contains("per_id"));
    for (const Event &event : ofType(events, "check.progress"))
        EXPECT_LE(event.data.at("run").value("per_id", Json::array()).size(), 100u);
}

} // namespace
} // namespace crossfade
