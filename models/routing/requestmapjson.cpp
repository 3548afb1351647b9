// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/requestmap.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

const std::vector<std::string_view> PlaceWords{"PATH_SEGMENT", "QUERY", "HEADER", "JWT_CLAIM", "COOKIE"};
const std::vector<std::string_view> EntityPlaces{"PATH_SEGMENT", "QUERY", "HEADER"};
const std::vector<std::string_view> UserPlaces{"HEADER", "JWT_CLAIM", "COOKIE", "PATH_SEGMENT"};
const std::vector<std::string_view> MethodWords{"*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
const std::vector<std::string_view> MappedOperations{"read", "list", "insert", "update", "delete"};
constexpr std::size_t MaxPathBytes = 500;
constexpr std::size_t MaxNameBytes = 100;
constexpr std::size_t MostSecretFields = 50;
constexpr std::size_t MostHeaders = 100;

std::vector<std::string> segmentsOf(std::string_view pattern)
{
    std::vector<std::string> segments;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);
        segments.emplace_back(pattern.substr(0, pattern.find('/')));
        pattern.remove_prefix(segments.back().size());
    }
    return segments;
}

std::optional<std::string> segmentMistake(const std::string &segment, bool last, std::set<std::string> &names)
{
    if (segment == "*") return last ? std::nullopt : std::optional<std::string>("may have * as its last segment only");
    if (segment.find_first_of("{}*") == std::string::npos) return std::nullopt;
    const std::string name = segment.size() > 2 ? segment.substr(1, segment.size() - 2) : std::string();
    const bool whole = !name.empty() && segment.front() == '{' && segment.back() == '}' &&
                       name.find_first_of("{}*") == std::string::npos;
    if (!whole) return "has braces or a * that are no segment of their own: " + segment;
    if (!names.insert(name).second) return "names {" + name + "} twice";
    return std::nullopt;
}

std::optional<std::string> patternMistake(const std::string &pattern, std::set<std::string> &names)
{
    if (!pattern.starts_with('/')) return "must begin with /";
    const bool plain = std::ranges::all_of(pattern, [](char c) { return c > 0x20 && c < 0x7F && c != '?' && c != '#'; });
    if (!plain) return "must be printable ASCII without blanks, ? and #: write other characters percent-encoded";
    const std::vector<std::string> segments = segmentsOf(pattern);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (auto mistake = segmentMistake(segments[i], i + 1 == segments.size(), names)) return mistake;
    }
    return std::nullopt;
}

std::optional<IdSource> readSource(JsonReader &in, std::string_view field, const std::vector<std::string_view> &places,
                                   const std::set<std::string> &segments)
{
    const Json *json = in.optionalObject(field);
    if (!json) return std::nullopt;
    JsonReader one(*json, in.pointerTo(field), in);
    IdSource source;
    const std::string_view place = places[one.word("from", places)];
    source.from = static_cast<IdPlace>(std::ranges::find(PlaceWords, place) - PlaceWords.begin());
    source.name = one.name("name", MaxNameBytes);
    if (source.from == IdPlace::PathSegment && !source.name.empty() && !segments.contains(source.name))
        one.reject("name", "must be a {segment} of the path pattern");
    one.finish();
    return source;
}

RequestMapRow readRow(JsonReader &in)
{
    RequestMapRow row;
    row.interface = in.id("interface");
    row.method = MethodWords[in.word("method", MethodWords)];
    row.pathPattern = in.text("path_pattern", MaxPathBytes, 1);
    std::set<std::string> segments;
    if (!row.pathPattern.empty()) {
        if (const auto mistake = patternMistake(row.pathPattern, segments)) in.reject("path_pattern", *mistake);
    }
    row.systemId = in.optionalId("system_id").value_or("");
    row.operation = static_cast<Operation>(in.word("operation", MappedOperations));
    row.entityId = readSource(in, "entity_id", EntityPlaces, segments);
    row.userId = readSource(in, "user_id", UserPlaces, segments);
    row.replicate = in.optionalBoolean("replicate").value_or(false);
    row.secretFields = in.optionalTexts("secret_fields", MostSecretFields, 200);
    if (row.replicate && (row.operation == Operation::Read || row.operation == Operation::List))
        in.reject("replicate", "is for inserts, updates and deletes");
    return row;
}

Json sourceToJson(const std::optional<IdSource> &source)
{
    if (!source) return {};
    return {{"from", PlaceWords[static_cast<std::size_t>(source->from)]}, {"name", source->name}};
}

Json textOrNull(const std::string &text) { return text.empty() ? Json() : Json(text); }

} // namespace

Json requestMapToJson(std::span<const RequestMapRow> rows)
{
    Json list = Json::array();
    for (const RequestMapRow &row : rows)
        list.push_back({{"interface", row.interface},
                        {"method", row.method},
                        {"path_pattern", row.pathPattern},
                        {"system_id", textOrNull(row.systemId)},
                        {"operation", operationWord(row.operation)},
                        {"entity_id", sourceToJson(row.entityId)},
                        {"user_id", sourceToJson(row.userId)},
                        {"replicate", row.replicate},
                        {"secret_fields", row.secretFields}});
    return list;
}

std::vector<RequestMapRow> readRequestMap(JsonReader &in)
{
    std::vector<RequestMapRow> rows;
    std::set<std::string> interfaces;
    const Json *list = in.optionalArray("rows", MostMapRows);
    if (!in.has("rows")) in.reject("rows", "is required");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        JsonReader one((*list)[i], "/rows/" + std::to_string(i), in);
        rows.push_back(readRow(one));
        const std::string &interface = rows.back().interface;
        if (!interface.empty() && !interfaces.insert(interface).second)
            one.reject("interface", "is that of another row already");
        one.finish();
    }
    return rows;
}

HttpDescription readHttpDescription(JsonReader &in)
{
    HttpDescription request;
    request.method = in.text("method", 20, 1);
    request.path = in.text("path", 8'000, 1);
    if (!request.path.empty() && request.path.front() != '/') in.reject("path", "must begin with /");
    const Json *headers = in.optionalObject("headers");
    if (headers && headers->size() > MostHeaders)
        in.reject("headers", "must have at most " + std::to_string(MostHeaders) + " headers");
    else if (headers)
        for (const auto &[name, value] : headers->items()) {
            if (value.is_string())
                request.headers.emplace_back(name, value.get<std::string>());
            else
                in.reject("headers", "must have texts as values");
        }
    return request;
}

Json mappedToJson(const MappedRequest &mapped)
{
    return {{"row", mapped.row ? Json(*mapped.row) : Json()},
            {"interface", textOrNull(mapped.interface)},
            {"system_id", textOrNull(mapped.systemId)},
            {"entity_id", textOrNull(mapped.entityId)},
            {"user_id", textOrNull(mapped.userId)},
            {"operation", operationWord(mapped.operation)},
            {"replicate", mapped.replicate}};
}

} // namespace crossfade
