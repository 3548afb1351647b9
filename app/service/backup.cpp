// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"

#include "app/service/backupfile.h"
#include "app/service/files.h"
#include "app/service/sqlite.h"
#include "app/service/servicestore.h"
#include "app/service/transaction.h"

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

namespace {

namespace fs = std::filesystem;

void syncFile(const fs::path &file)
{
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

} // namespace

Result<void> checkStoreFile(StoreConnection &database, const fs::path &file)
{
    const auto rows = database.query("PRAGMA integrity_check");
    if (!rows) return fail(rows.error());
    if (rows->empty() || rows->front().text(0) != "ok")
        return fail(ErrorKind::Internal, file.string() + " is damaged");
    const auto clock = database.query("SELECT epoch FROM clock");
    if (!clock || clock->empty())
        return fail(ErrorKind::Invalid, file.string() + " is not a store of this service");
    return {};
}

Result<void> moveInto(const fs::path &from, const fs::path &to)
{
    syncFile(from);
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return fail(ErrorKind::Unavailable, "cannot write " + to.string());
    syncFile(to.has_parent_path() ? to.parent_path() : fs::path("."));
    return {};
}

Result<fs::path> checkedCopy(const fs::path &from, const fs::path &to)
{
    std::error_code error;
    if (!fs::exists(from, error))
        return fail(ErrorKind::NotFound, "there is no store at " + from.string());
    auto source = SqliteDatabase::open(from, SqliteDatabase::Mode::ReadOnly);
    if (!source) return fail(source.error());
    const fs::path part = to.string() + ".part";
    fs::remove(part, error);
    // The source is only read, but SQLite counts writing the copy as a write.
    if (auto allowed = (*source)->script("PRAGMA query_only=OFF"); !allowed)
        return fail(allowed.error());
    if (auto copied = (*source)->execute("VACUUM INTO ?", {part.string()}); !copied)
        return fail(copied.error());
    auto copy = SqliteDatabase::open(part, SqliteDatabase::Mode::ReadOnly);
    if (!copy) return fail(copy.error());
    if (auto good = checkStoreFile(**copy, part); !good) return fail(good.error());
    return part;
}

Result<Restored> recordRestore(StoreConnection &database, const std::optional<ChainHead> &replaced)
{
    const Environment environment = Environment::real();
    StoreTransaction transaction(database, environment, {"restore", ""});
    if (auto begun = transaction.begin(); !begun) return fail(begun.error());
    const std::string uuid = newStoreUuid(environment);
    auto named = database.execute("UPDATE clock SET store_uuid = ?", {uuid});
    if (!named) return fail(named.error());
    const auto headJson = [](const ChainHead &head) {
        return Json{{"sequence", head.sequence}, {"hash", head.hash}};
    };
    transaction.audit({"store.restore", "store", uuid, replaced ? headJson(*replaced) : Json(),
                       headJson(transaction.head()), "restored from a copy"});
    if (auto finished = transaction.finish(); !finished) return fail(finished.error());
    return Restored{transaction.head(), uuid};
}

Result<void> renewHead(const fs::path &headFile, const ChainHead &head)
{
    std::error_code ignored;
    fs::remove(headFile, ignored);
    return AuditHeadFile(headFile).write(head);
}

namespace {

// A new identity, and a head file that stands for the restored chain.
Result<void> renew(const fs::path &file, const fs::path &headFile)
{
    auto database = SqliteDatabase::open(file, SqliteDatabase::Mode::ReadWrite);
    if (!database) return fail(database.error());
    if (auto begun = (*database)->beginWrite(); !begun) return begun;
    const auto restored = recordRestore(**database, AuditHeadFile(headFile).read());
    if (!restored) return fail(restored.error());
    if (auto done = (*database)->commit(); !done) return done;
    if (auto written = renewHead(headFile, restored->head); !written) return written;
    return (*database)->script("PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace

Result<void> backupStore(const StoreOptions &where, const fs::path &copy)
{
    if (!where.database.empty()) return backupPostgres(where, copy);
    std::error_code error;
    if (fs::exists(copy, error))
        return fail(ErrorKind::Conflict, copy.string() + " exists; it is not overwritten");
    const auto part = checkedCopy(where.directory / "store.sqlite", copy);
    if (!part) return fail(part.error());
    return moveInto(*part, copy);
}

Result<void> restoreStore(const fs::path &copy, const StoreOptions &where)
{
    if (!where.database.empty()) return restorePostgres(copy, where);
    const fs::path &data = where.directory;
    const auto lock = FolderLock::take(data);
    if (!lock) return fail(lock.error());
    const fs::path store = data / "store.sqlite";
    const auto part = checkedCopy(copy, store);
    if (!part) return fail(part.error());
    std::error_code error;
    if (fs::exists(store, error)) {
        // Its log belongs to it: opened and closed once more, the old file is complete by itself.
        auto old = SqliteDatabase::open(store, SqliteDatabase::Mode::ReadWrite);
        if (old) static_cast<void>((*old)->script("PRAGMA wal_checkpoint(TRUNCATE)"));
        old = fail(ErrorKind::Cancelled, "closed");
        fs::rename(store, store.string() + ".replaced", error);
        fs::remove(store.string() + "-wal", error);
        fs::remove(store.string() + "-shm", error);
    }
    if (auto moved = moveInto(*part, store); !moved) return moved;
    return renew(store, data / "audit.head");
}

} // namespace crossfade
