// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the history of one user costs where his group has many batches: counted, not timed.
#include "app/router/groupmembers.h"
#include "app/router/revisions.h"
#include "app/router/routerstate.h"
#include "models/routing/routingjson.h"
#include "tests/services/teststore.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

namespace crossfade {
namespace {

// Counts what a reader asks for and gets, and keeps the statements.
class CountingDatabase : public Database {
public:
    explicit CountingDatabase(Database &db) : m_db(db) {}
    Result<std::vector<SqlRow>> query(std::string_view sql, const Parameters &values) override {
        note(sql, values);
        auto rows = m_db.query(sql, values);
        if (rows) read += rows->size();
        return rows;
    }
    Result<void> each(std::string_view sql, const Parameters &values,
                      const std::function<bool(const SqlRow &)> &visit) override {
        note(sql, values);
        return m_db.each(sql, values, [&](const SqlRow &row) {
            ++read;
            return visit(row);
        });
    }
    Result<std::int64_t> execute(std::string_view sql, const Parameters &values) override {
        return m_db.execute(sql, values);
    }
    void interrupt() override { m_db.interrupt(); }

    std::vector<std::pair<std::string, Parameters>> statements;
    std::size_t read = 0;

private:
    void note(std::string_view sql, const Parameters &values) { statements.emplace_back(sql, values); }
    Database &m_db;
};

constexpr int Batches = 10'500;

class UserHistoryCost : public testing::Test {
protected:
    struct Told {
        std::vector<UserHistoryEntry> entries;
        std::optional<DecidingChange> deciding;
        std::size_t rows = 0;
        std::size_t statements = 0;
        bool operator==(const Told &other) const {
            return entries == other.entries && deciding == other.deciding;
        }
    };
    void SetUp() override {
        StoreOptions options;
        options.directory = m_directory.path() / "data";
        options.migrations = std::filesystem::path(CROSSFADE_SOURCE_DIR) / "resources/sql/router";
        options.durable = false;
        options.database = m_place.database();
        auto opened = Store::open(options, Environment::real());
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        state = std::move(RouterState::load(*store).value());
        ASSERT_TRUE(write([&](WriteTransaction &tx) {
            Switches legacy;
            legacy.defaultPlatform = Platform::Legacy;
            const auto set = state->setSwitches(tx, legacy, {"SWITCHES", "careful"});
            return set ? Result<void>() : fail(set.error());
        }));
    }
    bool write(const std::function<Result<void>(WriteTransaction &)> &work) {
        const auto done = store->writeAndWait({"ann", "r"}, [&](WriteTransaction &tx) -> Result<Json> {
            if (auto worked = work(tx); !worked) return fail(worked.error());
            return Json();
        });
        EXPECT_TRUE(done) << done.error().message;
        return done.has_value();
    }
    static std::string user(int number) {
        const std::string digits = std::to_string(number);
        return "u" + std::string(5 - digits.size(), '0') + digits;
    }
    GroupCover coverOf(const std::string &id, int users, const std::string &prefix = {}) {
        IdSetBuilder builder(static_cast<std::size_t>(users));
        for (int i = 0; i < users; ++i)
            builder.add(prefix + user(i));
        GroupCover cover;
        cover.id = id;
        cover.name = "group " + id;
        cover.batchSize = 1;
        cover.members = std::make_shared<const IdSet>(builder.build().value());
        cover.membersId = groupmembers::store(*store, {"ann", "r"}, *cover.members).value();
        moved[id].assign(static_cast<std::size_t>(users), false);
        return cover;
    }
    // The group as it stands by `moved`.
    GroupChange changeOf(GroupCover &cover) {
        cover.moved = std::make_shared<const std::vector<bool>>(moved[cover.id]);
        return {cover.id, cover};
    }
    void start(GroupCover &cover) {
        ASSERT_TRUE(write([&](WriteTransaction &tx) {
            return state->change(tx, {changeOf(cover)}, {"GROUP_STARTED", "go"});
        }));
    }
    void moveAll(GroupCover &cover, int from, int to) {
        ASSERT_TRUE(write([&](WriteTransaction &tx) -> Result<void> {
            for (int batch = from; batch < to; ++batch) {
                moved[cover.id][static_cast<std::size_t>(batch)] = true;
                auto done = state->change(tx, {changeOf(cover)},
                                          {"GROUP_BATCH_MOVED", "batch " + std::to_string(batch)});
                if (!done) return done;
            }
            return {};
        }));
    }
    // The same, of thousands, as it was written by moveAll() for the first ones: ten thousand texts of ten thousand
    // bits take a minute to make otherwise.
    void writeMoved(GroupCover &cover, int from, int to) {
        const auto size = static_cast<int>(moved[cover.id].size());
        const Json like = groupCoverToJson(cover);
        const auto textOf = [&](int count) {
            Json json = like;
            json["moved"] = std::to_string(count) + "+" + (count < size ? std::to_string(size - count) + "-" : "");
            return dumpJson(json);
        };
        ASSERT_TRUE(write([&](WriteTransaction &tx) -> Result<void> {
            for (int batch = from; batch < to; ++batch) {
                const auto done = tx.db().execute(
                    "INSERT INTO revision (epoch, at, kind, object_id, target_after, after_json, cause, actor, reason) "
                    "VALUES (?, ?, 'group', ?, ?, ?, 'GROUP_BATCH_MOVED', 'ann', ?)",
                    {tx.epoch(), toMs(tx.now()), cover.id, std::to_string(batch), textOf(batch + 1),
                     "batch " + std::to_string(batch)});
                if (!done) return fail(done.error());
            }
            const auto done = tx.db().execute("UPDATE group_cover SET cover = ? WHERE group_id = ?",
                                              {textOf(to), cover.id});
            return done ? Result<void>() : fail(done.error());
        }));
        std::fill_n(moved[cover.id].begin() + from, to - from, true);
    }
    Told told(const std::string &id) {
        Told result;
        const auto read = store->read([&](Database &db) -> Result<void> {
            CountingDatabase counting(db);
            const HistorySubject subject{id, {}, {}, {}};
            UserHistory history(subject);
            auto done = revisions::eachOf(counting, subject, [&](const Revision &revision) {
                if (UserHistory::concerns(revision, subject)) history.add(revision);
                return true;
            });
            result.rows = counting.read;
            result.statements = counting.statements.size();
            asked = counting.statements;
            result.entries = history.finish(store->environment().now());
            result.deciding = history.deciding();
            return done;
        });
        EXPECT_TRUE(read) << read.error().message;
        return result;
    }
    // By everything there is, with all the members.
    Told replayed(const std::string &id) {
        Told result;
        const auto read = store->read([&](Database &db) -> Result<void> {
            const HistorySubject subject{id, {}, {}, {}};
            UserHistory history(subject);
            auto done = revisions::each(db, [&](const Revision &revision) {
                if (UserHistory::concerns(revision, subject)) history.add(revision);
                return true;
            });
            result.entries = history.finish(store->environment().now());
            result.deciding = history.deciding();
            return done;
        });
        EXPECT_TRUE(read) << read.error().message;
        return result;
    }
    // How SQLite goes about what was asked last.
    std::vector<std::string> plan() {
        std::vector<std::string> steps;
        const auto read = store->read([&](Database &db) -> Result<void> {
            for (const auto &[sql, values] : asked) {
                const auto rows = db.query("EXPLAIN QUERY PLAN " + sql, values);
                if (!rows) return fail(rows.error());
                for (const SqlRow &row : *rows)
                    steps.push_back(row.text(3));
            }
            return {};
        });
        EXPECT_TRUE(read) << read.error().message;
        return steps;
    }

