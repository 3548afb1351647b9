// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace crossfade {

// From now on the test's PostgreSQL server has what is committed on the disk (fsync), as it has to be where crashes are
// looked at; it starts anew for it.
void writePostgresThrough();

} // namespace crossfade
