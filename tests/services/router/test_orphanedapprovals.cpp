// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Questions about a record that the program cannot read: closed with the reason, followed by nothing, and asked
// anew once it can be read.
#include "tests/services/router/approvalfixture.h"
#include "tests/services/router/groupfixture.h"

namespace crossfade {
namespace {

void setField(RouterService &router, const std::string &table, const std::string &id, const std::string &field,
              const Json &value) {
    router.kill();
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        const auto rows = db->query("SELECT definition FROM " + table + " WHERE id = ?", {id});
        ASSERT_TRUE(rows && rows->size() == 1);
        Json definition = parseJson(rows->front().text(0)).value_or(Json::object());
        definition[field] = value;
        ASSERT_TRUE(db->execute("UPDATE " + table + " SET definition = ? WHERE id = ?", {dumpJson(definition), id}));
    }
    ASSERT_TRUE(router.start()) << router.log();
}

class OrphanedApprovals : public ApprovalTest {
protected:
    std::size_t openAlerts() {
        std::size_t open = 0;
        const Json page = router.get("/api/v1/alerts?acknowledged=false&limit=1000");
        for (const Json &alert : page.at("items"))
            open += alert.at("type") == "APPROVAL_REQUESTED" ? 1 : 0;
        return open;
    }
};

class OrphanedGroupApprovals : public GroupTest {};

TEST_F(OrphanedApprovals, ofAPolicyThatCannotBeReadAreClosedAndNotExecuted) {
    const std::string other = awaiting("bank");
    const std::string untouched = approvalPathOf(other);
    const std::string id = awaiting("shop");
    const std::string path = approvalPathOf(id);
    setField(router, "shift_policy", id, "interval_seconds", 0);
    ASSERT_TRUE(waitFor([&] { return router.get(path).at("state") == "EXPIRED"; })) << router.get(path).dump();
    const Json closed = router.get(path);
    EXPECT_EQ(closed.at("decided_by"), "runner");
    const std::string why = closed.at("decision_reason");
    EXPECT_NE(why.find("shop"), std::string::npos) << why;
    EXPECT_NE(why.find("read"), std::string::npos) << why;
    EXPECT_EQ(decide(path, "approve", "approver").status, 409) << "closed is closed";
    EXPECT_EQ(router.get("/api/v1/audit?object_id=" + path.substr(path.rfind('/') + 1)).at("items").at(0).at("reason"), why);
    EXPECT_EQ(router.get(untouched).at("state"), "OPEN") << "another policy's question stays";
    EXPECT_EQ(openAlerts(), 1U);
    // Readable again it asks anew; nothing was carried out meanwhile.
    setField(router, "shift_policy", id, "interval_seconds", 1);
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" && approvalPathOf(id) != path; },
                        std::chrono::seconds(20)))
        << shift(id).dump();
    EXPECT_EQ(percentageOf(id), 0);
    EXPECT_EQ(router.get(approvalPathOf(id)).at("state"), "OPEN");
    EXPECT_EQ(router.get(untouched).at("state"), "OPEN");
    EXPECT_TRUE(router.get("/api/v1/audit/verification").at("intact").get<bool>());
}

// Its default is to roll back when nobody answers: of what cannot be read nothing is known, not even that.
TEST_F(OrphanedApprovals, aProposedRollbackIsClosedToo) {
    std::unique_ptr<Traffic> load;
    const std::string id = proposed("shop", Json::object(), load);
    const std::string path = approvalPathOf(id);
    load.reset();
    setField(router, "shift_policy", id, "interval_seconds", 0);
    ASSERT_TRUE(waitFor([&] { return router.get(path).at("state") == "EXPIRED"; }));
    // An operator takes its users back all the same.
    ASSERT_EQ(act(id, "rollback"), 200);
    EXPECT_EQ(decide(path, "approve", "approver").status, 409);
}

TEST_F(OrphanedApprovals, aStepThatAnotherProgramAskedForIsAskedAnew) {
    const std::string id = awaiting("shop");
    const std::string path = approvalPathOf(id);
    router.kill();
    {
        const auto db = router.store();
        ASSERT_TRUE(db);
        ASSERT_TRUE(db->execute("UPDATE approval SET to_percentage = 9900"));
    }
    ASSERT_TRUE(router.start()) << router.log();
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" && approvalPathOf(id) != path; },
                        std::chrono::seconds(20)))
        << shift(id).dump();
    EXPECT_EQ(router.get(path).at("state"), "EXPIRED");
    EXPECT_EQ(router.get(approvalPathOf(id)).at("effect").at("to_percentage"), 10);
}

TEST_F(OrphanedGroupApprovals, areClosedAndAskedAnew) {
    const std::string id = createWith("stores", 4, {{"guards", Json::array()}, {"approval", "EACH_BATCH"}});
    ASSERT_EQ(act(id, "shift").status, 200);
    ASSERT_TRUE(waitGroup(id, "AWAITING_APPROVAL"));
    const auto asked = [&] { return "/api/v1/approvals/" + shift(id).at("approval_id").get<std::string>(); };
    const std::string path = asked();
    setField(router, "user_group", id, "batch_size", 0);
    ASSERT_TRUE(waitFor([&] { return router.get(path).at("state") == "EXPIRED"; })) << router.get(path).dump();
    EXPECT_NE(router.get(path).at("decision_reason").get<std::string>().find("stores"), std::string::npos);
    EXPECT_EQ(decide("u00").at("platform"), "LEGACY");
    setField(router, "user_group", id, "batch_size", 2);
    ASSERT_TRUE(waitFor([&] { return stateOf(id) == "AWAITING_APPROVAL" && asked() != path; })) << shift(id).dump();
    EXPECT_EQ(router.get(asked()).at("state"), "OPEN");
    EXPECT_EQ(batchesOf(id), "PP");
}

} // namespace
} // namespace crossfade
