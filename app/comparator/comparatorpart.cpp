// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/comparatorpart.h"

#include "app/comparator/routes.h"
#include "app/comparator/source.h"

#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::string_view KnownText = "crossfade fingerprint key"; // what the store keeps the digest of

Result<void> keepPrint(Service &service, const std::string &before, const std::string &print)
{
    const Result<Json> kept =
        service.store().writeAndWait({"service", ""}, [&](WriteTransaction &tx) -> Result<Json> {
            const auto gone = tx.db().execute("DELETE FROM fingerprint_key WHERE print = ?", {before});
            if (!gone) return fail(gone.error());
            // A conflict: of two processes at their first start the other was first, with its key.
            const auto done = tx.db().execute("INSERT INTO fingerprint_key (one, print) VALUES (1, ?)", {print});
            if (!done) return fail(done.error());
            return Json();
        });
    return kept ? Result<void>() : fail(kept.error());
}

// Fingerprints of one store are comparable only if all processes on it have the same key.
Result<void> checkKey(Service &service, const Fingerprint &fingerprint, bool renew)
{
    const std::string print = fingerprint.digest(KnownText);
    std::optional<std::string> known;
    const Result<void> read = service.store().read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT print FROM fingerprint_key");
        if (!rows) return fail(rows.error());
        if (!rows->empty()) known = rows->front().text(0);
        return {};
    });
    if (!read) return read;
    if (known == print) return {};
    const bool shared = !service.leadership().replica().empty();
    if (known && shared && !renew)
        return fail(ErrorKind::Conflict,
                    "the store's fingerprints were made with another key than " + service.dataDirectory() +
                        "/fingerprint.key: copy that file from the folder of the comparator that used the store "
                        "first, or, where it is lost, start once with --new-fingerprint-key");
    if (known) logWarning("fingerprints are made with another key from now on");
    return keepPrint(service, known.value_or(""), print);
}

bool isAbout(const TakenUp &taken, std::string_view topic)
{
    return taken.all || std::ranges::any_of(taken.events, [&](const StoredEvent &event) {
               return event.type.starts_with(topic);
           });
}

} // namespace

ComparatorPart::ComparatorPart(Context context, const ComparatorOptions &options)
    : m_context(context)
    , m_router(options.router)
    , m_metrics(context.service.metrics())
    , m_syncMetrics(context.service.metrics())
    , m_pushMetrics(context.service.metrics())
    , m_checks(context)
    , m_repairs(context)
    , m_schedule(context, m_checks, m_repairs)
    , m_syncs(context)
    , m_alerts(context, options.router)
    , m_ignores(context)
    , m_held(context, options.router, options.held)
    , m_consistency(context, options.router)
    , m_keyIndex(context, options.router, options.keyIndex)
{
}

Result<std::unique_ptr<Service::Part>> ComparatorPart::make(Service &service,
                                                            const ComparatorOptions &options)
{
    Result<Fingerprint> print = Fingerprint::open(service.dataDirectory());
    if (!print) return fail(print.error());
    if (auto same = checkKey(service, *print, options.newFingerprintKey); !same) return fail(same.error());
    const Context context{service, service.store(), std::move(*print), options.batchRows,
                          std::chrono::seconds(options.sourcePatience),
                          1,
                          options.secondPerson};
    limitSourceConnections(options.sourceConnections);
    return std::unique_ptr<Service::Part>(new ComparatorPart(context, options));
}

void ComparatorPart::addRoutes(RouteTable &routes)
{
    addSourceRoutes(routes, m_context);
    addMappingRoutes(routes, m_context);
    addSuggestRoutes(routes, m_context);
    addCheckRoutes(routes);
    addRunRoutes(routes, m_checks);
    addMonitorRoutes(routes, m_context);
    addComparisonRoutes(routes, m_context);
    addDifferenceListRoutes(routes, m_context);
    addDifferenceRoutes(routes, m_context);
    addIgnoreRoutes(routes, m_ignores);
    addRepairListRoutes(routes);
    addRepairBulkRoutes(routes, m_repairs);
    addRepairRoutes(routes, m_context, m_repairs);
    addAssignmentRoutes(routes);
    addSyncRoutes(routes, m_context, m_syncs);
    addSyncTaskRoutes(routes, m_syncs);
    addStatusRoutes(routes, m_context, m_router, m_keyIndex.isOn());
}

// Nothing is held in memory but who waits: what another process was asked for is begun at once.
Result<void> ComparatorPart::takeUp(Database &db, const TakenUp &taken)
{
    if (isAbout(taken, "repair.")) m_repairs.wake();
    if (isAbout(taken, "sync.")) m_syncs.wake();
    if (isAbout(taken, "ignore_rule.")) m_ignores.wake();
    return m_checks.takeUp(db);
}

Result<void> ComparatorPart::start()
{
    m_checks.start();
    m_repairs.start();
    m_schedule.start();
    m_syncs.start();
    m_alerts.start();
    m_ignores.start();
    if (!m_router.isSet()) return {};
    m_held.start();
    m_consistency.start();
    if (m_keyIndex.isOn()) m_keyIndex.start();
    return {};
}

void ComparatorPart::stop()
{
    m_schedule.stop();
    m_checks.stop();
    m_repairs.stop();
    m_syncs.stop();
    m_alerts.stop();
    m_ignores.stop();
    for (RouterPush *push : {static_cast<RouterPush *>(&m_held), static_cast<RouterPush *>(&m_consistency),
                             static_cast<RouterPush *>(&m_keyIndex)})
        push->askToStop(); // all at once, then each is waited for
    m_held.stop();
    m_consistency.stop();
    m_keyIndex.stop();
}

} // namespace crossfade
