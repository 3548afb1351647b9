// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerstate.h"
#include "app/service/service.h"

#include <memory>
#include <vector>

namespace crossfade {

// One subject of the router: rules, switches, directory, previews, shifts, …
class RouterModule {
public:
    virtual ~RouterModule() = default;
    virtual void addRoutes(RouteTable &routes) = 0;
    virtual std::vector<Service::Dependency> dependencies() { return {}; }
    virtual Result<void> start() { return {}; }
    // What other replicas committed, once the snapshot has it; on the writer thread.
    virtual Result<void> takeUp(Database &, const TakenUp &) { return {}; }
    virtual void stop() {} // bounded: together under 1.5 s
};

// Builds the state and the modules, in the order they start; they stop in the other order.
class RouterPart : public Service::Part {
public:
    static Result<std::unique_ptr<Service::Part>> make(Service &service, RouterOptions options);
    ~RouterPart() override;

    void addRoutes(RouteTable &routes) override;
    std::vector<Service::Dependency> dependencies() override;
    Result<void> start() override;
    Result<void> takeUp(Database &db, const TakenUp &taken) override;
    void stop() override;

private:
    RouterPart(Service &service, std::unique_ptr<RouterState> state);

    std::unique_ptr<RouterState> m_state;
    std::vector<std::unique_ptr<RouterModule>> m_modules;
};

} // namespace crossfade
