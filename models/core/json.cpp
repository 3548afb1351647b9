// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/json.h"

#include "models/core/ids.h"

#include <algorithm>
#include <cmath>

template class nlohmann::basic_json<>;

namespace crossfade {

namespace {

// Makes the value as it is read, and refuses what nlohmann accepts silently: duplicate keys (the last one would
// win) and deep nesting.
class StrictBuilder : public nlohmann::json_sax<Json> {
public:
    explicit StrictBuilder(int maxDepth) : m_maxDepth(maxDepth) {}

    bool null() override { return put(Json()) != nullptr; }
    bool boolean(bool value) override { return put(Json(value)) != nullptr; }
    bool number_integer(number_integer_t value) override { return put(Json(value)) != nullptr; }
    bool number_unsigned(number_unsigned_t value) override { return put(Json(value)) != nullptr; }
    bool number_float(number_float_t value, const string_t &) override { return put(Json(value)) != nullptr; }
    bool string(string_t &value) override { return put(Json(std::move(value))) != nullptr; }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override { return enter(Json::object()); }
    bool start_array(std::size_t) override { return enter(Json::array()); }
    bool end_object() override { return leave(); }
    bool end_array() override { return leave(); }
    bool key(string_t &value) override
    {
        auto &fields = m_open.back()->get_ref<Json::object_t &>();
        const auto [field, isNew] = fields.try_emplace(value);
        m_field = &field->second;
        if (isNew) return true;
        error = {ErrorKind::Malformed, "the key \"" + value + "\" stands twice in one object", {}, {}};
        return false;
    }
    bool parse_error(std::size_t position, const std::string &,
                     const nlohmann::detail::exception &) override
    {
        error = {ErrorKind::Malformed, "not valid JSON at byte " + std::to_string(position), {}, {}};
        return false;
    }

    Json value;
    Error error;

private:
    // Where it now stands: as the whole, in the array or as the field that is open.
    Json *put(Json one)
    {
        Json *place = &value;
        if (!m_open.empty() && m_open.back()->is_array())
            place = &m_open.back()->get_ref<Json::array_t &>().emplace_back();
        else if (!m_open.empty())
            place = m_field;
        *place = std::move(one);
        return place;
    }
    bool enter(Json empty)
    {
        m_open.push_back(put(std::move(empty)));
        if (m_open.size() <= static_cast<std::size_t>(m_maxDepth)) return true;
        error = {ErrorKind::Malformed,
                 "nested deeper than " + std::to_string(m_maxDepth) + " levels", {}, {}};
        return false;
    }
    bool leave()
    {
        m_open.pop_back();
        return true;
    }

    int m_maxDepth;
    std::vector<Json *> m_open;
    Json *m_field = nullptr;
};

std::string countText(std::string_view least, std::size_t low, std::size_t high)
{
    return std::string(least) + std::to_string(low) + " to " + std::to_string(high) + " bytes";
}

} // namespace

Result<Json> parseJson(std::string_view text, int maxDepth)
{
    StrictBuilder builder(maxDepth);
    if (!Json::sax_parse(text, &builder)) return fail(builder.error);
    return std::move(builder.value);
}

std::string dumpJson(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string pointerToken(std::string_view token)
{
    std::string escaped;
    for (const char c : token) {
        if (c == '~')
            escaped += "~0";
        else if (c == '/')
            escaped += "~1";
        else
            escaped += c;
    }
    return escaped;
}

JsonReader::JsonReader(const Json &object) : m_object(&object)
{
    if (!object.is_object()) reject("", "must be an object");
}

JsonReader::JsonReader(const Json &object, std::string pointer, JsonReader &parent)
    : m_object(&object)
    , m_pointer(std::move(pointer))
    , m_parent(&parent)
{
    if (!object.is_object()) reject("", "must be an object");
}

std::vector<FieldError> &JsonReader::errors()
{
    return m_parent ? m_parent->errors() : m_errors;
}

std::string JsonReader::pointerTo(std::string_view field) const
{
    return field.empty() ? m_pointer : m_pointer + "/" + pointerToken(field);
}

void JsonReader::reject(std::string_view field, std::string message)
{
    constexpr std::size_t MostErrors = 100;
    if (errors().size() < MostErrors) errors().push_back({pointerTo(field), std::move(message)});
}

void JsonReader::ignore(std::string_view field)
{
    m_known.emplace_back(field);
}

const Json *JsonReader::find(std::string_view field)
{
    ignore(field);
    if (!m_object->is_object()) return nullptr;
    const auto it = m_object->find(std::string(field));
    return it == m_object->end() || it->is_null() ? nullptr : &*it;
}

const Json *JsonReader::require(std::string_view field)
{
    const Json *value = find(field);
    if (!value && m_object->is_object()) reject(field, "is required");
    return value;
}

bool JsonReader::has(std::string_view field) const
{
    if (!m_object->is_object()) return false;
    const auto it = m_object->find(std::string(field));
    return it != m_object->end() && !it->is_null();
}

bool JsonReader::isNull(std::string_view field) const
{
    if (!m_object->is_object()) return false;
    const auto it = m_object->find(std::string(field));
    return it != m_object->end() && it->is_null();
}

std::string JsonReader::text(std::string_view field, std::size_t maxBytes, std::size_t minBytes)
{
    if (!require(field)) return {};
    const std::optional<std::string> value = optionalText(field, maxBytes);
    if (value && value->size() < minBytes) reject(field, countText("must have ", minBytes, maxBytes));
    return value.value_or(std::string());
}

std::optional<std::string> JsonReader::optionalText(std::string_view field, std::size_t maxBytes)
{
    const Json *value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_string()) {
        reject(field, "must be a string");
        return std::nullopt;
    }
    const auto &text = value->get_ref<const std::string &>();
    if (text.size() > maxBytes) {
        reject(field, countText("must have ", 0, maxBytes));
        return std::nullopt;
    }
    if (text.find('\0') != std::string::npos) {
        reject(field, "must not contain a NUL character");
        return std::nullopt;
    }
    return text;
}

std::string JsonReader::name(std::string_view field, std::size_t maxBytes)
{
    const bool absent = !has(field);
    const std::string value = text(field, maxBytes, 1);
    if (!absent && !value.empty() && !isValidName(value, maxBytes))
        reject(field, "must not contain control characters");
    return value;
}

std::string JsonReader::id(std::string_view field)
{
    if (!require(field)) return {};
    return optionalId(field).value_or(std::string());
}

std::optional<std::string> JsonReader::optionalId(std::string_view field)
{
    std::optional<std::string> value = optionalText(field, 4096);
    if (value && !isValidId(*value)) {
        reject(field, "must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
        return std::nullopt;
    }
    return value;
}

std::int64_t JsonReader::integer(std::string_view field, std::int64_t low, std::int64_t high)
{
    if (!require(field)) return low;
    return optionalInteger(field, low, high).value_or(low);
}

std::optional<std::int64_t> JsonReader::optionalInteger(std::string_view field, std::int64_t low,
                                                        std::int64_t high)
{
    const Json *value = find(field);
    if (!value) return std::nullopt;
    const std::string range =
        "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
    const bool tooBig = value->is_number_unsigned() &&
                        value->get<std::uint64_t>() >
                            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!value->is_number_integer() || tooBig) {
        reject(field, range);
        return std::nullopt;
    }
    const auto number = value->get<std::int64_t>();
    if (number < low || number > high) {
        reject(field, range);
        return std::nullopt;
    }
    return number;
}

double JsonReader::number(std::string_view field, Range range)
{
    if (!require(field)) return 0;
    return optionalNumber(field, range).value_or(0);
}

std::optional<double> JsonReader::optionalNumber(std::string_view field, Range range)
{
    const Json *value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_number()) {
        reject(field, "must be a number");
        return std::nullopt;
    }
    const auto number = value->get<double>();
    if (!std::isfinite(number) || number < range.low || number > range.high) {
        reject(field, "must be a number from " + dumpJson(Json(range.low)) + " to " +
                          dumpJson(Json(range.high)));
        return std::nullopt;
    }
    return number;
}

