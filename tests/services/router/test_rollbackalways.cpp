// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Going back works within a bound, whatever else is broken: no guard's
// source, no comparator, no platform answering, a store that another process holds.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/groupfixture.h"
#include "tests/services/router/shiftfixture.h"
#include "tests/services/teststore.h"
#include "tests/support/stopwatch.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace crossfade {
namespace {

using Clock = std::chrono::steady_clock;

class RollbackAlways : public ShiftTest {
protected:
    std::string gateOf(const std::string &id, const char *gate, const char *field) {
        const Json items = router.get(pathOf(id, "/gates")).at("items");
        for (const Json &item : items) {
            if (item.at("gate") == gate) return item.at(field);
        }
        return {};
    }
    double rolledBackWithin(const std::string &id) {
        const Stopwatch watch;
        EXPECT_EQ(act(id, "rollback"), 200);
        const double seconds = watch.seconds();
        EXPECT_EQ(percentageOf(id), 0);
        EXPECT_EQ(stateOf(id), "ROLLED_BACK");
        const Json decided =
            router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}}}}}, 200);
        EXPECT_EQ(decided.at("decisions")[0].at("platform"), "LEGACY");
        return seconds;
    }
    std::unique_ptr<StoreConnection> openStore() { return router.store(); }
};

TEST_F(RollbackAlways, withNoEvidenceAtAll) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    {
        const auto load = traffic(id);
        ASSERT_EQ(act(id, "shift"), 200);
        ASSERT_TRUE(waitPercentage(id, 10));
    } // the observer is gone: no guard has a source any more
    EXPECT_LT(rolledBackWithin(id), 2);
}

TEST_F(RollbackAlways, withComparatorAndPlatformsSilent) {
    AnsweringServer comparator;
    AnsweringServer legacy;
    ASSERT_TRUE(router.stop());
    ASSERT_TRUE(router.start(
        {"--comparator", comparator.url(), "--comparator-token-file", "/dev/null"}))
        << router.log();
    Json guards = policyBody().at("guards");
    guards.push_back({{"id", "data"},
                      {"metric", "consistency_percentage"},
                      {"threshold", 99},
                      {"check_name", "users"},
                      {"mode", "SHOW"},
                      {"min_samples", 1}});
    const std::string id = createPolicy({{"stabilization_seconds", 600},
                                         {"guards", guards},
                                         {"legacy_health_url", legacy.url() + "/healthz"}});
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
    comparator.beSilent(); // both hang, as after a SIGSTOP
    legacy.beSilent();
    EXPECT_LT(rolledBackWithin(id), 2);
}

// Another process holds the write lock: it is in force here within the bound, what is stored stays as it is, and once
// the lock is gone it is stored; the same request has the same answer all the while.
TEST_F(RollbackAlways, whileTheStoreIsHeldByAnother) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    {
        const auto load = traffic(id);
        ASSERT_EQ(act(id, "shift"), 200);
        ASSERT_TRUE(waitPercentage(id, 10));
    }
    const auto thief = openStore();
    ASSERT_TRUE(holdWriting(*thief));
    const TestClient client(router.url(), router.token("operator"));
    const TestClient::Headers once{{"Content-Type", "application/json"},
                                   {"Idempotency-Key", "back-1"}};
    const std::string body = dumpJson({{"reason", "now"}});
    Stopwatch watch;
    const TestAnswer kept = client.send("POST", pathOf(id, "/rollback"), body, once);
    const double seconds = watch.seconds();
    EXPECT_EQ(router.contract().checkSchema("LocalRollback", kept.json), "");
    EXPECT_EQ(kept.status, 202) << kept.body;
    EXPECT_NE(kept.body.find("not yet stored"), std::string::npos) << kept.body;
    EXPECT_LT(seconds, 3) << "2 s of waiting for the store";
    std::printf("rolled back under a held store after %.1f s\n", seconds);
    const Json decided = router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u1"}}}}}, 200);
    EXPECT_EQ(decided.at("decisions")[0].at("platform"), "LEGACY");
    EXPECT_EQ(percentageOf(id), 10) << "reading goes on, and nothing was half done";
    EXPECT_TRUE(waitFor([&] { return gateOf(id, "ROLLBACK_PATH", "status") == "BLOCKED"; },
                        std::chrono::seconds(20)))
        << "no step without a way back";
    thief->rollback();
    watch.begin();
    const TestAnswer done = client.send("POST", pathOf(id, "/rollback"), body, once);
    EXPECT_EQ(done.status, 202) << done.body;
    EXPECT_EQ(done.body, kept.body) << "what the key remembers";
    EXPECT_TRUE(waitFor([&] { return percentageOf(id) == 0; }));
    EXPECT_LT(watch.seconds(), 6);
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
}

