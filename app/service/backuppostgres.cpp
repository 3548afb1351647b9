// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"
#include "app/service/backupfile.h"
#include "app/service/files.h"
#include "app/service/migrations.h"
#include "app/service/postgresstore.h"
#include "app/service/postgreswriter.h"
#include "app/service/sqlite.h"
#include "app/service/storecopy.h"

namespace crossfade {

namespace {

namespace fs = std::filesystem;
using PostgresPtr = std::unique_ptr<PostgresDatabase>;

Result<PostgresPtr> connectTo(const StoreOptions &store, PostgresDatabase::Mode mode)
{
    if (auto good = checkStoreUrl(store.database); !good) return fail(good.error());
    return PostgresDatabase::open(patient(postgresTarget(store)), mode);
}

void removeFile(const fs::path &file)
{
    std::error_code ignored;
    for (const char *end : {"", "-wal", "-shm", "-journal"})
        fs::remove(file.string() + end, ignored);
}

// One plain file again, whole, with no log beside it.
Result<void> finishFile(SqliteDatabase &database, const fs::path &file)
{
    if (auto plain = database.query("PRAGMA journal_mode=DELETE"); !plain) return fail(plain.error());
    return checkStoreFile(database, file);
}

// Everything the database holds at one moment, as a SQLite store in `file`.
Result<void> copyToFile(PostgresDatabase &from, const fs::path &file, const StoreOptions &store)
{
    auto to = SqliteDatabase::open(file, SqliteDatabase::Mode::ReadWrite);
    if (!to) return fail(to.error());
    auto made = migrateSqlite(**to, file, migrationSets(store.migrations, "sqlite"));
    if (!made) return made;
    if (auto begun = from.beginRead(); !begun) return begun;
    auto good = requireMigrated(from, migrationSets(store.migrations, "postgres"));
    if (good) good = (*to)->beginWrite();
    // Tables come one after the other, not in the order of their keys.
    if (good) good = (*to)->script("PRAGMA defer_foreign_keys=ON");
    Result<StoreDigest> copied = fail(ErrorKind::Internal, "nothing was copied");
    if (good) copied = copyStore(from, **to);
    from.rollback();
    if (!good) return good;
    if (!copied) return fail(copied.error());
    if (auto done = (*to)->commit(); !done) return done;
    return finishFile(**to, file);
}

Result<void> copyInto(PostgresDatabase &from, const fs::path &copy, const StoreOptions &store)
{
    const fs::path part = copy.string() + ".part";
    removeFile(part);
    auto copied = copyToFile(from, part, store);
    if (copied) return moveInto(part, copy);
    removeFile(part);
    return copied;
}

// A copy of the copy, brought to the newest schema.
Result<std::unique_ptr<SqliteDatabase>> openCopy(const fs::path &part, const StoreOptions &store)
{
    auto database = SqliteDatabase::open(part, SqliteDatabase::Mode::ReadWrite);
    if (!database) return database;
    auto migrated = migrateSqlite(**database, part, migrationSets(store.migrations, "sqlite"));
    if (!migrated) return fail(migrated.error());
    return database;
}

Result<Restored> replaceAll(SqliteDatabase &from, PostgresDatabase &to, const fs::path &headFile)
{
    if (auto begun = from.beginRead(); !begun) return fail(begun.error());
    if (auto begun = to.beginWrite(); !begun) return fail(begun.error());
    const auto copied = copyStore(from, to);
    Result<Restored> restored = fail(ErrorKind::Internal, "nothing was restored");
    if (copied)
        restored = recordRestore(to, AuditHeadFile(headFile).read());
    else
        restored = fail(copied.error());
    from.rollback();
    if (!restored) {
        to.rollback();
        return restored;
    }
    if (auto done = to.commit(); !done) return fail(done.error());
    return restored;
}

// What stood there before, if it ever was a store.
Result<void> keepReplaced(PostgresDatabase &database, const StoreOptions &store)
{
    const auto clock = database.query("SELECT epoch FROM clock");
    if (!clock) return fail(clock.error());
    if (clock->empty()) return {};
    return copyInto(database, store.directory / "store.sqlite.replaced", store);
}

Result<void> restoreFrom(const fs::path &part, const StoreOptions &store)
{
    auto from = openCopy(part, store);
    if (!from) return fail(from.error());
    auto to = connectTo(store, PostgresDatabase::Mode::ReadWrite);
    if (!to) return fail(to.error());
    if (auto free = takeServing(**to, Serving::Alone); !free) return free;
    if (auto migrated = migratePostgres(**to, migrationSets(store.migrations, "postgres")); !migrated)
        return migrated;
    if (auto kept = keepReplaced(**to, store); !kept) return kept;
    const fs::path headFile = store.directory / "audit.head";
    const auto restored = replaceAll(**from, **to, headFile);
    if (!restored) return fail(restored.error());
    if (auto written = renewHead(headFile, restored->head); !written) return written;
    return writeStoreId(store.directory, restored->uuid);
}

} // namespace

Result<void> backupPostgres(const StoreOptions &store, const fs::path &copy)
{
    std::error_code error;
    if (fs::exists(copy, error))
        return fail(ErrorKind::Conflict, copy.string() + " exists; it is not overwritten");
    auto from = connectTo(store, PostgresDatabase::Mode::ReadOnly);
    if (!from) return fail(from.error());
    return copyInto(**from, copy, store);
}

Result<void> restorePostgres(const fs::path &copy, const StoreOptions &store)
{
    const auto lock = FolderLock::take(store.directory);
    if (!lock) return fail(lock.error());
    const auto part = checkedCopy(copy, store.directory / "restore.sqlite");
    if (!part) return fail(part.error());
    auto done = restoreFrom(*part, store);
    removeFile(*part);
    removeFile(part->string() + ".before-migration");
    return done;
}

} // namespace crossfade
