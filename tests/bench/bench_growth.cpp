// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What grows with the number of rules and of users: the start from the store against reading the same rows bare,
// memory, a change of one rule, a decision, a preview, a group of ten million.
#include "app/router/routerstate.h"
#include "app/service/servicestore.h"
#include "models/routing/preview.h"
#include "tests/bench/bench.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <libpq-fe.h>
#include <malloc.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

namespace crossfade {
namespace {

const char *const Columns = "id, config_name, config_type, target, target_platform, reason, start_time, end_time, "
                            "priority, active, created_at, updated_at, changed_by, version, weekdays, from_minute, "
                            "to_minute, time_zone";

[[noreturn]] void wrong(const std::string &what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

double residentMib()
{
    malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    std::int64_t size = 0;
    std::int64_t resident = 0;
    statm >> size >> resident;
    return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// Every hundredth rule bounded, each with an id as the service makes them and a sentence as its reason.
std::string rulesSql(bool postgres, std::size_t count, const char *type, const char *prefix)
{
    const std::string number = postgres ? "lpad(n::text, 12, '0')" : "printf('%012d', n)";
    const std::string rows = postgres ? "generate_series(1, " + std::to_string(count) + ") n"
                                      : "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < " +
                                            std::to_string(count) + ") SELECT n FROM s)";
    return "INSERT INTO rule (" + std::string(Columns) + ") SELECT '0199a1b2-c3d4-7000-" +
           (type[0] == 'U' ? "8000" : "9000") + "-' || " + number + ", 'ticket-' || n, '" + type + "', '" + prefix +
           "' || n, CASE WHEN n % 2 = 0 THEN 'NEW' ELSE 'LEGACY' END, 'moved with wave ' || n % 50 || ', asked by the desk', "
           "NULL, CASE WHEN n % 100 = 0 THEN 1900000000000 END, 100, 1, 1790000000000, 1790000000000, 'operator-1', 1, "
           "NULL, NULL, NULL, NULL FROM " + rows;
}

class StoredRules {
public:
    StoredRules(bool postgres, std::size_t rules) : m_rules(rules)
    {
        StoreOptions options;
        options.directory = m_folder.path() / "data";
        options.migrations = std::string(CROSSFADE_SOURCE_DIR) + "/resources/sql/router";
        if (postgres) options.database = PostgresServer::instance().newDatabase();
        m_database = options.database;
        auto store = ServiceStore::open(options, Environment::real());
        if (!store) wrong(store.error().message);
        m_store = std::move(*store);
        const auto filled = m_store->writeAndWait({"bench", {}}, [&](WriteTransaction &tx) -> Result<Json> {
            for (const std::string &sql : {rulesSql(postgres, m_rules, "USER_BASED", "user"),
                                           rulesSql(postgres, m_rules / 100, "SYSTEM_BASED", "system-")}) {
                if (const auto done = tx.db().execute(sql); !done) return fail(done.error());
            }
            return Json();
        });
        if (!filled) wrong(filled.error().message);
    }
    ~StoredRules()
    {
        m_store.reset();
        if (!m_database.empty()) PostgresServer::instance().dropDatabase(m_database);
    }
    double load()
    {
        std::unique_ptr<RouterState> state;
        const double seconds = secondsOf([&] {
            auto loaded = RouterState::load(*m_store);
            if (!loaded) wrong(loaded.error().message);
            state = std::move(*loaded);
        });
        if (state->snapshot()->ruleCount() != m_rules + m_rules / 100) wrong("not every rule was read");
        return seconds;
    }
    double memoryOfOne()
    {
        const double before = residentMib();
        const auto state = RouterState::load(*m_store);
        if (!state) wrong(state.error().message);
        return (residentMib() - before) * (1 << 20) / static_cast<double>((*state)->snapshot()->ruleCount());
    }
    double readBare()
    {
        return secondsOf([&] { m_database.empty() ? readSqlite() : readPostgres(); });
    }

private:
    void readSqlite()
    {
        sqlite3 *handle = nullptr;
        sqlite3_stmt *statement = nullptr;
        sqlite3_open_v2((m_folder.path() / "data/store.sqlite").c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
        sqlite3_prepare_v2(handle, ("SELECT " + std::string(Columns) + " FROM rule").c_str(), -1, &statement, nullptr);
        std::size_t bytes = 0;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            for (int column = 0; column < sqlite3_column_count(statement); ++column)
                bytes += static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        }
        sqlite3_finalize(statement);
        sqlite3_close(handle);
        if (bytes == 0) wrong("nothing was read");
    }
    void readPostgres()
    {
        PGconn *connection = PQconnectdb(m_database.c_str());
        PQclear(PQexec(connection, ("COPY (SELECT " + std::string(Columns) + " FROM rule) TO STDOUT").c_str()));
        char *row = nullptr;
        while (PQgetCopyData(connection, &row, 0) > 0)
            PQfreemem(row);
        PQfinish(connection);
    }

    TempDir m_folder;
    std::size_t m_rules;
    std::string m_database;
    std::unique_ptr<ServiceStore> m_store;
};

void measureStart(bool postgres, const BenchOptions &options)
{
    StoredRules stored(postgres, options.isShort ? 20'000 : 1'000'000);
    const std::string engine = postgres ? "PostgreSQL" : "SQLite";
    if (!postgres) report("memory of a rule", stored.memoryOfOne(), "bytes", options);
    compare({"start from " + engine, "s", postgres ? "COPY of the same rows, not decoded" : "the same rows, bare",
             [&] { return stored.load(); }, [&] { return stored.readBare(); }},
            options);
}

Rule ruleOf(std::size_t number)
{
    Rule rule;
    rule.id = "r" + std::to_string(number);
    rule.target = "user" + std::to_string(number);
    rule.platform = number % 2 == 0 ? Platform::New : Platform::Legacy;
    return rule;
}

Snapshot rulesOf(std::size_t count)
{
    SnapshotEdit edit{Snapshot()};
    for (std::size_t i = 0; i < count; ++i)
        edit.add(RuleChange{nullptr, std::make_shared<const Rule>(ruleOf(i))});
    PolicyCover cover{"p", "p", "*", Platform::New, Percentage::fromHundredths(2500), "salt", Platform::Legacy};
    edit.add(PolicyChange{"p", cover});
    return edit.finish(1);
}

double changeOne(Snapshot &snapshot, std::size_t count, std::mt19937_64 &random)
{
    constexpr int Rounds = 200;
    return 1e6 / Rounds * secondsOf([&] {
        for (int i = 0; i < Rounds; ++i) {
            Rule rule = ruleOf(random() % count);
            const RulePtr before = snapshot.userRules(rule.target).front();
            rule.platform = otherPlatform(before->platform);
            snapshot = snapshot.changed(RuleChange{before, std::make_shared<const Rule>(rule)}, i + 2);
        }
    });
}

double decideSome(const Snapshot &snapshot, const std::vector<std::string> &users)
{
    std::uint64_t sum = 0;
    const double seconds = secondsOf([&] {
        for (const std::string &user : users) {
            DecisionRequest request;
            request.userId = user;
            request.at = instantFromMs(1);
            sum += static_cast<std::uint64_t>(decide(snapshot, request).platform);
        }
    });
    if (sum == 0) wrong("nobody is on NEW");
    return 1e9 * seconds / static_cast<double>(users.size());
}

std::vector<std::string> someUsers(std::size_t count, std::mt19937_64 &random)
{
    std::vector<std::string> users;
    for (std::size_t i = 0; i < 200'000; ++i)
        users.push_back("user" + std::to_string(random() % count));
    return users;
}

// Each size against the smallest.
void measureRules(const BenchOptions &options)
{
    std::mt19937_64 random(7);
    const std::size_t smallest = 10'000;
    Snapshot few = rulesOf(smallest);
    const std::vector<std::string> fewUsers = someUsers(smallest, random);
    for (const std::size_t count : {std::size_t{100'000}, std::size_t{1'000'000}}) {
        if (options.isShort && count > 100'000) break;
        Snapshot snapshot = rulesOf(count);
        const std::vector<std::string> users = someUsers(count, random);
        const std::string size = std::to_string(count / 1'000) + " k rules";
        compare({"a rule changed, " + size, "us", "10 k rules", [&] { return changeOne(snapshot, count, random); },
                 [&] { return changeOne(few, smallest, random); }},
                options);
        compare({"decision, " + size, "ns", "10 k rules", [&] { return decideSome(snapshot, users); },
                 [&] { return decideSome(few, fewUsers); }},
                options);
    }
}

IdSet usersOf(std::size_t count)
{
    IdSetBuilder builder(count);
    for (std::size_t i = 0; i < count; ++i)
        builder.add("user" + std::to_string(100'000'000 + i));
    return std::move(*builder.build());
}

// Of all users: what the service does with each of them.
double previewAll(const IdSet &users, const Snapshot &before, const Snapshot &after)
{
    PreviewCounter counter({before, after, {}, instantFromMs(1)});
    std::array<std::string_view, PreviewCounter::AtOnce> ids;
    std::array<Direction, PreviewCounter::AtOnce> directions{};
    return 1e3 * secondsOf([&] {
        for (std::size_t first = 0; first < users.size(); first += ids.size()) {
            const std::size_t count = std::min(ids.size(), users.size() - first);
            for (std::size_t i = 0; i < count; ++i)
                ids[i] = users.at(first + i);
            counter.addKnown(std::span(ids.data(), count), directions);
        }
    });
}

double hashAll(const IdSet &users)
{
    std::uint64_t sum = 0;
    const double seconds = secondsOf([&] {
        for (std::size_t i = 0; i < users.size(); ++i)
            sum += static_cast<std::uint64_t>(stickyBucket(users.at(i), "salt"));
    });
    if (sum == 0) wrong("no user has a bucket");
    return 1e3 * seconds;
}

void measureUsers(const BenchOptions &options)
{
    const std::size_t count = options.isShort ? 200'000 : 10'000'000;
    const double before = residentMib();
    const auto users = std::make_shared<const IdSet>(usersOf(count));
    report("memory of a known user or member", (residentMib() - before) * (1 << 20) / static_cast<double>(count), "bytes",
           options);
    const Snapshot now = rulesOf(10'000);
    PolicyCover raised = *now.policy("p");
    raised.percentage = Percentage::fromHundredths(3000);
    const Snapshot after = now.changed(PolicyChange{"p", raised}, 2);
    const std::string size = std::to_string(count / 1'000) + " k users";
    compare({"preview of a percentage, " + size, "ms", "hashing the ids once",
             [&] { return previewAll(*users, now, after); }, [&] { return hashAll(*users); }},
            options);
    GroupCover group{"g", "g", Platform::Legacy, Platform::New, 100, "m", users, nullptr};
    const Snapshot grouped = now.changed(GroupChange{"g", group}, 3);
    group.moved = std::make_shared<const std::vector<bool>>(count / 100, true);
    const Snapshot moved = grouped.changed(GroupChange{"g", group}, 4);
    compare({"preview of a group of all of them", "ms", "hashing the ids once",
             [&] { return previewAll(*users, grouped, moved); }, [&] { return hashAll(*users); }},
            options);
    std::mt19937_64 random(9);
    std::vector<std::string> some;
    for (int i = 0; i < 200'000; ++i)
        some.emplace_back(users->at(random() % count));
    compare({"decision by a group, " + size, "ns", "the same without the group", [&] { return decideSome(moved, some); },
             [&] { return decideSome(now, some); }},
            options);
    int round = 0;
    compare({"a batch of the group moved", "us", "copying its marks",
             [&] {
                 return 1e6 * secondsOf([&] {
                     GroupCover next = *grouped.group("g");
                     next.moved = std::make_shared<const std::vector<bool>>(*group.moved);
                     static_cast<void>(grouped.changed(GroupChange{"g", next}, ++round));
                 });
             },
             [&] { return 1e6 * secondsOf([&] { std::vector<bool> marks(*group.moved); round += marks.empty(); }); }},
            options);
}

int run(const BenchOptions &options)
{
    measureStart(false, options);
    measureStart(true, options);
    measureRules(options);
    measureUsers(options);
    return 0;
}

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    return crossfade::run(crossfade::parseBenchOptions(argc, argv));
}
