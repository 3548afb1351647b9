// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tempdir.h"

#include <cstdlib>
#include <stdexcept>

namespace crossfade {

TempDir::TempDir()
{
    std::string name = (std::filesystem::temp_directory_path() / "crossfade-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp failed");
    m_path = name;
}

TempDir::~TempDir()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

} // namespace crossfade
