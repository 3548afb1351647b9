// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/comparator/fixture.h"

#include <memory>

namespace crossfade {

std::unique_ptr<TestDatabase> newMariadb(); // a new database of the one server
std::unique_ptr<TestDatabase> openAgain(const TestDatabase &database); // a second connection, whatever its engine

} // namespace crossfade
