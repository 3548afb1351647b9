// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sqlconnection.h"

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>

namespace crossfade {

namespace {

using PgAnswer = std::unique_ptr<PGresult, void (*)(PGresult *)>;

class PostgresConnection : public SqlConnection {
public:
    explicit PostgresConnection(PGconn *connection)
        : m_connection(connection)
    {
    }
    ~PostgresConnection() override { PQfinish(m_connection); }
    PostgresConnection(const PostgresConnection &) = delete;
    PostgresConnection &operator=(const PostgresConnection &) = delete;

    Result<SqlResult> run(std::string_view sql, const std::vector<SqlText> &values) override
    {
        // A server that was restarted meanwhile costs one reconnection, not the process.
        if (PQstatus(m_connection) != CONNECTION_OK) PQreset(m_connection);
        std::vector<const char *> pointers;
        for (const SqlText &value : values)
            pointers.push_back(value ? value->c_str() : nullptr);
        const PgAnswer answer(PQexecParams(m_connection, std::string(sql).c_str(),
                                           static_cast<int>(pointers.size()), nullptr,
                                           pointers.data(), nullptr, nullptr, 0),
                              PQclear);
        const ExecStatusType status = PQresultStatus(answer.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            return fail(ErrorKind::Unavailable, PQerrorMessage(m_connection));
        SqlResult result;
        result.changed = std::atoll(PQcmdTuples(answer.get()));
        for (int row = 0; row < PQntuples(answer.get()); ++row)
            result.rows.push_back(rowOf(answer.get(), row));
        return result;
    }

    bool isPostgres() const override { return true; }

private:
    static std::vector<SqlText> rowOf(const PGresult *answer, int row)
    {
        std::vector<SqlText> values;
        for (int i = 0; i < PQnfields(answer); ++i) {
            if (PQgetisnull(answer, row, i))
                values.emplace_back(std::nullopt);
            else
                values.emplace_back(
                    std::string(PQgetvalue(answer, row, i),
                                static_cast<std::size_t>(PQgetlength(answer, row, i))));
        }
        return values;
    }

    PGconn *m_connection;
};

} // namespace

Result<std::unique_ptr<SqlConnection>> openPostgres(const std::string &url)
{
    const char *keys[] = {"dbname", "connect_timeout", "options", "tcp_user_timeout", nullptr};
    const char *values[] = {url.c_str(), "5", "-c statement_timeout=20000 -c timezone=UTC", "5000",
                            nullptr};
    PGconn *connection = PQconnectdbParams(keys, values, 1);
    auto owner = std::make_unique<PostgresConnection>(connection);
    if (PQstatus(connection) != CONNECTION_OK)
        return fail(ErrorKind::Unavailable, PQerrorMessage(connection));
    return owner;
}

} // namespace crossfade
