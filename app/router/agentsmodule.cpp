// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/agentsmodule.h"

#include "app/router/agentclock.h"
#include "app/router/routerules.h"

namespace crossfade {

namespace {

constexpr std::size_t PushBodyLimit = 4 << 20;

prometheus::Family<prometheus::Counter> &secondsFamily(prometheus::Registry &metrics) {
    return prometheus::BuildCounter()
        .Name("crossfade_agent_seconds_total")
        .Help("Seconds that agents sent: stored, or repeated and not counted again.")
        .Register(metrics);
}

} // namespace

AgentsModule::AgentsModule(Service &service, RouterState &state, Measurements &measurements)
    : m_environment(service.store().environment())
    , m_state(state)
    , m_slots(service.store(), measurements, state.groupMeasures())
    , m_stored(secondsFamily(service.metrics()).Add({{"result", "stored"}}))
    , m_repeated(secondsFamily(service.metrics()).Add({{"result", "repeated"}})) {}

void AgentsModule::addRoutes(RouteTable &routes) {
    RouteRules intake = changeable({Role::Agent});
    intake.bodyLimit = PushBodyLimit;
    routes.preparedWrite(
        "POST", "/api/v1/agents/{id}/slots", intake,
        [this](const HttpRequest &request) { return prepare(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return keep(request, tx); });
}

Result<void> AgentsModule::prepare(const HttpRequest &request) const {
    const Instant now = m_environment.now();
    const std::string id = request.parameter("id");
    if (request.principal.subject != id)
        return fail(ErrorKind::Forbidden, "this token is of the agent " + request.principal.subject);
    const auto body = request.json();
    if (!body) return fail(body.error());
    auto push = readAgentPush(*body, id, now);
    if (!push) return fail(push.error());
    if (push->isStale()) push->seconds = {doubtOf(*push, id, now)};
    request.prepared = std::make_shared<AgentPush>(std::move(*push));
    return {};
}

// Here, where the snapshot has all that others committed: every replica counts by what is stored now. A policy or
// group that is gone by now, or was never there, takes no requests: they count for their system alone.
void AgentsModule::resolve(AgentSlot &slot) const {
    const SnapshotPtr snapshot = m_state.snapshot();
    if (!snapshot->policy(slot.cohort.policyId)) slot.cohort.policyId.clear();
    // What a policy decided no batch is judged by.
    if (!slot.cohort.policyId.empty()) slot.groupId.clear();
    const GroupCover *group = slot.groupId.empty() ? nullptr : snapshot->group(slot.groupId);
    if (!group) {
        slot.groupId.clear();
        slot.batch = 0;
        return;
    }
    slot.onTarget = slot.cohort.platform == group->targetPlatform;
    slot.moved = group->moved && slot.batch < group->moved->size() && (*group->moved)[slot.batch];
}

Result<HttpResponse> AgentsModule::keep(const HttpRequest &request, WriteTransaction &tx) {
    const auto push = std::any_cast<std::shared_ptr<AgentPush>>(request.prepared);
    std::int64_t stored = 0;
    for (AgentSecond &second : push->seconds) {
        for (AgentSlot &slot : second.slots)
            resolve(slot);
        const auto isNew = m_slots.store(tx, second);
        if (!isNew) return fail(isNew.error());
        stored += *isNew && !push->isStale() ? 1 : 0;
    }
    if (auto noted = agentclock::note(tx, request.parameter("id"), push->bootId, push->offset); !noted)
        return fail(noted.error());
    if (auto forgotten = m_slots.forgetOld(tx); !forgotten) return fail(forgotten.error());
    const std::int64_t repeated = push->isStale() ? 0 : static_cast<std::int64_t>(push->seconds.size()) - stored;
    // Repeated ones too: where it was not known whether they were stored, they were not counted.
    tx.afterCommit([this, push, stored, repeated] {
        for (const AgentSecond &second : push->seconds)
            m_slots.take(second);
        m_stored.Increment(static_cast<double>(stored));
        m_repeated.Increment(static_cast<double>(repeated));
    });
    return HttpResponse::json({{"stored", stored},
                               {"repeated", repeated},
                               {"received_at", formatInstant(tx.now())},
                               {"clock_offset_ms", push->offset.count()},
                               {"stale", push->isStale()}},
                              202);
}

} // namespace crossfade
