// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/hash.h"

#include <array>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace crossfade {

std::uint64_t textHash(std::string_view text)
{
    return XXH3_64bits(text.data(), text.size());
}

std::uint32_t joinedHash32(std::string_view a, std::string_view b)
{
    // Ids and salts have at most 100 bytes: one call over a joined copy is the fast way.
    std::array<char, 256> joined;
    const std::size_t size = a.size() + 1 + b.size();
    if (size <= joined.size()) {
        std::memcpy(joined.data(), a.data(), a.size());
        joined[a.size()] = ':';
        std::memcpy(joined.data() + a.size() + 1, b.data(), b.size());
        return XXH32(joined.data(), size, 0);
    }
    XXH32_state_t state;
    XXH32_reset(&state, 0);
    XXH32_update(&state, a.data(), a.size());
    XXH32_update(&state, ":", 1);
    XXH32_update(&state, b.data(), b.size());
    return XXH32_digest(&state);
}

} // namespace crossfade
