// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/previewchanges.h"
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
    bool compute(StoredPreview &preview, const PreviewQuestion &question);
    PolicyBucketsPtr bucketsFor(StoredPreview &preview, const std::string &policyId, bool anyMoment);

    RouterState &m_state;
    Store &m_store;
    Directory &m_directory;
    PreviewStore m_previews;
    CancelFlag m_cancelled{false};

    // Of the policy whose percentage was previewed last: while a slider is dragged the same are asked for again.
    struct LastBuckets {
        SnapshotPtr snapshot;
        IdSetPtr users;
        std::string systemId;
        std::string policyId;
        Instant at{};
        PolicyBucketsPtr buckets;
    };
    std::mutex m_mutex;
    LastBuckets m_last;
};

} // namespace crossfade
