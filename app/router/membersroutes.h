// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/router/groupacts.h"
#include "app/service/http.h"

#include <mutex>

namespace crossfade {

// /user-groups/{id}/members: who belongs to a draft, from a list or from the directory by its criteria.
class MembersRoutes {
public:
    MembersRoutes(Store &store, RouterState &state, GroupBook &book, GroupActs &acts);
    void addRoutes(RouteTable &routes);
    void stop() { m_cancelled = true; } // ends a running resolution

private:
    Result<HttpResponse> list(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> upload(const HttpRequest &request);
    Result<HttpResponse> resolve(const HttpRequest &request);
    Result<GroupRecord> draft(const HttpRequest &request, bool versioned) const;
    Result<HttpResponse> put(const HttpRequest &request, const GroupRecord &seen, const IdSet &ids,
                             std::size_t invalidIds);

    Store &m_store;
    RouterState &m_state;
    GroupBook &m_book;
    GroupActs &m_acts;
    std::mutex m_changing; // one list at a time: each may take a gigabyte while it is read
    CancelFlag m_cancelled{false};
};

} // namespace crossfade
