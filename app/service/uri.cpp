// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/uri.h"

#include "models/core/ids.h"

namespace crossfade {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Result<void> parseQuery(std::string_view text, Target &target)
{
    for (const std::string_view pair : split(text, '&')) {
        if (pair.empty()) continue;
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto name = percentDecode(pair.substr(0, equals));
        if (!name) return fail(name.error());
        const auto value =
            percentDecode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view());
        if (!value) return fail(value.error());
        if (!target.query.emplace(*name, *value).second)
            return invalid("?" + *name, "is given twice");
    }
    return {};
}

} // namespace

Result<std::string> percentDecode(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
        if (high < 0 || low < 0) return fail(ErrorKind::Malformed, "a broken % escape in the address");
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (!isValidUtf8(decoded) || decoded.find('\0') != std::string::npos)
        return fail(ErrorKind::Malformed, "the address is not valid UTF-8 text");
    return decoded;
}

Result<Target> parseTarget(std::string_view text)
{
    if (text.empty() || text.front() != '/')
        return fail(ErrorKind::Malformed, "the request target must be a path");
    Target target;
    const std::size_t mark = std::min(text.find('?'), text.size());
    if (mark < text.size()) target.rawQuery = text.substr(mark + 1);
    for (const std::string_view segment : split(text.substr(1, mark - 1), '/')) {
        auto decoded = percentDecode(segment);
        if (!decoded) return fail(decoded.error());
        target.path += "/" + *decoded;
        target.segments.push_back(std::move(*decoded));
    }
    if (auto parsed = parseQuery(target.rawQuery, target); !parsed) return fail(parsed.error());
    return target;
}

} // namespace crossfade
