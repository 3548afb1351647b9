// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/requestmaproutes.h"
#include "app/router/routerpart.h"

namespace crossfade {

// POST /decisions.
class DecisionsModule : public RouterModule {
public:
    DecisionsModule(RouterState &state, const Environment &environment, const RequestMaps &maps)
        : m_state(state)
        , m_environment(environment)
        , m_maps(maps)
    {
    }
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> decideAll(const HttpRequest &request) const;

    RouterState &m_state;
    const Environment &m_environment;
    const RequestMaps &m_maps;
};

} // namespace crossfade
