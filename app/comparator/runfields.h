// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/mapping.h"
#include "models/consistency/verdict.h"
#include "models/core/json.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// What a run found of each field. Only differences are counted as they are found; in all other rows that both sides have
// the field is equal.
namespace runfields {

// Once, when a run begins; what is there already stays.
Result<void> begin(Database &db, const std::string &runId, const std::vector<MappedField> &compared);
// More rows in which fields differ, and where ignore rules hide that they do.
struct Rows {
    std::int64_t different = 0;
    std::int64_t ignored = 0;
};
Result<void> add(Database &db, const std::string &runId, const std::map<std::string, Rows> &fields);
// [{field, compared, matched, different, ignored, consistency_percentage}] in the mapping's order.
Result<Json> json(Database &db, const std::string &runId, const CheckCounts &counts);
Result<void> reset(Database &db, const std::string &runId); // the run begins anew

} // namespace runfields
} // namespace crossfade
