// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/listtables.h"
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

// What is written down of a change of entries, beside how many and the first of them.
struct GrayEntriesAct {
    const char *action; // "gray_list.add", …
    Json about = Json::object();
    std::string reason;
};
// Stores changes of a list's entries, tells of them, and brings the row up to date. Nothing for no change.
Result<void> storeGrayEntries(RouterState &state, WriteTransaction &tx, listtables::GrayListRow &row,
                              std::vector<SnapshotChange> changes, GrayEntriesAct act);

} // namespace crossfade
