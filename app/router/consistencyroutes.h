// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/probes.h"
#include "app/service/http.h"
#include "app/service/store.h"

namespace crossfade {

// /consistency: what a comparator tells of its checks, for guards and gates. It tells again and again: what it told counts
// for as long as it says, so that one that is dead is noticed. Any replica takes it; the others read it from the store.
class ConsistencyRoutes {
public:
    static constexpr std::size_t MostChecks = 1'000;

    ConsistencyRoutes(Store &store, Probes &probes) : m_store(store), m_probes(probes) {}
    void addRoutes(RouteTable &routes);
    Result<void> load();
    Result<void> takeUp(Database &db); // what another replica was told; on the writer thread

private:
    Result<HttpResponse> tell(const HttpRequest &request, WriteTransaction &tx);

    Store &m_store;
    Probes &m_probes;
    std::int64_t m_epoch = 0; // of what is known; on the writer thread
};

} // namespace crossfade
