// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

std::string sha256Hex(std::string_view data);
std::string randomBytes(std::size_t count); // from the system's generator
std::string base64Url(std::string_view bytes); // without padding
std::optional<std::string> fromBase64Url(std::string_view text);
std::string base64(std::string_view bytes); // RFC 4648 section 4, padded
std::string hmacSha256(std::string_view key, std::string_view data); // 32 bytes
// Same time whatever differs.
bool equalSecrets(std::string_view a, std::string_view b);

} // namespace crossfade
