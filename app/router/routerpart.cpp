// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/routerpart.h"

#include "app/router/agentsmodule.h"
#include "app/router/channelsroutes.h"
#include "app/router/decisionsroutes.h"
#include "app/router/directoryroutes.h"
#include "app/router/enginemodule.h"
#include "app/router/graychecks.h"
#include "app/router/graylistsroutes.h"
#include "app/router/graytransfer.h"
#include "app/router/heldroutes.h"
#include "app/router/keyindexroutes.h"
#include "app/router/groupsmodule.h"
#include "app/router/previewsroutes.h"
#include "app/router/requestmaproutes.h"
#include "app/router/rulesroutes.h"
#include "app/router/ruletransfer.h"
#include "app/router/shiftmodule.h"
#include "app/router/switchesroutes.h"
#include "app/router/usersroutes.h"

#include <ranges>

namespace crossfade {

Result<std::unique_ptr<Service::Part>> RouterPart::make(Service &service, RouterOptions options)
{
    auto state = RouterState::load(service.store(), std::move(options));
    if (!state) return fail(state.error());
    return std::unique_ptr<Service::Part>(new RouterPart(service, std::move(*state)));
}

RouterPart::RouterPart(Service &service, std::unique_ptr<RouterState> state)
    : m_state(std::move(state))
{
    Store &store = service.store();
    const Environment &environment = store.environment();
    auto directoryModule = std::make_unique<DirectoryModule>(store);
    Directory &directory = directoryModule->directory();
    m_modules.push_back(std::move(directoryModule));
    auto mapModule = std::make_unique<RequestMapModule>(store, *m_state);
    const RequestMaps &maps = mapModule->maps();
    m_modules.push_back(std::move(mapModule));
    m_modules.push_back(std::make_unique<RulesModule>(*m_state, maps));
    m_modules.push_back(std::make_unique<RuleTransferModule>(*m_state, store, maps));
    auto shifts = std::make_unique<ShiftModule>(service, *m_state);
    const Probes &probes = shifts->probes();
    m_modules.push_back(std::make_unique<SwitchesModule>(*m_state, shifts->masterSwitch(), maps));
    m_modules.push_back(std::make_unique<GrayListsModule>(*m_state));
    m_modules.push_back(std::make_unique<GrayTransferModule>(*m_state, store));
    m_modules.push_back(std::make_unique<GrayChecks>(service, m_state->options()));
    m_modules.push_back(std::make_unique<HeldModule>(*m_state, store));
    m_modules.push_back(std::make_unique<KeyIndexModule>(*m_state, store));
    m_modules.push_back(std::make_unique<ChannelsModule>(service, m_state->options()));
    m_modules.push_back(std::make_unique<GroupsModule>(service, *m_state, shifts->prometheus()));
    Measurements &measurements = shifts->measurements();
    m_modules.push_back(std::move(shifts));
    m_modules.push_back(std::make_unique<AgentsModule>(service, *m_state, measurements));
    m_modules.push_back(std::make_unique<EngineModule>(service));
    m_modules.push_back(std::make_unique<DecisionsModule>(*m_state, environment, maps));
    m_modules.push_back(std::make_unique<PreviewsModule>(*m_state, service, directory, maps, probes));
    m_modules.push_back(std::make_unique<UsersModule>(*m_state, environment, directory));
}

RouterPart::~RouterPart() = default;

void RouterPart::addRoutes(RouteTable &routes)
{
    for (const auto &module : m_modules)
        module->addRoutes(routes);
}

std::vector<Service::Dependency> RouterPart::dependencies()
{
    std::vector<Service::Dependency> all;
    for (const auto &module : m_modules) {
        for (Service::Dependency &one : module->dependencies())
            all.push_back(std::move(one));
    }
    return all;
}

Result<void> RouterPart::start()
{
    for (const auto &module : m_modules) {
        if (auto started = module->start(); !started) return started;
    }
    return {};
}

Result<void> RouterPart::takeUp(Database &db, const TakenUp &taken)
{
    if (auto done = m_state->takeUp(db, taken); !done) return done;
    for (const auto &module : m_modules) {
        if (auto done = module->takeUp(db, taken); !done) return done;
    }
    return {};
}

void RouterPart::stop()
{
    for (const auto &module : std::views::reverse(m_modules))
        module->stop();
}

} // namespace crossfade
