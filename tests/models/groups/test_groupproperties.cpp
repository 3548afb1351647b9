// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/groups/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {
namespace {

// Time passes and the runner looks, a person commands, or the service starts anew.
struct GroupHappening {
    int seconds = 1;
    int verdict = 0;
    int tripped = 1; // 0: yes
    int command = -1;
    int batch = 0;
    int restart = 1; // 0: yes
};

rc::Gen<GroupHappening> anyGroupHappening() {
    return rc::gen::build<GroupHappening>(
        rc::gen::set(&GroupHappening::seconds, rc::gen::inRange(0, 60)),
        rc::gen::set(&GroupHappening::verdict, rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}, {1, 3}})),
        rc::gen::set(&GroupHappening::tripped, rc::gen::inRange(0, 12)),
        rc::gen::set(&GroupHappening::command,
                     rc::gen::weightedOneOf<int>(
                         {{5, rc::gen::just(-1)}, {1, rc::gen::inRange(0, static_cast<int>(GroupCommandCount))}})),
        rc::gen::set(&GroupHappening::batch, rc::gen::inRange(0, 7)),
        rc::gen::set(&GroupHappening::restart, rc::gen::inRange(0, 25)));
}

struct Walk {
    UserGroup group = plainGroup();
    std::size_t users = 0;
    GroupStatus status;
    Instant now = at(1'000);
    std::vector<GroupTransition> taken;

    std::optional<GroupTransition> next(const GroupHappening &happening) {
        now += Seconds(happening.seconds);
        if (happening.restart == 0) return restarted(group, status, now);
        if (happening.command >= 0) {
            GroupOrder order{static_cast<GroupCommand>(happening.command), static_cast<std::size_t>(happening.batch)};
            if (order.command == GroupCommand::Approve && happening.batch < 6)
                order.batch = status.batches.first(BatchState::Pending).value_or(order.batch);
            auto done = obey(group, status, order, users, now);
            if (!done) return std::nullopt;
            return std::move(*done);
        }
        const auto verdict = static_cast<Verdict>(happening.verdict);
        const bool tripped = happening.tripped == 0 && verdict == Verdict::Breach;
        return advance(group, status, factsWith(group, verdict, now, tripped));
    }
};

std::size_t underWay(const BatchTable &batches) {
    return batches.count(BatchState::Moving) + batches.count(BatchState::Settling) + batches.count(BatchState::Held);
}

// What holds of every status, however it came about.
void expectSound(const Walk &walk) {
    const GroupStatus &status = walk.status;
    // Never two batches at a time, and the one under way is the one that is named.
    RC_ASSERT(underWay(status.batches) == (status.batch ? 1U : 0U));
    if (status.batch) RC_ASSERT(isOnTarget(status.batches.at(*status.batch)));
    std::size_t users = 0;
    for (std::size_t batch = 0; batch < status.batches.size(); ++batch)
        users += batchUsers(walk.group, walk.users, batch);
    RC_ASSERT(status.batches.size() == 0 || users == walk.users);
    const bool all = status.batches.size() > 0 && status.batches.count(BatchState::Moved) == status.batches.size();
    if (status.state == GroupState::Completed) RC_ASSERT(all && walk.users > 0);
    if (currentPlatform(walk.group, status) == Platform::New) RC_ASSERT(all);
    RC_ASSERT(status.hold.has_value() == (status.state == GroupState::Held));
    RC_ASSERT(status.deadline.has_value() == awaitsAnswer(status.state));
    // What is asked about is there: a batch that may move, or one that may go back.
    if (status.state == GroupState::AwaitingApproval)
        RC_ASSERT(!status.batch && status.batches.count(BatchState::Pending) > 0);
    if (status.state == GroupState::RollbackProposed)
        RC_ASSERT(status.batch && status.batches.at(*status.batch) == BatchState::Held);
    if (status.state == GroupState::RolledBack) RC_ASSERT(usersOnTarget(walk.group, status, walk.users) == 0U);
    RC_ASSERT(groupStatusFromJson(groupStatusToJson(status)) == std::optional(status));
}

// What holds of every change.
void expectFairStep(const GroupStatus &before, const GroupTransition &step, const GroupHappening &happening,
                    bool asksEach) {
    const BatchTable &now = step.next.batches;
    std::size_t joined = 0;
    for (std::size_t batch = 0; batch < std::min(before.batches.size(), now.size()); ++batch) {
        const bool was = isOnTarget(before.batches.at(batch));
        joined += !was && isOnTarget(now.at(batch)) ? 1U : 0U;
        // A batch counts as moved only by guards that passed, after it has settled.
        if (now.at(batch) == BatchState::Moved && before.batches.at(batch) != BatchState::Moved) {
            RC_ASSERT(happening.command < 0 && happening.verdict == 0);
            RC_ASSERT(before.batches.at(batch) == BatchState::Settling);
        }
        if (was && !isOnTarget(now.at(batch))) RC_ASSERT(now.at(batch) == BatchState::RolledBack);
    }
    RC_ASSERT(joined <= 1U);
    // Where each batch is asked about, none joins without a person's yes.
    if (asksEach && joined == 1U) RC_ASSERT(happening.command == static_cast<int>(GroupCommand::Approve));
}

} // namespace

