// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgresstore.h"

#include "app/service/backupfile.h"
#include "app/service/crypto.h"
#include "app/service/files.h"
#include "app/service/log.h"
#include "app/service/postgreswriter.h"

#include <cstdlib>

namespace crossfade {

namespace {

// Clocks nearer to each other than this are one clock; an answer that took longer tells no time.
constexpr std::int64_t LeastApartMs = 250;
constexpr std::int64_t MostTripMs = 500;

std::filesystem::path idFile(const std::filesystem::path &folder)
{
    return folder / "store.id";
}

} // namespace

PostgresTarget postgresTarget(const StoreOptions &options)
{
    PostgresTarget target;
    target.url = options.database;
    target.password = options.databasePassword;
    target.durable = options.durable;
    target.application = "crossfade " + options.migrations.filename().string();
    return target;
}

PostgresTarget patient(PostgresTarget target)
{
    target.statementTime = std::chrono::minutes(10);
    target.lockTime = std::chrono::minutes(1);
    return target;
}

Result<void> writeStoreId(const std::filesystem::path &folder, const std::string &uuid)
{
    return writeFileAtomically(idFile(folder), uuid + "\n");
}

PostgresStore::PostgresStore(StoreOptions options, Environment environment)
    : ServiceStore(std::move(options), std::move(environment))
    , m_ownNow(m_environment.now)
{
    m_environment.now = [own = m_ownNow, ahead = m_ahead] { return own() + Milliseconds(ahead->load()); };
}

void PostgresStore::learnTime(Database &database)
{
    const std::int64_t asked = toMs(m_ownNow());
    const auto rows = database.query("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)");
    const std::int64_t answered = toMs(m_ownNow());
    if (!rows || rows->empty() || answered < asked || answered - asked > MostTripMs) return;
    const std::int64_t ahead = rows->front().integer(0) - (asked + answered) / 2;
    if (std::abs(ahead - m_ahead->load()) < LeastApartMs) return;
    logWarning("the clock of the database goes otherwise than this machine's; it is kept to", {{"ahead_ms", ahead}});
    *m_ahead = ahead;
}

void PostgresStore::keepTime()
{
    static_cast<void>(read([this](Database &reader) -> Result<void> {
        learnTime(reader);
        return {};
    }));
}

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(StoreOptions options, Environment environment)
{
    if (auto good = checkStoreUrl(options.database); !good) return fail(good.error());
    std::unique_ptr<PostgresStore> store(new PostgresStore(std::move(options), std::move(environment)));
    if (auto started = store->start(); !started) return fail(started.error());
    return store;
}

Result<std::unique_ptr<StoreConnection>> PostgresStore::openWriter()
{
    const PostgresTarget target = postgresTarget(m_options);
    auto first = PostgresDatabase::open(patient(target), PostgresDatabase::Mode::ReadWrite);
    if (!first) return fail(first.error());
    auto migrated = migratePostgres(**first, migrationSets(m_options.migrations, "postgres"));
    if (!migrated) return fail(migrated.error());
    learnTime(**first);
    const std::string id = sha256Hex(m_environment.newSecret(16)).substr(0, 16);
    first = fail(ErrorKind::Cancelled, "closed");
    auto writer = PostgresWriter::open(target, id, m_options.serves);
    if (!writer) return fail(writer.error());
    return std::unique_ptr<StoreConnection>(std::move(*writer));
}

Result<std::unique_ptr<StoreConnection>> PostgresStore::openReader() const
{
    auto database = PostgresDatabase::open(postgresTarget(m_options), PostgresDatabase::Mode::ReadOnly);
    if (!database) return fail(database.error());
    return std::unique_ptr<StoreConnection>(std::move(*database));
}

double PostgresStore::sizeInBytes()
{
    double bytes = 0;
    static_cast<void>(read([&](Database &reader) -> Result<void> {
        const auto rows = reader.query("SELECT pg_database_size(current_database())");
        if (!rows) return fail(rows.error());
        bytes = rows->front().number(0);
        return {};
    }));
    return bytes;
}

Failure PostgresStore::foreignFolder() const
{
    return fail(ErrorKind::Conflict,
                "the folder " + m_options.directory.string() + " belongs to another store than " +
                    postgresPlace(m_options.database) + "; give this one a folder of its own");
}

std::string PostgresStore::place() const
{
    return postgresPlace(m_options.database);
}

Result<void> PostgresStore::checkNewFolder()
{
    std::error_code error;
    if (std::filesystem::exists(idFile(m_options.directory), error)) return foreignFolder();
    return checkNotLost();
}

// A restore gives the store a new identity, and ties one folder to it. Those of the other replicas know the store
// before: whether the new one is theirs, somebody has to say, and only of a store that says itself that it was restored.
Result<void> PostgresStore::joinRestored(StoreConnection &database, const ChainHead &inside)
{
    const auto rows = database.query("SELECT at FROM audit WHERE action = 'store.restore' AND object_type = 'store' "
                                     "AND object_id = ?", {m_uuid});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return foreignFolder();
    if (m_options.acceptStore != m_uuid)
        return fail(ErrorKind::Conflict,
                    "the store at " + place() + " was restored from a copy at " +
                        formatInstant(instantFromMs(rows->front().integer(0))) + ", and the folder " +
                        m_options.directory.string() + " belongs to the one before. If that restore was meant for " +
                        "this service too, start it with --accept-store " + m_uuid);
    std::error_code error;
    const std::filesystem::path before = headFile().string() + ".replaced";
    // Kept for whoever asks what was cut off; an acceptance that died has kept it already.
    if (AuditHeadFile(headFile()).read() != inside) std::filesystem::rename(headFile(), before, error);
    if (auto written = renewHead(headFile(), inside); !written) return written;
    logWarning("the folder belongs to the restored store from now on",
               {{"store", m_uuid}, {"entries", inside.sequence}, {"head_before", before.string()}});
    return writeStoreId(m_options.directory, m_uuid);
}

Result<void> PostgresStore::checkFolder(StoreConnection &database, const ChainHead &inside)
{
    std::error_code error;
    if (const auto known = readFile(idFile(m_options.directory), 100)) {
        if (*known == m_uuid + "\n") return {};
        return joinRestored(database, inside);
    }
    // A folder that is new to this store has no head to hold it against: from now on it has.
    if (!std::filesystem::exists(headFile(), error)) {
        logInfo("the store's audit head is taken as found", {{"entries", inside.sequence}});
        if (auto written = AuditHeadFile(headFile()).write(inside); !written) return written;
    }
    return writeStoreId(m_options.directory, m_uuid);
}

} // namespace crossfade
