// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/teststore.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A database of the test's own, written with plain SQL and nothing of the comparator.
class TestDatabase {
public:
    virtual ~TestDatabase() = default;
    virtual void run(const std::string &sql) = 0;        // throws
    virtual std::string one(const std::string &sql) = 0; // first cell as text, "<null>" for NULL
    virtual std::string kind() const = 0;                // as the API names it
    virtual std::string location() const = 0;
    bool isPostgres() const { return kind() == "POSTGRESQL"; }
};
std::unique_ptr<TestDatabase> newSqlite(const std::string &file, bool wal = true);
std::unique_ptr<TestDatabase> newPostgres();
std::unique_ptr<TestDatabase> openSame(const TestDatabase &database); // a second connection

// A comparator process with tokens for every role; it survives being killed and started again.
class Comparator {
public:
    explicit Comparator(std::vector<std::string> options = {}, bool postgres = testsOnPostgres());
    // Another process on the store of one that has started.
    Comparator(const Comparator &beside, std::vector<std::string> options);
    void start(const std::vector<std::string> &environment = {});
    void kill() { m_process->kill(); }
    Process &process() { return *m_process; }
    TestClient as(const std::string &role) const; // "" is nobody
    const std::string &token(const std::string &role) const { return m_tokens.at(role); }
    const std::string &url() const { return m_url; }
    const std::string &data() const { return m_data; }
    std::unique_ptr<TestDatabase> store() const; // by a connection of the test's own
    bool onPostgres() const { return !m_store->database().empty(); }
    Output command(std::vector<std::string> arguments) const; // of the program, on this store
    Output restore(const std::string &copy, const Comparator &of); // its tokens and its key come along
    std::string log() const;

    // By role admin; the id.
    std::string addSource(const std::string &name, const TestDatabase &database) const;
    // Both sources, a mapping of the tables and a check; the check's id.
    std::string addCheck(const TestDatabase &legacy, const TestDatabase &fresh, Json mapping,
                         const std::string &name = "users") const;
    std::string startRun(const std::string &checkId, Json body = {{"scope", "FULL"}}) const;
    Json run(const std::string &runId) const;
    // Until the run is in one of these states; the run.
    Json waitRun(const std::string &runId, const std::vector<std::string> &states = {"FINISHED"},
                 std::chrono::milliseconds limit = std::chrono::seconds(90)) const;
    Json fullRun(const std::string &checkId) const { return waitRun(startRun(checkId)); }
    // All pages of a list.
    std::vector<Json> all(const std::string &path) const;
    Json waitRepair(const std::string &id, const std::vector<std::string> &statuses) const;

private:
    TempDir m_dir;
    std::shared_ptr<TestStore> m_store;
    std::string m_data;
    std::vector<std::string> m_options;
    std::map<std::string, std::string> m_tokens;
    std::string m_url;
    std::unique_ptr<Process> m_process;
};

// {"kind", "name", …} of a field whose columns have its name.
Json field(const std::string &name, const std::string &kind, Json more = Json::object());
// The mapping of tables "people" with the key "id", without sources.
Json peopleMapping(const std::string &keyKind, Json fields);
std::string textOf(const Json &json, const char *name); // "" if null or absent

} // namespace crossfade
