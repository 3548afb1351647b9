// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/previewstore.h"
#include "app/router/routerpart.h"

namespace crossfade {

// /previews and /previews/{id}/members.
class PreviewsModule : public RouterModule {
public:
    PreviewsModule(RouterState &state, Store &store, Directory &directory)
        : m_state(state)
        , m_store(store)
        , m_directory(directory)
    {
    }
    void addRoutes(RouteTable &routes) override;
    void stop() override { m_cancelled = true; }

private:
    Result<HttpResponse> create(const HttpRequest &request);
    Result<HttpResponse> members(const HttpRequest &request);

    RouterState &m_state;
    Store &m_store;
    Directory &m_directory;
    PreviewStore m_previews;
    CancelFlag m_cancelled{false};
};

} // namespace crossfade
