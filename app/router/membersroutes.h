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
    // A list that is stored but no group's yet. One that is not put in force, because something came between,
    // is dropped, at the latest with the next start.
    struct NewList {
        std::string id;
        std::size_t users = 0;
        std::size_t invalidIds = 0;
        std::int64_t version = 0; // of the group it was read for
        std::shared_ptr<MemberRead> read = {}; // still under way
    };
    Result<void> resolve(const HttpRequest &request); // before the transaction: NewList
    Result<HttpResponse> putResolved(const HttpRequest &request, WriteTransaction &tx);
    Result<GroupRecord> draft(const std::string &id) const;
    Result<NewList> stored(const HttpRequest &request, std::int64_t version, const IdSet &ids,
                           std::shared_ptr<MemberRead> read);
    Result<HttpResponse> put(const HttpRequest &request, WriteTransaction &tx, const NewList &list);

    Store &m_store;
    RouterState &m_state;
    GroupBook &m_book;
    GroupActs &m_acts;
    MemberReads m_reads;
};

} // namespace crossfade
