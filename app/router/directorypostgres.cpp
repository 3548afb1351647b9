// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directorysource.h"

#include <chrono>
#include <memory>
#include <vector>

#include <libpq-fe.h>
#include <poll.h>

namespace crossfade {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds MostConnectTime{10};
constexpr int LookMs = 100; // how long a wait for the server lasts before cancellation is looked at

struct Free {
    void operator()(PGconn *connection) const { PQfinish(connection); }
    void operator()(PGresult *result) const { PQclear(result); }
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};
using Connection = std::unique_ptr<PGconn, Free>;
using Rows = std::unique_ptr<PGresult, Free>;

Failure sourceError(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return fail(ErrorKind::Unavailable, "PostgreSQL: " + (text.empty() ? "no connection" : text));
}

// Waits until the socket can be used; false once it takes too long or somebody cancels.
bool waitFor(PGconn *connection, short events, Clock::time_point deadline, const CancelFlag &cancelled)
{
    while (!cancelled && Clock::now() < deadline) {
        pollfd entry{PQsocket(connection), events, 0};
        if (entry.fd < 0) return false;
        if (poll(&entry, 1, LookMs) > 0) return true;
    }
    return false;
}

Result<Connection> connect(const DirectoryConfig &config, const CancelFlag &cancelled)
{
    const auto secret = directorySecret(config);
    if (!secret) return fail(secret.error());
    char *message = nullptr;
    const std::unique_ptr<PQconninfoOption, Free> parsed(
        PQconninfoParse(config.location.c_str(), &message));
    if (!parsed) {
        const std::string text = message ? message : "not a URL";
        PQfreemem(message);
        return sourceError(text);
    }
    std::vector<const char *> names{"application_name", "options", "tcp_user_timeout", "client_encoding"};
    std::vector<const char *> values{
        "crossfade-router", "-c default_transaction_read_only=on -c statement_timeout=300000", "10000",
        "UTF8"};
    for (const PQconninfoOption *option = parsed.get(); option->keyword; ++option) {
        const std::string_view name = option->keyword;
        if (!option->val || name == "options" || name == "application_name" ||
            name == "client_encoding" || name == "tcp_user_timeout")
            continue;
        names.push_back(option->keyword);
        values.push_back(option->val);
    }
    if (!secret->empty()) {
        names.push_back("password");
        values.push_back(secret->c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    Connection connection(PQconnectStartParams(names.data(), values.data(), 0));
    if (!connection) return sourceError("out of memory");
    const auto deadline = Clock::now() + MostConnectTime;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (state == PGRES_POLLING_FAILED) return sourceError(PQerrorMessage(connection.get()));
        const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!waitFor(connection.get(), events, deadline, cancelled))
            return sourceError("no answer while connecting");
        state = PQconnectPoll(connection.get());
    }
    return connection;
}

// The next result, nothing at the end.
Result<Rows> nextRows(PGconn *connection, Clock::time_point deadline, const CancelFlag &cancelled)
{
    while (PQisBusy(connection)) {
        if (!waitFor(connection, POLLIN, deadline, cancelled))
            return sourceError("no answer while reading");
        if (!PQconsumeInput(connection)) return sourceError(PQerrorMessage(connection));
    }
    return Rows(PQgetResult(connection));
}

void cancelOnServer(PGconn *connection)
{
    if (PGcancel *cancel = PQgetCancel(connection)) {
        char text[256];
        PQcancel(cancel, text, sizeof text);
        PQfreeCancel(cancel);
    }
}

} // namespace

Result<void> readPostgresDirectory(const DirectoryConfig &config, const CancelFlag &cancelled,
                                   const IdSink &sink, const DirectoryFilter &filter)
{
    auto connection = connect(config, cancelled);
    if (!connection) return fail(connection.error());
    PGconn *handle = connection->get();
    std::vector<const char *> values;
    for (const std::string &value : filter.values)
        values.push_back(value.c_str());
    // One row at a time: memory does not grow with the table.
    if (!PQsendQueryParams(handle, directorySelect(config, filter).c_str(), static_cast<int>(values.size()),
                           nullptr, values.data(), nullptr, nullptr, 0) ||
        !PQsetSingleRowMode(handle))
        return sourceError(PQerrorMessage(handle));
    const auto deadline = Clock::now() + MostReadTime;
    for (;;) {
        const auto rows = nextRows(handle, deadline, cancelled);
        if (!rows) return fail(rows.error());
        if (!*rows) return {};
        const ExecStatusType status = PQresultStatus(rows->get());
        if (status == PGRES_FATAL_ERROR) return sourceError(PQresultErrorMessage(rows->get()));
        if (status != PGRES_SINGLE_TUPLE) continue;
        const auto size = static_cast<std::size_t>(PQgetlength(rows->get(), 0, 0));
        if (!sink({PQgetvalue(rows->get(), 0, 0), size})) {
            cancelOnServer(handle);
            return {};
        }
    }
}

} // namespace crossfade
