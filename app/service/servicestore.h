// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/auditchain.h"
#include "app/service/migrations.h"
#include "app/service/postgresconnect.h"
#include "app/service/store.h"
#include "app/service/writer.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Random from its first character on (a UUIDv7 begins with its time): event ids begin with it.
std::string newStoreUuid(const Environment &environment);

// The store as the service kit itself sees it: one writer thread, a pool of readers. What depends on
// the kind of database is left to SqliteStore and PostgresStore.
class ServiceStore : public Store {
public:
    // The kind that the options name.
    static Result<std::unique_ptr<ServiceStore>> open(StoreOptions options, Environment environment);
    ~ServiceStore() override;

    void write(Actor actor, WriteWork work, std::function<void(Result<Json>)> done,
               Turn turn = Turn::Ordinary) override;
    Result<Json> writeAndWait(Actor actor, WriteWork work, Turn turn = Turn::Ordinary) override;
    Result<void> read(const std::function<Result<void>(Database &)> &work) override;
    std::string lastEventId(Database &reader) override;
    std::int64_t epoch() const override { return m_writer->epoch(); }
    const Environment &environment() const override { return m_environment; }

    Writer &writer() { return *m_writer; }
    // "<first 8 of the store's UUID>-", what every event id begins with.
    const std::string &eventPrefix() const { return m_eventPrefix; }
    const std::string &uuid() const { return m_uuid; }
    Result<ChainVerdict> verifyAudit();
    void beginStop() { m_stopping = true; } // what reads for long gives up
    virtual double sizeInBytes() = 0;       // of what is stored; 0 while it cannot be told
    virtual Result<std::unique_ptr<StoreConnection>> openReader() const = 0;
    virtual std::string engine() const = 0; // "SQLite", "PostgreSQL"
    // Where several processes may serve it together; nothing: one does alone.
    virtual std::optional<PostgresTarget> shared() const { return std::nullopt; }
    // What this program was built with, for that kind of store.
    std::vector<MigrationSet> migrations() const
    {
        return migrationSets(m_options.migrations, shared() ? "postgres" : "sqlite");
    }
    // Now and then: times are those of the store's machine, also once its clock or ours was set.
    virtual void keepTime() {}
    std::filesystem::path headFile() const { return m_options.directory / "audit.head"; }
    void stop() { m_writer->stop(); }

protected:
    ServiceStore(StoreOptions options, Environment environment)
        : m_options(std::move(options))
        , m_environment(std::move(environment))
    {
    }
    Result<void> start();
    // The writer's connection to the store, whose schema is the newest by then.
    virtual Result<std::unique_ptr<StoreConnection>> openWriter() = 0;
    // Where the store is, for messages.
    virtual std::string place() const = 0;
    // A store that is only now created, beside a head that tells of changes: the old one was lost, and an
    // empty one would serve everybody by default.
    Result<void> checkNotLost() const;
    // Whether a store that is only now created may have this folder.
    virtual Result<void> checkNewFolder() { return checkNotLost(); }
    // Holds the folder against the store before its audit head is read.
    virtual Result<void> checkFolder(StoreConnection &, const ChainHead &) { return {}; }

    StoreOptions m_options;
    Environment m_environment;
    std::string m_uuid;

private:
    Result<ChainHead> prepareClock(StoreConnection &database, std::int64_t &epoch);
    Result<std::unique_ptr<StoreConnection>> takeReader();
    void returnReader(std::unique_ptr<StoreConnection> reader);

    std::string m_eventPrefix;
    std::unique_ptr<Writer> m_writer;
    std::mutex m_mutex;
    std::condition_variable m_readerFree;
    std::vector<std::unique_ptr<StoreConnection>> m_idle;
    std::size_t m_readers = 0; // opened so far
    std::atomic<bool> m_stopping{false};
};

} // namespace crossfade
