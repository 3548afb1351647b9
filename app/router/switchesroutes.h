// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

namespace crossfade {

// /switches.
class SwitchesModule : public RouterModule {
public:
    explicit SwitchesModule(RouterState &state) : m_state(state) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request, WriteTransaction &tx);

    RouterState &m_state;
};

} // namespace crossfade
