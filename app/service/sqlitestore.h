// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/auditchain.h"
#include "app/service/store.h"
#include "app/service/writer.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// Random from its first character on (a UUIDv7 begins with its time): event ids begin with it.
std::string newStoreUuid(const Environment &environment);

// The store as the service kit itself sees it.
class SqliteStore : public Store {
public:
    static Result<std::unique_ptr<SqliteStore>> open(StoreOptions options, Environment environment);
    ~SqliteStore() override;

    void write(Actor actor, WriteWork work, std::function<void(Result<Json>)> done) override;
    Result<Json> writeAndWait(Actor actor, WriteWork work) override;
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
    Result<std::unique_ptr<SqliteDatabase>> openReader() const;
    std::filesystem::path file() const { return m_options.directory / "store.sqlite"; }
    std::filesystem::path headFile() const { return m_options.directory / "audit.head"; }
    void stop() { m_writer->stop(); }

private:
    SqliteStore(StoreOptions options, Environment environment)
        : m_options(std::move(options))
        , m_environment(std::move(environment))
    {
    }
    Result<void> start();
    Result<ChainHead> prepareClock(SqliteDatabase &database, std::int64_t &epoch);
    Result<std::unique_ptr<SqliteDatabase>> takeReader();
    void returnReader(std::unique_ptr<SqliteDatabase> reader);

    StoreOptions m_options;
    Environment m_environment;
    std::string m_uuid;
    std::string m_eventPrefix;
    std::unique_ptr<Writer> m_writer;
    std::mutex m_mutex;
    std::condition_variable m_readerFree;
    std::vector<std::unique_ptr<SqliteDatabase>> m_idle;
    std::size_t m_readers = 0; // opened so far
    std::atomic<bool> m_stopping{false};
};

} // namespace crossfade
