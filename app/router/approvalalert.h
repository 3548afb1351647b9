// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/alertrecords.h"
#include "app/router/approvalrecords.h"

namespace crossfade::approvalalert {

inline constexpr const char *Type = "APPROVAL_REQUESTED";

// Tells that a person is asked: who asks, for what, and until when. A proposed rollback tells of itself, with
// what led to it.
Result<void> raise(WriteTransaction &tx, const Approval &approval);
// Acknowledged by whoever answered, or by the runner where nobody did.
Result<void> settle(WriteTransaction &tx, const Approval &approval);

} // namespace crossfade::approvalalert
