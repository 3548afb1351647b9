// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

#include <mutex>

namespace crossfade {

// /key-index: the exact set of LEGACY's keys, as the comparator pushes it. A push replaces the whole: it is
// stored in parts that nothing refers to, and put in force by one small transaction at the end. Keys that LEGACY has got
// since are added by PATCH, as one more part of the upload in force. A key that LEGACY has no more stays until the next
// whole push: meanwhile it decides nothing.
class KeyIndexModule : public RouterModule {
public:
    static constexpr std::size_t MostAdded = 10'000; // keys of one PATCH

    KeyIndexModule(RouterState &state, Store &store) : m_state(state), m_store(store) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request);
    Result<HttpResponse> add(const HttpRequest &request);
    Result<Json> addTo(const HttpRequest &request, WriteTransaction &tx, KeyIndex index, const std::string &lines) const;
    Result<Json> putInForce(const HttpRequest &request, WriteTransaction &tx, KeyIndex index,
                            const std::string &uploadId) const;

    RouterState &m_state;
    Store &m_store;
    std::mutex m_changing; // one push at a time: an upload's parts belong to one
};

} // namespace crossfade
