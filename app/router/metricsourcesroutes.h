// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/promprovider.h"
#include "app/service/http.h"

#include <mutex>

namespace crossfade {

// /metric-sources: the Prometheus servers that guards may ask, and trying an expression before a guard
// stands on it.
class MetricSourcesRoutes {
public:
    MetricSourcesRoutes(Store &store, PromProvider &provider);
    void addRoutes(RouteTable &routes);
    Result<void> load(); // what is stored, into the provider
    Result<void> load(Database &db);

private:
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> tryOut(const HttpRequest &request);

    Store &m_store;
    PromProvider &m_provider;
    std::mutex m_trying; // one at a time: a silent source must not take the threads of other work
};

} // namespace crossfade
