// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgresconnect.h"
#include "app/service/postgressql.h"

#include <charconv>
#include <cstdlib>

#include <libpq-fe.h>

namespace crossfade {

namespace {

// Fixed in PostgreSQL's catalogue for ever.
enum PostgresType : Oid {
    BooleanType = 16,
    BigintType = 20,
    SmallintType = 21,
    IntegerType = 23,
    OidType = 26,
    RealType = 700,
    DoubleType = 701,
    NumericType = 1700
};

// Sums of integers come as numeric.
SqlValue numericValue(std::string_view text)
{
    std::int64_t integer = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return integer;
    return std::strtod(std::string(text).c_str(), nullptr);
}

SqlValue valueOf(const pg_result *result, int row, int column)
{
    if (PQgetisnull(result, row, column)) return nullptr;
    const std::string_view text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    switch (PQftype(result, column)) {
    case BooleanType: return std::int64_t{text == "t" ? 1 : 0};
    case SmallintType:
    case IntegerType:
    case BigintType:
    case OidType:
    case NumericType: return numericValue(text);
    case RealType:
    case DoubleType: return std::strtod(std::string(text).c_str(), nullptr);
    default: return fromPostgresText(text);
    }
}

bool startsWithOneOf(std::string_view state, std::initializer_list<std::string_view> classes)
{
    for (const std::string_view one : classes) {
        if (state.starts_with(one)) return true;
    }
    return false;
}

} // namespace

SqlRow postgresRow(const pg_result *result, int row)
{
    const int count = PQnfields(result);
    std::vector<SqlValue> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int column = 0; column < count; ++column)
        values.push_back(valueOf(result, row, column));
    return SqlRow(std::move(values));
}

Error postgresError(const pg_result *result, bool interrupted)
{
    const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = field ? field : "";
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string message = "database: " + postgresSentence(primary ? primary : "it does not answer");
    if (state == "57014" && interrupted) return {ErrorKind::Cancelled, message, {}, {}};
    if (state == "22021" || state == "22P05")
        return {ErrorKind::Invalid, "a text holds characters that the store cannot hold", {}, {}};
    if (state.starts_with("23")) return {ErrorKind::Conflict, message, {}, {}};
    // Connection, resources, operator's and system's doings, locks, serialisation, read-only servers.
    if (state.empty() || startsWithOneOf(state, {"08", "53", "55P03", "57", "58", "40", "25006", "25P03"}))
        return {ErrorKind::Unavailable, message, {}, {}};
    return {ErrorKind::Internal, message, {}, {}};
}

} // namespace crossfade
