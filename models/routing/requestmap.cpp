// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/requestmap.h"

#include "models/core/ids.h"

#include <algorithm>
#include <cctype>

namespace crossfade {

namespace {

std::string_view withoutQuery(std::string_view path)
{
    return path.substr(0, path.find('?'));
}

// Takes the first segment off a path or pattern that begins with "/".
std::string_view takeSegment(std::string_view &path)
{
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

bool isPlaceholder(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// What is no escape stays as it stands: such a text is no id anyway.
std::string decodedPart(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        if (!escape) {
            result += text[i];
            continue;
        }
        result += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
        i += 2;
    }
    return result;
}

bool equalWithoutCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

std::string_view trimmedBlanks(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string segmentNamed(std::string_view pattern, std::string_view path, std::string_view name)
{
    path = withoutQuery(path);
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = takeSegment(pattern);
        const std::string_view given = takeSegment(path);
        if (isPlaceholder(wanted) && wanted.substr(1, wanted.size() - 2) == name) return decodedPart(given);
    }
    return {};
}

// Of "a=1; b=2" or "a=1&b=2": the first value of that name.
std::optional<std::string_view> valueNamed(std::string_view list, char separator, std::string_view name, bool decodesName)
{
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(separator), list.size());
        const std::string_view one = separator == ';' ? trimmedBlanks(list.substr(0, end)) : list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const std::size_t equals = one.find('=');
        const std::string_view key = one.substr(0, equals);
        if (decodesName ? decodedPart(key) != name : key != name) continue;
        return equals == std::string_view::npos ? std::string_view() : one.substr(equals + 1);
    }
    return std::nullopt;
}

std::string queryNamed(std::string_view path, std::string_view name)
{
    const std::size_t mark = path.find('?');
    if (mark == std::string_view::npos) return {};
    const auto value = valueNamed(path.substr(mark + 1), '&', name, true);
    return value ? decodedPart(*value) : std::string();
}

std::string headerNamed(const HttpDescription &request, std::string_view name)
{
    for (const auto &[key, value] : request.headers) {
        if (equalWithoutCase(key, name)) return std::string(trimmedBlanks(value));
    }
    return {};
}

std::string cookieNamed(const HttpDescription &request, std::string_view name)
{
    for (const auto &[key, value] : request.headers) {
        if (!equalWithoutCase(key, "cookie")) continue;
        if (const auto found = valueNamed(value, ';', name, false)) return std::string(*found);
    }
    return {};
}

std::optional<std::string> fromBase64Text(std::string_view text)
{
    std::string result;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        unsigned value = 0;
        if (c >= 'A' && c <= 'Z') value = static_cast<unsigned>(c - 'A');
        else if (c >= 'a' && c <= 'z') value = static_cast<unsigned>(c - 'a') + 26;
        else if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0') + 52;
        else if (c == '-') value = 62;
        else if (c == '_') value = 63;
        else return std::nullopt;
        bits = (bits << 6 | value) & 0xFFFFFF;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        result += static_cast<char>(bits >> count & 0xFF);
    }
    return result;
}

std::string claimNamed(const HttpDescription &request, const std::string &name)
{
    const std::string authorization = headerNamed(request, "authorization");
    constexpr std::string_view Scheme = "bearer ";
    if (authorization.size() < Scheme.size() ||
        !equalWithoutCase(std::string_view(authorization).substr(0, Scheme.size()), Scheme))
        return {};
    const std::string_view token = trimmedBlanks(std::string_view(authorization).substr(Scheme.size()));
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    const auto payload = fromBase64Text(token.substr(first + 1, second - first - 1));
    const auto claims = payload ? parseJson(*payload, 8) : Result<Json>(Json());
    if (!claims || !claims->is_object()) return {};
    const auto claim = claims->find(name);
    if (claim == claims->end()) return {};
    if (claim->is_string()) return claim->get<std::string>();
    if (claim->is_number_unsigned()) return std::to_string(claim->get<std::uint64_t>());
    return claim->is_number_integer() ? std::to_string(claim->get<std::int64_t>()) : std::string();
}

std::string idFrom(const std::optional<IdSource> &source, const RequestMapRow &row, const HttpDescription &request)
{
    if (!source) return {};
    std::string id;
    switch (source->from) {
    case IdPlace::PathSegment: id = segmentNamed(row.pathPattern, request.path, source->name); break;
    case IdPlace::Query: id = queryNamed(request.path, source->name); break;
    case IdPlace::Header: id = headerNamed(request, source->name); break;
    case IdPlace::JwtClaim: id = claimNamed(request, source->name); break;
    case IdPlace::Cookie: id = cookieNamed(request, source->name); break;
    }
    return isValidId(id) ? id : std::string();
}

} // namespace

bool matchesPath(std::string_view pattern, std::string_view path)
{
    path = withoutQuery(path);
    while (!pattern.empty()) {
        if (pattern == "/*") return path.empty() || path.front() == '/';
        if (path.empty() || path.front() != '/') return false;
        const std::string_view wanted = takeSegment(pattern);
        const std::string_view given = takeSegment(path);
        if (isPlaceholder(wanted) ? given.empty() : wanted != given) return false;
    }
    return path.empty();
}

MappedRequest mapRequest(std::span<const RequestMapRow> rows, const HttpDescription &request)
{
    MappedRequest mapped;
    const auto row = std::ranges::find_if(rows, [&](const RequestMapRow &one) {
        return (one.method == "*" || one.method == request.method) && matchesPath(one.pathPattern, request.path);
    });
    if (row == rows.end()) return mapped;
    mapped.row = static_cast<std::size_t>(row - rows.begin());
    mapped.interface = row->interface;
    mapped.systemId = row->systemId;
    mapped.operation = row->operation;
    mapped.replicate = row->replicate;
    mapped.entityId = idFrom(row->entityId, *row, request);
    mapped.userId = idFrom(row->userId, *row, request);
    return mapped;
}

} // namespace crossfade
