// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/retention.h"

#include <functional>

namespace crossfade {

namespace {

using Portion = std::function<Result<std::int64_t>(Database &, Instant now)>; // answers the rows removed

Result<std::int64_t> removeInPortions(Store &store, std::int64_t most, const Portion &portion,
                                      const std::atomic<bool> &stopping)
{
    std::int64_t all = 0;
    while (!stopping) {
        const auto done = store.writeAndWait({"service", {}}, [&](WriteTransaction &tx) -> Result<Json> {
            const auto removed = portion(tx.db(), tx.now());
            if (!removed) return fail(removed.error());
            return Json(*removed);
        });
        if (!done) return fail(done.error());
        const auto removed = done->get<std::int64_t>();
        all += removed;
        if (removed < most) break;
    }
    return all;
}

} // namespace

Result<Forgotten> forgetOld(Store &store, const RetentionLimits &limits, const std::atomic<bool> &stopping)
{
    // Ids have no gaps, so a portion is a range from the first on: found at once, also where nothing is old.
    const auto events = removeInPortions(
        store, limits.portion,
        [&](Database &db, Instant now) {
            return db.execute("DELETE FROM events WHERE id < (SELECT min(id) FROM events) + ? AND (at < ? OR "
                              "id <= (SELECT max(id) FROM events) - ?)",
                              {limits.portion, toMs(now - limits.eventsKept), limits.events});
        },
        stopping);
    if (!events) return fail(events.error());
    const auto keys = removeInPortions(
        store, limits.portion,
        [&](Database &db, Instant now) {
            return db.execute("DELETE FROM idempotency WHERE (subject, method, path, key) IN (SELECT subject, method, "
                              "path, key FROM idempotency WHERE at < ? ORDER BY at LIMIT ?)",
                              {toMs(now - limits.keysKept), limits.portion});
        },
        stopping);
    if (!keys) return fail(keys.error());
    // As many as are under way, and those of processes that died.
    const auto claims = store.writeAndWait({"service", {}}, [](WriteTransaction &tx) -> Result<Json> {
        const auto removed = tx.db().execute("DELETE FROM claim WHERE expires_at < ?", {toMs(tx.now())});
        if (!removed) return fail(removed.error());
        return Json();
    });
    if (!claims) return fail(claims.error());
    return Forgotten{*events, *keys};
}

} // namespace crossfade
