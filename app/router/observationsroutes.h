// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/measurements.h"
#include "app/router/observationlines.h"
#include "app/router/observationshare.h"
#include "app/router/routerstate.h"
#include "app/service/http.h"
#include "app/service/store.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace crossfade {

// POST /observations takes what was measured, GET /series tells it.
class ObservationsRoutes {
public:
    static constexpr std::size_t MostObservations = 10'000; // a request
    // Keys are kept for a day like others', but of a client that sends one with each batch no more than these,
    // unless they are so young that what came with them would be taken once more.
    static constexpr std::int64_t MostKeys = 100'000;
    static constexpr Seconds KeysNeeded{600};

    ObservationsRoutes(Store &store, RouterState &state, Measurements &measurements, ObservationShare &share,
                       prometheus::Registry &metrics);
    void addRoutes(RouteTable &routes);

private:
    HttpResponse observe(const HttpRequest &request);
    // With an Idempotency-Key: counted once the key is stored, so that it cannot count twice.
    Result<HttpResponse> observeOnce(const HttpRequest &request, WriteTransaction &tx);
    HttpResponse series(const HttpRequest &request) const;
    struct Seen {
        std::vector<Observation> observations;
        std::vector<GroupSighting> ofGroups;
        void add(const ToldObservation &told, const Snapshot &snapshot);
    };
    HttpResponse take(const Seen &seen);
    static HttpResponse answer(const Seen &seen);
    Result<void> forgetKeys(WriteTransaction &tx);
    Result<Seen> read(const HttpRequest &request) const;

    Store &m_store;
    const Environment &m_environment;
    RouterState &m_state;
    Measurements &m_measurements;
    ObservationShare &m_share;
    prometheus::Counter &m_accepted;
    std::int64_t m_keyed = 0; // on the writer thread
};

} // namespace crossfade
