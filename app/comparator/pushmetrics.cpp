// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/pushmetrics.h"

#include <algorithm>

namespace crossfade {

namespace {

prometheus::Family<prometheus::Gauge> &pushGauges(prometheus::Registry &registry, const char *name, const char *help)
{
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

} // namespace

PushMetrics::PushMetrics(prometheus::Registry &registry)
    : m_behind(pushGauges(registry, "crossfade_router_push_epochs_behind", "Changes the router has not taken yet, in epochs"))
    , m_failing(pushGauges(registry, "crossfade_router_push_failing_seconds",
                           "How long the router has taken nothing of this, 0 while it does"))
    , m_reached(pushGauges(registry, "crossfade_router_push_reached_timestamp_seconds",
                           "When the router answered last, since the epoch"))
{
}

void PushMetrics::refresh(Store &store, bool keyIndex)
{
    const std::lock_guard lock(m_mutex);
    // A store that does not answer leaves the last figures; /readyz tells of it.
    static_cast<void>(store.read([&](Database &db) { return read(db, store.environment().now(), keyIndex); }));
}

Result<void> PushMetrics::read(Database &db, Instant now, bool keyIndex)
{
    const auto rows = db.query("SELECT what, epoch, pushed, reached_at, failing_since FROM router_push ORDER BY what");
    if (!rows) return fail(rows.error());
    for (const SqlRow &row : *rows) {
        if (row.text(0) == "KEY_INDEX" && !keyIndex) continue;
        const prometheus::Labels label{{"what", row.text(0)}};
        Push &push = m_pushes[row.text(0)];
        if (!push.behind) {
            push.behind = &m_behind.Add(label);
            push.failing = &m_failing.Add(label);
        }
        push.behind->Set(static_cast<double>(std::max<std::int64_t>(0, row.integer(1) - row.integer(2))));
        push.failing->Set(row.isNull(4) ? 0 : static_cast<double>(std::max<std::int64_t>(0, toMs(now) - row.integer(4))) / 1000);
        if (row.isNull(3)) continue;
        if (!push.reached) push.reached = &m_reached.Add(label);
        push.reached->Set(static_cast<double>(row.integer(3)) / 1000);
    }
    return {};
}

} // namespace crossfade
