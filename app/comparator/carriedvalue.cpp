// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a value of one side is written as on the other one.
#include "app/comparator/statement.h"

#include "models/consistency/normalform.h"
#include "models/consistency/timestampform.h"

namespace crossfade {

namespace {

// In UTC: "2026-03-01T02:00:00.25Z".
std::string timestampInUtc(const std::string &text)
{
    const auto form = parseTimestamp(text);
    if (!form) return text;
    std::string result = formatInstant(instantFromMs(form->seconds * 1'000)); // "….000Z"
    result.resize(result.size() - 5);
    return result + (form->fraction.empty() ? "" : "." + form->fraction) + "Z";
}

// "2026-03-01 02:00:00.25": the session's zone is UTC, and MySQL takes no letter for it.
std::string timestampForMariadb(const std::string &text)
{
    std::string result = timestampInUtc(text);
    if (!result.ends_with('Z') || result.size() < 20 || result[10] != 'T') return text;
    result.pop_back();
    result[10] = ' ';
    return result;
}

} // namespace

SqlParameter converted(const MappedField &field, const Cell &value, char storage, SourceKind from,
                       SourceKind to)
{
    if (!value || from == to) return {value, storage};
    switch (field.kind) {
    case FieldKind::Boolean:
        if (to == SourceKind::Postgres) break;
        return {normalForm(field, value), 'i'};
    case FieldKind::Integer:
        if (to == SourceKind::Sqlite) return {value, 'i'};
        break;
    case FieldKind::Timestamp:
        if (to == SourceKind::Sqlite) return {timestampInUtc(*value), 't'};
        if (to == SourceKind::Mariadb) return {timestampForMariadb(*value), 't'};
        break;
    case FieldKind::Binary:
        return {value, to == SourceKind::Postgres ? 't' : 'b'};
    case FieldKind::Text:
    case FieldKind::Decimal:
    case FieldKind::Json:
        break;
    }
    return {value, 't'};
}

SqlParameter carried(const MappedField &field, Platform from, const Cell &value, char storage, SourceKind fromKind,
                     SourceKind toKind)
{
    const std::optional<Cell> written = writtenFor(field, from, value);
    if (!written) return converted(field, value, storage, fromKind, toKind);
    // A wall time must not be taken for one in UTC, as it would be without clocks.
    if (*written == value && (!field.hasClocks() || fromKind == toKind))
        return converted(field, value, storage, fromKind, toKind);
    if (!*written) return {std::nullopt, 'n'};
    // A moment in UTC is spelt as each engine takes it; a wall time, and a word of a value map, stands as it is.
    const bool moment = field.kind == FieldKind::Timestamp && field.clock(otherPlatform(from)).zone.empty();
    if (moment && toKind == SourceKind::Sqlite) return {timestampInUtc(**written), 't'};
    if (moment && toKind == SourceKind::Mariadb) return {timestampForMariadb(**written), 't'};
    const bool number = field.kind == FieldKind::Integer && toKind == SourceKind::Sqlite;
    return {*written, number ? 'i' : 't'};
}

// SQLite compares times as texts, so they must be spelt as its own functions spell them, which MariaDB takes too: it
// takes no zone.
SqlParameter changeTime(const std::string &value, SourceKind from, SourceKind to)
{
    const bool number = value.find_first_not_of("-0123456789") == std::string::npos;
    const auto time = parseTimestamp(value);
    if (number || to == SourceKind::Postgres || from == to || !time) return {value, number ? 'i' : 't'};
    std::string text = formatInstant(instantFromMs(time->seconds * 1'000)).substr(0, 19);
    text[10] = ' ';
    return {time->fraction.empty() ? text : text + "." + time->fraction, 't'};
}

std::string noValueFor(const MappedField &field, Platform side, const Json &shown)
{
    const std::string value = shown.is_string() ? '"' + shown.get<std::string>() + '"' : "NULL";
    return field.name + ": no value of " + std::string(platformWord(side)) + " stands for " + value + " of " +
           std::string(platformWord(otherPlatform(side)));
}

} // namespace crossfade
