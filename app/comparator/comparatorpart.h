// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/alertsender.h"
#include "app/comparator/checkengine.h"
#include "app/comparator/checkmetrics.h"
#include "app/comparator/checkschedule.h"
#include "app/comparator/consistencypush.h"
#include "app/comparator/context.h"
#include "app/comparator/heldpush.h"
#include "app/comparator/ignoresweep.h"
#include "app/comparator/keyindexpush.h"
#include "app/comparator/pushmetrics.h"
#include "app/comparator/repairengine.h"
#include "app/comparator/syncengine.h"
#include "app/comparator/syncmetrics.h"
#include "app/service/service.h"

#include <memory>

namespace crossfade {

struct ComparatorOptions {
    std::int64_t batchRows = 409'600;
    int sourceConnections = 8;  // to each at a time
    int sourcePatience = 60; // seconds a check waits for a source that is lost
    bool secondPerson = false; // whoever asks for a repair may not approve it
    RouterAddress router; // which is told of what it must know
    HeldRules held;
    KeyIndexOptions keyIndex;
    bool newFingerprintKey = false; // the key of the store's fingerprints is lost
};

// The comparator's own part of its service: routes, the workers of the runs, of the repairs, of
// the syncs, and of what the router is told.
class ComparatorPart : public Service::Part {
public:
    static Result<std::unique_ptr<Service::Part>> make(Service &service,
                                                       const ComparatorOptions &options);
    void addRoutes(RouteTable &routes) override;
    Result<void> takeUp(Database &db, const TakenUp &taken) override;
    void refreshMetrics() override
    {
        m_metrics.refresh(m_context.store);
        m_syncMetrics.refresh(m_context.store);
        if (m_router.isSet()) m_pushMetrics.refresh(m_context.store, m_keyIndex.isOn());
    }
    Result<void> start() override;
    void stop() override;

private:
    ComparatorPart(Context context, const ComparatorOptions &options);

    Context m_context;
    const RouterAddress m_router;
    CheckMetrics m_metrics;
    SyncMetrics m_syncMetrics;
    PushMetrics m_pushMetrics;
    CheckEngine m_checks;
    RepairEngine m_repairs;
    CheckSchedule m_schedule;
    SyncEngine m_syncs;
    AlertSender m_alerts;
    IgnoreSweep m_ignores;
    HeldPush m_held;
    ConsistencyPush m_consistency;
    KeyIndexPush m_keyIndex;
};

} // namespace crossfade
