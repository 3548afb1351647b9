// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/percentage.h"
#include "models/core/result.h"
#include "models/core/time.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Instantiated once, in json.cpp: a parse and a dump in every file would cost seconds each.
extern template class nlohmann::basic_json<>;

namespace crossfade {

using Json = nlohmann::json;

// Strict JSON: UTF-8, no comments, at most `maxDepth` levels, no duplicate keys. Malformed with
// the byte offset otherwise; TooLarge beyond maxDepth.
Result<Json> parseJson(std::string_view text, int maxDepth = 64);
// Compact. Strings that are not UTF-8 come out with U+FFFD instead of failing.
std::string dumpJson(const Json &json);
// Escapes one RFC 6901 reference token.
std::string pointerToken(std::string_view token);

struct Range {
    double low = std::numeric_limits<double>::lowest();
    double high = std::numeric_limits<double>::max();
};

// Reads one JSON object field by field and collects every mistake with its pointer, so that one
// answer names all bad fields. finish() also reports the fields nobody asked for. Readers of nested
// objects share the list of errors of their parent.
//
//     JsonReader in(body);
//     rule.name = in.name("config_name");
//     rule.priority = in.optionalInteger("priority", 0, 1'000'000).value_or(100);
//     if (auto error = in.finish()) return fail(*error);
//
// A getter that fails records the error and answers a default value: go on reading, ask finish().
class JsonReader {
public:
    explicit JsonReader(const Json &object);
    // For an object inside another: `pointer` is where it stands, errors go to `parent`.
    JsonReader(const Json &object, std::string pointer, JsonReader &parent);

    bool has(std::string_view field) const; // present and not null
    bool isNull(std::string_view field) const;

    std::string text(std::string_view field, std::size_t maxBytes, std::size_t minBytes = 0);
    std::optional<std::string> optionalText(std::string_view field, std::size_t maxBytes);
    std::string name(std::string_view field, std::size_t maxBytes = 200);
    std::string id(std::string_view field);
    std::optional<std::string> optionalId(std::string_view field);
    std::int64_t integer(std::string_view field, std::int64_t low, std::int64_t high);
    std::optional<std::int64_t> optionalInteger(std::string_view field, std::int64_t low,
                                                std::int64_t high);
    double number(std::string_view field, Range range = {});
    std::optional<double> optionalNumber(std::string_view field, Range range = {});
    std::optional<bool> optionalBoolean(std::string_view field);
    std::optional<Percentage> optionalPercentage(std::string_view field);
    std::optional<Instant> optionalInstant(std::string_view field);
    // The index of the word in `words`; the error lists them.
    std::optional<std::size_t> optionalWord(std::string_view field,
                                            const std::vector<std::string_view> &words);
    std::size_t word(std::string_view field, const std::vector<std::string_view> &words);
    // Null pointer if absent (or null) or of another type, which is then an error.
    const Json *optionalObject(std::string_view field);
    const Json *optionalArray(std::string_view field, std::size_t maxItems);
    std::vector<std::string> optionalTexts(std::string_view field, std::size_t maxItems,
                                           std::size_t maxBytes);

    // Marks a field as known without reading it.
    void ignore(std::string_view field);
    // A mistake found by the caller; `field` empty = the object itself.
    void reject(std::string_view field, std::string message);
    std::string pointerTo(std::string_view field) const;

    // Reports unknown fields. Of the outermost reader: the Invalid error with all fields, if any.
    std::optional<Error> finish();

private:
    const Json *find(std::string_view field);
    const Json *require(std::string_view field);
    std::vector<FieldError> &errors();

    const Json *m_object;
    std::string m_pointer;
    JsonReader *m_parent = nullptr;
    std::vector<std::string> m_known;
    std::vector<FieldError> m_errors;
};

} // namespace crossfade
