// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace crossfade {

// What the shift runner says of itself ("guards held at 20 %", "n = 3, needs 100") in the console's
// language. A sentence that is not known, of another version or of a person, comes back as it is.
QString runnerText(const std::string &sentence);

} // namespace crossfade
