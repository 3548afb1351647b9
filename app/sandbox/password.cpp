// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace crossfade {

std::string passwordHash(std::string_view password, std::string_view salt)
{
    constexpr int Rounds = 300;
    std::array<unsigned char, 32> key{};
    const bool made = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                        reinterpret_cast<const unsigned char *>(salt.data()),
                                        static_cast<int>(salt.size()), Rounds, EVP_sha256(),
                                        static_cast<int>(key.size()), key.data()) == 1;
    if (!made) return {}; // no password matches an empty hash
    std::string hex;
    for (const unsigned char byte : key) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

bool passwordMatches(std::string_view password, std::string_view salt, std::string_view hash)
{
    const std::string made = passwordHash(password, salt);
    return !made.empty() && made.size() == hash.size() &&
           CRYPTO_memcmp(made.data(), hash.data(), made.size()) == 0;
}

} // namespace crossfade
