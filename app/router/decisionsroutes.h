// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

namespace crossfade {

// POST /decisions.
class DecisionsModule : public RouterModule {
public:
    DecisionsModule(RouterState &state, const Environment &environment)
        : m_state(state)
        , m_environment(environment)
    {
    }
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> decideAll(const HttpRequest &request) const;

    RouterState &m_state;
    const Environment &m_environment;
};

} // namespace crossfade
