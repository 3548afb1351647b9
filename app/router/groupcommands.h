// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupacts.h"
#include "app/service/http.h"

namespace crossfade {

// What people do with a group: start it, stop it, go on, take a batch or all of it back.
class GroupCommands {
public:
    GroupCommands(Store &store, RouterState &state, GroupActs &acts);
    void addRoutes(RouteTable &routes);

private:
    // What was looked at before the transaction, for it may take seconds: the members, and which groups
    // have none of them.
    struct Looked {
        std::string membersId;
        MembersPtr members;
        std::vector<std::string> apart;
    };
    Result<void> lookBeforeStart(const HttpRequest &request) const;
    Result<void> stillApart(WriteTransaction &tx, const GroupRecord &record, const Looked &looked) const;
    Result<HttpResponse> start(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> command(const HttpRequest &request, WriteTransaction &tx, GroupCommand command);
    Result<HttpResponse> rollBack(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> obeyed(const HttpRequest &request, WriteTransaction &tx, const GroupRecord &before,
                                const GroupOrder &order, MembersPtr members = nullptr);

    Store &m_store;
    RouterState &m_state;
    GroupActs &m_acts;
};

} // namespace crossfade
