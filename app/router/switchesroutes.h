// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/masterswitch.h"
#include "app/router/requestmaproutes.h"
#include "app/router/routerpart.h"

namespace crossfade {

// /switches.
class SwitchesModule : public RouterModule {
public:
    SwitchesModule(RouterState &state, MasterSwitch &masterSwitch, const RequestMaps &maps)
        : m_state(state)
        , m_masterSwitch(masterSwitch)
        , m_maps(maps) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request, WriteTransaction &tx);

    RouterState &m_state;
    MasterSwitch &m_masterSwitch;
    const RequestMaps &m_maps;
};

} // namespace crossfade
