// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/approvalsroutes.h"
#include "app/router/consistencyroutes.h"
#include "app/router/drillroutes.h"
#include "app/router/localrollbacks.h"
#include "app/router/masterswitch.h"
#include "app/router/measurements.h"
#include "app/router/observationshare.h"
#include "app/router/metricsourcesroutes.h"
#include "app/router/observationsroutes.h"
#include "app/router/policiesroutes.h"
#include "app/router/probes.h"
#include "app/router/routerpart.h"
#include "app/router/shiftacts.h"
#include "app/router/shiftbook.h"
#include "app/router/shiftmetrics.h"
#include "app/router/shiftroutes.h"
#include "app/router/shiftrunner.h"

namespace crossfade {

// Gradual shifts: policies, guards, the runner, approvals, alerts, measurements.
class ShiftModule : public RouterModule {
public:
    ShiftModule(Service &service, RouterState &state);
    void addRoutes(RouteTable &routes) override;
    std::vector<Service::Dependency> dependencies() override { return {m_rollbacks.dependency()}; }
    Result<void> start() override;
    Result<void> takeUp(Database &db, const TakenUp &taken) override;
    void stop() override;
    MasterSwitch &masterSwitch() { return m_masterSwitch; }
    PromProvider &prometheus() { return m_prometheus; } // for whoever else has guards
    const Probes &probes() const { return m_probes; }
    Measurements &measurements() { return m_measurements; }

private:
    Result<void> takeUpPolicy(Database &db, const std::string &id);
    Result<void> takeUpPolicies(Database &db);

    Service &m_service;
    const Seconds m_remindEvery; // what waits for a person
    ShiftBook m_book;
    Measurements m_measurements;
    ObservationShare m_share;
    Probes m_probes;
    ConsistencyRoutes m_consistency;
    PromProvider m_prometheus;
    MasterSwitch m_masterSwitch;
    ShiftMetrics m_metrics;
    ShiftActs m_acts;
    LocalRollbacks m_rollbacks;
    ShiftRunner m_runner;
    PoliciesRoutes m_policies;
    ShiftRoutes m_shifts;
    ObservationsRoutes m_observations;
    ApprovalsRoutes m_approvals;
    MetricSourcesRoutes m_sources;
    DrillRoutes m_drills;
};

} // namespace crossfade
