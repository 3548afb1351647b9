// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/stillnewby.h"

#include "app/router/routingtables.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

Result<AfterRollback> afterRollback(Database &db) {
    AfterRollback after;
    auto switches = RouterState::switches(db);
    if (!switches) return fail(switches.error());
    auto policies = RouterState::policyCovers(db);
    if (!policies) return fail(policies.error());
    auto groups = routingtables::groupCovers(db);
    if (!groups) return fail(groups.error());
    after.switches = std::move(*switches);
    after.policies = std::move(*policies);
    after.groups = std::move(*groups);
    return after;
}

} // namespace

Json stillNewBy(const RouterState &state, WriteTransaction &tx, const RolledBackScope &scope) {
    auto after = afterRollback(tx.db());
    if (!after) {
        logError("who stays on NEW after a rollback is not known", {{"error", after.error().message}});
        return Json();
    }
    const SnapshotPtr snapshot = state.snapshot();
    after->snapshot = snapshot.get();
    return stillNewToJson(stillNew(*after, scope, tx.now()));
}

} // namespace crossfade
