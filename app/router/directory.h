// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/service/store.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace crossfade {

using IdSetPtr = std::shared_ptr<const IdSet>;

struct DirectoryRow {
    DirectoryConfig config;
    std::string uploadId;
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
};

struct DirectoryStatus {
    std::size_t users = 0;
    std::size_t invalid = 0; // ids of the source outside the id grammar, left out
    std::optional<Instant> refreshedAt;
    std::string error; // of the last refresh; the users are then those of the one before
    bool refreshing = false;
    std::size_t rowsRead = 0; // by the read that goes on, or the last one
};

// The known users, read from their source on a thread of its own at intervals and on request.
class Directory {
public:
    static constexpr std::size_t MostIds = 20'000'000;

    explicit Directory(Store &store);
    ~Directory();
    void start();
    void stop();

    IdSetPtr ids() const; // never null
    DirectoryStatus status() const;
    // Asks for a refresh that begins after this call, and waits for its end within `limit`.
    void refresh(std::chrono::milliseconds limit);
    // Ends the read that goes on: the users stay those of the one before. False: none does.
    bool cancel();

    static Result<DirectoryRow> row(Database &db);

private:
    void run();
    bool waitForWork(std::uint64_t &request);
    void readOnce();
    Result<void> readSource(const DirectoryRow &row, const IdSink &sink);
    void keep(Result<IdSet> ids, std::size_t invalid, const DirectoryRow *row);

    Store &m_store;
    CancelFlag m_cancelled{false}; // of the read that goes on
    std::atomic<std::size_t> m_rowsRead{0};
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_refreshed;
    std::uint64_t m_requested = 1; // the first read is asked for by the start
    std::uint64_t m_finished = 0;
    bool m_stopping = false;
    std::chrono::steady_clock::time_point m_due = std::chrono::steady_clock::time_point::max();
    IdSetPtr m_ids = std::make_shared<const IdSet>();
    DirectoryStatus m_status;
    std::int64_t m_readVersion = 0; // of the configuration that m_ids came from
    std::thread m_thread;
};

} // namespace crossfade
