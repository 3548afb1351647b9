// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/channelsender.h"
#include "app/router/routerpart.h"

#include <cstdint>
#include <set>
#include <string>

namespace crossfade {

// /channels: where alerts are told beside the console, and what came of each telling.
class ChannelsModule : public RouterModule {
public:
    ChannelsModule(Service &service, const RouterOptions &options);
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;
    void stop() override;

private:
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx);
    Result<void> sendTest(const HttpRequest &request) const;
    static Result<HttpResponse> noteTest(const HttpRequest &request, WriteTransaction &tx);
    void forgetOld();
    void tellOfUnreadable();

    Service &m_service;
    Store &m_store;
    ChannelSender m_sender;
    std::int64_t m_term = 0;         // as tellOfUnreadable() knew it
    std::set<std::string> m_toldOf; // channels, in that term
};

} // namespace crossfade
