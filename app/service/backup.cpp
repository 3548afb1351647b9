// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"

#include "app/service/auditchain.h"
#include "app/service/files.h"
#include "app/service/sqlite.h"
#include "app/service/sqlitestore.h"
#include "app/service/transaction.h"

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

namespace {

namespace fs = std::filesystem;

Result<void> checkIntegrity(SqliteDatabase &database, const fs::path &file)
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

void syncFile(const fs::path &file)
{
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
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

// Into one plain file beside `to`, checked.
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
    if (auto good = checkIntegrity(**copy, part); !good) return fail(good.error());
    return part;
}

// The restore is an entry of the restored chain: without it, what was cut off by an older copy would
// leave no trace.
Result<ChainHead> recordRestore(SqliteDatabase &database, const std::optional<ChainHead> &replaced)
{
    const Environment environment = Environment::real();
    StoreTransaction transaction(database, environment, {"restore", ""});
    const auto work = [&]() -> Result<void> {
        if (auto begun = transaction.begin(); !begun) return begun;
        const std::string uuid = newStoreUuid(environment);
        auto named = database.execute("UPDATE clock SET store_uuid = ?", {uuid});
        if (!named) return fail(named.error());
        const auto headJson = [](const ChainHead &head) {
            return Json{{"sequence", head.sequence}, {"hash", head.hash}};
        };
        transaction.audit({"store.restore", "store", uuid,
                           replaced ? headJson(*replaced) : Json(), headJson(transaction.head()),
                           "restored from a copy"});
        return transaction.finish();
    };
    if (auto begun = database.script("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
    Result<void> done = work();
    if (done) done = database.script("COMMIT");
    if (!done) return fail(done.error());
    return transaction.head();
}

// A new identity, and a head file that stands for the restored chain.
Result<void> renew(const fs::path &file, const fs::path &headFile)
{
    auto database = SqliteDatabase::open(file, SqliteDatabase::Mode::ReadWrite);
    if (!database) return fail(database.error());
    const auto head = recordRestore(**database, AuditHeadFile(headFile).read());
    if (!head) return fail(head.error());
    std::error_code ignored;
    fs::remove(headFile, ignored);
    auto written = AuditHeadFile(headFile).write(*head);
    if (!written) return written;
    return (*database)->script("PRAGMA wal_checkpoint(TRUNCATE)");
}

} // namespace

Result<void> backupStore(const fs::path &data, const fs::path &copy)
{
    std::error_code error;
    if (fs::exists(copy, error))
        return fail(ErrorKind::Conflict, copy.string() + " exists; it is not overwritten");
    const auto part = checkedCopy(data / "store.sqlite", copy);
    if (!part) return fail(part.error());
    return moveInto(*part, copy);
}

Result<void> restoreStore(const fs::path &copy, const fs::path &data)
{
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
