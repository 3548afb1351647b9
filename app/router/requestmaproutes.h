// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"
#include "models/routing/requestmap.h"
#include "models/routing/splits.h"

#include <memory>
#include <mutex>

namespace crossfade {

using RequestMapPtr = std::shared_ptr<const std::vector<RequestMapRow>>;

// The map in force, for whoever has to know what a request is; any thread.
class RequestMaps {
public:
    RequestMapPtr current() const;
    std::shared_ptr<const ReadWritePairs> pairs() const; // of the same
    void publish(RequestMapPtr map);

private:
    mutable std::mutex m_mutex;
    RequestMapPtr m_map = std::make_shared<const std::vector<RequestMapRow>>();
    std::shared_ptr<const ReadWritePairs> m_pairs = std::make_shared<const ReadWritePairs>();
};

// /request-map: what requests are, row by row.
class RequestMapModule : public RouterModule {
public:
    RequestMapModule(Store &store, const RouterState &state) : m_store(store), m_state(state) {}
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;
    Result<void> takeUp(Database &db, const TakenUp &taken) override;

    const RequestMaps &maps() const { return m_maps; }

private:
    Result<HttpResponse> put(const HttpRequest &request, WriteTransaction &tx);
    Result<void> read(Database &db);
    Json splitsBy(const std::vector<RequestMapRow> &rows, Instant now) const;

    Store &m_store;
    const RouterState &m_state;
    RequestMaps m_maps;
};

} // namespace crossfade
