// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/synccapture.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::size_t NameBytes = 200;
constexpr std::size_t MostKeys = 16;
constexpr std::size_t ChannelBytes = 63; // PostgreSQL cuts longer names

std::string pointerOf(Platform side)
{
    return side == Platform::Legacy ? "/capture/legacy" : "/capture/new";
}

// "bigint(20) unsigned" is a bigint; an interval or a range of integers is none.
bool isWholeNumber(const std::string &type)
{
    constexpr std::array Words{"int", "integer", "bigint", "smallint", "mediumint", "tinyint"};
    std::string word;
    for (const char c : type) {
        const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (!(small >= 'a' && small <= 'z') && !(small >= '0' && small <= '9')) break;
        word += small;
    }
    return std::ranges::find(Words, word) != Words.end();
}

std::optional<std::string> problemOf(const std::vector<Column> &columns, const std::string &table, const std::string &name)
{
    const auto column = std::ranges::find(columns, name, &Column::name);
    if (column == columns.end()) return "there is no column " + name + " in " + table;
    if (!column->readable) return "the account may not read the column " + name + " of " + table;
    return std::nullopt;
}

} // namespace

std::string SyncCapture::place() const
{
    return hasTable() ? dumpJson(Json::array({table, sequence, keys})) : "";
}

std::optional<SyncCapture> readCapture(JsonReader &parent, std::string_view side)
{
    const Json *object = parent.optionalObject(side);
    if (!object) return std::nullopt;
    JsonReader in(*object, parent.pointerTo(side), parent);
    SyncCapture capture;
    capture.channel = in.optionalText("notify_channel", ChannelBytes);
    if (capture.channel && (capture.channel->empty() || capture.channel->find('\0') != std::string::npos))
        in.reject("notify_channel", "must be the name of a channel: 1 to 63 bytes");
    if (in.has("change_table")) {
        capture.table = in.text("change_table", NameBytes, 1);
        capture.sequence = in.text("sequence_column", NameBytes, 1);
        capture.keys = in.optionalTexts("key_columns", MostKeys, NameBytes);
        if (capture.keys.empty()) in.reject("key_columns", "is required: the columns with the key of what changed");
    } else {
        in.ignore("change_table");
        for (const char *field : {"sequence_column", "key_columns"}) {
            in.ignore(field);
            if (in.has(field)) in.reject(field, "belongs to a change_table");
        }
        if (!capture.channel) in.reject("change_table", "is required, or a notify_channel");
    }
    (void)in.finish();
    return capture;
}

Json captureJson(const std::optional<SyncCapture> &capture)
{
    if (!capture) return nullptr;
    const bool table = capture->hasTable();
    return {{"change_table", table ? Json(capture->table) : Json()},
            {"sequence_column", table ? Json(capture->sequence) : Json()},
            {"key_columns", table ? Json(capture->keys) : Json()},
            {"notify_channel", capture->channel ? Json(*capture->channel) : Json()}};
}

std::vector<FieldError> captureMistakes(const SyncCapture &capture, const Mapping &mapping, Platform side)
{
    if (!capture.hasTable()) return {};
    std::vector<FieldError> mistakes;
    const std::size_t keys = mapping.table(side).keyColumns().size();
    if (capture.table == mapping.table(side).table)
        mistakes.push_back({pointerOf(side) + "/change_table", "must be another table than that of the entities"});
    if (capture.keys.size() != keys)
        mistakes.push_back({pointerOf(side) + "/key_columns", "must name as many columns as the mapping's key has, " +
                                                                  std::to_string(keys) + ", in its order"});
    return mistakes;
}

std::vector<FieldError> changeTableMistakes(const SyncCapture &capture, Platform side, const std::vector<Column> &columns)
{
    const std::string pointer = pointerOf(side);
    if (columns.empty()) return {{pointer + "/change_table", "there is no table " + capture.table}};
    std::vector<FieldError> mistakes;
    const auto sequence = std::ranges::find(columns, capture.sequence, &Column::name);
    if (const auto problem = problemOf(columns, capture.table, capture.sequence))
        mistakes.push_back({pointer + "/sequence_column", *problem});
    else if (!isWholeNumber(sequence->type))
        mistakes.push_back({pointer + "/sequence_column", "must be a column of whole numbers, and is " + sequence->type});
    else if (!isUnique(columns, {capture.sequence}))
        mistakes.push_back({pointer + "/sequence_column", "must be unique: a primary key, or a unique index of just this column"});
    for (std::size_t i = 0; i < capture.keys.size(); ++i) {
        if (const auto problem = problemOf(columns, capture.table, capture.keys[i]))
            mistakes.push_back({pointer + "/key_columns/" + std::to_string(i), *problem});
    }
    return mistakes;
}

} // namespace crossfade
