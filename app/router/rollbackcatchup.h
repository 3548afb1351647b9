// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/ownrollbacks.h"
#include "app/router/routerstate.h"
#include "app/router/shiftacts.h"
#include "models/shift/localrollback.h"

#include <string>

namespace crossfade {

// Brings a rollback that was done without the store into it, as an ordinary one of whoever did it: history, audit,
// events, alerts; with the time when it was done.
class RollbackCatchUp {
public:
    RollbackCatchUp(RouterState &state, ShiftActs &acts) : m_state(state), m_acts(acts) {}

    // Nothing happens if it is stored already, by whomever. What was undone otherwise meanwhile, or begun anew by an
    // operator after it, stays as it is; the audit tells of each.
    // What a runner did becomes what that would have stored then, unless the shift is another by now; `own` is null of
    // a person's.
    Result<void> store(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own = nullptr);
    // In the transaction that stores a rollback.
    static Result<void> noteStored(WriteTransaction &tx, const std::string &id);
    static Result<void> alert(WriteTransaction &tx, const LocalRollback &rollback, const std::string &why);
    static Result<void> settle(WriteTransaction &tx, const LocalRollback &rollback); // what alert() raised

private:
    static Result<bool> isStored(WriteTransaction &tx, const LocalRollback &rollback);
    static Result<void> answer(WriteTransaction &tx, const LocalRollback &rollback);
    Result<Json> policies(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own);
    // What became of it: a word for the audit.
    Result<std::string> policy(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own,
                               const std::string &id);
    Result<std::string> asDecided(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback &own,
                                  const PolicyRecord &before, const ShiftStatus &next);
    Result<Json> groups(WriteTransaction &tx, const LocalRollback &rollback, const OwnRollback *own);
    Result<bool> switches(WriteTransaction &tx, const LocalRollback &rollback);

    RouterState &m_state;
    ShiftActs &m_acts;
};

} // namespace crossfade
