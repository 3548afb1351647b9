// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace crossfade {

template <class T>
using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

inline Failure fail(ErrorKind kind, std::string message)
{
    return Failure(Error{kind, std::move(message), {}, {}});
}

inline Failure fail(Error error)
{
    return Failure(std::move(error));
}

// 422 for one field.
inline Failure invalid(std::string pointer, std::string message)
{
    std::string sentence = pointer + ": " + message;
    return Failure(Error{
        ErrorKind::Invalid, std::move(sentence), {{std::move(pointer), std::move(message)}}, {}});
}

} // namespace crossfade
