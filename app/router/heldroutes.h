// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/listtables.h"
#include "app/router/routerpart.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// /held-entities: who has a confirmed difference, as the comparator pushes it (see HeldChange).
//
// Nobody who is on NEW is moved back: whom a push would hold but finds on NEW is spared (see holding.h).
//
// PUT names all of them. What changed against the stored set is put in force in parts, those who are held first, so that
// no other change waits long for the one writer; the version is advanced with the last part. A push that dies on the way
// is repeated from the version it began with and finds less to do; one that another overtakes ends at its next part.
//
// PATCH names who came and who went since: good only on the set that the same source has pushed last, up to the epoch of
// its own that GET tells. Whatever else is there, it is told to push the whole.
class HeldModule : public RouterModule {
public:
    static constexpr std::size_t MostHeld = 1'000'000; // users, and as many entities
    static constexpr std::size_t MostChanged = 5'000;  // of one PATCH, which is one transaction

    HeldModule(RouterState &state, Store &store) : m_state(state), m_store(store) {}
    void addRoutes(RouteTable &routes) override;

private:
    struct Push { // what its query says
        bool complete = false;
        std::string source; // '': it does not say
        std::int64_t epoch = 0;
    };
    static Result<Push> readPush(const HttpRequest &request, bool whole);
    Result<HttpResponse> put(const HttpRequest &request);
    Result<HttpResponse> patch(const HttpRequest &request);
    Result<Json> patchIn(const HttpRequest &request, WriteTransaction &tx, const Push &push,
                         const std::vector<HeldChange> &told);
    Result<std::string> claim(const HttpRequest &request);
    Result<HttpResponse> apply(const HttpRequest &request, const std::vector<SnapshotChange> &changes, const Push &push,
                               const std::string &token);
    Result<void> changeHeld(const HttpRequest &request, WriteTransaction &tx, std::vector<SnapshotChange> part);
    // The last part: the set as it is from now on.
    Result<Json> finish(const HttpRequest &request, WriteTransaction &tx, listtables::PushedSet set, const Push &push,
                        std::size_t changed);

    RouterState &m_state;
    Store &m_store;
    std::mutex m_changing; // one push at a time
};

} // namespace crossfade
