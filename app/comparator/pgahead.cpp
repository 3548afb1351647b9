// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many small statements to PostgreSQL at the price of few trips: each is on its way before the one before has been
// answered. Those of one text after each other are parsed once.
#include "app/comparator/pgconnection.h"

#include <libpq-fe.h>

#include <optional>

namespace crossfade {

namespace {

// As much is sent before the answers are read: neither side ever waits for the other one to make room.
constexpr std::size_t StatementsAhead = 128;
constexpr std::size_t BytesAhead = 32 << 10;

std::size_t bytesSent(const SqlStatement &statement)
{
    std::size_t size = 0;
    for (const SqlParameter &parameter : statement.parameters)
        size += 8 + (parameter.value ? parameter.value->size() : 0);
    return size;
}

} // namespace

Failure PgConnection::lost()
{
    m_broken = true;
    std::string message = PQerrorMessage(m_connection);
    message = message.substr(0, message.find('\n'));
    return fail(ErrorKind::Unavailable, message.empty() ? "the connection was lost" : message);
}

Result<std::vector<std::int64_t>> PgConnection::runAhead(const std::vector<const SqlStatement *> &statements)
{
    if (m_broken) return fail(ErrorKind::Unavailable, "the connection was lost");
    if (PQenterPipelineMode(m_connection) != 1) return lost();
    std::vector<std::int64_t> changed;
    Result<void> done;
    const SqlStatement *parsed = nullptr; // as the unnamed one: a pooler between us and the server knows no others
    for (std::size_t next = 0; done && next < statements.size();) {
        std::vector<bool> prepares;
        std::size_t bytes = 0;
        const std::size_t begin = next;
        for (; done && next < statements.size() && next - begin < StatementsAhead && bytes < BytesAhead; ++next) {
            const SqlStatement &statement = *statements[next];
            const bool again = parsed && parsed->sql == statement.sql && statement.parameters.size() == parsed->parameters.size();
            if (!again) prepares.push_back(true);
            prepares.push_back(false);
            bytes += bytesSent(statement) + (again ? 0 : statement.sql.size());
            done = sendAhead(statement, again);
            parsed = &statement;
        }
        if (m_broken) return fail(done.error());
        const bool sent = done.has_value();
        if (!sent) { // the last one is not on its way
            prepares.pop_back();
            if (!prepares.empty() && prepares.back()) prepares.pop_back();
        }
        if (PQpipelineSync(m_connection) != 1) return lost();
        const Result<void> received = receiveAhead(changed, prepares);
        if (m_broken) return fail(received.error());
        if (!received) done = received;
    }
    if (PQexitPipelineMode(m_connection) != 1) return lost();
    if (!done) return fail(done.error());
    return changed;
}

Result<void> PgConnection::sendAhead(const SqlStatement &statement, bool again)
{
    std::vector<const char *> values;
    for (const SqlParameter &parameter : statement.parameters) {
        if (parameter.value && parameter.value->find('\0') != std::string::npos)
            return fail(ErrorKind::Conflict, "PostgreSQL cannot hold a text with a NUL character");
        values.push_back(parameter.value ? parameter.value->c_str() : nullptr);
    }
    const int count = static_cast<int>(values.size());
    if (!again && !PQsendPrepare(m_connection, "", statement.sql.c_str(), count, nullptr)) return lost();
    if (!PQsendQueryPrepared(m_connection, "", count, values.data(), nullptr, nullptr, 0)) return lost();
    return {};
}

// One answer for each that was sent, up to the mark after the last one: also what was passed over after an error has its.
Result<void> PgConnection::receiveAhead(std::vector<std::int64_t> &changed, const std::vector<bool> &prepares)
{
    std::optional<Error> failed;
    std::size_t place = 0;
    for (int nothing = 0; nothing < 4;) {
        if (Result<void> waited = wait(); !waited) return waited;
        pg_result *answer = PQgetResult(m_connection);
        if (!answer) { // between two of them
            ++nothing;
            continue;
        }
        nothing = 0;
        const PgResult result(answer);
        switch (PQresultStatus(answer)) {
        case PGRES_PIPELINE_SYNC:
            if (failed) return fail(*failed);
            return {};
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            if (place < prepares.size() && !prepares[place]) changed.push_back(result.affected());
            break;
        case PGRES_PIPELINE_ABORTED:
            break;
        default:
            if (!failed) failed = error(answer);
            break;
        }
        ++place;
        if (PQstatus(m_connection) == CONNECTION_BAD) break;
    }
    m_broken = true;
    return fail(failed.value_or(Error{ErrorKind::Unavailable, "the connection was lost", {}, {}}));
}

} // namespace crossfade
