// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/pgconnection.h"

#include "app/service/writerefusal.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>

#include <cstdlib>
#include <utility>

namespace crossfade {

namespace {

std::string firstLine(const char *message)
{
    std::string text = message ? message : "";
    text = text.substr(0, text.find('\n'));
    for (const char *lead : {"ERROR:  ", "FATAL:  "}) {
        if (text.starts_with(lead)) text.erase(0, std::string_view(lead).size());
    }
    return text.empty() ? "the database does not say why" : text;
}

// "": not by a rule that other writes can satisfy.
std::string refusalOf(const std::string &state)
{
    if (state == "23505") return writerefusal::Unique;
    const bool foreignKey = state == "23503" || state == "23001"; // the latter of ON DELETE RESTRICT
    return foreignKey ? writerefusal::ForeignKey : std::string();
}

std::string sessionOptions(const SourceSettings &settings, Access access)
{
    const auto ms = std::to_string(std::chrono::milliseconds(settings.statementTimeout).count());
    const auto lock = std::to_string(std::chrono::milliseconds(settings.connectTimeout).count());
    return "-c statement_timeout=" + ms + " -c lock_timeout=" + lock +
           " -c idle_in_transaction_session_timeout=600000 -c jit=off -c timezone=UTC -c "
           "datestyle=ISO,YMD"
           " -c intervalstyle=iso_8601 -c bytea_output=hex -c extra_float_digits=1" +
           std::string(access == Access::Read ? " -c default_transaction_read_only=on" : "");
}

} // namespace

PgResult::PgResult(PgResult &&other) noexcept
    : m_result(std::exchange(other.m_result, nullptr))
{
}

PgResult &PgResult::operator=(PgResult &&other) noexcept
{
    std::swap(m_result, other.m_result);
    return *this;
}

PgResult::~PgResult()
{
    PQclear(m_result);
}

std::vector<PgResult::Column> PgResult::columns() const
{
    std::vector<Column> result;
    for (int i = 0; i < PQnfields(m_result); ++i)
        result.push_back({PQfname(m_result, i), PQftype(m_result, i), PQfmod(m_result, i)});
    return result;
}

int PgResult::rows() const
{
    return PQntuples(m_result);
}

void PgResult::read(int row, int column, Cell &cell) const
{
    if (PQgetisnull(m_result, row, column)) {
        cell.reset();
        return;
    }
    if (!cell) cell.emplace();
    read(row, column, *cell);
}

void PgResult::read(int row, int column, std::string &text) const
{
    text.assign(PQgetvalue(m_result, row, column),
                static_cast<std::size_t>(PQgetlength(m_result, row, column)));
}

std::size_t PgResult::bytes() const
{
    return PQresultMemorySize(m_result);
}

std::int64_t PgResult::affected() const
{
    return std::strtoll(PQcmdTuples(m_result), nullptr, 10);
}

Result<std::unique_ptr<PgConnection>> PgConnection::open(const SourceSettings &settings,
                                                         Access access)
{
    const Result<std::string> password = readSecret(settings.secret);
    if (!password) return fail(password.error());
    const std::string timeout = std::to_string(settings.connectTimeout.count());
    const std::string options = sessionOptions(settings, access);
    std::vector<const char *> names{"dbname",          "connect_timeout",     "tcp_user_timeout",
                                    "keepalives_idle", "keepalives_interval", "keepalives_count",
                                    "client_encoding", "application_name",    "options"};
    std::vector<const char *> values{
        settings.location.c_str(), timeout.c_str(), "10000", "5", "2", "3", "UTF8",
        "crossfade-comparator",    options.c_str()};
    if (!password->empty()) {
        names.push_back("password");
        values.push_back(password->c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<PgConnection> self(new PgConnection);
    self->m_patience =
        std::chrono::milliseconds(settings.statementTimeout) + std::chrono::seconds(5);
    self->m_connectTime = settings.connectTimeout;
    self->m_connection = PQconnectdbParams(names.data(), values.data(), 1);
    if (PQstatus(self->m_connection) != CONNECTION_OK)
        return fail(ErrorKind::Unavailable, firstLine(PQerrorMessage(self->m_connection)));
    return self;
}

PgConnection::~PgConnection()
{
    PQfinish(m_connection);
}

bool PgConnection::answers()
{
    const std::chrono::milliseconds patience = std::exchange(m_patience, m_connectTime);
    const bool good = run("SELECT 1").has_value();
    m_patience = patience;
    return good;
}

Result<bool> PgConnection::notified(std::chrono::milliseconds limit)
{
    const auto taken = [this] {
        bool any = false;
        while (PGnotify *said = PQnotifies(m_connection)) {
            any = true;
            PQfreemem(said);
        }
        return any;
    };
    if (taken()) return true;
    pollfd socket{PQsocket(m_connection), POLLIN, 0};
    if (poll(&socket, 1, static_cast<int>(limit.count())) > 0 && !PQconsumeInput(m_connection)) {
        m_broken = true;
        return fail(ErrorKind::Unavailable, firstLine(PQerrorMessage(m_connection)));
    }
    if (taken()) return true;
    if (PQstatus(m_connection) == CONNECTION_OK) return false;
    m_broken = true;
    return fail(ErrorKind::Unavailable, "the connection was lost");
}

bool PgConnection::isReusable() const
{
    return !m_broken && !m_interrupted && PQtransactionStatus(m_connection) == PQTRANS_IDLE;
}

void PgConnection::cancel()
{
    PGcancel *handle = PQgetCancel(m_connection);
    char problem[256];
    if (handle) PQcancel(handle, problem, sizeof problem);
    PQfreeCancel(handle);
}

// Until the whole result is here. An interrupt is asked of the server first, so that the connection
// stays of use; a server that does not answer that either is given up.
Result<void> PgConnection::wait()
{
    auto deadline = std::chrono::steady_clock::now() + m_patience;
    bool cancelled = false;
    while (PQisBusy(m_connection)) {
        if (m_interrupted && !cancelled) {
            cancel();
            cancelled = true;
            deadline =
                std::min(deadline, std::chrono::steady_clock::now() + std::chrono::seconds(1));
        }
        if (std::chrono::steady_clock::now() > deadline) {
            m_broken = true;
            return cancelled ? fail(ErrorKind::Cancelled, "cancelled")
                             : fail(ErrorKind::Unavailable, "the database does not answer");
        }
        pollfd socket{PQsocket(m_connection), POLLIN, 0};
        if (poll(&socket, 1, 100) > 0 && !PQconsumeInput(m_connection)) {
            m_broken = true;
            return fail(ErrorKind::Unavailable, firstLine(PQerrorMessage(m_connection)));
        }
    }
    return {};
}

Error PgConnection::error(const pg_result *result) const
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string code = state ? state : "";
    if (m_interrupted) return {ErrorKind::Cancelled, "cancelled", {}, {}};
    const std::string message = firstLine(PQresultErrorMessage(result));
    if (code == "57014") return {ErrorKind::Timeout, message, {}, {}};
    const bool gone = code.starts_with("08") || code.starts_with("57") || code.empty();
    return {gone ? ErrorKind::Unavailable : ErrorKind::Conflict, message, {}, {}, refusalOf(code)};
}

Result<PgResult> PgConnection::run(const std::string &sql, const std::vector<Cell> &parameters, Format format)
{
    if (Result<void> sent = send(sql, parameters, format); !sent) return fail(sent.error());
    return receive();
}

Result<void> PgConnection::send(const std::string &sql, const std::vector<Cell> &parameters, Format format)
{
    if (m_broken) return fail(ErrorKind::Unavailable, "the connection was lost");
    std::vector<const char *> values;
    for (const Cell &parameter : parameters) {
        if (parameter && parameter->find('\0') != std::string::npos)
            return fail(ErrorKind::Conflict, "PostgreSQL cannot hold a text with a NUL character");
        values.push_back(parameter ? parameter->c_str() : nullptr);
    }
    if (!PQsendQueryParams(m_connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                           values.data(), nullptr, nullptr, static_cast<int>(format))) {
        m_broken = true;
        return fail(ErrorKind::Unavailable, firstLine(PQerrorMessage(m_connection)));
    }
    return {};
}

Result<PgResult> PgConnection::receive()
{
    if (m_broken) return fail(ErrorKind::Unavailable, "the connection was lost");
    PgResult last(nullptr);
    std::optional<Error> failed;
    for (;;) {
        if (Result<void> waited = wait(); !waited) return fail(waited.error());
        pg_result *result = PQgetResult(m_connection);
        if (!result) break;
        last = PgResult(result);
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) failed = error(result);
    }
    if (failed) return fail(*failed);
    return last;
}

} // namespace crossfade
