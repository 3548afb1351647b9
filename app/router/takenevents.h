// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/takeups.h"
#include "models/core/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// What an event of another replica says about one object.
struct ObjectNews {
    std::string id;
    Json history; // the entry that was written with it, or null
};

bool tellsOf(const TakenUp &taken, std::string_view type);
// Of the events of that type, in their order; `name` is the field that holds the object ("policy"), or null
// where it is gone and `id` tells which.
std::vector<ObjectNews> newsOf(const TakenUp &taken, std::string_view type, const char *name);

} // namespace crossfade
