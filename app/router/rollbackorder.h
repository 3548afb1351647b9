// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftrecords.h"
#include "app/service/http.h"
#include "models/shift/localrollback.h"

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What a request asks to take back.
struct RollbacksOrder {
    bool all = true;
    bool groups = false;
    std::vector<std::string> policyIds;
    std::vector<std::string> groupIds;
    std::optional<std::size_t> batch; // of the one group; none: all of them
    Percentage target;
    RollbackMode mode = RollbackMode::Immediate;

    RollbackScope scope() const {
        return all ? RollbackScope::All : groups ? RollbackScope::Groups : RollbackScope::Policies;
    }
};

// Those named that cannot be taken back, each with why: told beside those that were.
class RefusedRollbacks {
public:
    void add(Json item, const Error &why);
    const Error *first() const { return m_first ? &*m_first : nullptr; } // null: none
    void moveTo(Json &items);                                            // after those that are in it

private:
    std::optional<Error> m_first;
    Json m_items = Json::array();
};

RollbackMode readRollbackMode(JsonReader &in);
// POST /rollbacks.
Result<RollbacksOrder> readRollbacks(const HttpRequest &request);
// The same of POST …/rollback of one policy, or of one group.
Result<RollbacksOrder> readPolicyRollback(const HttpRequest &request);
Result<RollbacksOrder> readGroupRollback(const HttpRequest &request);

// Whether a rollback of everything to that share has anything to do with the policy.
bool concernedByAll(const PolicyRecord &record, Percentage target);
// The command that takes it back, or calls off its start.
ShiftOrder rollbackOf(const PolicyRecord &record, Percentage target, RollbackMode mode);

} // namespace crossfade
