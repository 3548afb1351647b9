// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/graytransfer.h"
#include "app/router/revisions.h"
#include "app/router/routerstate.h"
#include "app/router/ruletransfer.h"
#include "tests/models/routing/make.h"
#include "tests/services/teststore.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct StateStore {
    StateStore() { open(); }
    void open()
    {
        state.reset();
        store.reset();
        StoreOptions options;
        options.directory = directory.path() / "data";
        options.migrations = std::filesystem::path(CROSSFADE_SOURCE_DIR) / "resources/sql/router";
        options.database = database.database();
        options.durable = false; // speed; what a crash leaves is tested elsewhere
        auto opened = Store::open(options, Environment::real());
        if (!opened) ADD_FAILURE() << opened.error().message;
        store = std::move(*opened);
        auto loaded = RouterState::load(*store);
        if (!loaded) ADD_FAILURE() << loaded.error().message;
        state = std::move(*loaded);
    }
    Result<Json> change(const std::vector<SnapshotChange> &changes, bool failAfterwards = false)
    {
        return store->writeAndWait({"ann", "r1"}, [&](WriteTransaction &tx) -> Result<Json> {
            if (auto done = state->change(tx, changes, {"TEST", "because"}); !done) return fail(done.error());
            if (failAfterwards) return fail(ErrorKind::Conflict, "changed my mind");
            return Json();
        });
    }
    Snapshot replayed()
    {
        Snapshot snapshot;
        const auto done = store->read([&](Database &db) {
            return revisions::each(db, [&](const Revision &revision) {
                snapshot = snapshot.changed(revision.change, revision.epoch);
                return true;
            });
        });
        EXPECT_TRUE(done.has_value());
        return snapshot;
    }

    TempDir directory;
    TestStore database;
    std::unique_ptr<Store> store;
    std::unique_ptr<RouterState> state;
};

} // namespace

// Nobody, a rollback least of all, waits for more than one of them.
TEST(RouterState, importsShareTheirTransactionWithNobody)
{
    StateStore store;
    RouteTable routes;
    const RequestMaps maps;
    RuleTransferModule(*store.state, *store.store, maps).addRoutes(routes);
    GrayTransferModule(*store.state, *store.store).addRoutes(routes);
    int imports = 0;
    for (const Route &route : routes.routes()) {
        if (!route.pattern.ends_with("/import")) continue;
        ++imports;
        EXPECT_EQ(route.rules.turn, Turn::Alone) << route.pattern;
    }
    EXPECT_EQ(imports, 2);
}

// What was published, what is read from the tables after a restart, and what the log of revisions
// gives when it is replayed are the same.
TEST(RouterState, publishedStoredAndReplayedAreTheSame)
{
    EXPECT_TRUE(rc::check([] {
        StateStore store;
        for (const SnapshotChange &change : *anyChanges()) {
            const bool taken = std::holds_alternative<PolicyChange>(change) &&
                               std::get<PolicyChange>(change).after &&
                               store.state->snapshot()->policyFor(
                                   std::get<PolicyChange>(change).after->targetSystem);
            const auto done = store.change({change});
            RC_ASSERT(done.has_value() || taken);
        }
        const SnapshotPtr published = store.state->snapshot();
        RC_ASSERT(sameState(*published, store.replayed()));
        store.open();
        RC_ASSERT(sameState(*published, *store.state->snapshot()));
    }));
}

TEST(RouterState, aRefusedTransactionIsNeitherStoredNorPublished)
{
    StateStore store;
    const SnapshotPtr before = store.state->snapshot();
    EXPECT_FALSE(store.change({added(userRule("r", "ann", Platform::New))}, true).has_value());
    EXPECT_EQ(store.state->snapshot(), before);
    EXPECT_EQ(store.replayed().ruleCount(), 0U);
}

TEST(RouterState, onePolicyASystem)
{
    StateStore store;
    EXPECT_TRUE(store.change({covering("p1", "shop", 100)}).has_value());
    const auto second = store.change({covering("p2", "shop", 200)});
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
    EXPECT_TRUE(store.change({PolicyChange{"p1", {}}, covering("p2", "shop", 200)}).has_value());
    EXPECT_EQ(store.state->snapshot()->policyFor("shop")->id, "p2");
}

TEST(RouterState, theSnapshotCarriesTheEpochOfItsChange)
{
    StateStore store;
    ASSERT_TRUE(store.change({added(userRule("r", "ann", Platform::New))}).has_value());
    EXPECT_EQ(store.state->snapshot()->epoch(), store.store->epoch());
}

TEST(RouterState, actsForOtherModulesLeaveEventAndAudit)
{
    StateStore store;
    const auto done = store.store->writeAndWait({"runner", ""}, [&](WriteTransaction &tx) -> Result<Json> {
        const auto rule = store.state->createRule(tx, systemRule("ignored", "shop", Platform::New),
                                                  {"FINALIZE", "finished"});
        if (!rule) return fail(rule.error());
        const auto switches = store.state->setSwitches(tx, Switches(), {"ROLLBACK", "all"});
        if (!switches) return fail(switches.error());
        return Json{{"id", rule->id}, {"version", switches->version}};
    });
    ASSERT_TRUE(done.has_value());
    EXPECT_NE(done->at("id"), "ignored");
    EXPECT_EQ(done->at("version"), 2);
    EXPECT_EQ(store.state->snapshot()->systemRules("shop").size(), 1U);
    const auto counted = store.store->read([](Database &db) -> Result<void> {
        const auto events = db.query("SELECT type FROM events ORDER BY id");
        const auto audit = db.query("SELECT action FROM audit ORDER BY seq");
        EXPECT_EQ(events->size(), 2U);
        EXPECT_EQ((*events)[0].text(0), "rule.changed");
        EXPECT_EQ((*events)[1].text(0), "switches.changed");
        EXPECT_EQ(audit->size(), 2U);
        return {};
    });
    EXPECT_TRUE(counted.has_value());
}

TEST(RouterState, readersNeverSeeHalfAChange)
{
    StateStore store;
    std::atomic<bool> done{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const SnapshotPtr snapshot = store.state->snapshot();
                const std::size_t left = snapshot->userRules("left").size();
                if (left != snapshot->userRules("right").size()) ++torn;
            }
        });
    }
    for (int i = 0; i < 100; ++i) {
        const std::string id = std::to_string(i);
        EXPECT_TRUE(store.change({added(userRule("l" + id, "left", Platform::New)),
                                  added(userRule("r" + id, "right", Platform::New))})
                        .has_value());
    }
    done = true;
    for (std::thread &reader : readers)
        reader.join();
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(store.state->snapshot()->userRules("left").size(), 100U);
}
