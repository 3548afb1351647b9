// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

struct FetchRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string bearer;  // token, never logged
    std::string caFile;  // for https; empty = the system's
    std::chrono::milliseconds timeout{5'000};
    std::size_t maxAnswerBytes = 64 << 20;
    const std::atomic<bool> *cancelled = nullptr; // looked at at least once a second while it waits
};

struct FetchAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string body;
};

// One blocking HTTP call (libcurl). Timeout and Network errors are results; any status is an answer.
Result<FetchAnswer> fetch(const FetchRequest &request);
// The same with a body that is made while it is sent, instead of `body`: what comes next of it, an empty piece is its end.
// With an error the call ends and is answered with it, and the other side sees that the body is cut off.
using BodyPieces = std::function<Result<std::string>()>;
Result<FetchAnswer> upload(const FetchRequest &request, const BodyPieces &pieces);
// As fetch(), expecting JSON and a status below 400; a problem answer becomes its Error.
Result<Json> fetchJson(const FetchRequest &request);

} // namespace crossfade
