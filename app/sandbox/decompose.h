// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// `text` with its first composed letter (é, ü, й, ế …) written as letter and combining mark: the
// same to a reader, other bytes to a machine. Nothing if it has none of the letters known here.
std::optional<std::string> decomposeOne(std::string_view text);

} // namespace crossfade
