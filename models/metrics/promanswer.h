// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// What a Prometheus server answered to an instant query (its HTTP API, /api/v1/query).
struct PromAnswer {
    std::optional<double> value; // finite; absent: nothing matched, or there is an error
    std::optional<Instant> at;   // of the value, by the server's clock
    std::string error;           // not empty: why the answer is no measurement, for an operator
    bool operator==(const PromAnswer &) const = default;
};

// Reads status and body. Only a scalar, or a vector of exactly one sample, is a measurement; no sample at
// all is neither a measurement nor an error. NaN, infinity, many series, a histogram, and an answer that
// carries warnings (it may be partial) are errors.
PromAnswer readPromAnswer(int status, std::string_view body);

// At most `most` bytes of a text from outside, cut before a character, with "…" where something is missing.
std::string shortened(std::string_view text, std::size_t most);

} // namespace crossfade
