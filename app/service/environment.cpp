// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/crypto.h"
#include "app/service/store.h"
#include "models/core/ids.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

// Of ids, which need not be secret: the source of randomness is asked once for many of them.
std::array<std::uint8_t, 10> randomOfId()
{
    thread_local std::string stock;
    std::array<std::uint8_t, 10> random{};
    if (stock.size() < random.size()) stock = randomBytes(64 * random.size());
    const auto from = stock.end() - static_cast<std::ptrdiff_t>(random.size());
    std::transform(from, stock.end(), random.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    stock.erase(from, stock.end());
    return random;
}

} // namespace

Environment Environment::real()
{
    Environment environment;
    environment.now = [] {
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    };
    environment.newId = [now = environment.now] {
        return uuidV7(toMs(now()), randomOfId());
    };
    environment.newSecret = [](std::size_t bytes) { return base64Url(randomBytes(bytes)); };
    return environment;
}

} // namespace crossfade
