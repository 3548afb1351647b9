// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"

#include <chrono>
#include <memory>

#include <sqlite3.h>

namespace crossfade {

namespace {

constexpr int StepsBetweenLooks = 10'000;

struct Watch {
    const CancelFlag &cancelled;
    std::chrono::steady_clock::time_point deadline;
};

// Not zero ends the running statement.
int shouldStop(void *context)
{
    const auto &watch = *static_cast<const Watch *>(context);
    return watch.cancelled || std::chrono::steady_clock::now() > watch.deadline ? 1 : 0;
}

struct Close {
    void operator()(sqlite3 *database) const { sqlite3_close_v2(database); }
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

Failure sourceError(const DirectoryConfig &config, sqlite3 *database)
{
    return fail(ErrorKind::Unavailable,
                config.location + ": " + (database ? sqlite3_errmsg(database) : "out of memory"));
}

} // namespace

Result<void> readSqliteDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                 const IdSink &sink, const DirectoryFilter &filter)
{
    sqlite3 *handle = nullptr;
    const int opened = sqlite3_open_v2(config.location.c_str(), &handle,
                                       SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
    const std::unique_ptr<sqlite3, Close> database(handle);
    if (opened != SQLITE_OK) return sourceError(config, handle);
    sqlite3_busy_timeout(handle, 2'000);
    Watch watch{cancelled, std::chrono::steady_clock::now() + MostReadTime};
    sqlite3_progress_handler(handle, StepsBetweenLooks, shouldStop, &watch);
    sqlite3_stmt *prepared = nullptr;
    // SQLite takes an unknown name in double quotes for a text, unless told otherwise.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    if (sqlite3_prepare_v2(handle, directorySelect(config, filter).c_str(), -1, &prepared, nullptr) !=
        SQLITE_OK)
        return sourceError(config, handle);
    const std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
    for (std::size_t i = 0; i < filter.values.size(); ++i) {
        const std::string &value = filter.values[i];
        if (sqlite3_bind_text(prepared, static_cast<int>(i + 1), value.data(), static_cast<int>(value.size()),
                              SQLITE_STATIC) != SQLITE_OK)
            return sourceError(config, handle);
    }
    int code = sqlite3_step(prepared);
    for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(prepared, 0));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, 0));
        if (!sink(text ? std::string_view(text, size) : std::string_view())) return {};
    }
    if (code != SQLITE_DONE) return sourceError(config, handle);
    return {};
}

} // namespace crossfade
