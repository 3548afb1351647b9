// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/grouprecords.h"
#include "app/router/routerstate.h"
#include "app/service/http.h"

#include <functional>
#include <string>

namespace crossfade {

// What can still be done about a user group whose stored record cannot be read: say so, take its users back,
// delete it. Whom it moved is told by its cover, which is what decisions go by.
namespace unreadablegroup {

// 409 with what is unreadable, and with the ETag that deleting asks for.
HttpResponse problem(const UnreadableGroup &group, std::string_view requestId);

// Takes all its users back, and stores that it stands there, rolled back. What POST /rollbacks tells of it;
// null if it is a draft.
Result<Json> lower(RouterState &state, WriteTransaction &tx, const std::string &id, const std::string &reason);

// The answers of POST …/rollback of the whole group and of DELETE.
Result<HttpResponse> rollBack(RouterState &state, WriteTransaction &tx, const UnreadableGroup &group,
                              const std::string &reason);
// `mayLeave` is asked of one that has users.
Result<HttpResponse> remove(RouterState &state, WriteTransaction &tx, const UnreadableGroup &group,
                            const std::string &reason, const std::function<Result<void>()> &mayLeave);

} // namespace unreadablegroup

} // namespace crossfade
