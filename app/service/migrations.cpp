// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/migrations.h"

#include "app/service/log.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
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

Error newerStore(const std::string &part, std::int64_t store, std::int64_t program)
{
    return {ErrorKind::Conflict, "the store was written by a newer version (schema " + part + " " +
                                     std::to_string(store) + ", this program knows " + std::to_string(program) + ")",
            {}, {}};
}

// Whether every script of the store beyond that one allows a program which ends there.
Result<bool> allows(StoreConnection &database, const std::string &part, std::int64_t last)
{
    const auto rows = database.query("SELECT count(*) FROM migrations WHERE part = ? AND number > ? AND "
                                     "(oldest IS NULL OR oldest > ?)",
                                     {part, last, last});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0) == 0;
}

enum class Newer { Refused, IfAllowed };

// The scripts still to run, or the refusal of a newer store.
Result<std::vector<Script>> pending(StoreConnection &database, const std::vector<MigrationSet> &sets, Newer newer)
{
    std::vector<Script> result;
    for (const MigrationSet &set : sets) {
        const auto scripts = scriptsOf(set);
        if (!scripts) return fail(scripts.error());
        const auto done = applied(database, set.part);
        if (!done) return fail(done.error());
        const std::int64_t last = scripts->back().number;
        if (*done > last) {
            const Result<bool> allowed = newer == Newer::IfAllowed ? allows(database, set.part, last) : false;
            if (!allowed) return fail(allowed.error());
            if (!*allowed) return fail(newerStore(set.part, *done, last));
            logInfo("the store was written by a newer version that allows this one",
                    {{"part", set.part}, {"schema", *done}, {"known", last}});
        }
        std::ranges::copy_if(*scripts, std::back_inserter(result),
                             [&](const Script &script) { return script.number > *done; });
    }
    return result;
}

// The N of a line "-- oldest: N" in its head.
std::optional<std::int64_t> oldestAllowed(const std::string &text)
{
    constexpr std::string_view Mark = "-- oldest: ";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line) && line.starts_with("--");) {
        std::int64_t number = 0;
        if (line.starts_with(Mark) &&
            std::from_chars(line.data() + Mark.size(), line.data() + line.size(), number).ec == std::errc())
            return number;
    }
    return std::nullopt;
}

Result<void> apply(StoreConnection &database, const Script &script)
{
    const auto text = readText(script.file);
    if (!text) return fail(text.error());
    if (auto done = database.script(*text); !done)
        return fail(done.error().kind, script.file.string() + ": " + done.error().message);
    const auto oldest = oldestAllowed(*text);
    auto noted = database.execute("INSERT INTO migrations (part, number, name, oldest) VALUES (?, ?, ?, ?)",
                                  {script.part, script.number, script.file.filename().string(),
                                   oldest ? SqlValue(*oldest) : SqlValue(nullptr)});
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
    "name TEXT NOT NULL, oldest INTEGER, PRIMARY KEY (part, number))";

// Those of older versions had no `oldest`.
Result<void> makeTable(StoreConnection &database)
{
    if (auto made = database.script(CreateTable); !made) return made;
    const auto tables = database.tables();
    if (!tables) return fail(tables.error());
    const auto table = tables->find("migrations");
    if (table == tables->end() || std::ranges::count(table->second, "oldest") > 0) return {};
    return database.script("ALTER TABLE migrations ADD COLUMN oldest INTEGER");
}

// Within the caller's transaction. A script may have made a table anew, rows with their numbers.
Result<void> applyPending(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    const auto scripts = pending(database, sets, Newer::IfAllowed);
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
// Whether it is in use.
Result<bool> holdWriters(StoreConnection &database)
{
    const auto clock = database.query("SELECT to_regclass('clock') IS NOT NULL");
    if (!clock) return fail(clock.error());
    const bool inUse = clock->front().integer(0) != 0;
    if (auto held = inUse ? database.script("SELECT epoch FROM clock FOR UPDATE") : Result<void>(); !held)
        return fail(held.error());
    return inUse;
}

Result<void> migratePostgresOnce(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    if (auto begun = database.beginWrite(); !begun) return begun;
    const auto work = [&]() -> Result<void> {
        auto alone =
            database.script("SELECT pg_advisory_xact_lock(1131572083, hashtext(current_schema()))");
        if (!alone) return alone;
        if (auto made = makeTable(database); !made) return made;
        const auto scripts = pending(database, sets, Newer::IfAllowed);
        if (!scripts) return fail(scripts.error());
        if (scripts->empty()) return {};
        const auto inUse = holdWriters(database);
        if (!inUse) return fail(inUse.error());
        if (auto applied = applyPending(database, sets); !applied) return applied;
        // To those that run it is a change like another: before their next write they look whether they may go on.
        return *inUse ? database.script("UPDATE clock SET epoch = epoch + 1") : Result<void>();
    };
    return ended(database, work());
}

} // namespace

std::vector<MigrationSet> migrationSets(const std::filesystem::path &service, const std::string &dialect)
{
    const std::filesystem::path kit = service.parent_path() / "service";
    std::vector<MigrationSet> sets{{"service", kit / dialect}};
    if (service != kit) sets.push_back({service.filename().string(), service / dialect});
    for (MigrationSet &set : sets) {
        if (const auto scripts = scriptsOf(set)) set.last = scripts->back().number;
    }
    return sets;
}

Result<void> migrateSqlite(StoreConnection &database, const std::filesystem::path &store,
                           const std::vector<MigrationSet> &sets)
{
    if (auto made = makeTable(database); !made) return made;
    const auto scripts = pending(database, sets, Newer::IfAllowed);
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

Result<void> requireReadable(Database &database, const std::vector<MigrationSet> &sets)
{
    const auto rows = database.query("SELECT part, max(number), max(oldest) FROM migrations GROUP BY part");
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        const auto set = std::ranges::find(sets, row.text(0), &MigrationSet::part);
        if (set == sets.end() || row.isNull(2)) continue;
        if (row.integer(2) <= set->last) continue;
        Error error = newerStore(set->part, row.integer(1), set->last);
        error.message += ", which needs one that knows " + std::to_string(row.integer(2));
        return fail(std::move(error));
    }
    return {};
}

Result<void> requireMigrated(StoreConnection &database, const std::vector<MigrationSet> &sets)
{
    const auto scripts = pending(database, sets, Newer::Refused);
    if (!scripts) return fail(scripts.error());
    if (scripts->empty()) return {};
    return fail(ErrorKind::Conflict, "the store was written by an older version (" +
                                         scripts->front().file.filename().string() +
                                         " is still to run): copy it with that version, or start the service once");
}

} // namespace crossfade
