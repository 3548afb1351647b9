// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/service.h"
#include "app/service/servicestore.h"

namespace crossfade {

// The routes every service has, beside those of its part.
struct StandardRoutes {
    const Service::Identity &identity;
    ServiceStore &store;
    prometheus::Registry &metrics;
    std::vector<Service::Dependency> dependencies;
    std::string openapi; // the text of the contract
    std::function<void()> beforeMetrics; // brings gauges up to date
    const Leadership *leadership = nullptr; // told by /readyz of a service that may have replicas

    void addTo(RouteTable &routes) const;
};

// GET /api/v1/audit, /audit/export, /audit/verification.
void addAuditRoutes(RouteTable &routes, ServiceStore &store);

} // namespace crossfade
