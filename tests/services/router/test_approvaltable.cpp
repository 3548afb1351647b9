// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Who may answer what: kind × act × person × state, of policies, of groups and of the master switch.
#include "tests/services/router/approvalfixture.h"
#include "tests/services/router/groupfixture.h"

#include <algorithm>
#include <functional>
#include <map>

namespace crossfade {
namespace {

// One row a kind, act and person: what is answered while the question is open. Once it is decided,
// whoever may answer at all is told so (409), the others are refused as before.
struct Cell {
    std::string kind;
    std::string act;
    std::string roles;
    int open;
};

constexpr const char *StepAsker = "operator,approver"; // of the step: operator-1
constexpr const char *MasterAsker = "admin,approver";  // of the master switch: admin-1

const std::vector<Cell> Table{
    {"ROLLBACK", "approve", "viewer", 403},    {"ROLLBACK", "approve", "admin", 403},
    {"ROLLBACK", "approve", "operator", 200},  {"ROLLBACK", "approve", "approver", 200},
    {"ROLLBACK", "reject", "viewer", 403},     {"ROLLBACK", "reject", "operator", 403},
    {"ROLLBACK", "reject", "admin", 403},      {"ROLLBACK", "reject", "approver", 200},
    {"ROLLBACK", "override", "operator", 403}, {"ROLLBACK", "override", "approver", 409},
    {"ROLLBACK", "override", "admin", 409},    {"ROLLBACK", "override", "viewer", 403},
    {"SHIFT_STEP", "approve", "viewer", 403},  {"SHIFT_STEP", "approve", "operator", 403},
    {"SHIFT_STEP", "approve", "admin", 403},   {"SHIFT_STEP", "approve", StepAsker, 403},
    {"SHIFT_STEP", "approve", "approver", 200}, {"SHIFT_STEP", "reject", "viewer", 403},
    {"SHIFT_STEP", "reject", "operator", 403}, {"SHIFT_STEP", "reject", "admin", 403},
    {"SHIFT_STEP", "reject", StepAsker, 200},      {"SHIFT_STEP", "reject", "approver", 200},
    {"SHIFT_STEP", "override", "operator", 403}, {"SHIFT_STEP", "override", "approver", 409},
    {"SHIFT_STEP", "override", "admin", 409},  {"SHIFT_STEP", "override", "viewer", 403},
    {"MASTER_SWITCH", "override", "viewer", 403}, {"MASTER_SWITCH", "override", "operator", 403},
    {"MASTER_SWITCH", "override", "admin", 200}, {"MASTER_SWITCH", "override", "approver", 200},
    {"MASTER_SWITCH", "override", MasterAsker, 200}, {"MASTER_SWITCH", "approve", "viewer", 403},
    {"MASTER_SWITCH", "approve", "operator", 403}, {"MASTER_SWITCH", "approve", "admin", 403},
    {"MASTER_SWITCH", "approve", MasterAsker, 403},  {"MASTER_SWITCH", "approve", "approver", 200},
    {"MASTER_SWITCH", "approve", StepAsker, 200},  {"MASTER_SWITCH", "reject", "viewer", 403},
    {"MASTER_SWITCH", "reject", "operator", 403}, {"MASTER_SWITCH", "reject", "viewer,admin", 403},
    {"MASTER_SWITCH", "reject", "admin", 200}, {"MASTER_SWITCH", "reject", MasterAsker, 200},
    {"MASTER_SWITCH", "reject", "approver", 200}};

// With the programs, who answer nothing, whatever is asked.
std::vector<Cell> cellsOf(const std::string &kind) {
    std::vector<Cell> cells;
    for (const char *program : {"agent", "observer", "service"}) {
        for (const char *act : {"approve", "reject", "override"})
            cells.push_back({kind, act, program, 403});
    }
    std::ranges::copy_if(Table, std::back_inserter(cells), [&](const Cell &cell) { return cell.kind == kind; });
    return cells;
}

// `open` answers the path of a question of the kind that nobody has answered yet, `expired` of one that lapsed.
void checkTable(RouterService &router, const std::string &kind, const std::function<std::string()> &open,
                const std::function<std::string()> &expired) {
    const std::vector<Cell> cells = cellsOf(kind);
    const auto tried = [&](const Cell &cell, const std::string &path) {
        Json body{{"reason", "seen"}};
        if (cell.act == "override") body["gates"] = Json::array({"BACKFILL"});
        return router.call({"POST", path + "/" + cell.act, body, {}, cell.roles}).status;
    };
    std::map<std::string, std::string> decided; // path by state
    for (const Cell &cell : cells) {
        const std::string path = open();
        EXPECT_EQ(tried(cell, path), cell.open) << cell.act << " by " << cell.roles;
        const std::string state = router.get(path).at("state");
        const bool final = cell.open == 200 && cell.act != "override";
        EXPECT_EQ(state != "OPEN", final) << cell.act << " by " << cell.roles;
        if (final) decided[state] = path;
    }
    decided["EXPIRED"] = expired();
    ASSERT_EQ(decided.size(), 3U);
    for (const auto &[state, path] : decided) {
        const Json before = router.get(path);
        EXPECT_EQ(before.at("state"), state);
        for (const Cell &cell : cells)
            EXPECT_EQ(tried(cell, path), cell.open == 403 ? 403 : 409) << state << ": " << cell.act << " by " << cell.roles;
        EXPECT_EQ(router.get(path), before) << "a refusal changes nothing";
        const std::string list = "/api/v1/approvals?kind=" + kind + "&state=" + state;
        for (const char *roles : {"viewer", "operator", "approver", "admin", "service"}) {
            EXPECT_EQ(router.call({"GET", path, {}, {}, roles}).status, 200) << roles;
            EXPECT_FALSE(router.call({"GET", list, {}, {}, roles}).json.at("items").empty()) << roles;
        }
        for (const char *roles : {"agent", "observer"}) {
            EXPECT_EQ(router.call({"GET", path, {}, {}, roles}).status, 403) << roles;
            EXPECT_EQ(router.call({"GET", list, {}, {}, roles}).status, 403) << roles;
        }
    }
}

std::string wordOf(const testing::TestParamInfo<const char *> &info) {
    std::string word = info.param;
    std::erase(word, '_');
    return word;
}

class ApprovalTable : public ApprovalTest, public testing::WithParamInterface<const char *> {
protected:
    std::string open() {
        if (!m_open.empty() && router.get(m_open).at("state") == "OPEN") return m_open;
        const std::string kind = GetParam();
        const std::string system = "s-" + std::to_string(++m_systems);
        if (kind == "ROLLBACK") {
            m_policy = proposed(system, {{"proposal_deadline_seconds", 86'400}}, m_load);
        } else if (kind == "SHIFT_STEP") {
            m_policy = awaiting(system, {{"second_person", true}}, StepAsker);
        } else {
            if (router.get("/api/v1/switches").at("master") == "NEW") off();
            m_open = pathOfAsked();
            answerForAll(m_open);
            return m_open;
        }
        m_open = approvalPathOf(m_policy);
        return m_open;
    }
    void off() {
        EXPECT_EQ(put({{"master", "OFF"}, {"default_platform", "NEW"}, {"reason", "x"}}, "operator").status, 200);
    }
    std::string expired() {
        const std::string path = open();
        if (std::string(GetParam()) == "MASTER_SWITCH")
            off();
        else
            EXPECT_EQ(act(m_policy, "rollback"), 200);
        return path;
    }

private:
    std::unique_ptr<Traffic> m_load;
    std::string m_open;
    std::string m_policy;
    int m_systems = 0;
};

TEST_P(ApprovalTable, IsWhatTheRouterAnswers) {
    checkTable(router, GetParam(), [this] { return open(); }, [this] { return expired(); });
}

INSTANTIATE_TEST_SUITE_P(Kinds, ApprovalTable, testing::Values("ROLLBACK", "SHIFT_STEP", "MASTER_SWITCH"), wordOf);

// The same of a group's batches: nothing in the table is another one's.
class GroupApprovalTable : public GroupTest, public testing::WithParamInterface<const char *> {
protected:
    void TearDown() override { m_load.reset(); }

    bool rollsBack() const { return std::string(GetParam()) == "ROLLBACK"; }
    void create() {
        if (rollsBack()) {
            m_group = createWith("stores", 6, {{"on_breach", "PROPOSE_ROLLBACK"}, {"proposal_deadline_seconds", 86'400}});
            m_load = std::make_unique<GroupTraffic>(router, names(6));
            m_load->fail({"u00", "u01"});
        } else {
            m_group = createWith("stores", 20, {{"guards", Json::array()}, {"approval", "EACH_BATCH"}, {"second_person", true}});
        }
        EXPECT_EQ(act(m_group, "shift", Json::object(), StepAsker).status, 200);
    }
    // Whatever was decided before, until it asks again: the next batch, or the first one once more.
    void goOn() {
        if (rollsBack()) {
            EXPECT_EQ(act(m_group, "rollback").status, 200);
            EXPECT_EQ(act(m_group, "shift", Json::object(), StepAsker).status, 200);
        } else if (stateOf(m_group) == "SUSPENDED") {
            EXPECT_EQ(act(m_group, "resume").status, 200);
        }
    }
    std::string open() {
        if (!m_open.empty() && router.get(m_open).at("state") == "OPEN") return m_open;
        if (m_group.empty()) create();
        else goOn();
        EXPECT_TRUE(waitGroup(m_group, rollsBack() ? "ROLLBACK_PROPOSED" : "AWAITING_APPROVAL")) << shift(m_group).dump();
        const Json id = shift(m_group).at("approval_id");
        m_open = "/api/v1/approvals/" + (id.is_string() ? id.get<std::string>() : std::string("none"));
        EXPECT_EQ(router.get(m_open).at("group").at("id"), m_group);
        return m_open;
    }
    std::string expired() {
        const std::string path = open();
        EXPECT_EQ(act(m_group, "rollback").status, 200);
        return path;
    }

private:
    std::unique_ptr<GroupTraffic> m_load;
    std::string m_open;
    std::string m_group;
};

TEST_P(GroupApprovalTable, IsWhatTheRouterAnswers) {
    checkTable(router, GetParam(), [this] { return open(); }, [this] { return expired(); });
}

INSTANTIATE_TEST_SUITE_P(Kinds, GroupApprovalTable, testing::Values("ROLLBACK", "SHIFT_STEP"), wordOf);

} // namespace
} // namespace crossfade
