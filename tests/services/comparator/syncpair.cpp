// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/syncpair.h"

#include "tests/services/comparator/mariadbfixture.h"

#include <sstream>
#include <stdexcept>
#include <utility>

namespace crossfade {

namespace {

std::unique_ptr<TestDatabase> newDatabase(TestEngine engine, const std::string &file)
{
    if (engine == TestEngine::Sqlite) return newSqlite(file);
    return engine == TestEngine::Postgres ? newPostgres() : newMariadb();
}

void makePeople(TestDatabase &db)
{
    if (db.kind() == "MARIADB") {
        db.run("CREATE TABLE people (id varchar(60) COLLATE utf8mb4_bin PRIMARY KEY, name varchar(200) CHECK (name <> "
               "'refused'), email varchar(200), at datetime(6), KEY (at))");
        db.run("CREATE TABLE journal (id varchar(60))");
        for (const char *act : {"INSERT", "UPDATE", "DELETE"})
            db.run("CREATE TRIGGER noted_" + std::string(act) + " AFTER " + act + " ON people FOR EACH ROW INSERT INTO "
                   "journal VALUES (" + (act == std::string("DELETE") ? "OLD" : "NEW") + ".id)");
        return;
    }
    if (db.isPostgres()) {
        db.run("CREATE TABLE people (id text PRIMARY KEY, name text CHECK (name <> 'refused'), email text, "
               "at timestamptz); CREATE INDEX ON people (at); CREATE TABLE journal (id text); "
               "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
               "'BEGIN INSERT INTO journal VALUES (coalesce(NEW.id, OLD.id)); RETURN NULL; END'; "
               "CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION note()");
        return;
    }
    db.run("CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT CHECK (name <> 'refused'), email TEXT, at TEXT); "
           "CREATE INDEX people_at ON people (at); CREATE TABLE journal (id TEXT); "
           "CREATE TRIGGER ins AFTER INSERT ON people BEGIN INSERT INTO journal VALUES (new.id); END; "
           "CREATE TRIGGER upd AFTER UPDATE ON people BEGIN INSERT INTO journal VALUES (new.id); END; "
           "CREATE TRIGGER del AFTER DELETE ON people BEGIN INSERT INTO journal VALUES (old.id); END");
}

std::string nowOf(const TestDatabase &db)
{
    if (db.kind() == "MARIADB") return "utc_timestamp(6)";
    return db.isPostgres() ? "clock_timestamp()" : "strftime('%Y-%m-%d %H:%M:%f', 'now')";
}

} // namespace

SyncPair::SyncPair(TestEngine ofLegacy, TestEngine ofNew, bool storePostgres, std::vector<std::string> options)
    : legacy(newDatabase(ofLegacy, dir.file("legacy.db")))
    , fresh(newDatabase(ofNew, dir.file("new.db")))
    , comparator(std::move(options), storePostgres)
{
    makePeople(*legacy);
    makePeople(*fresh);
}

void SyncPair::put(TestDatabase &db, const std::string &key, const Person &person) const
{
    db.run("INSERT INTO people VALUES ('" + key + "', '" + person.name + "', '" + person.email + "', " + nowOf(db) +
           (db.kind() == "MARIADB"
                ? ") ON DUPLICATE KEY UPDATE name = VALUES(name), email = VALUES(email), at = VALUES(at)"
                : ") ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, at = excluded.at"));
}

void SyncPair::remove(TestDatabase &db, const std::string &key) const
{
    db.run("DELETE FROM people WHERE id = '" + key + "'");
}

People SyncPair::people(TestDatabase &db) const
{
    const std::string list =
        db.kind() == "MARIADB" ? "group_concat(concat(id, ',', name, ',', email) ORDER BY id SEPARATOR ';')"
        : db.isPostgres()      ? "string_agg(id || ',' || name || ',' || email, ';' ORDER BY id)"
                               : "group_concat(id || ',' || name || ',' || email, ';')";
    People result;
    std::istringstream rows(db.one("SELECT coalesce(" + list + ", '') FROM people"));
    for (std::string row; std::getline(rows, row, ';');) {
        std::istringstream cells(row);
        std::string key, name, email;
        std::getline(cells, key, ',');
        std::getline(cells, name, ',');
        std::getline(cells, email, ',');
        result[key] = {name, email};
    }
    return result;
}

int SyncPair::writes(TestDatabase &db, const std::string &key) const
{
    return std::stoi(db.one("SELECT count(*) FROM journal" + (key.empty() ? "" : " WHERE id = '" + key + "'")));
}

std::string SyncPair::add(Json settings, bool sensitiveEmail)
{
    Json mapping = peopleMapping(
        "TEXT", Json::array({field("name", "TEXT"), field("email", "TEXT", {{"sensitive", sensitiveEmail}})}));
    mapping["legacy"].update({{"source_id", comparator.addSource("legacy", *legacy)}, {"changed_column", "at"}});
    mapping["new"].update({{"source_id", comparator.addSource("new", *fresh)}, {"changed_column", "at"}});
    const TestAnswer mapped = comparator.as("operator").post("/api/v1/mappings", mapping);
    if (mapped.status != 201) throw std::runtime_error("mapping: " + mapped.body);
    Json body{{"source_system", "LEGACY"},
              {"target_system", "NEW"},
              {"mapping_id", textOf(mapped.json, "id")},
              {"sync_direction", "UNIDIRECTIONAL"}};
    body.update(settings);
    const TestAnswer made = comparator.as("operator").post("/api/v1/sync-configs", body);
    if (made.status != 201) throw std::runtime_error("sync: " + made.body);
    return id = textOf(made.json, "id");
}

Json SyncPair::act(const std::string &act, Json body) const
{
    const TestAnswer answer = comparator.as("operator").post("/api/v1/sync-configs/" + id + "/" + act, body);
    if (answer.status / 100 != 2) throw std::runtime_error(act + ": " + answer.body);
    return answer.json;
}

Json SyncPair::sync() const
{
    return comparator.as("viewer").get("/api/v1/sync-configs/" + id).json;
}

bool SyncPair::waitState(const std::string &state) const
{
    return waitFor([&] { return textOf(sync(), "state") == state; }, std::chrono::seconds(60));
}

bool SyncPair::waitCaughtUp(std::chrono::milliseconds limit) const
{
    const std::string before = textOf(sync(), "last_pass_at");
    std::string first;
    return waitFor(
        [&] {
            const Json now = sync();
            const std::string pass = textOf(now, "last_pass_at");
            if (textOf(now, "state") != "FOLLOWING" || pass == before) return false;
            if (first.empty()) first = pass; // it may have begun before
            return pass != first && now.at("backlog") == 0;
        },
        limit);
}

} // namespace crossfade