// A lock shorter than the limit is only waited for.
TEST_F(RollbackAlways, waitsForAStoreThatIsSlow) {
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    {
        const auto load = traffic(id);
        ASSERT_EQ(act(id, "shift"), 200);
        ASSERT_TRUE(waitPercentage(id, 10));
    }
    const auto slow = openStore();
    ASSERT_TRUE(holdWriting(*slow));
    TestAnswer answer;
    std::jthread asks([&] {
        const TestClient client(router.url(), router.token("operator"));
        answer = client.post(pathOf(id, "/rollback"), {{"reason", "now"}});
    });
    // Meanwhile what needs no store is answered at once.
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "u"}}}}}, 200)
                      .at("decisions")
                      .size(),
                  1U);
    slow->rollback();
    asks.join();
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(percentageOf(id), 0);
}

// A rollback raises an alert in its own transaction, and alerts go to channels: one that cannot be read, as a
// newer version may have written it, is none of its business.
TEST_F(RollbackAlways, withAChannelThatCannotBeRead) {
    const auto channel = [this](const char *name) -> std::string {
        const Json body{{"name", name}, {"kind", "WEBHOOK"}, {"url", "http://127.0.0.1:9/"}};
        return router.post("/api/v1/channels", body).at("id");
    };
    const std::string good = channel("good");
    const std::string bad = channel("bad");
    const std::string id = createPolicy({{"stabilization_seconds", 600}});
    {
        const auto load = traffic(id);
        ASSERT_EQ(act(id, "shift"), 200);
        ASSERT_TRUE(waitPercentage(id, 10));
    }
    ASSERT_TRUE(openStore()->execute("UPDATE channel SET definition = ? WHERE id = ?",
                                     {std::string(R"({"kind":"CARRIER_PIGEON"})"), bad}));
    EXPECT_LT(rolledBackWithin(id), 2);
    const Json told = router.get("/api/v1/channels/" + good + "/deliveries").at("items");
    EXPECT_TRUE(std::ranges::any_of(told, [](const Json &one) { return one.at("alert_type") == "ROLLED_BACK"; }));
    EXPECT_NE(router.log().find(bad), std::string::npos) << "whoever looks finds which";
}

TEST_F(RollbackAlways, noStepWhenThePreviousEpochIsNotStored) {
    const std::string id = createPolicy();
    const auto load = traffic(id);
    ASSERT_EQ(act(id, "shift"), 200);
    ASSERT_TRUE(waitPercentage(id, 10));
    ASSERT_EQ(gateOf(id, "ROLLBACK_PATH", "status"), "OPEN");
    const auto thief = openStore();
    ASSERT_TRUE(thief->execute("DELETE FROM revision WHERE kind = 'policy'"));
    ASSERT_TRUE(waitFor([&] { return shift(id).at("held_cause") == "ROLLBACK_PATH"; },
                        std::chrono::seconds(20)))
        << shift(id).dump();
    EXPECT_NE(gateOf(id, "ROLLBACK_PATH", "detail").find("previous epoch"), std::string::npos);
    EXPECT_EQ(act(id, "override", {{"gate", "ROLLBACK_PATH"}}), 422);
    EXPECT_LT(rolledBackWithin(id), 2) << "going back asks for no proof";
}

