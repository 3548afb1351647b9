// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace crossfade {

// The codes of an error by which a database says which of its rules a write breaks; other rules have none.
namespace writerefusal {

inline const std::string ForeignKey = "FOREIGN_KEY"; // the row it belongs to is not there, or rows belong to it
inline const std::string Unique = "UNIQUE_KEY";      // another row has the value

} // namespace writerefusal
} // namespace crossfade
