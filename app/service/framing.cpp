// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/handler.h"

#include <algorithm>

namespace crossfade {

std::size_t RequestHead::count(std::string_view name) const
{
    return static_cast<std::size_t>(
        std::ranges::count_if(headers, [&](const auto &header) { return header.first == name; }));
}

std::string RequestHead::value(std::string_view name) const
{
    const auto it =
        std::ranges::find_if(headers, [&](const auto &header) { return header.first == name; });
    return it == headers.end() ? std::string() : it->second;
}

Result<void> checkFraming(const RequestHead &head)
{
    const std::size_t hosts = head.count("host");
    if (hosts > 1 || (hosts == 0 && head.version >= 11))
        return fail(ErrorKind::Malformed, "a request needs exactly one Host header");
    if (hosts == 1 && head.value("host").find_first_of(" ,/@\t") != std::string::npos)
        return fail(ErrorKind::Malformed, "the Host header is not a host");
    const std::size_t codings = head.count("transfer-encoding");
    if (head.count("content-length") > 1 || (head.count("content-length") > 0 && codings > 0))
        return fail(ErrorKind::Malformed, "the length of the request is given twice");
    // "2, 2" is one header line, and a proxy may read it in another way.
    if (head.value("content-length").find_first_not_of("0123456789") != std::string::npos)
        return fail(ErrorKind::Malformed, "the length of the request is not a number");
    if (codings > 1) return fail(ErrorKind::Malformed, "only the transfer coding chunked is accepted");
    if (codings == 1) {
        std::string coding = head.value("transfer-encoding");
        std::ranges::transform(coding, coding.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (coding != "chunked" || head.version < 11)
            return fail(ErrorKind::Malformed, "only the transfer coding chunked is accepted");
    }
    return {};
}

} // namespace crossfade
