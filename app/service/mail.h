// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"
#include "models/core/time.h"

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Where mail is handed over.
enum class MailSecurity { None, StartTls, Tls };
struct MailServer {
    std::string host; // "mail.example.org:587"; without a port 25, 587 or 465, as the security
    MailSecurity security = MailSecurity::StartTls; // StartTls: refused by a server that has none
    std::string user; // empty: no login
    std::string password;
    std::string caFile; // PEM, of who signed its certificate, beside the system's; empty: the system's alone
    std::chrono::milliseconds timeout{10'000};
    const std::atomic<bool> *cancelled = nullptr;
};

struct Mail {
    std::string from;
    std::vector<std::string> to;
    std::string subject;
    std::string text; // UTF-8
    std::string id;   // of the message, unique: the same mail sent twice can be told
    Instant at{};
};

// One address as it may stand in an envelope: "name@host", printable ASCII without spaces and <>.
bool isMailAddress(std::string_view text);

// The message as RFC 5322 and MIME have it: UTF-8 in base64, lines end with CRLF.
std::string mailText(const Mail &mail);

// What became of a mail that was taken.
struct MailSent {
    // "b@example.org: 550 5.1.1 nobody", of those the server did not take it for; the others have it.
    std::vector<std::string> refused;
};

// Blocking (libcurl). Sent if the server takes it for one of those it is for. What the server refused, and its
// words, is the error: at most 300 bytes of them in whatever encoding it has, without the password. Invalid where
// it says that it will not do so later either (5yz).
Result<MailSent> sendMail(const MailServer &server, const Mail &mail);

} // namespace crossfade
