// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/tempdir.h"

#include <string>
#include <vector>

namespace crossfade {

// The disk of a machine whose power may fail: a process started with environment() has its writes
// to SQLite files undone by fail(), as far as it never synced them. Kill the process first.
class PowerCut {
public:
    std::vector<std::string> environment() const;
    int fail(); // the number of writes that were lost
private:
    TempDir m_undo;
};

} // namespace crossfade
