// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupsmodule.h"

#include "app/router/takenevents.h"

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds LookAtGroupsEvery{200};

// Of a draft too: a preview may ask what its start would do.
Result<GroupCover> coverOfAny(Database &db, std::string_view groupId) {
    const auto record = grouprecords::find(db, groupId);
    if (!record) return fail(record.error());
    GroupCover cover = GroupActs::coverOf(*record);
    if (auto filled = groupmembers::fill(db, cover); !filled) return fail(filled.error());
    return cover;
}

} // namespace

GroupsModule::GroupsModule(Service &service, RouterState &state, PromProvider &prometheus)
    : m_service(service)
    , m_acts(state, m_book)
    , m_runner(service, state, m_book, m_acts, prometheus)
    , m_groups(service.store().environment(), state, m_book, m_acts)
    , m_members(service.store(), state, m_book, m_acts)
    , m_commands(service.store(), state, m_acts) {
    state.setGroups(
        coverOfAny,
        [this](WriteTransaction &tx, const std::vector<std::string> *ids, const std::string &reason) {
            return m_acts.rollBackMany(tx, ids, reason);
        },
        [this](WriteTransaction &tx, const LocalRollback::Group &group, Instant at, const std::string &reason,
               const OwnRollback *own) {
            return own ? m_acts.catchUpOwn(tx, group, at, reason, *own) : m_acts.catchUp(tx, group, at, reason);
        },
        [this](WriteTransaction &tx, const Approval &approval, bool approve, const std::string &reason) {
            return m_acts.answer(tx, approval, approve, reason);
        },
        [this](Json &tick, Instant now) { m_runner.tell(tick, now); });
    state.setGroupProposal([this](const std::string &id, Instant now) -> std::optional<LocalRollback::Group> {
        for (const GroupBook::RecordPtr &record : m_book.records()) {
            const GroupStatus &status = record->status;
            if (status.state != GroupState::RollbackProposed || status.approvalId != id || !status.batch) continue;
            const bool over = status.deadline && now >= *status.deadline && !record->group.proposalRollsBack;
            if (over) return std::nullopt;
            return LocalRollback::Group{record->group.id, record->group.name, status.batch, 0};
        }
        return std::nullopt;
    });
}

void GroupsModule::addRoutes(RouteTable &routes) {
    m_groups.addRoutes(routes);
    m_members.addRoutes(routes);
    m_commands.addRoutes(routes);
}

Result<void> GroupsModule::start() {
    if (auto removed = groupmembers::removeBegun(m_service.store()); !removed) return removed;
    if (auto loaded = m_runner.load(); !loaded) return loaded;
    m_service.everyAlone(LookAtGroupsEvery, [this] {
        m_runner.look();
        m_runner.eachSecond();
    });
    return {};
}

Result<void> GroupsModule::takeUp(Database &db, const TakenUp &taken) {
    if (taken.all) return m_acts.takeUpAll(db);
    for (const ObjectNews &news : newsOf(taken, "group.changed", "group")) {
        if (auto done = m_acts.takeUp(db, news.id, news.history); !done) return done;
    }
    return {};
}

void GroupsModule::stop() {
    m_members.stop();
}

} // namespace crossfade
