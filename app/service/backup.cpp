// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"

#include "app/service/backupfile.h"
#include "app/service/files.h"
#include "app/service/killpoint.h"
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

fs::path restoredHead(const fs::path &headFile)
{
    return headFile.string() + ".restored";
}

Result<void> writeRestoredHead(const fs::path &headFile, const ChainHead &head)
{
    std::error_code ignored;
    fs::remove(restoredHead(headFile), ignored);
    return AuditHeadFile(restoredHead(headFile)).write(head);
}

Result<void> renewHead(const fs::path &headFile, const ChainHead &head)
{
    if (auto written = writeRestoredHead(headFile, head); !written) return written;
    return moveInto(restoredHead(headFile), headFile);
}

namespace {

fs::path replacedFile(const fs::path &store)
{
    return store.string() + ".replaced";
}

void removeWithLog(const fs::path &file)
{
    std::error_code ignored;
    for (const char *end : {"", "-wal", "-shm"})
        fs::remove(file.string() + end, ignored);
}

// The copy with a new identity, as one plain file again; the head of its chain.
Result<ChainHead> renew(const fs::path &part, const fs::path &headFile)
{
    auto database = SqliteDatabase::open(part, SqliteDatabase::Mode::ReadWrite);
    if (!database) return fail(database.error());
    if (auto begun = (*database)->beginWrite(); !begun) return fail(begun.error());
    const auto restored = recordRestore(**database, AuditHeadFile(headFile).read());
    if (!restored) return fail(restored.error());
    if (auto done = (*database)->commit(); !done) return fail(done.error());
    if (auto plain = (*database)->query("PRAGMA journal_mode=DELETE"); !plain) return fail(plain.error());
    return restored->head;
}

// Opened and closed once more, the old file is complete by itself, without the log beside it. One that is too
// damaged for that keeps its log.
Result<void> completeOld(const fs::path &store)
{
    auto old = SqliteDatabase::open(store, SqliteDatabase::Mode::ReadWrite);
    if (!old) return {};
    const auto written = (*old)->query("PRAGMA wal_checkpoint(TRUNCATE)");
    if (written && !written->empty() && written->front().integer(0) != 0)
        return fail(ErrorKind::Conflict, store.string() + " is being read, by a backup perhaps; try again after it");
    return {};
}

// Under a second name, so that at every moment there is a store under the first.
Result<void> keepOld(const fs::path &store)
{
    if (auto complete = completeOld(store); !complete) return complete;
    const fs::path kept = replacedFile(store);
    std::error_code error;
    removeWithLog(kept);
    fs::create_hard_link(store, kept, error);
    if (error) fs::copy_file(store, kept, error); // a file system without links
    if (error) return fail(ErrorKind::Unavailable, "cannot write " + kept.string() + ": " + error.message());
    // A log that is still there is of the file put aside: the new one must not be read with it.
    if (fs::exists(store.string() + "-wal", error)) fs::rename(store.string() + "-wal", kept.string() + "-wal", error);
    fs::remove(store.string() + "-shm", error);
    return {};
}

} // namespace

void forgetHalfReplaced(const fs::path &store)
{
    std::error_code error;
    if (fs::equivalent(store, replacedFile(store), error) && !error) fs::remove(replacedFile(store), error);
}

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
    const fs::path headFile = data / "audit.head";
    removeWithLog(store.string() + ".part"); // of a restore that died
    const auto part = checkedCopy(copy, store);
    if (!part) return fail(part.error());
    const auto head = renew(*part, headFile);
    if (!head) return fail(head.error());
    std::error_code error;
    if (fs::exists(store, error)) {
        if (auto kept = keepOld(store); !kept) return kept;
    } else if (fs::exists(store.string() + "-wal", error)) {
        // The log of a file that is lost: SQLite would take it for that of the new one.
        fs::rename(store.string() + "-wal", store.string() + "-wal.lost", error);
        if (error) return fail(ErrorKind::Unavailable, "cannot rename " + store.string() + "-wal: " + error.message());
    }
    if (auto written = writeRestoredHead(headFile, *head); !written) return written;
    killPoint("restore.before-store");
    if (auto moved = moveInto(*part, store); !moved) return moved;
    killPoint("restore.before-head");
    return moveInto(restoredHead(headFile), headFile);
}

} // namespace crossfade
