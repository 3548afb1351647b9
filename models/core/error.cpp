// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/error.h"

namespace crossfade {

int httpStatus(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Malformed: return 400;
    case ErrorKind::Unauthorized: return 401;
    case ErrorKind::Forbidden: return 403;
    case ErrorKind::NotFound: return 404;
    case ErrorKind::MethodNotAllowed: return 405;
    case ErrorKind::Conflict: return 409;
    case ErrorKind::Stale: return 412;
    case ErrorKind::TooLarge: return 413;
    case ErrorKind::UnsupportedMedia: return 415;
    case ErrorKind::Invalid: return 422;
    case ErrorKind::PreconditionRequired: return 428;
    case ErrorKind::RateLimited: return 429;
    case ErrorKind::Internal: return 500;
    case ErrorKind::Unavailable:
    case ErrorKind::Timeout:
    case ErrorKind::Network:
    case ErrorKind::Cancelled: return 503;
    }
    return 500;
}

ErrorKind errorKindFromStatus(int status)
{
    for (const ErrorKind kind :
         {ErrorKind::Malformed, ErrorKind::Unauthorized, ErrorKind::Forbidden, ErrorKind::NotFound,
          ErrorKind::MethodNotAllowed, ErrorKind::Conflict, ErrorKind::Stale, ErrorKind::TooLarge,
          ErrorKind::UnsupportedMedia, ErrorKind::Invalid, ErrorKind::PreconditionRequired,
          ErrorKind::RateLimited, ErrorKind::Unavailable}) {
        if (httpStatus(kind) == status) return kind;
    }
    return status >= 400 && status < 500 ? ErrorKind::Malformed : ErrorKind::Internal;
}

std::string_view errorKindWord(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Malformed: return "MALFORMED";
    case ErrorKind::Unauthorized: return "UNAUTHORIZED";
    case ErrorKind::Forbidden: return "FORBIDDEN";
    case ErrorKind::NotFound: return "NOT_FOUND";
    case ErrorKind::MethodNotAllowed: return "METHOD_NOT_ALLOWED";
    case ErrorKind::Conflict: return "CONFLICT";
    case ErrorKind::Stale: return "STALE";
    case ErrorKind::TooLarge: return "TOO_LARGE";
    case ErrorKind::UnsupportedMedia: return "UNSUPPORTED_MEDIA";
    case ErrorKind::Invalid: return "INVALID";
    case ErrorKind::PreconditionRequired: return "PRECONDITION_REQUIRED";
    case ErrorKind::RateLimited: return "RATE_LIMITED";
    case ErrorKind::Internal: return "INTERNAL";
    case ErrorKind::Unavailable:
    case ErrorKind::Timeout:
    case ErrorKind::Network:
    case ErrorKind::Cancelled: return "UNAVAILABLE";
    }
    return "INTERNAL";
}

std::string_view problemTitle(int status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
    }
}

} // namespace crossfade
