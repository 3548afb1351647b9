// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"

namespace crossfade {

// /gray-lists, /gray-lists/{name} and …/entries.
class GrayListsModule : public RouterModule {
public:
    static constexpr std::size_t MostAtOnce = 10'000; // entries of one request: the one writer waits for them
    static constexpr std::int64_t MostEntries = 1'000'000;

    explicit GrayListsModule(RouterState &state) : m_state(state) {}
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> changeEntries(const HttpRequest &request, WriteTransaction &tx, bool add);

    RouterState &m_state;
};

} // namespace crossfade
