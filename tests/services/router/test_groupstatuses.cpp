// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Each status that resources/openapi/router.yaml names for user groups, brought about.
#include "tests/services/router/groupfixture.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *GroupLead = "admin,operator,approver,service,observer";

class GroupStatuses : public GroupTest {
protected:
    int send(const std::string &method, const std::string &target, const Json &body = {},
             const std::string &version = {}, const std::string &roles = GroupLead) {
        return router.call({method, target, body, version, roles}).status;
    }
    // What every body must not be.
    void bodies(const std::string &method, const std::string &target) {
        const RouterService::Call call{method, target, {}, "1", GroupLead, {{"X-Reason", "a%20test"}}};
        EXPECT_EQ(router.send(call, "<a/>", "application/xml").status, 415) << target;
        if (target.ends_with("/members")) {
            // Refused by what it says of itself, before a byte is read.
            const RouterService::Call large{method, target, {}, "1", GroupLead,
                                            {{"Content-Length", "1300000000"}, {"Content-Type", "text/plain"}}};
            EXPECT_EQ(router.send(large, "", "").status, 413);
            return;
        }
        EXPECT_EQ(router.send(call, "{", "application/json").status, 400) << target;
        EXPECT_EQ(router.send(call, "{\"reason\":\"" + std::string(5U << 20, 'x') + "\"}", "application/json").status,
                  413)
            << target;
    }
    void refusals(const std::string &line);
    void definitions();
    void membersAndCommands();
    void unreadable();
};

void GroupStatuses::refusals(const std::string &line) {
    const std::string method = line.substr(0, line.find(' '));
    std::string target = line.substr(line.find(' ') + 1);
    const bool named = target.find("{id}") != std::string::npos;
    if (named) target.replace(target.find("{id}"), 4, "nothing");
    const bool takesBody = method != "GET" && method != "DELETE";
    const bool versioned = method != "GET" && method != "POST";
    const Json body = takesBody && !target.ends_with("/members") ? Json{{"reason", "test"}} : Json();
    EXPECT_EQ(send(method, target, body, versioned ? "1" : "", ""), 401);
    EXPECT_EQ(send(method, target, body, versioned ? "1" : "", "agent"), 403);
    EXPECT_EQ(send(method, target + "?surprise=1", body, versioned ? "1" : ""), 422);
    if (!named) return;
    if (target.ends_with("/members") && takesBody)
        EXPECT_EQ(router.send({method, target, {}, "1", GroupLead}, "ann\n", "text/plain").status, 404);
    else
        EXPECT_EQ(send(method, target, body, versioned ? "1" : ""), 404);
}

void GroupStatuses::definitions() {
    const std::string id = createGroup("spare");
    createGroup("taken");
    const Json body = groupBody("spare");
    bodies("POST", "/api/v1/user-groups");
    EXPECT_EQ(send("POST", "/api/v1/user-groups", body), 409);
    for (const char *method : {"PUT", "PATCH", "DELETE"}) {
        const Json sent = method == std::string("DELETE") ? Json() : body;
        EXPECT_EQ(send(method, path(id), sent, "9"), 412) << method;
        EXPECT_EQ(send(method, path(id), sent), 428) << method;
        RouterService::Call odd{method, path(id), sent, {}, GroupLead, {{"If-Match", "odd"}}};
        EXPECT_EQ(router.call(odd).status, 400) << method;
        if (!sent.is_null()) {
            bodies(method, path(id));
            EXPECT_EQ(send(method, path(id), {{"group_name", 5}}, "1"), 422) << method;
            EXPECT_EQ(send(method, path(id), groupBody("taken"), "1"), 409) << method;
        }
    }
    EXPECT_EQ(send("PUT", path(id), body, "1"), 200);
    EXPECT_EQ(send("PATCH", path(id), {{"batch_size", 3}}, "2"), 200);
    EXPECT_EQ(send("GET", path(id)), 200);
    EXPECT_EQ(send("GET", "/api/v1/user-groups?limit=1"), 200);
    EXPECT_EQ(send("GET", path(id, "/batches?state=MELTED")), 422);
    for (const char *part : {"/members", "/batches?state=PENDING", "/guards", "/history"})
        EXPECT_EQ(send("GET", path(id, part)), 200);
    EXPECT_EQ(send("DELETE", path(id), {}, "3"), 204);
}

