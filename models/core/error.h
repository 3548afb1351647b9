// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// The closed set of ways an operation can fail. The service kit maps each to one HTTP status, the
// client maps each status back, so both ends speak of the same failure.
enum class ErrorKind {
    Malformed,            // 400 not JSON, bad UTF-8, bad query
    Unauthorized,         // 401
    Forbidden,            // 403
    NotFound,             // 404
    MethodNotAllowed,     // 405
    Conflict,             // 409 wrong state, duplicate, a request of that key still in flight
    Stale,                // 412 If-Match names an old version
    TooLarge,             // 413
    UnsupportedMedia,     // 415
    Invalid,              // 422 well formed, but a value is not allowed; see fields
    PreconditionRequired, // 428 If-Match missing
    RateLimited,          // 429
    Internal,             // 500 a defect of ours
    Unavailable,          // 503 a dependency does not answer
    Timeout,              // no answer within the bound (client side)
    Network,              // no connection (client side): DNS, refused, reset, TLS
    Cancelled,            // given up by the caller
};

// A bad input: `pointer` is an RFC 6901 pointer into the body, or "?name" / "header:Name".
struct FieldError {
    std::string pointer;
    std::string message;
    bool operator==(const FieldError &) const = default;
};

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message; // one sentence for a person
    std::vector<FieldError> fields;
    std::string requestId; // set by the client from the answer, for the log
    std::string code = {}; // of a refusal that has one of its own, see refusals.h
    std::vector<std::string> values = {}; // what stands in its sentence
    bool operator==(const Error &) const = default;
};

int httpStatus(ErrorKind kind);
ErrorKind errorKindFromStatus(int status);
// The code of an error that has none of its own: "CONFLICT".
std::string_view errorKindWord(ErrorKind kind);
// The title of the problem answer: the standard phrase of the status.
std::string_view problemTitle(int status);

} // namespace crossfade
