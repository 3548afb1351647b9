// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/agentpush.h"
#include "app/router/agentslots.h"
#include "app/router/routerpart.h"

#include <prometheus/counter.h>

namespace crossfade {

// What agents beside traffic engines tell: POST /agents/{id}/slots. Starts after the groups and the shifts, whose
// windows it fills from what is stored.
class AgentsModule : public RouterModule {
public:
    AgentsModule(Service &service, RouterState &state, Measurements &measurements);
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override { return m_slots.load(); }
    Result<void> takeUp(Database &db, const TakenUp &) override { return m_slots.takeUp(db); }

private:
    Result<void> prepare(const HttpRequest &request) const;
    Result<HttpResponse> keep(const HttpRequest &request, WriteTransaction &tx);
    void resolve(AgentSlot &slot) const;

    const Environment &m_environment;
    RouterState &m_state;
    AgentSlots m_slots;
    prometheus::Counter &m_stored;
    prometheus::Counter &m_repeated;
};

} // namespace crossfade
