// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/masterswitch.h"
#include "app/router/routerpart.h"

namespace crossfade {

// /switches.
class SwitchesModule : public RouterModule {
public:
    SwitchesModule(RouterState &state, MasterSwitch &masterSwitch)
        : m_state(state)
        , m_masterSwitch(masterSwitch) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request, WriteTransaction &tx);

    RouterState &m_state;
    MasterSwitch &m_masterSwitch;
};

} // namespace crossfade
