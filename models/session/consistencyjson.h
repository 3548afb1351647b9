// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/items/checkrow.h"
#include "models/items/differencerow.h"
#include "models/items/repairrow.h"

namespace crossfade {

// The comparator's shapes.
RunRow runFromJson(const Json &json);
CheckRow checkFromJson(const Json &json);
MappingRow mappingFromJson(const Json &json);
DifferenceRow differenceFromJson(const Json &json);
DifferenceGroup groupFromJson(const Json &json);
EntityView entityFromJson(const Json &json); // GET /differences/{id}
RepairRow repairFromJson(const Json &json);
RepairPreview repairPreviewFromJson(const Json &json);

} // namespace crossfade
