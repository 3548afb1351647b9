// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace crossfade {

// PBKDF2-HMAC-SHA256 with 300 rounds, in hex. Few rounds on purpose: a real check at a cost that
// lets a practice platform answer hundreds of sign-ins a second beside everything else on the
// machine.
std::string passwordHash(std::string_view password, std::string_view salt);
// In constant time for hashes of equal length.
bool passwordMatches(std::string_view password, std::string_view salt, std::string_view hash);

} // namespace crossfade
