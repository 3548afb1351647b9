// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftmodule.h"

#include "app/router/alertrecords.h"
#include "app/router/alertreminder.h"
#include "app/router/orphanedapprovals.h"
#include "app/router/takenevents.h"

#include <set>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LookEvery{200};
constexpr std::chrono::milliseconds ApprovalsEvery{500};
constexpr std::chrono::milliseconds RollbacksEvery{250};
constexpr std::chrono::milliseconds ShareEvery{1'000};
constexpr std::chrono::milliseconds CountEvery{1'000};

} // namespace

ShiftModule::ShiftModule(Service &service, RouterState &state)
    : m_service(service)
    , m_remindEvery(state.options().remindSeconds)
    , m_share(service.store(), service.leadership(), m_measurements, state.groupMeasures())
    , m_probes(state.options().comparatorUrl, state.options().comparatorTokenFile,
               service.store().environment().now)
    , m_consistency(service.store(), m_probes)
    , m_prometheus(service.metrics())
    , m_masterSwitch(state, m_probes)
    , m_metrics(service.metrics())
    , m_acts(state, m_book, m_measurements, m_metrics)
    , m_rollbacks(service, state, m_book, m_acts)
    , m_runner(service, state, m_book, m_acts, m_measurements, m_probes, m_prometheus, m_metrics)
    , m_policies(service.store().environment(), state, m_book)
    , m_shifts(service.store().environment(), state, m_book, m_acts)
    , m_observations(service.store(), state, m_measurements, m_share, service.metrics())
    , m_approvals(state, m_book, m_acts, m_masterSwitch, service.leadership())
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
    m_rollbacks.addRoutes(routes);
    m_observations.addRoutes(routes);
    m_consistency.addRoutes(routes);
    m_approvals.addRoutes(routes);
    m_sources.addRoutes(routes);
    m_drills.addRoutes(routes);
}

Result<void> ShiftModule::start() {
    if (auto read = m_rollbacks.open(); !read) return read;
    if (auto read = m_sources.load(); !read) return read;
    if (auto read = m_share.load(); !read) return read;
    if (auto read = m_consistency.load(); !read) return read;
    if (auto loaded = m_runner.load(); !loaded) return loaded;
    m_probes.start();
    m_prometheus.start();
    // Not where others wait for the store: a rollback must not wait with them.
    m_service.everyAlone(LookEvery, [this] {
        m_runner.look();
        m_runner.eachSecond();
    });
    m_service.everyAlone(RollbacksEvery, [this] { m_rollbacks.look(); });
    // It reads the store: the runner must not wait for that.
    m_service.every(CountEvery, [this] { m_metrics.countOpen(m_service.store()); });
    m_service.every(ShareEvery, [this] { m_share.eachSecond(); });
    m_service.every(ApprovalsEvery, [this] {
        if (!m_service.leadership().leads()) return;
        m_masterSwitch.look(m_service.store());
        orphanedapprovals::close(m_service.store());
    });
    // A flood of open alerts must not become one of reminders: each look tells of so many at most.
    m_service.every(alertrecords::lookEvery(m_remindEvery), [this] {
        alertreminder::look(m_service.store(), m_service.leadership(), m_remindEvery);
    });
    return {};
}

Result<void> ShiftModule::takeUp(Database &db, const TakenUp &taken) {
    if (taken.all || tellsOf(taken, "metric_sources.changed")) {
        if (auto read = m_sources.load(db); !read) return read;
    }
    if (taken.all) {
        if (auto done = takeUpPolicies(db); !done) return done;
    }
    for (const ObjectNews &news : newsOf(taken, "shift.changed", "policy")) {
        if (auto done = takeUpPolicy(db, news.id); !done) return done;
    }
    if (auto done = m_consistency.takeUp(db); !done) return done;
    return m_share.takeUp(db);
}

Result<void> ShiftModule::takeUpPolicy(Database &db, const std::string &id) {
    const auto record = shiftrecords::find(db, id);
    if (!record && record.error().kind == ErrorKind::Unavailable) return fail(record.error());
    if (!record) { // gone, or not readable here: as if it were found so at the start
        m_book.erase(id);
        return {};
    }
    const ShiftBook::RecordPtr before = m_book.record(id);
    // Whatever makes guards count anew asks for newer evidence, too.
    if (before && before->status.steppedAt != record->status.steppedAt) m_book.askRestart(id);
    m_book.put(*record);
    return {};
}

Result<void> ShiftModule::takeUpPolicies(Database &db) {
    std::vector<std::string> unreadable;
    const auto records = shiftrecords::all(db, &unreadable);
    if (!records) return fail(records.error());
    std::set<std::string> stored;
    for (const PolicyRecord &record : *records) {
        stored.insert(record.policy.id);
        if (auto done = takeUpPolicy(db, record.policy.id); !done) return done;
    }
    for (const ShiftBook::RecordPtr &known : m_book.records()) {
        if (!stored.contains(known->policy.id)) m_book.erase(known->policy.id);
    }
    return {};
}

void ShiftModule::stop() {
    m_drills.cancel();
    m_probes.stop();
    m_prometheus.stop();
}

} // namespace crossfade
