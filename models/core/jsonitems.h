// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <functional>

namespace crossfade {

// Reads an upload of the form {"FIELD": [item, item, …]} one item at a time, each as strictly as
// parseJson(), without ever holding more than one: a hundred megabytes parsed at once would take a
// gigabyte. `index` counts from 0. Malformed where it is no JSON; Invalid where there is another field, or
// not this one. An error of `visit` ends the reading.
Result<void> eachJsonItem(std::string_view text, std::string_view field,
                          const std::function<Result<void>(const Json &item, std::size_t index)> &visit);

} // namespace crossfade
