// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/schema.h"

#include "models/core/time.h"

namespace crossfade {

namespace {

constexpr std::string_view CreateLegacy = R"(CREATE TABLE IF NOT EXISTS users(
    user_id TEXT PRIMARY KEY, mail TEXT NOT NULL, full_name TEXT NOT NULL, legal_name TEXT, tel TEXT,
    dept TEXT, role_list TEXT NOT NULL DEFAULT '',
    permission_list TEXT NOT NULL DEFAULT '', lang TEXT,
    is_active INTEGER NOT NULL DEFAULT 1, balance TEXT, pw_salt TEXT, pw_hash TEXT, created TEXT,
    modified TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))))";

constexpr std::string_view CreateNewSqlite = R"(CREATE TABLE IF NOT EXISTS accounts(
    id TEXT PRIMARY KEY, email TEXT NOT NULL, display_name TEXT NOT NULL, legal_name TEXT, phone TEXT,
    department TEXT, roles TEXT NOT NULL DEFAULT '', permissions TEXT NOT NULL DEFAULT '', locale TEXT,
    active INTEGER NOT NULL DEFAULT 1, credit TEXT, password_salt TEXT, password_hash TEXT,
    created_at TEXT, updated_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))))";

constexpr std::string_view CreateNewPostgres = R"(CREATE TABLE IF NOT EXISTS accounts(
    id text PRIMARY KEY, email text NOT NULL, display_name text NOT NULL, legal_name text, phone text,
    department text, roles text NOT NULL DEFAULT '', permissions text NOT NULL DEFAULT '', locale text,
    active boolean NOT NULL DEFAULT true, credit numeric, password_salt text, password_hash text,
    created_at timestamptz, updated_at timestamptz DEFAULT now()))";

std::string decimals(std::int64_t cents)
{
    const std::int64_t rest = cents % 100;
    return std::to_string(cents / 100) + (rest < 10 ? ".0" : ".") + std::to_string(rest);
}

} // namespace

const PlatformSchema &legacySchema()
{
    static const PlatformSchema schema{"users",
                                       "user_id",
                                       CreateLegacy,
                                       CreateLegacy,
                                       {"user_id", "mail", "full_name", "legal_name", "tel", "dept",
                                        "role_list", "permission_list", "lang", "is_active",
                                        "balance", "pw_salt", "pw_hash", "created", "modified"}};
    return schema;
}

const PlatformSchema &newSchema()
{
    static const PlatformSchema schema{"accounts",
                                       "id",
                                       CreateNewSqlite,
                                       CreateNewPostgres,
                                       {"id", "email", "display_name", "legal_name", "phone",
                                        "department", "roles", "permissions", "locale", "active",
                                        "credit", "password_salt", "password_hash", "created_at",
                                        "updated_at"}};
    return schema;
}

std::string utcTime(std::int64_t unixMs)
{
    return formatInstant(instantFromMs(unixMs));
}

std::string localTime(std::int64_t unixMs, int offsetMinutes)
{
    const std::int64_t shifted = unixMs + std::int64_t{offsetMinutes} * 60'000;
    const int size = offsetMinutes < 0 ? -offsetMinutes : offsetMinutes;
    const auto twoDigits = [](int value) {
        return (value < 10 ? "0" : "") + std::to_string(value);
    };
    return formatInstant(instantFromMs(shifted)).substr(0, 19) + (offsetMinutes < 0 ? "-" : "+") +
           twoDigits(size / 60) + ":" + twoDigits(size % 60);
}

std::string fullCredit(std::int64_t cents)
{
    return decimals(cents);
}

std::string shortCredit(std::int64_t cents)
{
    std::string text = decimals(cents);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::vector<SqlText> legacyRow(const Person &person)
{
    return {person.id,
            person.email,
            person.displayName,
            person.legalName,
            person.phone,
            person.department,
            person.roles,
            person.permissions,
            person.locale,
            person.active ? "1" : "0",
            shortCredit(person.creditCents),
            person.passwordSalt,
            person.passwordHash,
            localTime(person.createdMs, person.offsetMinutes),
            localTime(person.updatedMs, person.offsetMinutes)};
}

std::vector<SqlText> newRow(const Person &person)
{
    return {person.id,
            person.email,
            person.displayName,
            person.legalName,
            person.phone,
            person.department,
            person.roles,
            person.permissions,
            person.locale,
            person.active ? "1" : "0",
            fullCredit(person.creditCents),
            person.passwordSalt,
            person.passwordHash,
            utcTime(person.createdMs),
            utcTime(person.updatedMs)};
}

std::string insertStatement(const PlatformSchema &schema)
{
    std::string columns;
    std::string values;
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        columns += (i ? ", " : "") + std::string(schema.columns[i]);
        values += (i ? ", $" : "$") + std::to_string(i + 1);
    }
    return "INSERT INTO " + std::string(schema.table) + "(" + columns + ") VALUES (" + values + ")";
}

} // namespace crossfade
