// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace crossfade {

// The one id grammar for users, systems and entities: 1 to 100 of A–Z a–z 0–9 . _ @ + | -
bool isValidId(std::string_view id);
// Names of rules, policies, checks, batches: an id without ':' is guaranteed by the same grammar;
// names shown to people may be any UTF-8 text without control characters, 1 to `maxBytes` bytes.
bool isValidName(std::string_view name, std::size_t maxBytes = 200);
// Well-formed UTF-8 (no overlong forms, no surrogates), any length.
bool isValidUtf8(std::string_view text);

// UUID version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits taken from
// `random` (its first 10 bytes). Lowercase with dashes.
std::string uuidV7(std::int64_t unixMs, const std::array<std::uint8_t, 10> &random);
bool isUuid(std::string_view text);

} // namespace crossfade
