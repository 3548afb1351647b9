// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Checks, repairs and a two-way sync at the same time, while the comparator is killed (50 times with CROSSFADE_FULL=1,
// else 6), the databases die and connections break: no repair is applied twice or half, no change that the sync had to
// carry is lost, and both databases are equal at the end by a plain comparison of all rows.
#include "tests/services/comparator/detour.h"
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/services/comparator/syncpair.h"
#include "tests/services/kit/cuttingproxy.h"
#include "tests/support/mariadb.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <random>
#include <set>
#include <thread>

namespace crossfade {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int Members = 800;
constexpr int Accounts = 2'000;
constexpr int RepairsARound = 6;
constexpr const char *FirstName = "n";
constexpr const char *FirstEmail = "m";

std::string chaosMember(int number)
{
    return "u" + std::to_string(10'000 + number);
}

// Sets one column of random people on one side, over connections that nothing cuts; a database that is away is waited for.
class ChaosWriter {
public:
    ChaosWriter(const TestDatabase &side, std::string column, std::string made, std::uint64_t seed)
        : m_side(side)
        , m_column(std::move(column))
        , m_made(std::move(made))
        , m_random(seed)
        , m_thread([this] { run(); })
    {
    }
    ~ChaosWriter() { stop(); }
    void stop()
    {
        m_stop = true;
        if (m_thread.joinable()) m_thread.join();
    }
    int written() const { return m_written; }
    // After stop(): what each row may hold now: the last value of those whose fate is known, and later ones whose is not.
    const std::map<std::string, std::set<std::string>> &possible() const { return m_possible; }

private:
    void run()
    {
        std::unique_ptr<TestDatabase> db;
        const auto began = std::chrono::steady_clock::now();
        for (int i = 1; !m_stop; ++i) {
            const std::string id = chaosMember(std::uniform_int_distribution<int>(0, Members - 1)(m_random));
            const std::string value = m_column.substr(0, 1) + std::to_string(i);
            const std::string at = m_side.isPostgres() ? "clock_timestamp()" : "utc_timestamp(6)";
            try {
                if (!db) db = openAgain(m_side);
                // Whatever becomes of it; of the first one that fails, the row may be as it was made.
                m_possible.try_emplace(id, std::set{m_made}).first->second.insert(value);
                db->run("UPDATE people SET " + m_column + " = '" + value + "', at = " + at + " WHERE id = '" + id + "'");
                m_possible[id] = {value};
                ++m_written;
            } catch (const std::exception &) {
                db.reset();
                std::this_thread::sleep_for(milliseconds(50));
            }
            std::this_thread::sleep_until(began + milliseconds(10 * i));
        }
    }

    const TestDatabase &m_side;
    const std::string m_column;
    const std::string m_made; // what the column holds at first
    std::mt19937_64 m_random;
    std::map<std::string, std::set<std::string>> m_possible;
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_written = 0;
    std::thread m_thread;
};

class Chaos : public testing::Test {
protected:
    int rounds() const { return isFullForm() ? 50 : 6; }
    int planted() const { return rounds() * RepairsARound; }

    void SetUp() override
    {
        fillPeople();
        fillAccounts();
        noteWrites();
        m_pair.comparator.start();
        // The comparator goes by the ways that break, all else does not; in the clear, so that they see a COMMIT.
        m_inner = {std::move(m_pair.legacy), std::move(m_pair.fresh)};
        m_pair.legacy = std::make_unique<Detour>(*m_inner[0], m_ways[0], "?sslmode=disable");
        m_pair.fresh = std::make_unique<Detour>(*m_inner[1], m_ways[1], "?sslmode=disable");
        m_pair.add({{"sync_direction", "BIDIRECTIONAL"},
                    {"conflict_policy", "LEGACY"},
                    {"unlimited_changes", 1'000'000},
                    {"sweep_seconds", 15}});
        m_pair.act("backfill");
        ASSERT_TRUE(m_pair.waitState("FOLLOWING")) << dumpJson(m_pair.sync());
        addCheck();
    }

    // What the comparator said last, of what went wrong.
    void TearDown() override
    {
        if (!HasFailure()) return;
        const std::string log = m_pair.comparator.log();
        std::printf("%s\n", log.substr(log.size() - std::min<std::size_t>(log.size(), 6'000)).c_str());
    }

    // A full check of the accounts, where all that was planted is open.
    void addCheck()
    {
        Json mapping = peopleMapping("INTEGER", Json::array({field("owner", "TEXT"), field("city", "TEXT"),
                                                             field("credit", "DECIMAL")}));
        mapping["data_type"] = "ACCOUNT";
        for (const Json &source : m_pair.comparator.all("/api/v1/sources"))
            mapping[textOf(source, "name")]["source_id"] = source.at("id");
        mapping["legacy"]["table"] = mapping["new"]["table"] = "accounts";
        const TestAnswer mapped = m_pair.comparator.as("operator").post("/api/v1/mappings", mapping);
        ASSERT_EQ(mapped.status, 201) << mapped.body;
        const TestAnswer made =
            m_pair.comparator.as("operator")
                .post("/api/v1/checks", {{"check_name", "accounts"}, {"mapping_id", textOf(mapped.json, "id")}});
        ASSERT_EQ(made.status, 201) << made.body;
        m_check = textOf(made.json, "id");
        const Json run = m_pair.comparator.fullRun(m_check);
        EXPECT_EQ(run.at("missing").get<int>() + run.at("extra").get<int>() + run.at("different").get<int>(), planted())
            << dumpJson(run);
    }

    void fillPeople()
    {
        const std::string last = std::to_string(Members - 1);
        m_pair.legacy->run("INSERT INTO people SELECT 'u' || (10000 + i), '" + std::string(FirstName) + "', '" +
                           FirstEmail + "', clock_timestamp() FROM generate_series(0, " + last + ") i");
    }
    // NEW lacks the first, sixth, … of them, holds three fields of the second, seventh, … otherwise, and others of its own.
    void fillAccounts()
    {
        m_pair.legacy->run("CREATE TABLE accounts (id bigint PRIMARY KEY, owner text, city text, credit numeric(12,2))");
        m_pair.legacy->run("INSERT INTO accounts SELECT i, 'owner ' || i, 'city ' || i % 7, i + 0.5 FROM "
                           "generate_series(1, " + std::to_string(Accounts) + ") i");
        TestDatabase &fresh = *m_pair.fresh;
        fresh.run("CREATE TABLE accounts (id bigint PRIMARY KEY, owner varchar(60), city varchar(60), credit decimal(12,2))");
        fresh.run("INSERT INTO accounts SELECT seq, concat('owner ', seq), concat('city ', seq % 7), seq + 0.5 FROM "
                  "seq_1_to_" + std::to_string(Accounts));
        for (int i = 0; i < planted(); ++i) {
            const std::string id = std::to_string(5 * i + 1);
            if (i % 3 == 0) fresh.run("DELETE FROM accounts WHERE id = " + id);
            if (i % 3 == 1) fresh.run("UPDATE accounts SET owner = 'nobody', city = 'nowhere', credit = 0 WHERE id = " + id);
            if (i % 3 == 2) fresh.run("INSERT INTO accounts VALUES (" + std::to_string(100'000 + i) + ", 'x', 'y', 1)");
        }
    }
    // Of each row that anybody writes in the accounts from now on, what it is then; "-" for one that goes.
    void noteWrites()
    {
        m_pair.legacy->run("CREATE TABLE account_journal (id bigint); CREATE FUNCTION note_account() RETURNS trigger LANGUAGE "
                           "plpgsql AS 'BEGIN INSERT INTO account_journal VALUES (coalesce(NEW.id, OLD.id)); RETURN NULL; "
                           "END'; CREATE TRIGGER noted_account AFTER INSERT OR UPDATE OR DELETE ON accounts FOR EACH ROW "
                           "EXECUTE FUNCTION note_account()");
        TestDatabase &fresh = *m_pair.fresh;
        fresh.run("CREATE TABLE account_journal (id bigint, image varchar(200))");
        for (const std::string act : {"INSERT", "UPDATE"})
            fresh.run("CREATE TRIGGER account_" + act + " AFTER " + act + " ON accounts FOR EACH ROW INSERT INTO "
                      "account_journal VALUES (NEW.id, concat_ws('|', NEW.owner, NEW.city, NEW.credit))");
        fresh.run("CREATE TRIGGER account_gone AFTER DELETE ON accounts FOR EACH ROW INSERT INTO account_journal VALUES "
                  "(OLD.id, '-')");
    }

    int random(int least, int most) { return std::uniform_int_distribution<int>(least, most)(m_random); }

    // The comparator may die on the way, here and below; what it acknowledged or not, the end tells.
    void askForRepairs()
    {
        const TestAnswer open = m_pair.comparator.as("viewer").get("/api/v1/differences?resolved=false&limit=200&check_id=" +
                                                                   m_check);
        if (open.status != 200) return;
        std::set<std::string> entities;
        Json ids = Json::array();
        for (const Json &difference : open.json.at("items")) {
            // A second one is for those whose first one ended without a write.
            const std::string before = difference.at("repair_status").is_string() ? textOf(difference, "repair_status") : "";
            if (m_again ? !before.empty() && before != "STALE" && before != "REJECTED" : !before.empty()) continue;
            const std::string entity = textOf(difference, "entity_id");
            if (!m_again && entities.size() >= RepairsARound && !entities.contains(entity)) continue;
            entities.insert(entity);
            ids.push_back(difference.at("id"));
        }
        if (!ids.empty())
            m_asked = m_pair.comparator.as("operator").post("/api/v1/repairs", {{"difference_ids", ids}, {"reason", "chaos"}}).body;
    }
    void approveRepairs()
    {
        for (const char *status : {"PENDING", "ASSIGNED"}) {
            const TestAnswer waiting =
                m_pair.comparator.as("viewer").get("/api/v1/repairs?limit=200&status=" + std::string(status));
            if (waiting.status != 200) return;
            for (const Json &repair : waiting.json.at("items"))
                (void)m_pair.comparator.as("approver").post("/api/v1/repairs/" + textOf(repair, "id") + "/approve",
                                                            {{"reason", "chaos"}});
        }
    }

    // What failed stays what it is until somebody says so.
    void tryAgain()
    {
        for (const Json &repair : m_pair.comparator.all("/api/v1/repairs?status=FAILED"))
            (void)m_pair.comparator.as("approver").post("/api/v1/repairs/" + textOf(repair, "id") + "/execute",
                                                        Json{{"reason", "the databases are back"}});
    }

    void harm(int kind)
    {
        const int side = random(0, 1);
        CuttingProxy &way = m_ways[static_cast<std::size_t>(side)];
        switch (kind) {
        case 0:
            PostgresServer::instance().stopAtOnce();
            std::this_thread::sleep_for(milliseconds(random(0, 500)));
            return PostgresServer::instance().startAgain();
        case 1:
            MariadbServer::instance().stopAtOnce();
            std::this_thread::sleep_for(milliseconds(random(0, 500)));
            return MariadbServer::instance().startAgain();
        case 2:
            m_ways[0].cutAll();
            return m_ways[1].cutAll();
        case 3:
            return way.cutNext(CuttingProxy::Cut::BeforeCommit);
        case 4:
            return m_ways[1].cutNext(CuttingProxy::Cut::AfterCommit); // a repair that is written and does not hear of it
        case 5:
            return way.cutNext(CuttingProxy::Cut::AfterCommit);
        case 6:
            way.refuse(true);
            way.cutAll();
            std::this_thread::sleep_for(milliseconds(random(200, 900)));
            return way.refuse(false);
        case 7:
            way.silence(true);
            std::this_thread::sleep_for(milliseconds(random(200, 900)));
            return way.silence(false);
        default:
            return; // the death of the comparator alone
        }
    }

    // Where it dies if nothing else kills it before; "": anywhere.
    std::string killPoint()
    {
        static const std::vector<std::pair<const char *, int>> Points{
            {"repair.before-execute", 5}, {"repair.after-execute", 5}, {"sync.before-write", 20},  {"sync.after-write", 20},
            {"sync.after-intent", 20},    {"sync.before-commit", 5},   {"sync.after-commit", 5},   {"check.after-batch", 3},
            {"store.before-commit", 40},  {"store.after-commit", 40},  {"service.before-answer", 40}};
        if (random(0, 3) == 0) return {};
        const auto &[name, most] = Points[static_cast<std::size_t>(random(0, static_cast<int>(Points.size()) - 1))];
        return std::string("CROSSFADE_KILL_POINT=") + name + ":" + std::to_string(random(1, most));
    }

    void round(int number)
    {
        const std::string point = killPoint();
        const int kind = (number * 4 + m_firstHarm) % 9; // each of them, in nine rounds
        SCOPED_TRACE("round " + std::to_string(number) + ", harm " + std::to_string(kind) + ", " + point);
        if (point.empty()) m_pair.comparator.start();
        else m_pair.comparator.start({point});
        (void)m_pair.comparator.as("operator").post("/api/v1/checks/" + m_check + "/run",
                                                    {{"scope", "FULL"}, {"reason", "chaos"}});
        askForRepairs();
        if (kind >= 2) harm(kind); // while repairs begin
        approveRepairs();
        std::this_thread::sleep_for(milliseconds(random(0, 400)));
        if (kind < 2) harm(kind);
        if (point.empty()) std::this_thread::sleep_for(milliseconds(random(0, 1'500)));
        else m_struck += m_pair.comparator.process().wait(seconds(3)) == 128 + SIGKILL;
        m_pair.comparator.kill();
        for (CuttingProxy &way : m_ways)
            way.cutNext(CuttingProxy::Cut::None);
    }

    // Until nothing differs: what failed because a database was away is asked for once more.
    void repairTheRest()
    {
        m_again = true;
        ASSERT_TRUE(waitFor([&] { return unendedRuns() == 0; }, seconds(120)));
        Json run;
        for (int pass = 0; pass < 20; ++pass) {
            run = m_pair.comparator.waitRun(m_pair.comparator.startRun(m_check), {"FINISHED"}, seconds(120));
            if (run.at("consistency_percentage") == 100.0) return;
            tryAgain();
            askForRepairs();
            approveRepairs();
            ASSERT_TRUE(waitFor([&] { return unfinishedRepairs() == 0; }, seconds(60)));
        }
        ADD_FAILURE() << dumpJson(run) << "\n" << m_asked.substr(0, 2'000);
        for (const Json &repair : m_pair.comparator.all("/api/v1/repairs")) {
            if (textOf(repair, "status") != "VERIFIED")
                ADD_FAILURE() << textOf(repair, "entity_id") << " " << textOf(repair, "status") << " " << dumpJson(repair.at("error"));
        }
    }
    // Those that went on after the last death.
    std::size_t unendedRuns() const
    {
        const std::vector<Json> runs = m_pair.comparator.all("/api/v1/runs?check_id=" + m_check);
        return static_cast<std::size_t>(std::ranges::count_if(runs, [](const Json &run) {
            const std::string state = textOf(run, "state");
            return state != "FINISHED" && state != "FAILED" && state != "CANCELLED";
        }));
    }
    int unfinishedRepairs() const
    {
        int count = 0;
        for (const char *status : {"PENDING", "ASSIGNED", "APPROVED", "EXECUTING"})
            count += m_pair.comparator.as("viewer")
                         .get("/api/v1/repairs?limit=1&status=" + std::string(status))
                         .json.value("total", 1);
        return count;
    }

    std::array<CuttingProxy, 2> m_ways{CuttingProxy(PostgresServer::instance().port()),
                                       CuttingProxy(MariadbServer::instance().port())};
    std::array<std::unique_ptr<TestDatabase>, 2> m_inner;
    SyncPair m_pair{TestEngine::Postgres, TestEngine::Mariadb, false};
    std::mt19937_64 m_random{testSeed("Chaos").seed};
    const int m_firstHarm = random(0, 8);
    std::string m_check;
    bool m_again = false;
    std::string m_asked; // the last answer to who asked for repairs
    int m_struck = 0; // kill points that were reached
};

// A row as text of each of a table's rows, in the order of their keys.
std::string allAccounts(TestDatabase &db)
{
    if (db.isPostgres())
        return db.one("SELECT string_agg(id || '|' || owner || '|' || city || '|' || credit, ';' ORDER BY id) FROM accounts");
    db.run("SET SESSION group_concat_max_len = 100000000");
    return db.one("SELECT group_concat(concat_ws('|', id, owner, city, credit) ORDER BY id SEPARATOR ';') FROM accounts");
}

void expectPossible(const ChaosWriter &writer, const People &people, std::string Person::*column)
{
    for (const auto &[id, values] : writer.possible()) {
        const auto at = people.find(id);
        if (at != people.end() && values.contains(at->second.*column)) continue;
        std::string may;
        for (const std::string &value : values)
            may += " " + value;
        ADD_FAILURE() << id << " holds " << (at == people.end() ? "nothing" : at->second.*column) << ", not one of" << may;
    }
}

TEST_F(Chaos, LeavesEachRepairDoneOnceAndNoChangeLost)
{
    ChaosWriter names(*m_inner[0], "name", FirstName, m_random()), emails(*m_inner[1], "email", FirstEmail, m_random());
    m_pair.comparator.kill();
    for (int i = 0; i < rounds() && !HasFatalFailure(); ++i)
        round(i);
    names.stop();
    emails.stop();
    m_pair.comparator.start();
    ASSERT_TRUE(m_pair.waitState("FOLLOWING")) << dumpJson(m_pair.sync());
    m_pair.act("run");
    ASSERT_TRUE(m_pair.waitCaughtUp(seconds(120))) << dumpJson(m_pair.sync());
    ASSERT_TRUE(waitFor([&] { return unfinishedRepairs() == 0 || (approveRepairs(), false); }, seconds(90)));
    repairTheRest();

    // By connections of the test's own: the old ones are lost.
    const auto legacy = openAgain(*m_inner[0]), fresh = openAgain(*m_inner[1]);
    const People people = m_pair.people(*legacy);
    EXPECT_EQ(people.size(), static_cast<std::size_t>(Members));
    EXPECT_EQ(people, m_pair.people(*fresh));
    expectPossible(names, people, &Person::name);
    expectPossible(emails, people, &Person::email);
    EXPECT_GT(names.written(), 100);
    EXPECT_GT(emails.written(), 100);
    EXPECT_EQ(allAccounts(*legacy), allAccounts(*fresh));
    EXPECT_TRUE(m_pair.comparator.all("/api/v1/sync-tasks").empty());

    const std::string wanted = std::to_string(planted());
    EXPECT_EQ(fresh->one("SELECT count(*) FROM account_journal"), wanted) << "each repair is one write";
    EXPECT_EQ(fresh->one("SELECT count(DISTINCT id) FROM account_journal"), wanted);
    EXPECT_EQ(fresh->one("SELECT count(*) FROM account_journal WHERE image <> CASE WHEN id > 100000 - 1 THEN '-' ELSE "
                         "concat_ws('|', concat('owner ', id), concat('city ', id % 7), cast(id + 0.5 AS decimal(12,2))) END"),
              "0")
        << "and each writes the whole row";
    EXPECT_EQ(legacy->one("SELECT count(*) FROM account_journal"), "0");
    EXPECT_EQ(m_pair.comparator.as("viewer").get("/api/v1/audit/verification").json.at("intact"), true);
    std::printf("%d kills, %d of them at their points, beside %d and %d updates; %d repairs, each done once\n", rounds(),
                m_struck, names.written(), emails.written(), planted());
}

} // namespace
} // namespace crossfade
