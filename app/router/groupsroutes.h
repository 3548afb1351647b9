// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupacts.h"
#include "app/service/http.h"

namespace crossfade {

// /user-groups: the definitions, and what is told of a group: batches, guards, history.
class GroupsRoutes {
public:
    GroupsRoutes(const Environment &environment, RouterState &state, GroupBook &book, GroupActs &acts);
    void addRoutes(RouteTable &routes);

private:
    using Read = Result<HttpResponse> (GroupsRoutes::*)(const HttpRequest &, Database &) const;
    void addRead(RouteTable &routes, const char *pattern, RouteRules rules, Read handler);
    Result<HttpResponse> list(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> get(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> batches(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> guards(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> history(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx, bool patch);
    Result<void> lookBeforeRemove(const HttpRequest &request) const;
    Result<void> mayLeave(const HttpRequest &request, WriteTransaction &tx, bool completed) const;
    Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx);

    const Environment &m_environment;
    RouterState &m_state;
    GroupBook &m_book;
    GroupActs &m_acts;
};

} // namespace crossfade
