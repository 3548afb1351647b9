// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/requestmaproutes.h"
#include "app/router/routerpart.h"

namespace crossfade {

// /rules and /rules/{id}.
class RulesModule : public RouterModule {
public:
    RulesModule(RouterState &state, const RequestMaps &maps) : m_state(state), m_maps(maps) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx, bool patch);
    Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx);
    Json warningsOf(const Rule &rule, const RulePtr &before, Instant now) const;

    RouterState &m_state;
    const RequestMaps &m_maps;
};

} // namespace crossfade
