// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/previewchanges.h"
#include "app/router/previewrecords.h"
#include "app/router/previewstore.h"
#include "app/router/probes.h"
#include "app/router/requestmaproutes.h"
#include "app/router/routerpart.h"

namespace crossfade {

// /previews and /previews/{id}/members. Where there are other replicas, what a preview was made from is stored: any
// of them makes it anew when its list is asked for there.
class PreviewsModule : public RouterModule {
public:
    PreviewsModule(RouterState &state, Service &service, Directory &directory, const RequestMaps &maps,
                   const Probes &probes)
        : m_state(state)
        , m_service(service)
        , m_store(service.store())
        , m_directory(directory)
        , m_maps(maps)
        , m_probes(probes)
    {
    }
    void addRoutes(RouteTable &routes) override;
    void stop() override { m_cancelled = true; }

private:
    // A preview to be computed: its snapshots, of which state of the routing they are ("": not told), what is asked.
    struct Asked {
        std::shared_ptr<StoredPreview> preview;
        std::string routing;
        PreviewQuestion question;
    };
    Result<Asked> ask(const Json &body, std::optional<Instant> at);
    Result<HttpResponse> create(const HttpRequest &request);
    void share(const HttpRequest &request, const Asked &asked);
    Result<PreviewPtr> known(const std::string &id);
    Result<PreviewPtr> makeAnew(const PreviewRecord &record);
    std::string fingerprintOf(const IdSetPtr &users);
    Result<HttpResponse> members(const HttpRequest &request);
    bool compute(StoredPreview &preview, const PreviewQuestion &question);
    PolicyBucketsPtr bucketsFor(StoredPreview &preview, const std::string &policyId, bool anyMoment);

    RouterState &m_state;
    Service &m_service;
    Store &m_store;
    Directory &m_directory;
    const RequestMaps &m_maps;
    const Probes &m_probes;
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
    IdSetPtr m_printed; // the users whose fingerprint was taken last
    std::string m_fingerprint;
};

} // namespace crossfade
