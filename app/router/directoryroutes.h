// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directory.h"
#include "app/router/routerpart.h"

#include <memory>
#include <mutex>

namespace crossfade {

// /directory, /directory/refresh and /directory/cancel.
class DirectoryModule : public RouterModule {
public:
    explicit DirectoryModule(Store &store) : m_store(store), m_directory(store) {}
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;
    Result<void> takeUp(Database &db, const TakenUp &taken) override;
    void stop() override { m_directory.stop(); }

    Directory &directory() { return m_directory; }

private:
    Result<HttpResponse> told(Database &db) const;
    Result<HttpResponse> get() const;
    Result<HttpResponse> put(const HttpRequest &request);
    Result<HttpResponse> cancel(const HttpRequest &request, WriteTransaction &tx);
    // A change that is under way, at the version it was asked for.
    Result<std::shared_ptr<void>> begin(const HttpRequest &request);
    Result<std::string> storeBody(const HttpRequest &request, DirectoryConfig &config);
    Result<void> save(const HttpRequest &request, const DirectoryConfig &config,
                      const std::string &uploadId);

    Store &m_store;
    Directory m_directory;
    std::mutex m_mutex;
    std::weak_ptr<void> m_changing; // one change at a time: an upload's parts belong to one
};

} // namespace crossfade
