// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The whole table state × command over HTTP: each state is reached, each command sent to a policy of
// its own, and what is answered must be what fits() says.
#include "tests/services/router/shiftfixture.h"

#include "models/shift/status.h"

#include <algorithm>

namespace crossfade {
namespace {

constexpr int Commands = static_cast<int>(ShiftCommandCount);

class ShiftTable : public ShiftTest {
protected:
    // One policy a command, each on a system of its own, none of which has any traffic.
    std::vector<std::string> policies(ShiftState state, const Json &changes) {
        std::vector<std::string> ids;
        for (int i = 0; i < Commands; ++i) {
            Json body = changes;
            const std::string name =
                std::string(shiftStateWord(state)) + "-" + std::to_string(i);
            body["policy_name"] = name;
            body["target_system"] = name;
            if (state == ShiftState::Completed) body["users_without_id"] = "NEW"; // else finalizing would move them
            ids.push_back(createPolicy(body));
        }
        return ids;
    }
    void each(const std::vector<std::string> &ids, const char *name,
              const Json &body = Json::object()) {
        for (const std::string &id : ids)
            ASSERT_EQ(act(id, name, body), 200) << name << " " << shift(id).dump();
    }
    void waitAll(const std::vector<std::string> &ids, ShiftState state) {
        for (const std::string &id : ids)
            ASSERT_TRUE(waitState(id, std::string(shiftStateWord(state)),
                                  std::chrono::seconds(30)))
                << shift(id).dump();
    }
    // Nobody measures LEGACY here, so the first step is taken by overriding that gate.
    void takeFirstStep(const std::vector<std::string> &ids) {
        each(ids, "shift");
        waitAll(ids, ShiftState::Held);
        each(ids, "override", {{"gate", "LEGACY_METRICS"}});
    }
    std::vector<std::string> reach(ShiftState state);
    std::vector<std::string> propose();
    std::vector<std::string> complete();
    void store(const std::vector<std::string> &ids, ShiftState state);
    int command(const std::string &id, ShiftState state, ShiftCommand command);
    std::string approvalOf(const std::string &id);

