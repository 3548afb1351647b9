// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

#include <mutex>

namespace crossfade {

// /held-entities: who has a confirmed difference, as the comparator pushes it (see HeldChange).
//
// Nobody who is on NEW is moved back: whom a push would hold but finds on NEW is spared (see holding.h).
//
// A push names all of them. What changed against the stored set is put in force in parts, those who are
// held first, so that no other change waits long for the one writer; the version is advanced with the last
// part. A push that dies on the way is repeated from the version it began with and finds less to do.
class HeldModule : public RouterModule {
public:
    static constexpr std::size_t MostHeld = 1'000'000; // users, and as many entities

    HeldModule(RouterState &state, Store &store) : m_state(state), m_store(store) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> put(const HttpRequest &request);
    Result<HttpResponse> apply(const HttpRequest &request, const std::vector<SnapshotChange> &changes, bool complete);
    Result<void> changeHeld(const HttpRequest &request, WriteTransaction &tx, std::vector<SnapshotChange> part);

    RouterState &m_state;
    Store &m_store;
    std::mutex m_changing; // one push at a time
};

} // namespace crossfade