void GroupStatuses::membersAndCommands() {
    const std::string id = createGroup(
        "stores", {{"criteria", {{"attribute", "region"}, {"op", "EQUALS"}, {"value", "north"}}},
                   {"start_at", "2199-01-01T00:00:00.000Z"}});
    const std::string members = path(id, "/members");
    const auto put = [&](const std::string &version, const std::string &text, RouterService::Call call = {}) {
        call.method = "PUT";
        call.path = members;
        call.version = version;
        call.roles = GroupLead;
        return router.send(call, text, "text/plain").status;
    };
    EXPECT_EQ(put("9", "ann\n"), 412);
    EXPECT_EQ(put("", "ann\n"), 428);
    RouterService::Call odd;
    odd.headers = {{"If-Match", "odd"}};
    EXPECT_EQ(put("", "ann\n", odd), 400);
    EXPECT_EQ(put("1", "not an id\n"), 422);
    bodies("PUT", members);
    EXPECT_EQ(act(id, "members/resolve", {}, "operator").status, 409); // no directory
    const std::string version = std::to_string(router.get("/api/v1/directory").at("version").get<int>());
    EXPECT_EQ(act(id, "members/cancel").status, 409); // nothing is being read
    EXPECT_EQ(send("GET", path(id, "/members/progress")), 200);
    for (const char *name : {"shift", "suspend", "resume", "rollback", "members/resolve", "members/cancel"})
        bodies("POST", path(id, std::string("/") + name));
    EXPECT_EQ(act(id, "shift").status, 409); // nobody in it
    EXPECT_EQ(send("PUT", "/api/v1/directory",
                   {{"kind", "SQLITE"}, {"location", router.file("none.sqlite")}, {"table", "people"},
                    {"id_column", "login"}, {"attributes", {"region"}}},
                   version),
              200);
    EXPECT_EQ(act(id, "members/resolve").status, 503);
    router.send({"PUT", members, {}, "1", GroupLead}, "ann\n", "text/plain");
    EXPECT_EQ(act(id, "suspend").status, 409);
    EXPECT_EQ(act(id, "resume").status, 409);
    EXPECT_EQ(act(id, "rollback").status, 409);
    EXPECT_EQ(act(id, "shift").status, 200);
    EXPECT_EQ(put("2", "bob\n"), 409);
    EXPECT_EQ(send("DELETE", path(id), {}, "2"), 409);
    EXPECT_EQ(act(id, "rollback", {{"batch", 7}}).status, 422);
    EXPECT_EQ(act(id, "suspend").status, 200);
    EXPECT_EQ(act(id, "resume").status, 200);
    {
        const auto thief = router.store(); // a store that does not answer
        ASSERT_TRUE(holdWriting(*thief));
        EXPECT_EQ(act(id, "rollback").status, 202);
        thief->rollback();
    }
    ASSERT_TRUE(waitFor([&] { return router.get("/api/v1/rollbacks/unstored").at("total") == 0; }));
    EXPECT_EQ(act(id, "rollback").status, 200);
}

// What is stored of it cannot be read: that is said wherever it is asked for.
void GroupStatuses::unreadable() {
    const std::string id = createGroup("broken");
    ASSERT_TRUE(router.store()->execute("UPDATE user_group SET definition = '' WHERE id = ?", {id}));
    for (const char *part : {"", "/members", "/members/progress", "/batches", "/guards", "/history"})
        EXPECT_EQ(send("GET", path(id, part)), 409) << part;
}

} // namespace

TEST_F(GroupStatuses, eachDocumentedOneHappens) {
    for (const std::string &line : router.contract().operations()) {
        SCOPED_TRACE(line);
        if (isOfGroups(line)) refusals(line);
    }
    definitions();
    membersAndCommands();
    unreadable();
    std::vector<std::string> unseen = router.contract().unseen();
    // Members from a directory that answers are in test_groups.cpp, one list that is cancelled in
    // test_groupuploads.cpp.
    std::erase_if(unseen, [](const std::string &line) {
        return !isOfGroups(line) || line.ends_with("resolve 200") || line.ends_with("cancel 200");
    });
    EXPECT_EQ(unseen, std::vector<std::string>());
}

} // namespace crossfade
