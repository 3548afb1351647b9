// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/alertrecords.h"
#include "app/router/channelrecords.h"

namespace crossfade::channelalerts {

// A message was given up.
Result<void> raiseFailed(WriteTransaction &tx, const Delivery &delivery);
// The channel's definition cannot be read: it is told nothing.
Result<void> raiseUnreadable(WriteTransaction &tx, const std::string &id, const std::string &why);
// The channel is gone, and what was wrong with it.
Result<void> settle(WriteTransaction &tx, const std::string &id);

} // namespace crossfade::channelalerts
