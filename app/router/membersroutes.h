// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "app/router/groupacts.h"
#include "app/router/memberreads.h"
#include "app/service/http.h"

namespace crossfade {

// /user-groups/{id}/members: who belongs to a draft, from a list or from the directory by its criteria.
class MembersRoutes {
public:
    MembersRoutes(Store &store, RouterState &state, GroupBook &book, GroupActs &acts);
    void addRoutes(RouteTable &routes);
    void stop() { m_reads.stop(); } // ends what is being read

private:
    Result<HttpResponse> list(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> progress(const HttpRequest &request, Database &db) const;
    Result<HttpResponse> cancel(const HttpRequest &request, WriteTransaction &tx);
    std::shared_ptr<BodySink> sinkOf(const HttpRequest &head);
    Result<HttpResponse> upload(const HttpRequest &request);
    Result<HttpResponse> resolve(const HttpRequest &request);
    Result<GroupRecord> draft(const std::string &id) const;
    Result<HttpResponse> put(const HttpRequest &request, std::int64_t version, const IdSet &ids, MemberRead &read,
                             std::size_t invalidIds);

    Store &m_store;
    RouterState &m_state;
    GroupBook &m_book;
    GroupActs &m_acts;
    MemberReads m_reads;
};

} // namespace crossfade
