// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftacts.h"
#include "app/service/http.h"

namespace crossfade {

// What people do with a running shift: start, stop, roll back, override, finalize, answer; and what
// they look at: history, guards, gates. Nothing here waits for a probe or a judgement.
class ShiftRoutes {
public:
    ShiftRoutes(const Environment &environment, RouterState &state, ShiftBook &book,
                ShiftActs &acts);
    void addRoutes(RouteTable &routes);

private:
    using Read = Result<HttpResponse> (ShiftRoutes::*)(const HttpRequest &, Database &) const;
    using Write = Result<HttpResponse> (ShiftRoutes::*)(const HttpRequest &, WriteTransaction &);
    void addRead(RouteTable &routes, const char *pattern, RouteRules rules, Read handler);
    void addKept(RouteTable &routes, const char *pattern, RouteRules rules, Write handler);
    void addWrite(RouteTable &routes, const char *pattern, RouteRules rules, Write handler);

    Result<HttpResponse> shift(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> history(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> guards(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> gates(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> start(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> suspend(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> resume(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> rollBack(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> override(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> finalize(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> rollBackMany(const HttpRequest &request, WriteTransaction &tx);
    Result<void> lowerCovers(WriteTransaction &tx, const std::vector<std::string> &ids,
                             Percentage target, const std::string &reason, Json &items);
    Result<HttpResponse> obeyed(const HttpRequest &request, WriteTransaction &tx,
                                const ShiftOrder &order);

    const Environment &m_environment;
    RouterState &m_state;
    ShiftBook &m_book;
    ShiftActs &m_acts;
};

} // namespace crossfade
