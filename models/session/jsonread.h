// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Reads what the services answer. Their schemas are closed and tested on their side; here an absent
// or odd field becomes its default, so that a newer service does not break an older console.
const Json &jsonAt(const Json &object, std::string_view field); // a null if absent
std::string jsonText(const Json &object, std::string_view field);
std::optional<std::string> jsonOptionalText(const Json &object, std::string_view field);
std::int64_t jsonInteger(const Json &object, std::string_view field, std::int64_t fallback = 0);
std::optional<std::int64_t> jsonOptionalInteger(const Json &object, std::string_view field);
std::optional<double> jsonOptionalNumber(const Json &object, std::string_view field);
bool jsonFlag(const Json &object, std::string_view field, bool fallback = false);
std::optional<Instant> jsonInstant(const Json &object, std::string_view field);
std::string jsonVersion(const Json &object); // number or text
std::vector<std::string> jsonTexts(const Json &object, std::string_view field);
// The elements of a list answer; an empty array if it is none.
const Json &jsonItems(const Json &answer);

// A rollback that the router did although its store did not answer (202).
bool isUnstoredRollback(const Json &answer);

} // namespace crossfade
