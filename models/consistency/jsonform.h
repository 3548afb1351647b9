// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crossfade {

// One text for every spelling of the same JSON value: members in the order of their names, no blanks,
// escapes undone, numbers by their exact value, never through a floating point number. Nothing for
// what is no JSON, nests deeper than 200, or holds a member twice: which of the two counts is open.
std::optional<std::string> jsonForm(std::string_view text);

} // namespace crossfade
