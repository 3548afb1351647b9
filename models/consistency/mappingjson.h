// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/mapping.h"
#include "models/core/json.h"

namespace crossfade {

// The API's form of a mapping (a field `reason` beside it is let through). Invalid with every
// mistake found, those of mappingMistakes() too.
Result<Mapping> parseMapping(const Json &body);
Json mappingJson(const Mapping &mapping);
// The same with null for what it has not: as it is told, while what is remembered goes by the text without.
Json toldMapping(Json mapping);

// The table, or the query in its place; relationMistakes() finds the rest.
void readRelation(JsonReader &in, MappedTable &table);
// Takes away what is no matter of what is compared and written: what is remembered of rows holds without it.
void eraseLimits(Json &mapping);

} // namespace crossfade
