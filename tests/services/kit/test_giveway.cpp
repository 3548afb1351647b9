// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Two processes' stores on one PostgreSQL database: a large change gives way to one that goes first on either, and
// one request of a key acts at a time.
#include "app/service/claims.h"
#include "app/service/hurry.h"
#include "tests/services/teststore.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <thread>

namespace crossfade {
namespace {

using Clock = std::chrono::steady_clock;

class GiveWay : public testing::Test {
protected:
    void SetUp() override {
        for (std::size_t i = 0; i < 2; ++i) {
            StoreOptions options;
            options.directory = m_directory.file("data" + std::to_string(i));
            options.migrations = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/service";
            options.database = m_database.database();
            options.serves = true;
            auto opened = ServiceStore::open(options, Environment::real());
            ASSERT_TRUE(opened) << opened.error().message;
            stores[i] = std::move(*opened);
            m_hurries[i] = std::make_unique<Hurry>(*stores[i]->shared());
            stores[i]->writer().setHurry([this, i](bool hurries) { m_hurries[i]->set(hurries); });
        }
    }
    void TearDown() override {
        for (const auto &store : stores)
            store->stop();
    }
    // A large change that would last for ever the first time, and is done at once when it is begun again.
    std::future<Result<Json>> large(ServiceStore &store) {
        return std::async(std::launch::async, [this, &store] {
            const auto work = [this](WriteTransaction &tx) -> Result<Json> {
                tx.emit("large", {{"run", ++runs}});
                const auto limit = Clock::now() + std::chrono::seconds(60);
                while (runs == 1 && Clock::now() < limit) {
                    if (tx.isWaitedFor()) return fail(ErrorKind::Unavailable, "gives way");
                    if (const auto piece = tx.db().query("SELECT pg_sleep(0.005)"); !piece) return fail(piece.error());
                }
                return Json(runs.load());
            };
            return store.writeAndWait({"importer", {}}, work, Turn::Alone);
        });
    }
    std::chrono::milliseconds first(ServiceStore &store) {
        const auto asked = Clock::now();
        const auto done = store.writeAndWait(
            {"operator", {}},
            [](WriteTransaction &tx) -> Result<Json> {
                tx.emit("first", Json::object());
                return Json();
            },
            Turn::First);
        EXPECT_TRUE(done) << done.error().message;
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked);
    }
    std::vector<std::string> events() {
        std::vector<std::string> types;
        EXPECT_TRUE(stores[0]->read([&](Database &db) {
            return db.each("SELECT type FROM events ORDER BY id", {}, [&](const SqlRow &row) {
                types.push_back(row.text(0));
                return true;
            });
        }));
        return types;
    }
    void expectWay(ServiceStore &from) {
        auto importing = large(*stores[0]);
        while (runs == 0)
            std::this_thread::yield();
        const auto took = first(from);
        std::printf("let through in %lld ms\n", static_cast<long long>(took.count()));
        EXPECT_LE(took, std::chrono::seconds(std::getenv("CROSSFADE_SANITIZED") ? 10 : 1));
        const auto imported = importing.get();
        ASSERT_TRUE(imported) << imported.error().message;
        EXPECT_EQ(*imported, Json(2)) << "undone once, and done";
        EXPECT_EQ(events(), (std::vector<std::string>{"first", "large"}));
    }

