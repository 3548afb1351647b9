// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "app/router/shiftrecords.h"
#include "app/service/http.h"

#include <optional>
#include <string>

namespace crossfade {

// What can still be done about a shift policy whose stored record cannot be read: say so, take its users
// back, delete it. Whom it moved is told by its cover, which is what decisions go by.
namespace unreadablepolicy {

// 409 with what is unreadable, and with the ETag that deleting asks for.
HttpResponse problem(const UnreadablePolicy &policy, std::string_view requestId);

// Lowers its cover, tells of it, and stores that it stands there, rolled back. The cover as it was before;
// none if there was nothing to lower.
Result<std::optional<PolicyCover>> lower(RouterState &state, WriteTransaction &tx, const std::string &id,
                                         Percentage target, const std::string &reason);

// The answers of POST …/rollback and of DELETE.
Result<HttpResponse> rollBack(RouterState &state, WriteTransaction &tx, const UnreadablePolicy &policy,
                              Percentage target, const std::string &reason);
Result<HttpResponse> remove(RouterState &state, WriteTransaction &tx, const UnreadablePolicy &policy,
                            const std::string &reason);

} // namespace unreadablepolicy

} // namespace crossfade
