// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/crypto.h"
#include "app/service/store.h"
#include "models/core/ids.h"

#include <algorithm>
#include <array>

namespace crossfade {

Environment Environment::real()
{
    Environment environment;
    environment.now = [] {
        return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    };
    environment.newId = [now = environment.now] {
        std::array<std::uint8_t, 10> random{};
        std::ranges::transform(randomBytes(random.size()), random.begin(),
                               [](char c) { return static_cast<std::uint8_t>(c); });
        return uuidV7(toMs(now()), random);
    };
    environment.newSecret = [](std::size_t bytes) { return base64Url(randomBytes(bytes)); };
    return environment;
}

} // namespace crossfade
