// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/comparatorpart.h"

#include "app/comparator/routes.h"
#include "app/comparator/source.h"

namespace crossfade {

ComparatorPart::ComparatorPart(Context context, RouterAddress router)
    : m_context(context)
    , m_metrics(context.service.metrics())
    , m_syncMetrics(context.service.metrics())
    , m_checks(context)
    , m_repairs(context)
    , m_syncs(context)
    , m_alerts(context.store, std::move(router))
{
}

Result<std::unique_ptr<Service::Part>> ComparatorPart::make(Service &service,
                                                            const ComparatorOptions &options)
{
    Result<Fingerprint> print = Fingerprint::open(service.dataDirectory());
    if (!print) return fail(print.error());
    const Context context{service, service.store(), std::move(*print), options.batchRows,
                          std::chrono::seconds(options.sourcePatience)};
    limitSourceConnections(options.sourceConnections);
    return std::unique_ptr<Service::Part>(new ComparatorPart(context, options.router));
}

void ComparatorPart::addRoutes(RouteTable &routes)
{
    addSourceRoutes(routes, m_context);
    addMappingRoutes(routes, m_context);
    addCheckRoutes(routes);
    addRunRoutes(routes, m_checks);
    addComparisonRoutes(routes, m_context);
    addDifferenceListRoutes(routes);
    addDifferenceRoutes(routes, m_context);
    addRepairListRoutes(routes);
    addRepairRoutes(routes, m_context, m_repairs);
    addSyncRoutes(routes, m_syncs);
    addSyncTaskRoutes(routes, m_syncs);
}

Result<void> ComparatorPart::start()
{
    m_checks.start();
    m_repairs.start();
    m_syncs.start();
    m_alerts.start();
    return {};
}

void ComparatorPart::stop()
{
    m_checks.stop();
    m_repairs.stop();
    m_syncs.stop();
    m_alerts.stop();
}

} // namespace crossfade