    static inline const Json Slow{{"stabilization_seconds", 600}, {"guards", Json::array()}};
    static inline const Json Quick{{"stabilization_seconds", 0}, {"guards", Json::array()}};
};

std::vector<std::string> ShiftTable::propose() {
    Json body{{"stabilization_seconds", 600}, {"on_breach", "PROPOSE_ROLLBACK"}};
    body["guards"] = {{{"id", "success"},
                       {"metric", "authentication_success_rate"},
                       {"threshold", 99},
                       {"window_seconds", 60},
                       {"min_samples", 1},
                       {"breaches", 1},
                       {"windows", 1}}};
    const auto ids = policies(ShiftState::RollbackProposed, body);
    takeFirstStep(ids);
    waitAll(ids, ShiftState::Stabilizing);
    const auto failOnNew = [&] {
        Json list = Json::array();
        const Json at = router.get("/api/v1/session").at("server_time");
        for (const std::string &id : ids)
            list.push_back(
                {{"at", at},
                 {"platform", "NEW"},
                 {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", id}, {"epoch", 1}}},
                 {"status", 500},
                 {"latency_ms", 5}});
        router.call({"POST", "/api/v1/observations", {{"observations", list}}, {}, "observer"});
    };
    // Again if it fell into the second of the step, which is not judged.
    const auto proposed = [&] {
        return std::ranges::all_of(
            ids, [&](const std::string &id) { return stateOf(id) == "ROLLBACK_PROPOSED"; });
    };
    for (int round = 0; round < 8 && !proposed(); ++round) {
        failOnNew();
        waitFor(proposed, std::chrono::seconds(3));
    }
    return ids;
}

std::vector<std::string> ShiftTable::complete() {
    Json body = Quick;
    body["max_shift_percentage"] = 100;
    body["shift_increment"] = 100;
    const auto ids = policies(ShiftState::Completed, body);
    takeFirstStep(ids);
    for (const std::string &id : ids)
        EXPECT_TRUE(waitPercentage(id, 100));
    waitAll(ids, ShiftState::Evaluating);
    for (const char *gate : {"EVIDENCE", "TRAFFIC"})
        each(ids, "override", {{"gate", gate}});
    return ids;
}

// For states that no command of this version leads to: as a stored shift would stand there.
void ShiftTable::store(const std::vector<std::string> &ids, ShiftState state) {
    ASSERT_TRUE(router.stop());
    for (const std::string &id : ids) {
        const auto db = router.store();
        ASSERT_TRUE(db);
        const auto rows = db->query("SELECT status FROM shift_policy WHERE id = ?", {id});
        ASSERT_TRUE(rows && rows->size() == 1);
        Json status = parseJson(rows->front().text(0)).value_or(Json::object());
        status["state"] = shiftStateWord(state);
        const auto done = db->execute("UPDATE shift_policy SET status = ? WHERE id = ?", {dumpJson(status), id});
        ASSERT_EQ(done.value_or(0), 1);
    }
    ASSERT_TRUE(router.start()) << router.log();
}

std::vector<std::string> ShiftTable::reach(ShiftState state) {
    std::vector<std::string> ids;
    switch (state) {
    case ShiftState::Draft:
        return policies(state, Slow);
    case ShiftState::Scheduled: {
        const auto now = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
        ids = policies(state, Slow);
        each(ids, "shift", {{"start_at", formatInstant(now + std::chrono::hours(1))}});
        return ids;
    }
    case ShiftState::Failed:
        legacyByDefault(); // else finalizing at 0 % would move those whom it never covered
        ids = policies(state, Slow);
        store(ids, state);
        return ids;
    case ShiftState::Stabilizing:
        ids = policies(state, Slow);
        takeFirstStep(ids);
        return ids;
    case ShiftState::Evaluating: // without evidence it stays there for a minute
        ids = policies(state, Quick);
        takeFirstStep(ids);
        for (const std::string &id : ids) // before the step it passes through there too
            EXPECT_TRUE(waitPercentage(id, 10));
        return ids;
    case ShiftState::AwaitingApproval: {
        Json body = Slow;
        body["approval"] = "EACH_STEP";
        ids = policies(state, body);
        takeFirstStep(ids);
        return ids;
    }
    case ShiftState::AtTarget:
        ids = policies(state, Slow);
        each(ids, "shift", {{"target_percentage", 0}});
        return ids;
    case ShiftState::Held:
        ids = policies(state, Slow);
        each(ids, "shift");
        return ids;
    case ShiftState::Suspended:
        ids = policies(state, Slow);
        each(ids, "shift");
        each(ids, "suspend");
        return ids;
    case ShiftState::RollbackProposed:
        return propose();
    case ShiftState::RollingBack: {
        Json body = Slow;
        body["interval_seconds"] = 3'600; // the pace of a stepwise rollback
        ids = policies(state, body);
        takeFirstStep(ids);
        waitAll(ids, ShiftState::Stabilizing);
        each(ids, "rollback", {{"mode", "STEPWISE"}});
        return ids;
    }
    case ShiftState::RolledBack:
    case ShiftState::Finalized:
        ids = policies(state, Slow);
        each(ids, "shift");
        each(ids, "rollback");
        if (state == ShiftState::Finalized) each(ids, "finalize");
        return ids;
    case ShiftState::Completed:
        return complete();
    }
    return ids;
}

std::string ShiftTable::approvalOf(const std::string &id) {
    const Json items = router.get("/api/v1/approvals?state=OPEN&limit=1000").at("items");
    for (const Json &item : items) {
        if (item.at("policy_id") == id) return item.at("id");
    }
    return {};
}

// The status; where there is no approval to answer, that is the refusal.
int ShiftTable::command(const std::string &id, ShiftState state, ShiftCommand command) {
    const std::string name(shiftCommandWord(command));
    if (command == ShiftCommand::Approve || command == ShiftCommand::Reject) {
        const std::string approval = approvalOf(id);
        if (approval.empty()) return 409;
        // A step is approved only while every other gate is green: nobody measures LEGACY here, so
        // its gate is overridden, which lasts until the step.
        return router
            .call({"POST", "/api/v1/approvals/" + approval + "/" + name, {{"reason", "test"}}, {},
                   "approver"})
            .status;
    }
    Json body = Json::object();
    if (command == ShiftCommand::Override) body["gate"] = "SAMPLES";
    // Another goal than it has: to the same one it goes already.
    if (command == ShiftCommand::Shift)
        body["target_percentage"] = state == ShiftState::Completed ? 50 : 20;
    return act(id, name, body);
}

class ShiftTableOf : public ShiftTable, public testing::WithParamInterface<int> {};

TEST_P(ShiftTableOf, isWhatTheRouterAnswers) {
    const auto state = static_cast<ShiftState>(GetParam());
    const std::vector<std::string> ids = reach(state);
    ASSERT_EQ(ids.size(), static_cast<std::size_t>(Commands));
    waitAll(ids, state);
    for (int i = 0; i < Commands; ++i) {
        const auto asked = static_cast<ShiftCommand>(i);
        const std::string &id = ids[static_cast<std::size_t>(i)];
        ASSERT_EQ(stateOf(id), shiftStateWord(state));
        const bool may = fits(state, asked);
        EXPECT_EQ(command(id, state, asked), may ? 200 : 409)
            << shiftCommandWord(asked) << " in " << shiftStateWord(state);
        if (!may) {
            EXPECT_EQ(stateOf(id), shiftStateWord(state)) << "a refusal changes nothing";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(States, ShiftTableOf,
                         testing::Range(0, static_cast<int>(ShiftStateCount)),
                         [](const auto &info) {
                             std::string word(
                                 shiftStateWord(static_cast<ShiftState>(info.param)));
                             std::erase(word, '_');
                             return word;
                         });

} // namespace
} // namespace crossfade
