// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

namespace crossfade {

// /rules and /rules/{id}.
class RulesModule : public RouterModule {
public:
    explicit RulesModule(RouterState &state) : m_state(state) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx, bool patch);
    Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx);
    Json warningsOf(const Rule &rule, Instant now) const;

    RouterState &m_state;
};

} // namespace crossfade
