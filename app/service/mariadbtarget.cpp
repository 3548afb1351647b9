// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/mariadbtarget.h"

#include "app/service/uri.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 5> TlsWords{"disable", "prefer", "require", "verify-ca", "verify-full"};

Failure badUrl(std::string message)
{
    return fail(ErrorKind::Invalid, std::move(message));
}

// Takes what stands before the first `end`, or all; true if there was one.
bool takeUntil(std::string_view &rest, std::string_view ends, std::string_view &taken)
{
    const std::size_t at = rest.find_first_of(ends);
    taken = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return at != std::string_view::npos;
}

Result<std::string> decoded(std::string_view text)
{
    auto plain = percentDecode(text);
    if (!plain) return badUrl("has a broken escape");
    return plain;
}

Result<void> readUser(std::string_view text, MariadbTarget &target)
{
    if (text.find(':') != std::string_view::npos)
        return badUrl("must not hold a password: name an env or file as secret");
    auto user = decoded(text);
    if (!user) return fail(user.error());
    target.user = std::move(*user);
    return {};
}

Result<void> readPort(std::string_view text, MariadbTarget &target)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), target.port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || target.port < 1 || target.port > 65'535) return badUrl("has a port that is none of 1 to 65535");
    return {};
}

// host, host:port, [IPv6] or [IPv6]:port.
Result<void> readHost(std::string_view text, MariadbTarget &target)
{
    std::string_view host;
    if (text.starts_with('[')) {
        text.remove_prefix(1);
        if (!takeUntil(text, "]", host)) return badUrl("has an address without its closing bracket");
        if (!text.empty() && !text.starts_with(':')) return badUrl("has something between its address and its port");
        if (!text.empty()) text.remove_prefix(1);
    } else {
        takeUntil(text, ":", host);
    }
    auto name = decoded(host);
    if (!name) return fail(name.error());
    target.host = std::move(*name);
    return text.empty() ? Result<void>() : readPort(text, target);
}

Result<void> readOption(std::string_view name, std::string value, MariadbTarget &target)
{
    if (name == "sslmode") {
        const auto word = std::ranges::find(TlsWords, value);
        if (word == TlsWords.end())
            return badUrl("has an sslmode that is none of disable, prefer, require, verify-ca, verify-full");
        target.tls = static_cast<MariadbTls>(word - TlsWords.begin());
        return {};
    }
    if (name == "sslrootcert") target.tlsRootCertificate = std::move(value);
    else if (name == "sslcert") target.tlsCertificate = std::move(value);
    else if (name == "sslkey") target.tlsKey = std::move(value);
    else if (name == "socket") target.socket = std::move(value);
    else if (name == "password" || name == "sslpassword")
        return badUrl("must not hold a password: name an env or file as secret");
    else return badUrl("has an option that is none of sslmode, sslrootcert, sslcert, sslkey, socket");
    return {};
}

Result<void> readOptions(std::string_view text, MariadbTarget &target)
{
    while (!text.empty()) {
        std::string_view pair;
        takeUntil(text, "&", pair);
        std::string_view name;
        takeUntil(pair, "=", name);
        const auto option = decoded(name);
        if (!option) return fail(option.error());
        auto value = decoded(pair);
        if (!value) return fail(value.error());
        if (auto read = readOption(*option, std::move(*value), target); !read) return read;
    }
    return {};
}

// What would be found out late, or never: a certificate nobody holds against anything.
Result<void> checkTarget(const MariadbTarget &target)
{
    if (target.host.empty() && target.socket.empty()) return badUrl("names no host");
    if (target.user.empty()) return badUrl("names no user");
    if (target.database.empty()) return badUrl("names no database");
    const bool verifies = target.tls == MariadbTls::VerifyCa || target.tls == MariadbTls::VerifyFull;
    if (verifies && target.tlsRootCertificate.empty())
        return badUrl("asks for a proven certificate and names no sslrootcert to prove it by");
    if (target.tlsCertificate.empty() != target.tlsKey.empty())
        return badUrl("must name both of sslcert and sslkey, or neither");
    return {};
}

} // namespace

Result<MariadbTarget> parseMariadbUrl(std::string_view url)
{
    const std::string_view scheme = url.starts_with("mariadb://") ? "mariadb://" : "mysql://";
    if (!url.starts_with(scheme)) return badUrl("must be a mariadb:// URL");
    url.remove_prefix(scheme.size());
    std::string_view place;
    takeUntil(url, "?", place);
    std::string_view authority;
    takeUntil(place, "/", authority);
    MariadbTarget target;
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        if (auto user = readUser(authority.substr(0, at), target); !user) return fail(user.error());
        authority.remove_prefix(at + 1);
    }
    if (auto host = readHost(authority, target); !host) return fail(host.error());
    auto database = decoded(place);
    if (!database) return fail(database.error());
    target.database = std::move(*database);
    if (auto options = readOptions(url, target); !options) return fail(options.error());
    if (auto good = checkTarget(target); !good) return fail(good.error());
    return target;
}

std::string mariadbPlace(const MariadbTarget &target)
{
    const std::string server =
        target.socket.empty() ? target.host + ":" + std::to_string(target.port) : target.socket;
    return server + "/" + target.database;
}

} // namespace crossfade