    std::array<std::unique_ptr<ServiceStore>, 2> stores;
    std::atomic<int> runs = 0;

private:
    TempDir m_directory;
    TestStore m_database{true};
    std::array<std::unique_ptr<Hurry>, 2> m_hurries;
};

TEST_F(GiveWay, ToAnotherProcess) {
    expectWay(*stores[1]);
}

TEST_F(GiveWay, ToTheSameProcess) {
    expectWay(*stores[0]);
}

// One that would have to begin over and over is refused, and what goes first never is.
TEST_F(GiveWay, ButNotForEver) {
    std::atomic<int> begun = 0;
    std::promise<Result<Json>> ended;
    stores[0]->write(
        {"importer", {}},
        [&](WriteTransaction &tx) -> Result<Json> {
            ++begun;
            const auto limit = Clock::now() + std::chrono::seconds(60);
            while (!tx.isWaitedFor() && Clock::now() < limit) {
                if (const auto piece = tx.db().query("SELECT pg_sleep(0.001)"); !piece) return fail(piece.error());
            }
            return fail(ErrorKind::Unavailable, "gives way");
        },
        [&](Result<Json> result) { ended.set_value(std::move(result)); }, Turn::Alone);
    auto result = ended.get_future();
    while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        static_cast<void>(first(*stores[0]));
    const auto refused = result.get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unavailable);
    EXPECT_NE(refused.error().message.find("kept coming"), std::string::npos) << refused.error().message;
    EXPECT_GE(begun, 10);
    const auto stored = events();
    EXPECT_EQ(std::ranges::count(stored, "first"), static_cast<std::ptrdiff_t>(stored.size()));
}

TEST_F(GiveWay, AKeyIsClaimedByOne) {
    const RequestKey key{"ann", "POST", "/api/v1/channels/1/test", "once", "hash"};
    const auto claim = Claim::take(*stores[0], key);
    ASSERT_TRUE(claim) << claim.error().message;
    const auto second = Claim::take(*stores[1], key);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
    RequestKey other = key;
    other.key = "another";
    EXPECT_TRUE(Claim::take(*stores[1], other));
    claim->endLater(*stores[0]);
    ASSERT_TRUE(stores[0]->writeAndWait({"tester", {}}, [](WriteTransaction &) -> Result<Json> { return Json(); }));
    EXPECT_TRUE(Claim::take(*stores[1], key)) << "ended";
    // Of a process that died: it runs out, and is taken by whoever asks next.
    EXPECT_FALSE(Claim::take(*stores[0], key));
    const auto expire = [](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute("UPDATE claim SET expires_at = ?", {toMs(tx.now()) - 1});
        if (!done) return fail(done.error());
        return Json();
    };
    ASSERT_TRUE(stores[1]->writeAndWait({"tester", {}}, expire));
    EXPECT_TRUE(Claim::take(*stores[0], key));
}

// What a program may do with a store that a newer one has migrated.
TEST(MigrationReach, IsWhatTheScriptsSay) {
    const TempDir newer;
    namespace fs = std::filesystem;
    const fs::path sql = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/service";
    const auto own = migrationSets(sql, "postgres");
    const std::int64_t last = own.front().last;
    ASSERT_GT(last, 0);
    struct Case {
        std::string mark;
        bool goesOn;
        bool starts;
    };
    const std::array<Case, 3> cases{{{"", true, false},
                                     {"-- oldest: " + std::to_string(last) + "\n", true, true},
                                     {"-- oldest: 9000\n", false, false}}};
    for (const Case &one : cases) {
        SCOPED_TRACE(one.mark);
        const fs::path folder = newer.path() / std::to_string(&one - cases.data()) / "service";
        fs::create_directories(folder);
        fs::copy(sql / "postgres", folder / "postgres");
        std::ofstream(folder / "postgres" / "9000_more.sql")
            << one.mark << "CREATE TABLE more (id BIGINT PRIMARY KEY);\n";
        const TestStore store(true);
        const auto database = store.open({});
        ASSERT_TRUE(migratePostgres(*database, own));
        EXPECT_TRUE(requireReadable(*database, own));
        ASSERT_TRUE(migratePostgres(*database, migrationSets(folder, "postgres")));
        const auto goesOn = requireReadable(*database, own);
        EXPECT_EQ(goesOn.has_value(), one.goesOn);
        if (!goesOn) {
            EXPECT_NE(goesOn.error().message.find("newer version"), std::string::npos);
        }
        const auto starts = migratePostgres(*database, own);
        EXPECT_EQ(starts.has_value(), one.starts);
        if (!starts) {
            EXPECT_EQ(starts.error().kind, ErrorKind::Conflict);
        }
        EXPECT_FALSE(requireMigrated(*database, own)) << "nothing is copied by a program that does not know it all";
    }
}

} // namespace
} // namespace crossfade
