// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the group runner shows: each group's series and figures, and at a replica that follows how whoever leads
// judged its guards.
#include "app/router/grouprunner.h"

#include "app/router/shiftevidence.h"
#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr Milliseconds FollowGroupsEvery{500};
constexpr std::int64_t Followed = 180;   // seconds of slots that a replica keeps which does not store them
constexpr std::int64_t FiguresOver = 60; // seconds, of metrics.tick

bool isUnderWay(const GroupRecord &record) {
    const GroupState state = record.status.state;
    return record.covers() && state != GroupState::Completed && state != GroupState::RolledBack;
}

std::int64_t secondAfter(Instant instant) {
    return std::chrono::ceil<Seconds>(instant).time_since_epoch().count();
}

Json figureOrNull(const std::optional<double> &value) {
    return value ? Json(*value) : Json();
}

} // namespace

// Those under way before those that are done, which may still be taken back; of these the latest.
void GroupRunner::watchSeries(const std::vector<GroupBook::RecordPtr> &records) {
    std::vector<GroupBook::RecordPtr> covering;
    for (const GroupBook::RecordPtr &record : records) {
        if (record->covers()) covering.push_back(record);
    }
    std::ranges::stable_sort(covering, [](const GroupBook::RecordPtr &a, const GroupBook::RecordPtr &b) {
        const bool first = isUnderWay(*a);
        return first != isUnderWay(*b) ? first : a->status.since > b->status.since;
    });
    covering.resize(std::min(covering.size(), GroupSeries::MostGroups));
    std::map<std::string, Platform> targets;
    for (const GroupBook::RecordPtr &record : covering)
        targets[record->group.id] = record->group.targetPlatform;
    m_state.groupMeasures().series().watch(targets);
}

void GroupRunner::keepSeries() {
    for (GroupSeries::Row &row : m_state.groupMeasures().series().settle(m_lastSecond)) {
        SeriesKey key(row.groupId, row.resolution, row.key);
        m_series.insert_or_assign(std::move(key), std::move(row));
    }
    // What came late waits for the store as everything else does.
    const std::int64_t oldest = m_lastSecond - (m_term == 0 ? Followed : GroupSeries::Latest);
    std::erase_if(m_series, [oldest](const auto &entry) { return entry.second.key.second < oldest; });
}

void GroupRunner::tell(Json &tick, Instant now) const {
    Json groups = Json::array();
    for (const GroupBook::RecordPtr &record : m_book.records()) {
        if (groups.size() == GroupSeries::MostGroups) break;
        if (isUnderWay(*record)) groups.push_back(told(*record, now));
    }
    tick["groups"] = std::move(groups);
    tick["group_slots"] = m_state.groupMeasures().series().takeTickSlots(toMs(now) / 1000);
}

// The figures are of the batch under way, on its target since it moved.
Json GroupRunner::told(const GroupRecord &record, Instant now) const {
    const GroupStatus &status = record.status;
    const std::int64_t to = toMs(now) / 1000;
    const std::int64_t from = std::max(to - FiguresOver, secondAfter(status.movedAt));
    Slot slot;
    if (status.batch && from < to) slot = m_state.groupMeasures().sum(record.group.id, true, from, to);
    const auto seconds = static_cast<double>(std::max<std::int64_t>(1, to - from));
    const auto figure = [&](Metric metric, Statistic statistic) {
        return figureOrNull(status.batch ? slot.value(metric, statistic, seconds) : std::nullopt);
    };
    return Json{{"group_id", record.group.id},
                {"state", groupStateWord(status.state)},
                {"batch", status.batch ? Json(*status.batch) : Json()},
                {"batches", status.batches.size()},
                {"moved", usersOnTarget(record.group, status, record.users)},
                {"users", record.users},
                {"request_rate", figure(Metric::RequestRate, Statistic::Rate)},
                {"success_rate", figure(Metric::SuccessRate, Statistic::Rate)},
                {"p95", figure(Metric::Latency, Statistic::P95)}};
}

void GroupRunner::follow(const std::vector<GroupBook::RecordPtr> &records, Instant now) {
    if (now - m_followedAt < FollowGroupsEvery && now >= m_followedAt) return;
    m_followedAt = now;
    const auto read = m_service.store().read([&](Database &db) -> Result<void> {
        for (const GroupBook::RecordPtr &record : records) {
            if (!record->covers()) continue;
            if (auto followed = followOne(db, record->group.id); !followed) return followed;
        }
        return {};
    });
    // What was shown stays, and tells its age; /readyz tells of the store.
    if (!read) logWarning("what the leader judged of groups cannot be read", {{"error", read.error().message}});
}

Result<void> GroupRunner::followOne(Database &db, const std::string &id) {
    const auto record = grouprecords::find(db, id);
    if (!record) return record.error().kind == ErrorKind::Unavailable ? fail(record.error()) : Result<void>();
    // The counts are of one batch since it moved: what was seen of another is no evidence.
    const Under under{record->status.batch, record->status.movedAt};
    const bool anew = std::exchange(m_under[id], under) != under;
    auto view = std::make_shared<ShiftView>();
    const GroupBook::ViewPtr before = m_book.view(id);
    if (before && before->followedTo > Instant()) *view = viewToFollow(*before, record->group.guards);
    if (anew) view->guards.clear();
    view->policy.guards = record->group.guards;
    if (record->status.batch) {
        const Instant moved = record->status.movedAt;
        if (auto read = followGuards(db, id, moved, moved, *view); !read) return read;
    }
    m_book.putView(id, view);
    return {};
}

} // namespace crossfade
