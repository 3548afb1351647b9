// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/fixture.h"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace crossfade {

namespace {

class PlainSqlite : public TestDatabase {
public:
    PlainSqlite(const std::string &file, bool wal)
        : m_file(file)
    {
        if (sqlite3_open(file.c_str(), &m_db) != SQLITE_OK)
            throw std::runtime_error("cannot open " + file);
        sqlite3_busy_timeout(m_db, 10'000);
        run(wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
        run("PRAGMA synchronous=OFF");
    }
    ~PlainSqlite() override { sqlite3_close_v2(m_db); }
    void run(const std::string &sql) override
    {
        char *problem = nullptr;
        if (sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, &problem) != SQLITE_OK)
            throw std::runtime_error(std::string(problem ? problem : "?") + " in " +
                                     sql.substr(0, 200));
    }
    std::string one(const std::string &sql) override
    {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(m_db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(m_db));
        std::string text = "<none>";
        if (sqlite3_step(statement) == SQLITE_ROW) {
            const auto *cell = sqlite3_column_text(statement, 0);
            text = cell ? reinterpret_cast<const char *>(cell) : "<null>";
        }
        sqlite3_finalize(statement);
        return text;
    }
    std::string kind() const override { return "SQLITE"; }
    std::string location() const override { return m_file; }

private:
    std::string m_file;
    sqlite3 *m_db = nullptr;
};

class PlainPostgres : public TestDatabase {
public:
    explicit PlainPostgres(std::string url)
        : m_url(std::move(url))
        , m_connection(PQconnectdb(m_url.c_str()))
    {
        if (PQstatus(m_connection) != CONNECTION_OK)
            throw std::runtime_error(PQerrorMessage(m_connection));
        run("SET client_min_messages = warning");
    }
    ~PlainPostgres() override { PQfinish(m_connection); }
    void run(const std::string &sql) override
    {
        PGresult *result = PQexec(m_connection, sql.c_str());
        const ExecStatusType status = PQresultStatus(result);
        const std::string problem = PQresultErrorMessage(result);
        PQclear(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error(problem + " in " + sql.substr(0, 200));
    }
    std::string one(const std::string &sql) override
    {
        PGresult *result = PQexec(m_connection, sql.c_str());
        if (PQresultStatus(result) != PGRES_TUPLES_OK) {
            const std::string problem = PQresultErrorMessage(result);
            PQclear(result);
            throw std::runtime_error(problem);
        }
        std::string text = "<none>";
        if (PQntuples(result) > 0)
            text = PQgetisnull(result, 0, 0) ? "<null>" : PQgetvalue(result, 0, 0);
        PQclear(result);
        return text;
    }
    std::string kind() const override { return "POSTGRESQL"; }
    std::string location() const override { return m_url; }

private:
    std::string m_url;
    PGconn *m_connection;
};

const std::map<std::string, std::string> RoleTokens{
    {"viewer", "viewer"},     {"operator", "operator"},
    {"approver", "approver"}, {"admin", "admin"},
    {"agent", "agent"},       {"observer", "observer"},
    {"service", "service"},   {"lead", "operator,approver,admin"}};

} // namespace

std::unique_ptr<TestDatabase> newSqlite(const std::string &file, bool wal)
{
    return std::make_unique<PlainSqlite>(file, wal);
}

std::unique_ptr<TestDatabase> newPostgres()
{
    return std::make_unique<PlainPostgres>(PostgresServer::instance().newDatabase());
}

std::unique_ptr<TestDatabase> openSame(const TestDatabase &database)
{
    if (database.isPostgres()) return std::make_unique<PlainPostgres>(database.location());
    return std::make_unique<PlainSqlite>(database.location(), true);
}

Comparator::Comparator(std::vector<std::string> options, bool postgres)
    : m_store(std::make_shared<TestStore>(postgres))
    , m_data(m_dir.file("data"))
    , m_options(std::move(options))
{
    std::ranges::copy(m_store->options(), std::back_inserter(m_options));
    for (const auto &[name, roles] : RoleTokens) {
        const Output made = command({"token", "add", "--subject", name + "-1", "--roles", roles});
        if (made.exitCode != 0) throw std::runtime_error("token add failed: " + made.err);
        m_tokens[name] = made.out.substr(0, made.out.find('\n'));
    }
}

Comparator::Comparator(const Comparator &beside, std::vector<std::string> options)
    : m_store(beside.m_store)
    , m_data(m_dir.file("data"))
    , m_options(std::move(options))
    , m_tokens(beside.m_tokens)
{
    std::ranges::copy(m_store->options(), std::back_inserter(m_options));
    std::filesystem::create_directories(m_data);
    std::filesystem::copy_file(beside.m_data + "/fingerprint.key", m_data + "/fingerprint.key");
}

Output Comparator::command(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.end(), {"--data", m_data});
    std::ranges::copy(m_store->options(), std::back_inserter(arguments));
    return runProgram("crossfade-comparator", arguments);
}

Output Comparator::restore(const std::string &copy, const Comparator &of)
{
    m_tokens = of.m_tokens;
    std::filesystem::copy_file(of.m_data + "/fingerprint.key", m_data + "/fingerprint.key");
    return command({"restore", "--from", copy});
}

std::unique_ptr<TestDatabase> Comparator::store() const
{
    if (m_store->database().empty()) return newSqlite(m_data + "/store.sqlite");
    return std::make_unique<PlainPostgres>(m_store->database());
}

void Comparator::start(const std::vector<std::string> &environment)
{
    static std::atomic<int> starts = 0;
    const std::string ready = m_dir.file("ready" + std::to_string(++starts) + ".json");
    std::vector<std::string> arguments{"serve",       "--data",       m_data, "--listen",
                                       "127.0.0.1:0", "--ready-file", ready};
    std::ranges::copy(m_options, std::back_inserter(arguments));
    m_process.reset();
    m_process = std::make_unique<Process>("crossfade-comparator", arguments, m_dir.file("log"),
                                          environment);
    // With a kill point it may be gone before it is ready: the caller waits for its end then.
    std::optional<Json> told;
    (void)waitFor(
        [&] {
            told = waitReadyFile(ready, std::chrono::milliseconds(50));
            return told || !m_process->running();
        },
        std::chrono::seconds(30));
    if (!told && !environment.empty()) return;
    if (!told) throw std::runtime_error("the comparator does not start: " + log());
    m_url = told->at("url").get<std::string>();
}

TestClient Comparator::as(const std::string &role) const
{
    const auto token = m_tokens.find(role);
    return TestClient(m_url, token == m_tokens.end() ? "" : token->second);
}

std::string Comparator::log() const
{
    std::ifstream file(m_dir.path() / "log");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string Comparator::addSource(const std::string &name, const TestDatabase &database) const
{
    const TestAnswer answer = as("admin").post(
        "/api/v1/sources",
        {{"name", name}, {"kind", database.kind()}, {"location", database.location()}});
    if (answer.status != 201) throw std::runtime_error("source: " + answer.body);
    return textOf(answer.json, "id");
}

std::string Comparator::addCheck(const TestDatabase &legacy, const TestDatabase &fresh,
                                 Json mapping, const std::string &name) const
{
    mapping["legacy"]["source_id"] = addSource(name + " legacy", legacy);
    mapping["new"]["source_id"] = addSource(name + " new", fresh);
    const TestAnswer mapped = as("operator").post("/api/v1/mappings", mapping);
    if (mapped.status != 201) throw std::runtime_error("mapping: " + mapped.body);
    const TestAnswer check =
        as("operator")
            .post("/api/v1/checks",
                  {{"check_name", name}, {"mapping_id", textOf(mapped.json, "id")}});
    if (check.status != 201) throw std::runtime_error("check: " + check.body);
    return textOf(check.json, "id");
}

std::string Comparator::startRun(const std::string &checkId, Json body) const
{
    const TestAnswer answer = as("operator").post("/api/v1/checks/" + checkId + "/run", body);
    if (answer.status != 202) throw std::runtime_error("run: " + answer.body);
    return textOf(answer.json, "id");
}

Json Comparator::run(const std::string &runId) const
{
    const TestAnswer answer = as("viewer").get("/api/v1/runs/" + runId);
    if (answer.status != 200) throw std::runtime_error("run: " + answer.body + answer.error);
    return answer.json;
}

Json Comparator::waitRun(const std::string &runId, const std::vector<std::string> &states,
                         std::chrono::milliseconds limit) const
{
    Json last;
    const bool reached = waitFor(
        [&] {
            last = run(runId);
            const std::string state = textOf(last, "state");
            if (std::ranges::find(states, state) != states.end()) return true;
            if (state == "FAILED") throw std::runtime_error("the run failed: " + dumpJson(last));
            return false;
        },
        limit);
    if (!reached) throw std::runtime_error("the run does not get there: " + dumpJson(last));
    return last;
}

std::vector<Json> Comparator::all(const std::string &path) const
{
    std::vector<Json> items;
    std::string cursor;
    for (;;) {
        const std::string page = path + (path.find('?') == std::string::npos ? "?" : "&") +
                                 "limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor);
        const TestAnswer answer = as("viewer").get(page);
        if (answer.status != 200) throw std::runtime_error(page + ": " + answer.body);
        for (const Json &item : answer.json.at("items"))
            items.push_back(item);
        cursor = textOf(answer.json, "next_cursor");
        if (cursor.empty()) return items;
    }
}

Json Comparator::waitRepair(const std::string &id, const std::vector<std::string> &statuses) const
{
    Json last;
    const bool reached = waitFor([&] {
        last = as("viewer").get("/api/v1/repairs/" + id).json;
        return std::ranges::find(statuses, textOf(last, "status")) != statuses.end();
    });
    if (!reached) throw std::runtime_error("the repair does not get there: " + dumpJson(last));
    return last;
}

Json field(const std::string &name, const std::string &kind, Json more)
{
    Json result{{"name", name}, {"legacy_column", name}, {"new_column", name}, {"kind", kind}};
    result.update(more);
    return result;
}

Json peopleMapping(const std::string &keyKind, Json fields)
{
    return {{"data_type", "USER"},
            {"legacy", {{"table", "people"}, {"key", "id"}}},
            {"new", {{"table", "people"}, {"key", "id"}}},
            {"key_kind", keyKind},
            {"fields", std::move(fields)},
            {"authoritative", "LEGACY"}};
}

std::string textOf(const Json &json, const char *name)
{
    if (!json.is_object()) return {};
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace crossfade
