// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/lists.h"

namespace crossfade {

Json grayListToJson(const GrayList &list);
// What grayListToJson wrote.
Result<GrayList> grayListFromJson(const Json &json);
// The fields a client may set: of a new list name and kind too. Those left out stay as they are `before`.
GrayList readGrayListInput(JsonReader &in, const GrayList *before);

} // namespace crossfade
