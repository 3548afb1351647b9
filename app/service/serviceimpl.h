// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/dispatcher.h"
#include "app/service/files.h"
#include "app/service/hurry.h"
#include "app/service/lease.h"
#include "app/service/options.h"
#include "app/service/postgreslistener.h"
#include "app/service/servicemetrics.h"
#include "app/service/timers.h"

namespace crossfade {

// A running service: what Service::run makes for `serve`.
class ServiceImpl : public Service {
public:
    ServiceImpl(Identity identity, ServeOptions options);
    ~ServiceImpl() override;

    Result<void> start(const MakePart &makePart);
    void stop(); // under 2 s

    Store &store() override { return *m_store; }
    prometheus::Registry &metrics() override { return m_registry; }
    void broadcast(std::string_view type, const Json &data) override;
    void every(std::chrono::milliseconds interval, std::function<void()> act) override;
    void everyAlone(std::chrono::milliseconds interval, std::function<void()> act) override;
    Leadership &leadership() override { return m_lease ? static_cast<Leadership &>(*m_lease) : m_alone; }
    std::string resourceDirectory() const override { return m_resources; }
    std::string dataDirectory() const override { return m_options.data.string(); }

private:
    Result<void> openStore();
    Result<void> joinOthers();
    void followOthers();
    std::vector<Dependency> allDependencies();
    Result<void> buildRoutes();
    void keepHouse(); // heartbeats, tokens, retention
    void forget();
    void refreshMetrics();
    Result<void> announce() const;

    Identity m_identity;
    ServeOptions m_options;
    std::string m_resources;
    prometheus::Registry m_registry;
    HttpMetrics m_httpMetrics{m_registry};
    ServiceMetrics m_metrics{m_registry, m_identity.name, m_identity.version};
    std::unique_ptr<FolderLock> m_lock;
    std::unique_ptr<ServiceStore> m_store;
    std::unique_ptr<TokenBook> m_tokens;
    Pool m_readers{4, 1'000};
    Pool m_workers{2, 64}; // slow work only: nothing that others wait for
    OnlyLeader m_alone;
    std::unique_ptr<Lease> m_lease; // none: no other replicas
    std::unique_ptr<Hurry> m_hurry; // as the lease
    std::unique_ptr<EventHub> m_hub;
    std::unique_ptr<TakeUps> m_takeUps;
    std::unique_ptr<Dispatcher> m_dispatcher;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<Part> m_part;
    std::unique_ptr<Timers> m_housekeeping;
    std::unique_ptr<Timers> m_forgetting;
    std::unique_ptr<Timers> m_timers;
    std::vector<std::unique_ptr<Timers>> m_ownTimers; // one for each act
    std::unique_ptr<PostgresListener> m_listener;
    std::atomic<bool> m_started = false;
    std::atomic<bool> m_stopping = false;
};

// Where the store of the service stands, and how it is opened.
Result<StoreOptions> storeOptions(const CommonOptions &options, const Service::Identity &identity);

} // namespace crossfade
