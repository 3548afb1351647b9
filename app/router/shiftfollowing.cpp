// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the shift runner of a replica that follows shows: not what it would judge itself, which begins with its own
// start and its own second, but what whoever leads judged and saw, as it is stored.
#include "app/router/shiftrunner.h"

#include "app/router/shiftevidence.h"
#include "app/service/log.h"

#include <utility>

namespace crossfade {

namespace {

constexpr Milliseconds FollowEvery{500};

} // namespace

void ShiftRunner::follow(const std::vector<ShiftBook::RecordPtr> &records, Instant now) {
    if (now - m_followedAt < FollowEvery && now >= m_followedAt) return;
    m_followedAt = now;
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        for (const ShiftBook::RecordPtr &record : records) {
            if (!isJudged(record->status.state)) continue;
            if (auto followed = followOne(db, record->policy.id, now); !followed) return followed;
        }
        return {};
    });
    // What was shown stays, and tells its age; /readyz tells of the store.
    if (!read) logWarning("what the leader judged cannot be read", {{"error", read.error().message}});
}

Result<void> ShiftRunner::followOne(Database &db, const std::string &id, Instant now) {
    // As stored, with what is stored of it: what was taken up may be a step behind.
    const auto record = shiftrecords::find(db, id);
    if (!record) return record.error().kind == ErrorKind::Unavailable ? fail(record.error()) : Result<void>();
    auto view = std::make_shared<ShiftView>();
    const ShiftBook::ViewPtr before = m_book.view(id);
    // One that does not say until when it goes was read to lead, or looked at here: it is read anew.
    if (before && before->followedTo > Instant()) *view = viewToFollow(*before, record->policy.guards);
    view->policy = record->policy;
    if (std::exchange(view->followedFrom, record->status.steppedAt) != record->status.steppedAt) view->countAnew();
    m_book.takeRestart(id); // seen above
    if (auto read = followShift(db, *record, *view, now); !read) return read;
    m_book.putView(id, view);
    return {};
}

} // namespace crossfade
