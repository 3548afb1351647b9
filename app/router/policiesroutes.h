// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftacts.h"
#include "app/service/http.h"

namespace crossfade {

// /shift-policies: the definitions. Where the shift stands is in no body a client sends.
class PoliciesRoutes {
public:
    PoliciesRoutes(const Environment &environment, RouterState &state, ShiftBook &book);
    void addRoutes(RouteTable &routes);

private:
    Result<HttpResponse> list(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx);
    Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx, bool patch);
    Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx);
    Json told(const PolicyRecord &record, Instant now) const;

    const Environment &m_environment;
    RouterState &m_state;
    ShiftBook &m_book;
};

} // namespace crossfade