std::optional<bool> JsonReader::optionalBoolean(std::string_view field)
{
    const Json *value = find(field);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) {
        reject(field, "must be true or false");
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<Percentage> JsonReader::optionalPercentage(std::string_view field)
{
    const std::optional<double> value = optionalNumber(field);
    if (!value) return std::nullopt;
    const Result<Percentage> percentage = Percentage::fromPercent(*value);
    if (!percentage) {
        reject(field, percentage.error().message);
        return std::nullopt;
    }
    return *percentage;
}

std::optional<Instant> JsonReader::optionalInstant(std::string_view field)
{
    const std::optional<std::string> value = optionalText(field, 64);
    if (!value) return std::nullopt;
    const Result<Instant> instant = parseInstant(*value);
    if (!instant) {
        reject(field, instant.error().message);
        return std::nullopt;
    }
    return *instant;
}

std::optional<std::size_t> JsonReader::optionalWord(std::string_view field,
                                                    const std::vector<std::string_view> &words)
{
    const Json *value = find(field);
    if (!value) return std::nullopt;
    if (value->is_string()) {
        const auto found = std::ranges::find(words, value->get_ref<const std::string &>());
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    std::string message = "must be one of";
    for (const std::string_view word : words)
        message += " " + std::string(word);
    reject(field, std::move(message));
    return std::nullopt;
}

std::size_t JsonReader::word(std::string_view field, const std::vector<std::string_view> &words)
{
    if (!require(field)) return 0;
    return optionalWord(field, words).value_or(0);
}

const Json *JsonReader::optionalObject(std::string_view field)
{
    const Json *value = find(field);
    if (!value || value->is_object()) return value;
    reject(field, "must be an object");
    return nullptr;
}

const Json *JsonReader::optionalArray(std::string_view field, std::size_t maxItems)
{
    const Json *value = find(field);
    if (!value) return nullptr;
    if (value->is_array() && value->size() <= maxItems) return value;
    reject(field, "must be a list of at most " + std::to_string(maxItems) + " items");
    return nullptr;
}

std::vector<std::string> JsonReader::optionalTexts(std::string_view field, std::size_t maxItems,
                                                   std::size_t maxBytes)
{
    std::vector<std::string> result;
    const Json *items = optionalArray(field, maxItems);
    if (!items) return result;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const Json &item = (*items)[i];
        const bool fits = item.is_string() && item.get_ref<const std::string &>().size() <= maxBytes;
        if (fits)
            result.push_back(item.get<std::string>());
        else
            errors().push_back({pointerTo(field) + "/" + std::to_string(i),
                                "must be a string of at most " + std::to_string(maxBytes) + " bytes"});
    }
    return result;
}

std::optional<Error> JsonReader::finish()
{
    if (m_object->is_object()) {
        for (const auto &[key, value] : m_object->items()) {
            if (std::ranges::find(m_known, key) == m_known.end()) reject(key, "is not a known field");
        }
    }
    if (m_parent || m_errors.empty()) return std::nullopt;
    Error error{ErrorKind::Invalid, {}, m_errors, {}};
    const FieldError &first = m_errors.front();
    error.message = (first.pointer.empty() ? std::string("the body") : first.pointer) + " " + first.message;
    if (m_errors.size() > 1) error.message += ", and " + std::to_string(m_errors.size() - 1) + " more";
    return error;
}

} // namespace crossfade
