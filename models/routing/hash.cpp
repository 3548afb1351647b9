// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/hash.h"

#include <algorithm>
#include <array>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace crossfade {

namespace {

// A call of memcpy() costs more than the few bytes of an id.
void copyShort(char *to, std::string_view text)
{
    const std::size_t size = text.size();
    if (size >= 8 && size <= 16) {
        std::uint64_t front;
        std::uint64_t back;
        std::memcpy(&front, text.data(), 8);
        std::memcpy(&back, text.data() + size - 8, 8);
        std::memcpy(to, &front, 8);
        std::memcpy(to + size - 8, &back, 8);
        return;
    }
    if (size >= 4 && size < 8) {
        std::uint32_t front;
        std::uint32_t back;
        std::memcpy(&front, text.data(), 4);
        std::memcpy(&back, text.data() + size - 4, 4);
        std::memcpy(to, &front, 4);
        std::memcpy(to + size - 4, &back, 4);
        return;
    }
    if (size > 0) std::memcpy(to, text.data(), size);
}

constexpr std::size_t MostJoined = 128; // bytes of what is laid out together with others
constexpr std::size_t MostTogether = 32;

} // namespace

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

// First all are laid out, then all are read: to read at once in words what was just written in bytes waits for
// the writing.
void joinedHashes32(std::span<const std::string_view> as, std::string_view b, std::span<std::uint32_t> hashes)
{
    std::array<std::array<char, MostJoined>, MostTogether> joined;
    for (std::size_t first = 0; first < as.size(); first += MostTogether) {
        const auto some = as.subspan(first, std::min(MostTogether, as.size() - first));
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (some[i].size() + 1 + b.size() > MostJoined) continue;
            char *to = joined[i].data();
            copyShort(to, some[i]);
            to[some[i].size()] = ':';
            copyShort(to + some[i].size() + 1, b);
        }
        for (std::size_t i = 0; i < some.size(); ++i) {
            const std::size_t size = some[i].size() + 1 + b.size();
            hashes[first + i] = size > MostJoined ? joinedHash32(some[i], b) : XXH32(joined[i].data(), size, 0);
        }
    }
}

} // namespace crossfade
