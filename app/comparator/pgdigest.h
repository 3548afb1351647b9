// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/pgconnection.h"
#include "models/consistency/keyhash.h"

#include <string>
#include <vector>

namespace crossfade {

// The answers to the questions for digests (digestsql.h).
Result<std::vector<SegmentDigest>> pgSegments(PgConnection &connection, const std::string &sql);
Result<std::vector<RowDigest>> pgRowDigests(PgConnection &connection, const std::string &sql);
Result<std::vector<KeyDigest>> pgKeyDigests(PgConnection &connection, const std::string &sql);

std::int64_t pgInteger(const PgResult &result, int row, int column); // 0 for NULL

} // namespace crossfade