// A store that works, but takes its time: each write of a group waits for a second, in PostgreSQL by a trigger, in
// SQLite behind another process that holds the store most of the time.
class SlowStore {
public:
    explicit SlowStore(RouterService &router) : m_store(router.store()) {
        if (testsOnPostgres()) {
            EXPECT_TRUE(m_store->execute("CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS "
                                         "'BEGIN PERFORM pg_sleep(1); RETURN NEW; END'"));
            EXPECT_TRUE(m_store->execute("CREATE TRIGGER slow BEFORE UPDATE ON user_group FOR EACH ROW "
                                         "EXECUTE FUNCTION take_time()"));
        } else {
            m_holder = std::jthread([this](const std::stop_token &stop) { hold(stop); });
        }
    }
    ~SlowStore() {
        if (testsOnPostgres()) {
            EXPECT_TRUE(m_store->execute("DROP TRIGGER slow ON user_group"));
        }
    }
    SlowStore(const SlowStore &) = delete;
    SlowStore &operator=(const SlowStore &) = delete;

private:
    void hold(const std::stop_token &stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            const bool held = holdWriting(*m_store);
            wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
            if (held) m_store->rollback();
            wake.wait_for(lock, stop, std::chrono::milliseconds(400), [] { return false; });
        }
    }

    std::unique_ptr<StoreConnection> m_store;
    std::jthread m_holder;
};

class GroupSlowStore : public GroupTest {};

TEST_F(GroupSlowStore, theGroupWaitsItsGuardsGoOnAndTheWayBackStaysShort) {
    const std::string id = createWith("stores", 16);
    GroupTraffic traffic(router, names(16));
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitFor([&] { return batchesOf(id).starts_with("M"); }));
    {
        const SlowStore slow(router);
        // It goes on, batch by batch, as fast as the store takes it; its guards are judged all the while.
        const auto moved = [&] { return std::ranges::count(batchesOf(id), 'M'); };
        const auto before = moved();
        std::set<std::string> judged;
        EXPECT_TRUE(waitFor(
            [&] {
                const Json recent = router.get(path(id, "/guards")).at("items").at(0).at("recent");
                for (const Json &one : recent)
                    judged.insert(one.at("at").get<std::string>());
                return moved() >= before + 2 && judged.size() >= 3;
            },
            std::chrono::seconds(60)))
            << batchesOf(id) << " " << judged.size();
        // What needs no store is answered at once, and the way back within its bound.
        EXPECT_EQ(decide("u00").at("platform"), "NEW");
        const Stopwatch watch;
        const TestAnswer back = act(id, "rollback");
        const double seconds = watch.seconds();
        // 202: it was in force, and is stored once the store has taken what is before it.
        ASSERT_TRUE(back.status == 200 || back.status == 202) << back.body;
        std::printf("rollback of a group over a slow store in %.1f s\n", seconds);
        EXPECT_LT(seconds, 3) << "2 s of waiting for the store";
        for (const std::string &user : names(16))
            EXPECT_EQ(decide(user).at("platform"), "LEGACY") << user;
    }
    EXPECT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }));
    EXPECT_EQ(stateOf(id), "ROLLED_BACK");
    // Nothing was done twice, nor anything after the way back.
    std::multiset<std::string> done;
    std::string last;
    for (const Json &entry : historyOf(id)) {
        last = entry.at("cause");
        done.insert(last + (entry.at("batch").is_null() ? "" : std::to_string(entry.at("batch").get<int>())));
    }
    EXPECT_EQ(last, "ROLLED_BACK");
    for (const std::string &one : done)
        EXPECT_EQ(done.count(one), 1U) << one;
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

} // namespace
} // namespace crossfade
