// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/migrations.h"

#include "app/service/log.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace crossfade {

namespace {

struct Script {
    std::string part;
    std::int64_t number = 0;
    std::filesystem::path file;
};

// The number in front of "0001_rules.sql"; 0 for another kind of file.
std::int64_t scriptNumber(const std::filesystem::path &file)
{
    const std::string name = file.filename().string();
    if (file.extension() != ".sql" || name.size() < 6 || name[4] != '_') return 0;
    std::int64_t number = 0;
    for (const char c : name.substr(0, 4)) {
        if (c < '0' || c > '9') return 0;
        number = number * 10 + (c - '0');
    }
    return number;
}

Result<std::vector<Script>> scriptsOf(const MigrationSet &set)
{
    std::vector<Script> scripts;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(set.directory, error)) {
        if (const std::int64_t number = scriptNumber(entry.path()); number > 0)
            scripts.push_back({set.part, number, entry.path()});
    }
    if (error || scripts.empty())
        return fail(ErrorKind::Unavailable, "no migrations found in " + set.directory.string());
    std::ranges::sort(scripts, {}, &Script::number);
    return scripts;
}

Result<std::string> readText(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return fail(ErrorKind::Unavailable, "cannot read " + file.string());
    return text.str();
}

Result<std::int64_t> applied(StoreConnection &database, const std::string &part)
{
    const auto rows =
        database.query("SELECT coalesce(max(number), 0) FROM migrations WHERE part = ?", {part});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

// The scripts still to run, or the refusal of a newer store.
Result<std::vector<Script>> pending(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    std::vector<Script> result;
    for (const MigrationSet &set : sets) {
        const auto scripts = scriptsOf(set);
        if (!scripts) return fail(scripts.error());
        const auto done = applied(database, set.part);
        if (!done) return fail(done.error());
        if (*done > scripts->back().number)
            return fail(ErrorKind::Conflict,
                        "the store was written by a newer version (schema " + set.part + " " +
                            std::to_string(*done) + ", this program knows " +
                            std::to_string(scripts->back().number) + ")");
        std::ranges::copy_if(*scripts, std::back_inserter(result),
                             [&](const Script &script) { return script.number > *done; });
    }
    return result;
}

Result<void> apply(StoreConnection &database, const Script &script)
{
    const auto text = readText(script.file);
    if (!text) return fail(text.error());
    if (auto done = database.script(*text); !done)
        return fail(done.error().kind, script.file.string() + ": " + done.error().message);
    auto noted = database.execute("INSERT INTO migrations (part, number, name) VALUES (?, ?, ?)",
                                  {script.part, script.number, script.file.filename().string()});
    if (!noted) return fail(noted.error());
    return {};
}

Result<void> copyBefore(StoreConnection &database, const std::filesystem::path &store)
{
    const std::filesystem::path copy = store.string() + ".before-migration";
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    if (auto done = database.execute("VACUUM INTO ?", {copy.string()}); !done)
        return fail(done.error());
    logInfo("store copied before migrating", {{"copy", copy.string()}});
    return {};
}

constexpr const char *CreateTable =
    "CREATE TABLE IF NOT EXISTS migrations (part TEXT NOT NULL, number INTEGER NOT NULL, "
    "name TEXT NOT NULL, PRIMARY KEY (part, number))";

// Within the caller's transaction. A script may have made a table anew, rows with their numbers.
Result<void> applyPending(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    const auto scripts = pending(database, sets);
    if (!scripts) return fail(scripts.error());
    for (const Script &script : *scripts) {
        if (auto done = apply(database, script); !done) return done;
    }
    return scripts->empty() ? Result<void>() : database.renumber();
}

Result<void> ended(StoreConnection &database, const Result<void> &result)
{
    if (result) return database.commit();
    database.rollback();
    return result;
}

constexpr int MostAttempts = 4;

// Before the first script of a store in use: whoever writes waits, holding nothing that a script may want.
Result<void> holdWriters(StoreConnection &database)
{
    const auto clock = database.query("SELECT to_regclass('clock') IS NOT NULL");
    if (!clock) return fail(clock.error());
    return clock->front().integer(0) != 0 ? database.script("SELECT epoch FROM clock FOR UPDATE") : Result<void>();
}

Result<void> migratePostgresOnce(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    if (auto begun = database.beginWrite(); !begun) return begun;
    const auto work = [&]() -> Result<void> {
        auto alone =
            database.script("SELECT pg_advisory_xact_lock(1131572083, hashtext(current_schema()))");
        if (!alone) return alone;
        if (auto made = database.script(CreateTable); !made) return made;
        const auto scripts = pending(database, sets);
        if (!scripts) return fail(scripts.error());
        if (scripts->empty()) return {};
        if (auto held = holdWriters(database); !held) return held;
        return applyPending(database, sets);
    };
    return ended(database, work());
}

} // namespace

std::vector<MigrationSet> migrationSets(const std::filesystem::path &service, const std::string &dialect)
{
    const std::filesystem::path kit = service.parent_path() / "service";
    std::vector<MigrationSet> sets{{"service", kit / dialect}};
    if (service != kit) sets.push_back({service.filename().string(), service / dialect});
    return sets;
}

Result<void> migrateSqlite(StoreConnection &database, const std::filesystem::path &store,
                           const std::vector<MigrationSet> &sets)
{
    if (auto made = database.script(CreateTable); !made) return made;
    const auto scripts = pending(database, sets);
    if (!scripts) return fail(scripts.error());
    if (scripts->empty()) return {};
    const auto before = applied(database, sets.front().part);
    if (before && *before > 0) {
        if (auto copied = copyBefore(database, store); !copied) return copied;
    }
    if (auto begun = database.beginWrite(); !begun) return begun;
    // Asked again under the lock: another process may have migrated meanwhile.
    return ended(database, applyPending(database, sets));
}

Result<void> migratePostgres(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    // Other replicas read on meanwhile: among their locks a deadlock may end this transaction.
    Result<void> done;
    for (int attempt = 0; attempt < MostAttempts; ++attempt) {
        done = migratePostgresOnce(database, sets);
        if (done || done.error().kind != ErrorKind::Unavailable) break;
    }
    return done;
}

Result<void> requireMigrated(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    const auto scripts = pending(database, sets);
    if (!scripts) return fail(scripts.error());
    if (scripts->empty()) return {};
    return fail(ErrorKind::Conflict, "the store was written by an older version (" +
                                         scripts->front().file.filename().string() +
                                         " is still to run): copy it with that version, or start the service once");
}

} // namespace crossfade
