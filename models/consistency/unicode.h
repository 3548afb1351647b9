// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace crossfade {

// Each answers the text unchanged if it is not valid UTF-8.
std::string composed(std::string_view text);   // Normalization Form C
std::string lowered(std::string_view text);    // simple lower case, code point by code point
std::string uppered(std::string_view text);    // simple upper case: "ß" stays
std::string caseFolded(std::string_view text); // full case folding of the composed form

} // namespace crossfade
