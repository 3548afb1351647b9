// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

namespace crossfade {

// /gray-lists/{name}/export and …/import: many entries at once, as CSV or JSON.
//
// An import is read beside the writer, which then finds out what it changes and stores all of it in one
// transaction, or only tells it (dry_run). An export is read in pieces: what comes or goes meanwhile may or may
// not be in it.
class GrayTransferModule : public RouterModule {
public:
    GrayTransferModule(RouterState &state, Store &store) : m_state(state), m_store(store) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> exportEntries(const HttpRequest &request) const;
    Result<void> prepare(const HttpRequest &request) const;
    Result<HttpResponse> import(const HttpRequest &request, WriteTransaction &tx) const;

    RouterState &m_state;
    Store &m_store;
};

} // namespace crossfade
