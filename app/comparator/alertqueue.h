// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/consistency/checkalert.h"
#include "models/core/json.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// Alerts stored in the transaction of what they tell of, until the router has taken them.
namespace alertqueue {

constexpr std::int64_t Most = 1'000; // beyond it the oldest are given up

struct Waiting {
    std::string id; // also the idempotency key towards the router
    std::string body;
};

Result<void> add(WriteTransaction &tx, const CheckAlert &alert, const std::string &subjectId,
                 const Json &details, std::string_view subjectType = "check");
Result<std::optional<Waiting>> oldest(Database &db);
Result<void> remove(WriteTransaction &tx, const std::string &id);

} // namespace alertqueue

} // namespace crossfade