    TestStore m_place;
    TempDir m_directory;
    std::unique_ptr<Store> store;
    std::unique_ptr<RouterState> state;
    std::map<std::string, std::vector<bool>> moved; // by group and batch
    std::vector<std::pair<std::string, Database::Parameters>> asked;
};

TEST_F(UserHistoryCost, DoesNotGrowWithTheBatchesOfHisGroup) {
    GroupCover cover = coverOf("g", Batches);
    start(cover);
    moveAll(cover, 0, 50);
    const Told few = told(user(20));
    writeMoved(cover, 50, Batches);
    // One batch goes back and moves once more; then everybody goes back.
    for (const bool there : {false, true}) {
        moved["g"][7'000] = there;
        ASSERT_TRUE(write([&](WriteTransaction &tx) {
            return state->change(tx, {changeOf(cover)}, {there ? "GROUP_BATCH_MOVED" : "GROUP_BATCH_ROLLED_BACK", "x"});
        }));
    }
    const Told many = told(user(20));
    EXPECT_EQ(many, few);
    EXPECT_EQ(many.rows, few.rows) << "ten thousand batches more";
    EXPECT_EQ(many.statements, few.statements);
    EXPECT_LE(many.rows, 12U);
    EXPECT_LE(many.statements, 4U);
    if (!testsOnPostgres()) {
        for (const std::string &step : plan())
            EXPECT_FALSE(step.starts_with("SCAN") && step.find("revision") != std::string::npos &&
                         step.find("revision_wide") == std::string::npos)
                << step;
    }
    moved["g"].assign(Batches, false);
    ASSERT_TRUE(write([&](WriteTransaction &tx) {
        return state->change(tx, {changeOf(cover)}, {"GROUP_ROLLED_BACK", "enough"});
    }));
    const Told back = told(user(7'000));
    ASSERT_EQ(back.entries.size(), 5U); // LEGACY, NEW, LEGACY, NEW, LEGACY
    EXPECT_EQ(back.entries.at(3).cause, "GROUP_BATCH_MOVED");
    EXPECT_EQ(back.entries.at(4).cause, "GROUP_ROLLED_BACK");
    EXPECT_EQ(back.deciding->reason, "enough");
    EXPECT_LE(back.rows, 15U);

    // What older versions wrote names no batch: all of it is read for everybody, and the
    // answer is the same.
    ASSERT_TRUE(write([&](WriteTransaction &tx) -> Result<void> {
        const auto done = tx.db().execute("UPDATE revision SET target_after = NULL WHERE kind = 'group'");
        return done ? Result<void>() : fail(done.error());
    }));
    const Told before = told(user(7'000));
    EXPECT_EQ(before, back);
    EXPECT_GT(before.rows, static_cast<std::size_t>(Batches));
    std::printf("rows read of one user's history, %d batches: %zu before, %zu now, in %zu statements\n", Batches,
                before.rows, back.rows, back.statements);
}

TEST_F(UserHistoryCost, TellsOfEveryGroupTheUserWasEverIn) {
    // One after the other: each is taken back and deleted, then the next one begins with the same users.
    for (const char *id : {"a", "b", "c"}) {
        GroupCover cover = coverOf(id, 6);
        start(cover);
        moveAll(cover, 0, 4);
        moved[id][2] = false;
        ASSERT_TRUE(write([&](WriteTransaction &tx) {
            auto done = state->change(tx, {changeOf(cover)}, {"GROUP_BATCH_ROLLED_BACK", "back"});
            cover.name = "renamed";
            if (done) done = state->change(tx, {changeOf(cover)}, {"GROUP", "name"});
            return done ? state->change(tx, {GroupChange{cover.id, std::nullopt}}, {"GROUP", "gone"}) : done;
        }));
    }
    GroupCover others = coverOf("d", 6, "x"); // no user of theirs
    start(others);
    moveAll(others, 0, 6);
    for (int number = 0; number < 6; ++number) {
        const Told one = told(user(number));
        EXPECT_EQ(one, replayed(user(number))) << number;
        EXPECT_EQ(one.entries.size(), number < 4 ? 7U : 1U) << number;
    }
    EXPECT_EQ(told("xu00003"), replayed("xu00003"));
}

} // namespace
} // namespace crossfade
