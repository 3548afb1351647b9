// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/unreadablepolicy.h"

#include "app/router/alertrecords.h"
#include "app/router/shiftjson.h"
#include "app/router/stillnewby.h"
#include "app/router/whomoves.h"

#include <algorithm>

namespace crossfade::unreadablepolicy {

namespace {

Result<std::optional<PolicyCover>> coverOfPolicy(Database &db, const std::string &id) {
    const auto covers = RouterState::policyCovers(db);
    if (!covers) return fail(covers.error());
    const auto found = std::ranges::find(*covers, id, &PolicyCover::id);
    return found == covers->end() ? std::optional<PolicyCover>() : std::optional(*found);
}

ShiftStatus rolledBackTo(Percentage target, Instant now) {
    ShiftStatus status;
    status.state = ShiftState::RolledBack;
    status.percentage = target;
    status.cleared = target;
    status.since = now;
    status.steppedAt = now;
    return status;
}

// What a shift is told by; of the definition only what the cover knows.
PolicyRecord recordFrom(const PolicyCover &cover, const ShiftStatus &status, std::int64_t epoch) {
    PolicyRecord record;
    record.policy.id = cover.id;
    record.policy.name = cover.name;
    record.policy.targetSystem = cover.targetSystem;
    record.policy.targetPlatform = cover.targetPlatform;
    record.policy.salt = cover.salt;
    record.policy.usersWithoutId = cover.usersWithoutId;
    record.status = status;
    record.epoch = epoch;
    return record;
}

} // namespace

HttpResponse problem(const UnreadablePolicy &policy, std::string_view requestId) {
    HttpResponse response = HttpResponse::problem(policy.why, requestId);
    response.setHeader("ETag", "\"" + std::to_string(policy.version) + "\"");
    return response;
}

Result<std::optional<PolicyCover>> lower(RouterState &state, WriteTransaction &tx, const std::string &id,
                                         Percentage target, const std::string &reason) {
    const auto before = coverOfPolicy(tx.db(), id);
    if (!before) return fail(before.error());
    if (!*before || (*before)->percentage <= target) return std::optional<PolicyCover>();
    PolicyCover after = **before;
    after.percentage = target;
    if (!after.sessions.empty()) after.sessions = changedTo(std::move(after.sessions), target, tx.now());
    if (auto changed = state.change(tx, {PolicyChange{id, after}}, {"ROLLBACK", reason}); !changed)
        return fail(changed.error());
    // Read again one day, the record must not say that the users are where they were.
    auto stood = shiftrecords::setStatus(tx.db(), id, rolledBackTo(target, tx.now()), tx.epoch());
    if (!stood) return fail(stood.error());
    if (auto raised = alertrecords::raise(tx, shiftrecords::unreadableAlert(id)); !raised)
        return fail(raised.error());
    tx.audit({"shift.rolled_back",
              "shift_policy",
              id,
              {{"percentage", (*before)->percentage.percent()}},
              {{"percentage", target.percent()}},
              reason});
    return *before;
}

Result<HttpResponse> rollBack(RouterState &state, WriteTransaction &tx, const UnreadablePolicy &policy,
                              Percentage target, const std::string &reason) {
    const auto cover = coverOfPolicy(tx.db(), policy.id);
    if (!cover) return fail(cover.error());
    if (!*cover)
        return fail(ErrorKind::Conflict, policy.why.message + "; it moves nobody: there is nothing to roll back");
    if (target > (*cover)->percentage)
        return invalid("/target_percentage",
                       "must not be above the present " + (*cover)->percentage.text() + " %");
    const auto lowered = lower(state, tx, policy.id, target, reason);
    if (!lowered) return fail(lowered.error());
    PolicyRecord record = recordFrom(**cover, rolledBackTo(target, tx.now()), tx.epoch());
    record.shiftVersion = policy.shiftVersion + (*lowered ? 1 : 0);
    Json json = shiftToJson(record, nullptr, tx.now());
    const auto ended = state.endForwardOnly(tx, reason);
    if (!ended) return fail(ended.error());
    json["forward_only_ended"] = *ended;
    json["still_new_by"] = stillNewBy(state, tx, {false, {policy.id}, {}});
    return HttpResponse::object(json, record.shiftVersion);
}

Result<HttpResponse> remove(RouterState &state, WriteTransaction &tx, const UnreadablePolicy &policy,
                            const std::string &reason) {
    const auto cover = coverOfPolicy(tx.db(), policy.id);
    if (!cover) return fail(cover.error());
    if (*cover && (*cover)->percentage > Percentage())
        return fail(ErrorKind::Conflict, policy.why.message + "; it moves " + (*cover)->percentage.text() +
                                             " % of the users: roll it back to 0 % before deleting it");
    if (*cover) {
        if (auto allowed = mayUncover(state, tx, **cover); !allowed) return fail(allowed.error());
    }
    if (auto removed = shiftrecords::remove(tx.db(), policy.id); !removed) return fail(removed.error());
    if (auto over = alertrecords::settle(tx, shiftrecords::unreadableAlert(policy.id).dedupeKey); !over)
        return fail(over.error());
    if (*cover) {
        auto changed = state.change(tx, {PolicyChange{policy.id, std::nullopt}}, {"POLICY", reason});
        if (!changed) return fail(changed.error());
    }
    tx.emit("shift.changed", {{"policy", nullptr}, {"id", policy.id}, {"history", nullptr}});
    tx.audit({"shift_policy.delete",
              "shift_policy",
              policy.id,
              {{"policy_name", policy.name}, {"unreadable_definition", policy.definition}},
              {},
              reason});
    return HttpResponse::noContent();
}

} // namespace crossfade::unreadablepolicy
