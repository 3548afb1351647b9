// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "app/router/shiftbook.h"
#include "app/service/http.h"
#include "models/shift/localrollback.h"

#include <string>

namespace crossfade {

// Which rollback a request asks for, by what is served here: from memory, for a store that does not answer. An error:
// it asks for something else, or for what only the store can say; then the answer is the store's. Whatever is
// planned lowers: a rollback, a lower target of a shift, the approval of a proposed rollback, everybody to LEGACY.
class LocalPlan {
public:
    LocalPlan(const RouterState &state, const ShiftBook &book) : m_state(state), m_book(book) {}
    Result<LocalRollback> of(const HttpRequest &request, Instant now) const;
    // What can be done without the store in place of a request that cannot.
    static std::string instead(const HttpRequest &request);

private:
    Result<LocalRollback> rollback(const HttpRequest &request, const Snapshot &snapshot) const;
    Result<LocalRollback> lowerTarget(const HttpRequest &request, const Snapshot &snapshot) const;
    Result<LocalRollback> approval(const HttpRequest &request, const Snapshot &snapshot, Instant now) const;
    static Result<LocalRollback> switches(const HttpRequest &request, const Snapshot &snapshot);

    const RouterState &m_state;
    const ShiftBook &m_book;
};

} // namespace crossfade
