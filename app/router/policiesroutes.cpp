// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/policiesroutes.h"

#include "app/router/metricsources.h"
#include "app/router/routerules.h"
#include "app/router/unreadablepolicy.h"
#include "app/router/whomoves.h"
#include "app/service/zones.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

// What an approver of the next step was shown, or went by.
bool asksElse(const ShiftPolicy &before, const ShiftPolicy &after) {
    return after.steps != before.steps || after.increment != before.increment ||
           after.max != before.max || after.guards != before.guards ||
           after.approval != before.approval || after.approvalAbove != before.approvalAbove ||
           after.secondPerson != before.secondPerson;
}

// Whoever asked for a target must not make himself the one who lets it pass, in whatever state it waits: until
// nobody is on the way any more. Then the shift may begin otherwise, as a new policy may.
bool isUnderWay(const ShiftStatus &status) {
    const bool back = status.state == ShiftState::RolledBack && status.percentage == Percentage();
    return status.state != ShiftState::Draft && !back;
}

// Requests without an id are in no step and before no guard. They go to the target once everybody is there, or while
// nobody is; back they may at any time.
bool movesThoseWithoutId(const PolicyRecord &before, const ShiftPolicy &after) {
    if (after.usersWithoutId == before.policy.usersWithoutId || after.usersWithoutId != before.policy.targetPlatform)
        return false;
    const bool allThere = before.status.state == ShiftState::Completed &&
                          before.status.percentage.hundredths() == Percentage::Whole;
    const bool nobodyThere =
        before.status.state == ShiftState::RolledBack && before.status.percentage == Percentage();
    return !allThere && !nobodyThere;
}

// Fixed once the policy covers anybody: another salt would move everybody at random.
Result<void> mayReplace(const PolicyRecord &before, const ShiftPolicy &after) {
    if (before.status.state == ShiftState::Finalized)
        return fail(refused(refusals::PolicyFinalized));
    if (isUnderWay(before.status) && asksLess(after, before.policy)) return fail(refused(refusals::ApprovalsFixed));
    if (before.status.state == ShiftState::AwaitingApproval && asksElse(before.policy, after))
        return fail(refused(refusals::StepIsAsked));
    // To keep the users there nevertheless takes an approver.
    if (before.status.state == ShiftState::RollbackProposed &&
        after.proposalRollsBack != before.policy.proposalRollsBack)
        return fail(ErrorKind::Conflict,
                    "a rollback is proposed: what happens if nobody answers cannot be changed now");
    if (!ShiftActs::coverOf(before)) return {}; // not started
    if (after.salt != before.policy.salt)
        return invalid("/salt", "is fixed once the policy was started");
    if (after.targetSystem != before.policy.targetSystem)
        return invalid("/target_system", "is fixed once the policy was started");
    if (after.targetPlatform != before.policy.targetPlatform)
        return invalid("/target_platform", "is fixed once the policy was started");
    if (after.moveAt != before.policy.moveAt)
        return invalid("/move_at", "is fixed once the policy was started");
    if (movesThoseWithoutId(before, after))
        return fail(refused(refusals::NoIdFixed, {std::string(platformWord(after.usersWithoutId))},
                            {{"/users_without_id", "cannot be the target while the shift is under way"}}));
    if (after.max < before.status.percentage)
        return invalid("/max_shift_percentage", "must not be below the present " +
                                                    before.status.percentage.text() +
                                                    " %: roll back first");
    return {};
}

Json patched(const PolicyRecord &before, const Json &body) {
    Json whole = policyToJson(before.policy);
    whole.erase("id");
    if (!body.is_object()) return body;
    // The percentage belongs to the word it was given with.
    if (body.contains("approval")) whole["approval_above"] = nullptr;
    for (const auto &[key, value] : body.items())
        whole[key] = value;
    return whole;
}

} // namespace

PoliciesRoutes::PoliciesRoutes(const Environment &environment, RouterState &state, ShiftBook &book)
    : m_environment(environment)
    , m_state(state)
    , m_book(book) {}

void PoliciesRoutes::addRoutes(RouteTable &routes) {
    RouteRules versioned = changeable(Operators);
    versioned.ifMatch = true;
    const auto one = [this](const HttpRequest &request, Database &db) -> Result<HttpResponse> {
        if (const auto unreadable = shiftrecords::unreadable(db, request.parameter("id")))
            return unreadablepolicy::problem(*unreadable, request.requestId);
        const auto record = shiftrecords::find(db, request.parameter("id"));
        if (!record) return fail(record.error());
        return HttpResponse::object(told(*record, m_environment.now()), record->version);
    };
    routes.read("GET", "/api/v1/shift-policies", readableList(),
                [this](const HttpRequest &request, Database &db) { return list(request, db); });
    routes.write(
        "POST", "/api/v1/shift-policies", changeable(Operators),
        [this](const HttpRequest &request, WriteTransaction &tx) { return create(request, tx); });
    routes.read("GET", "/api/v1/shift-policies/{id}", readable(), one);
    routes.write("PUT", "/api/v1/shift-policies/{id}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return replace(request, tx, false);
                 });
    routes.write("PATCH", "/api/v1/shift-policies/{id}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) {
                     return replace(request, tx, true);
                 });
    routes.write(
        "DELETE", "/api/v1/shift-policies/{id}", versioned,
        [this](const HttpRequest &request, WriteTransaction &tx) { return remove(request, tx); });
}

Json PoliciesRoutes::told(const PolicyRecord &record, Instant now) const {
    const ShiftBook::ViewPtr view = m_book.view(record.policy.id);
    return policyRecordToJson(record, view.get(), now);
}

