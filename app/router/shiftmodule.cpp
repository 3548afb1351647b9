// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftmodule.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LookEvery{200};
constexpr std::chrono::milliseconds ApprovalsEvery{500};

} // namespace

ShiftModule::ShiftModule(Service &service, RouterState &state)
    : m_service(service)
    , m_probes(state.options().comparatorUrl, state.options().comparatorTokenFile,
               service.store().environment().now)
    , m_prometheus(service.metrics())
    , m_masterSwitch(state, m_probes)
    , m_metrics(service.metrics())
    , m_acts(state, m_book, m_measurements, m_metrics)
    , m_runner(service, m_book, m_acts, m_measurements, m_probes, m_prometheus, m_metrics,
               Seconds(state.options().remindSeconds))
    , m_policies(service.store().environment(), state, m_book)
    , m_shifts(service.store().environment(), state, m_book, m_acts)
    , m_observations(service.store().environment(), state, m_measurements, service.metrics())
    , m_approvals(state, m_book, m_acts, m_masterSwitch)
    , m_sources(service.store(), m_prometheus)
    , m_drills(service.store()) {
    // A preview may ask about a policy that covers nobody yet.
    state.setPolicyLookup([](Database &db, std::string_view policyId) -> Result<PolicyCover> {
        const auto record = shiftrecords::find(db, policyId);
        if (!record) return fail(record.error());
        return PolicyCover{record->policy.id,
                           record->policy.name,
                           record->policy.targetSystem,
                           record->policy.targetPlatform,
                           record->status.percentage,
                           record->policy.salt,
                           record->policy.usersWithoutId};
    });
}

void ShiftModule::addRoutes(RouteTable &routes) {
    m_policies.addRoutes(routes);
    m_shifts.addRoutes(routes);
    m_observations.addRoutes(routes);
    m_approvals.addRoutes(routes);
    m_sources.addRoutes(routes);
    m_drills.addRoutes(routes);
}

Result<void> ShiftModule::start() {
    if (auto read = m_sources.load(); !read) return read;
    if (auto loaded = m_runner.load(); !loaded) return loaded;
    m_probes.start();
    m_prometheus.start();
    m_service.every(LookEvery, [this] {
        m_runner.look();
        m_runner.eachSecond();
    });
    m_service.every(ApprovalsEvery, [this] { m_masterSwitch.look(m_service.store()); });
    return {};
}

void ShiftModule::stop() {
    m_drills.cancel();
    m_probes.stop();
    m_prometheus.stop();
}

} // namespace crossfade
