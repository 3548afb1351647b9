// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/items/channelrow.h"

namespace crossfade {

ChannelRow channelFromJson(const Json &json);
DeliveryRow deliveryFromJson(const Json &json);
// Only the fields that its kind has; what is to stay is left out.
Json channelBody(const ChannelInput &input);

} // namespace crossfade
