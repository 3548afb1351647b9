// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/items/approvalrow.h"

namespace crossfade {

ApprovalRow approvalFromJson(const Json &json);
AlertRow alertFromJson(const Json &json);

} // namespace crossfade
