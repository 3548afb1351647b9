// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace crossfade {

// How much of the server's certificate is proven: the words and meanings of PostgreSQL's sslmode.
enum class MariadbTls { Disable, Prefer, Require, VerifyCa, VerifyFull };

// Where a MariaDB or MySQL server stands, and how long what is waited for.
struct MariadbTarget {
    std::string host;
    unsigned port = 3306;
    std::string socket; // a file, in the place of host and port
    std::string user;
    std::string database;
    MariadbTls tls = MariadbTls::Prefer;
    std::string tlsRootCertificate;
    std::string tlsCertificate; // of ours, with its key
    std::string tlsKey;
    std::string password;
    std::string application = "crossfade";
    bool readOnly = true;
    std::chrono::milliseconds connectTime{10'000};
    std::chrono::milliseconds statementTime{300'000};
};

// mariadb:// (or mysql://) user@host:port/database?sslmode=…&sslrootcert=…&sslcert=…&sslkey=…&socket=…
// Invalid, in words that quote nothing of the URL: what is no such URL, or holds a password.
Result<MariadbTarget> parseMariadbUrl(std::string_view url);
// "host:port/database" for people and logs: no user, no password.
std::string mariadbPlace(const MariadbTarget &target);

} // namespace crossfade