RC_GTEST_PROP(GroupProperties, whateverHappensItStaysSound, ()) {
    Walk walk;
    walk.group.batchSize = *rc::gen::inRange(1, 12);
    walk.group.batchIntervalSeconds = *rc::gen::inRange(0, 40);
    walk.group.onBreach = *rc::gen::element(OnBreach::Hold, OnBreach::ProposeRollback, OnBreach::Rollback);
    walk.group.proposalRollsBack = *rc::gen::arbitrary<bool>();
    walk.group.approval = *rc::gen::element(GroupApproval::None, GroupApproval::FirstBatch, GroupApproval::EachBatch);
    walk.users = *rc::gen::inRange<std::size_t>(0, 40);
    const auto happenings =
        *rc::gen::container<std::vector<GroupHappening>>(anyGroupHappening());
    auto begin = obey(walk.group, walk.status, {GroupCommand::Shift, 0}, walk.users, walk.now);
    RC_ASSERT(begin.has_value() == (walk.users > 0));
    if (begin) walk.status = begin->next;
    for (const GroupHappening &happening : happenings) {
        const auto step = walk.next(happening);
        if (!step) continue;
        expectFairStep(walk.status, *step, happening, walk.group.approval == GroupApproval::EachBatch);
        walk.status = step->next;
        expectSound(walk);
    }
}

RC_GTEST_PROP(GroupProperties, theSameHappeningsGiveTheSameStatus, ()) {
    const auto happenings =
        *rc::gen::container<std::vector<GroupHappening>>(anyGroupHappening());
    const auto walked = [&] {
        Walk walk;
        walk.users = 35;
        walk.status = obey(walk.group, walk.status, {GroupCommand::Shift, 0}, walk.users, walk.now)->next;
        for (const GroupHappening &happening : happenings) {
            if (const auto step = walk.next(happening)) walk.status = step->next;
            // Stored and read back in between, as a restart would.
            walk.status = groupStatusFromJson(groupStatusToJson(walk.status)).value();
        }
        return walk.status;
    };
    RC_ASSERT(walked() == walked());
}

RC_GTEST_PROP(BatchTableProperties, textComesBack, ()) {
    const auto states = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    BatchTable table(states.size());
    for (std::size_t i = 0; i < states.size(); ++i)
        table.set(i, static_cast<BatchState>(states[i]));
    const auto back = BatchTable::fromText(table.text());
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == table);
    for (std::size_t state = 0; state < BatchStateCount; ++state)
        RC_ASSERT(table.count(static_cast<BatchState>(state)) ==
                  static_cast<std::size_t>(std::ranges::count(states, static_cast<int>(state))));
}

TEST(BatchTableText, refusesWhatItDidNotWrite) {
    for (const char *text : {"P", "3", "3X", "0P", "-1P", "3P4", "100001P", "100000P1M", "99999999999999999999P"})
        EXPECT_FALSE(BatchTable::fromText(text).has_value()) << text;
    EXPECT_EQ(BatchTable(100'000).text(), "100000P");
    BatchTable table = BatchTable::fromText("2M1R3P").value();
    EXPECT_EQ(table.replace(BatchState::RolledBack, BatchState::Pending), 1U);
    EXPECT_EQ(table.text(), "2M4P");
    EXPECT_EQ(table.first(BatchState::Pending), 2U);
    EXPECT_FALSE(table.first(BatchState::Held).has_value());
}

} // namespace crossfade::test
