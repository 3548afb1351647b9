// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/jsonread.h"

namespace crossfade {

const Json &jsonAt(const Json &object, std::string_view field)
{
    static const Json nothing;
    if (!object.is_object())
        return nothing;
    const auto found = object.find(std::string(field));
    return found == object.end() ? nothing : *found;
}

std::optional<std::string> jsonOptionalText(const Json &object, std::string_view field)
{
    const Json &value = jsonAt(object, field);
    if (const auto *text = value.get_ptr<const std::string *>())
        return *text;
    return std::nullopt;
}

std::string jsonText(const Json &object, std::string_view field)
{
    return jsonOptionalText(object, field).value_or(std::string());
}

std::optional<double> jsonOptionalNumber(const Json &object, std::string_view field)
{
    const Json &value = jsonAt(object, field);
    if (!value.is_number())
        return std::nullopt;
    return value.get<double>();
}

std::optional<std::int64_t> jsonOptionalInteger(const Json &object, std::string_view field)
{
    const Json &value = jsonAt(object, field);
    if (!value.is_number_integer())
        return std::nullopt;
    return value.get<std::int64_t>();
}

std::int64_t jsonInteger(const Json &object, std::string_view field, std::int64_t fallback)
{
    return jsonOptionalInteger(object, field).value_or(fallback);
}

bool jsonFlag(const Json &object, std::string_view field, bool fallback)
{
    const Json &value = jsonAt(object, field);
    return value.is_boolean() ? value.get<bool>() : fallback;
}

std::optional<Instant> jsonInstant(const Json &object, std::string_view field)
{
    const std::optional<std::string> text = jsonOptionalText(object, field);
    if (!text)
        return std::nullopt;
    const Result<Instant> at = parseInstant(*text);
    return at ? std::optional<Instant>(*at) : std::nullopt;
}

std::string jsonVersion(const Json &object)
{
    if (const auto number = jsonOptionalInteger(object, "version"))
        return std::to_string(*number);
    return jsonText(object, "version");
}

std::vector<std::string> jsonTexts(const Json &object, std::string_view field)
{
    std::vector<std::string> texts;
    const Json &list = jsonAt(object, field);
    if (list.is_array())
        for (const Json &entry : list)
            if (const auto *text = entry.get_ptr<const std::string *>())
                texts.push_back(*text);
    return texts;
}

const Json &jsonItems(const Json &answer)
{
    static const Json none = Json::array();
    const Json &items = jsonAt(answer, "items");
    return items.is_array() ? items : none;
}

bool isUnstoredRollback(const Json &answer)
{
    return !jsonFlag(answer, "stored", true);
}

} // namespace crossfade
