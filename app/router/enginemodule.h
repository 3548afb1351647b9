// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/enginewatch.h"
#include "app/router/routerpart.h"

namespace crossfade {

// Which rule set each traffic engine serves: POST /agents/{id}/acks, GET /engine, and the watch over them.
class EngineModule : public RouterModule {
public:
    explicit EngineModule(Service &service);
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;

private:
    Result<void> prepare(const HttpRequest &request) const;
    static Result<HttpResponse> keep(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> list(const HttpRequest &request, Database &db) const;

    Service &m_service;
    EngineWatch m_watch;
};

} // namespace crossfade
