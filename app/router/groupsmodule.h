// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupcommands.h"
#include "app/router/grouprunner.h"
#include "app/router/groupsroutes.h"
#include "app/router/membersroutes.h"
#include "app/router/routerpart.h"

namespace crossfade {

// User groups: definitions, members, batches, their runner.
class GroupsModule : public RouterModule {
public:
    GroupsModule(Service &service, RouterState &state, PromProvider &prometheus);
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;
    void stop() override;

private:
    Service &m_service;
    GroupBook m_book;
    GroupActs m_acts;
    GroupRunner m_runner;
    GroupsRoutes m_groups;
    MembersRoutes m_members;
    GroupCommands m_commands;
};

} // namespace crossfade