Result<HttpResponse> PoliciesRoutes::list(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto records = shiftrecords::all(db); // few: a policy a system
    if (!records) return fail(records.error());
    const auto keyOf = [](const PolicyRecord &record) {
        return record.policy.name + "\n" + record.policy.id;
    };
    Json items = Json::array();
    std::optional<std::string> more;
    std::string last;
    for (const PolicyRecord &record : *records) {
        if (page->after && keyOf(record) <= *page->after) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = last;
            break;
        }
        items.push_back(told(record, m_environment.now()));
        last = keyOf(record);
    }
    return HttpResponse::json(
        pageAnswer(*page, std::move(items), more, static_cast<std::int64_t>(records->size())));
}

Result<HttpResponse> PoliciesRoutes::create(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto policy = policyFromJson(*body, tx.newId(), zoneTable);
    if (!policy) return fail(policy.error());
    if (auto kept = shiftrecords::survivesStoring(*policy); !kept) return fail(kept.error());
    if (auto known = metricsources::knowsAll(tx.db(), policy->guards, {}); !known) return fail(known.error());
    PolicyRecord record;
    record.policy = std::move(*policy);
    record.policy.id = tx.newId();
    record.status.since = tx.now();
    record.createdAt = tx.now();
    record.updatedAt = tx.now();
    record.changedBy = tx.actor().subject;
    record.epoch = tx.epoch();
    if (auto stored = shiftrecords::insert(tx.db(), record); !stored) return fail(stored.error());
    const Json json = told(record, tx.now());
    tx.emit("shift.changed", {{"policy", json}, {"history", nullptr}});
    tx.audit({"shift_policy.create",
              "shift_policy",
              record.policy.id,
              {},
              policyToJson(record.policy),
              request.reason});
    tx.afterCommit([this, record] { m_book.put(record); });
    HttpResponse response = HttpResponse::object(json, record.version, 201);
    response.setHeader("Location", "/api/v1/shift-policies/" + record.policy.id);
    return response;
}

Result<HttpResponse> PoliciesRoutes::replace(const HttpRequest &request, WriteTransaction &tx,
                                             bool patch) {
    const auto before = shiftrecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto policy =
        policyFromJson(patch ? patched(*before, *body) : *body, before->policy.salt, zoneTable);
    if (!policy) return fail(policy.error());
    if (auto kept = shiftrecords::survivesStoring(*policy); !kept) return fail(kept.error());
    if (auto known = metricsources::knowsAll(tx.db(), policy->guards, before->policy.guards); !known)
        return fail(known.error());
    if (auto allowed = mayReplace(*before, *policy); !allowed) return fail(allowed.error());
    PolicyRecord after = *before;
    after.policy = std::move(*policy);
    after.policy.id = before->policy.id;
    after.updatedAt = tx.now();
    after.changedBy = tx.actor().subject;
    ++after.version;
    const auto was = ShiftActs::coverOf(*before);
    const auto is = ShiftActs::coverOf(after);
    if (was != is) after.epoch = tx.epoch();
    if (auto stored = shiftrecords::update(tx.db(), after); !stored) return fail(stored.error());
    if (was != is) {
        auto changed =
            m_state.change(tx, {PolicyChange{after.policy.id, is}}, {"POLICY", request.reason});
        if (!changed) return fail(changed.error());
    }
    const Json json = told(after, tx.now());
    tx.emit("shift.changed", {{"policy", json}, {"history", nullptr}});
    tx.audit({"shift_policy.update", "shift_policy", after.policy.id, policyToJson(before->policy),
              policyToJson(after.policy), request.reason});
    tx.afterCommit([this, after] { m_book.put(after); });
    return HttpResponse::object(json, after.version);
}

Result<HttpResponse> PoliciesRoutes::remove(const HttpRequest &request, WriteTransaction &tx) {
    if (const auto unreadable = shiftrecords::unreadable(tx.db(), request.parameter("id"))) {
        if (auto fresh = requireVersion(request, unreadable->version); !fresh) return fail(fresh.error());
        tx.afterCommit([this, id = unreadable->id] { m_book.erase(id); });
        return unreadablepolicy::remove(m_state, tx, *unreadable, request.reason);
    }
    const auto before = shiftrecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    const ShiftState state = before->status.state;
    const bool atZero =
        state == ShiftState::RolledBack && before->status.percentage == Percentage();
    if (state != ShiftState::Draft && state != ShiftState::Finalized && !atZero)
        return fail(refused(refusals::PolicyNotDeletable));
    const auto cover = ShiftActs::coverOf(*before);
    if (cover) {
        if (auto allowed = mayUncover(m_state, tx, *cover); !allowed) return fail(allowed.error());
    }
    if (auto removed = shiftrecords::remove(tx.db(), before->policy.id); !removed)
        return fail(removed.error());
    if (cover) {
        auto changed = m_state.change(tx, {PolicyChange{before->policy.id, std::nullopt}},
                                      {"POLICY", request.reason});
        if (!changed) return fail(changed.error());
    }
    tx.emit("shift.changed",
            {{"policy", nullptr}, {"id", before->policy.id}, {"history", nullptr}});
    tx.audit({"shift_policy.delete",
              "shift_policy",
              before->policy.id,
              policyToJson(before->policy),
              {},
              request.reason});
    tx.afterCommit([this, id = before->policy.id] { m_book.erase(id); });
    return HttpResponse::noContent();
}

} // namespace crossfade
