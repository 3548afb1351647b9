// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

#include <mutex>

namespace crossfade {

// /key-index: the exact set of LEGACY's keys, as the comparator pushes it. A push replaces the whole: it is
// stored in parts that nothing refers to, and put in force by one small transaction at the end.
class KeyIndexModule : public RouterModule {
public:
    KeyIndexModule(RouterState &state, Store &store) : m_state(state), m_store(store) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request);
    Result<Json> putInForce(const HttpRequest &request, WriteTransaction &tx, KeyIndex index,
                            const std::string &uploadId) const;

    RouterState &m_state;
    Store &m_store;
    std::mutex m_changing; // one push at a time: an upload's parts belong to one
};

} // namespace crossfade
