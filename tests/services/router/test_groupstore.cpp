// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What is stored and measured of groups, without a service round it: a real store, real blocks of members.
#include "app/router/groupacts.h"
#include "app/router/groupmeasures.h"
#include "app/router/groupmembers.h"
#include "app/router/revisions.h"
#include "app/router/routerstate.h"
#include "tests/models/routing/make.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

struct GroupStore {
    GroupStore() { open(); }
    void open() {
        state.reset();
        store.reset();
        StoreOptions options;
        options.directory = directory.path() / "data";
        options.migrations = std::filesystem::path(CROSSFADE_SOURCE_DIR) / "resources/sql/router";
        options.durable = false; // speed; what a crash leaves is tested elsewhere
        store = std::move(Store::open(options, Environment::real()).value());
        state = std::move(RouterState::load(*store).value());
    }
    bool change(const SnapshotChange &change) {
        return store
            ->writeAndWait({"ann", "r1"},
                           [&](WriteTransaction &tx) -> Result<Json> {
                               auto done = state->change(tx, {change}, {"TEST", "because"});
                               if (!done) return fail(done.error());
                               return Json();
                           })
            .has_value();
    }
    template <class Value>
    Value read(const std::function<Result<Value>(Database &)> &question) {
        Value value{};
        const auto done = store->read([&](Database &db) -> Result<void> {
            auto answer = question(db);
            if (!answer) return fail(answer.error());
            value = std::move(*answer);
            return {};
        });
        EXPECT_TRUE(done.has_value());
        return value;
    }
    Snapshot replayed() {
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
    std::unique_ptr<Store> store;
    std::unique_ptr<RouterState> state;
};

MembersPtr setOf(const std::vector<std::string> &users) {
    IdSetBuilder builder(1'000'000);
    for (const std::string &user : users)
        builder.add(user);
    return std::make_shared<const IdSet>(builder.build().value());
}

std::vector<std::string> manyUsers(int count) {
    std::vector<std::string> users;
    for (int i = 0; i < count; ++i)
        users.push_back("user-" + std::to_string(1'000'000 + i) + std::string(static_cast<std::size_t>(i % 7), 'x'));
    return users;
}

GroupSighting seen(std::size_t member, std::int64_t second, bool succeeded = true) {
    return {"g", member, member / 4, true, true, second, std::nullopt, succeeded, 1'000};
}

} // namespace

TEST(GroupStoreTest, publishedStoredAndReplayedAreTheSame) {
    const bool held = rc::check([] {
        GroupStore store;
        for (const char *id : {"g1", "g2"}) {
            // Groups share no user: that is what a start makes sure of.
            std::vector<std::string> users;
            for (int i = 0; i < *rc::gen::inRange(1, 9); ++i)
                users.push_back(std::string(id) + "-user" + std::to_string(i));
            GroupCover cover;
            cover.id = id;
            cover.name = std::string("group ") + id;
            cover.batchSize = static_cast<std::size_t>(*rc::gen::inRange(1, 4));
            cover.members = setOf(users);
            cover.membersId = groupmembers::store(*store.store, {"ann", "r"}, *cover.members).value();
            for (int step = 0; step < 4; ++step) {
                std::vector<bool> moved;
                for (std::size_t i = 0; i < (users.size() + cover.batchSize - 1) / cover.batchSize; ++i)
                    moved.push_back(*rc::gen::arbitrary<bool>());
                cover.moved = std::make_shared<const std::vector<bool>>(std::move(moved));
                const bool gone = *rc::gen::inRange(0, 8) == 0;
                RC_ASSERT(store.change(gone ? GroupChange{id, std::nullopt} : GroupChange{id, cover}));
            }
        }
        const SnapshotPtr published = store.state->snapshot();
        RC_ASSERT(test::sameState(*published, store.replayed()));
        store.open();
        RC_ASSERT(test::sameState(*published, *store.state->snapshot()));
        RC_ASSERT(store.state->snapshot()->groups() == published->groups());
    });
    EXPECT_TRUE(held);
}

TEST(GroupStoreTest, membersAreFoundInEveryBlock) {
    GroupStore store;
    const std::vector<std::string> users = manyUsers(250'000); // four blocks
    const MembersPtr members = setOf(users);
    const std::string id = groupmembers::store(*store.store, {"ann", "r"}, *members).value();
    const auto blocks = store.read<std::vector<SqlRow>>(
        [&](Database &db) { return db.query("SELECT first_index FROM group_part ORDER BY part"); });
    ASSERT_GE(blocks.size(), 3U);
    const auto indexOf = [&](const std::string &user) {
        return store.read<std::optional<std::size_t>>(
            [&](Database &db) { return groupmembers::indexOf(db, id, user); });
    };
    std::set<std::size_t> looked{0, users.size() - 1};
    for (const SqlRow &block : blocks) {
        const auto first = static_cast<std::size_t>(block.integer(0));
        looked.insert({first, first + 1, first == 0 ? 0 : first - 1});
    }
    for (const std::size_t index : looked) {
        const std::string user(members->at(index));
        EXPECT_EQ(indexOf(user), index) << user;
        EXPECT_EQ(store.read<std::string>([&](Database &db) { return groupmembers::at(db, id, index); }), user);
        EXPECT_EQ(indexOf(user + "y"), std::nullopt);
    }
    EXPECT_EQ(indexOf("aaa"), std::nullopt);
    EXPECT_EQ(indexOf("zzz"), std::nullopt);
    // Page by page they are the same list.
    std::string after;
    std::size_t index = 0;
    for (;;) {
        const auto page = store.read<std::vector<std::string>>(
            [&](Database &db) { return groupmembers::page(db, id, after, 999); });
        for (const std::string &user : page)
            ASSERT_EQ(user, members->at(index++));
        if (page.size() < 999) break;
        after = page.back();
    }
    EXPECT_EQ(index, users.size());
    EXPECT_TRUE(*store.read<MembersPtr>([&](Database &db) { return groupmembers::read(db, id); }) == *members);
}

TEST(GroupStoreTest, whatIsTakenBackHasProvenNothingFromThatMomentOn) {
    GroupStore store;
    GroupBook book;
    GroupActs acts(*store.state, book);
    GroupRecord record;
    record.group.id = "g";
    record.group.name = "stores";
    record.group.batchSize = 2;
    record.users = 4;
    record.membersId = groupmembers::store(*store.store, {"ann", "r"}, *setOf({"u0", "u1", "u2", "u3"})).value();
    record.status.state = GroupState::Completed;
    record.status.batches = BatchTable::fromText("2M").value();
    GroupMeasures &measures = store.state->groupMeasures();
    measures.watch("g", 4, 2, std::nullopt);
    for (const std::size_t member : {0U, 1U, 2U})
        measures.add({{"g", member, member / 2, true, true, 100, std::nullopt, true, 1'000}});
    const auto written = [&](const Store::WriteWork &work) {
        const auto done = store.store->writeAndWait({"ann", "r"}, work);
        EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
        return done.value_or(Json());
    };
    written([&](WriteTransaction &tx) -> Result<Json> {
        if (auto stored = grouprecords::insert(tx.db(), record); !stored) return fail(stored.error());
        for (const std::int64_t batch : {0, 1}) {
            auto row = tx.db().execute(
                "INSERT INTO group_batch (group_id, batch, tried, proven) VALUES ('g', ?, '3', '3')", {batch});
            if (!row) return fail(row.error());
        }
        return Json();
    });
    const auto stored = [&] {
        return store.read<std::vector<SqlRow>>([&](Database &db) { return db.query("SELECT batch FROM group_batch"); });
    };
    const auto takenBack = [&](const GroupOrder &order) {
        return written([&](WriteTransaction &tx) -> Result<Json> {
            const auto before = grouprecords::find(tx.db(), "g");
            if (!before) return fail(before.error());
            const auto transition = obey(before->group, before->status, order, before->users, tx.now());
            if (!transition) return fail(transition.error());
            const auto after = acts.carryOut(tx, *before, *transition, "because");
            if (!after) return fail(after.error());
            return acts.told(*after, tx.now(), &*transition).at("shift").at("users");
        });
    };
    // The answer and the event say so before anything else does; and a service that dies now finds no trace.
    EXPECT_EQ(takenBack({GroupCommand::RollbackBatch, 0}), (Json{{"moved", 2}, {"tried", 1}, {"proven", 1}}));
    ASSERT_EQ(stored().size(), 1U);
    EXPECT_EQ(stored().front().integer(0), 1);
    EXPECT_EQ(measures.counts("g").tried, 1U);
    EXPECT_EQ(takenBack({GroupCommand::Rollback, 0}), (Json{{"moved", 0}, {"tried", 0}, {"proven", 0}}));
    EXPECT_TRUE(stored().empty());
}

TEST(GroupMeasuresTest, aBatchIsJudgedByItsOwnRequests) {
    GroupMeasures measures;
    measures.watch("g", 10, 4, 1);
    GroupSighting elsewhere = seen(5, 100);
    elsewhere.onTarget = false;
    // Members 4 to 7 are the batch under way; 0 has moved before, 9 is still on the other platform.
    GroupSighting waits = seen(9, 100);
    waits.onTarget = waits.moved = false;
    measures.add({seen(4, 100), seen(5, 100, false), seen(0, 100), waits, elsewhere});
    EXPECT_EQ(measures.sum("g", true, 100, 101).count, 2U);
    EXPECT_EQ(measures.sum("g", true, 100, 101).ok, 1U);
    EXPECT_EQ(measures.sum("g", false, 100, 101).count, 2U);
    EXPECT_EQ(measures.sum("other", true, 100, 101).count, 0U);
    EXPECT_EQ(measures.latest("g", true, 0, 200), 100);
    // Who was tried and who succeeded is counted of every batch.
    EXPECT_EQ(measures.counts("g").tried, 3U);
    EXPECT_EQ(measures.counts("g").proven, 2U);
    EXPECT_EQ(measures.counts("g", 1).tried, 2U);
    EXPECT_EQ(measures.counts("g", 1).proven, 1U);
    // The next batch begins with nothing.
    measures.watch("g", 10, 4, 2);
    EXPECT_EQ(measures.sum("g", true, 0, 200).count, 0U);
    EXPECT_EQ(measures.counts("g").tried, 3U);
    measures.clear("g", 1);
    EXPECT_EQ(measures.counts("g").tried, 1U);
    measures.clearAll("g");
    EXPECT_EQ(measures.counts("g").proven, 0U);
    // Beyond its members, or of nobody: left out.
    measures.add({seen(10, 101), {"none", 0, 0, true, true, 101, std::nullopt, true, 1}});
    EXPECT_EQ(measures.counts("g").tried, 0U);
}

TEST(GroupMeasuresTest, usersAreCountedOncePerBatchAndOnlyWhereAsked) {
    GroupMeasures measures;
    measures.watchUsers({"g"});
    measures.watch("g", 10, 4, 1);
    measures.watch("other", 10, 4, 1);
    GroupSighting waits = seen(9, 100);
    waits.onTarget = waits.moved = false;
    GroupSighting nobodyAsks = seen(5, 100);
    nobodyAsks.groupId = "other";
    GroupSighting score = seen(6, 100);
    score.score = 5;
    for (int time = 0; time < 50; ++time)
        measures.add({seen(4, 100 + time, false), seen(5, 100), seen(0, 100), waits, nobodyAsks, score});
    const UserCounts ours = measures.users("g", true, 100, 200);
    EXPECT_EQ(ours.tried.count(), 2U) << "0 is of another batch, 6 has only said what he thinks";
    EXPECT_EQ(ours.failed.count(), 1U);
    EXPECT_EQ(measures.users("g", true, 101, 200).tried.count(), 1U);
    EXPECT_EQ(measures.users("g", false, 100, 101).tried.count(), 1U);
    EXPECT_EQ(measures.users("other", true, 100, 200).tried.count(), 0U);
    // The next batch begins with nobody; so does the same one, once it was taken back in between.
    measures.watch("g", 10, 4, 2);
    EXPECT_EQ(measures.users("g", true, 0, 200).tried.count(), 0U);
    EXPECT_EQ(measures.users("g", false, 0, 200).tried.count(), 0U);
    measures.add({seen(8, 150)});
    EXPECT_EQ(measures.users("g", true, 0, 200).tried.count(), 1U);
    measures.watch("g", 10, 4, std::nullopt);
    measures.watch("g", 10, 4, 2);
    EXPECT_EQ(measures.users("g", true, 0, 200).tried.count(), 0U);
    measures.forget("g");
    EXPECT_EQ(measures.users("g", true, 0, 200).tried.count(), 0U);
}

TEST(GroupMeasuresTest, whatIsStoredComesBack) {
    const bool held = rc::check([] {
        const auto users = *rc::gen::inRange<std::size_t>(1, 40);
        const auto size = *rc::gen::inRange<std::size_t>(1, 12);
        GroupMeasures before;
        before.watch("g", users, size, 0);
        for (int i = 0; i < 30; ++i) {
            GroupSighting one = seen(*rc::gen::inRange<std::size_t>(0, users), 100, *rc::gen::arbitrary<bool>());
            one.batch = one.member / size;
            before.add({one});
        }
        GroupMeasures after;
        after.watch("g", users, size, 0);
        for (const GroupMeasures::Bits &bits : before.takeChanged())
            after.restore(bits);
        RC_ASSERT(before.takeChanged().empty());
        for (std::size_t batch = 0; batch * size < users; ++batch) {
            RC_ASSERT(after.counts("g", batch).tried == before.counts("g", batch).tried);
            RC_ASSERT(after.counts("g", batch).proven == before.counts("g", batch).proven);
        }
        RC_ASSERT(after.counts("g").proven == before.counts("g").proven);
    });
    EXPECT_TRUE(held);
}

} // namespace crossfade
