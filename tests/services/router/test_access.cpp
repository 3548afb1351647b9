// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Every operation of the contract with every role, and every kind of wrong body on every operation
// that takes one.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace crossfade {

namespace {

const std::vector<std::string> AllRoles{"viewer", "operator", "approver", "admin",
                                        "agent",  "observer", "service"};

struct Operation {
    std::string method;
    std::string path;   // with {id}
    std::string target; // with an id that names nothing, or the agent whose token it takes
};

Operation operationOf(const std::string &text)
{
    const std::size_t space = text.find(' ');
    Operation operation{text.substr(0, space), text.substr(space + 1), text.substr(space + 1)};
    const std::string ofAgents = "/agents/{id}";
    if (const std::size_t at = operation.target.find(ofAgents); at != std::string::npos)
        operation.target.replace(at, ofAgents.size(), "/agents/agent-1");
    for (std::size_t open = operation.target.find('{'); open != std::string::npos;
         open = operation.target.find('{'))
        operation.target.replace(open, operation.target.find('}') - open + 1, "nothing");
    return operation;
}

// Takes lines of ids instead of JSON.
bool takesLines(const Operation &operation)
{
    return (operation.method == "PUT" || operation.method == "PATCH") &&
           (operation.path.ends_with("/held-entities") || operation.path.ends_with("/key-index") ||
            operation.path.ends_with("/members"));
}

// A stream that stays open is for tests of its own.
bool endless(const Operation &operation) { return operation.path == "/api/v1/events"; }

RouterService::Call callOf(const Operation &operation, const std::string &roles)
{
    const bool takesBody = operation.method != "GET" && operation.method != "DELETE" && !takesLines(operation);
    return {operation.method, operation.target, takesBody ? Json::object() : Json(),
            operation.method == "GET" || operation.method == "POST" ? "" : "1", roles, {}};
}

class Access : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }
    RouterService router;
};

} // namespace

TEST_F(Access, everyOperationSaysWhoMay)
{
    std::vector<std::string> open;
    for (const std::string &text : router.contract().operations()) {
        if (router.contract().rolesOf(text).empty()) open.push_back(text);
    }
    EXPECT_EQ(open, (std::vector<std::string>{"GET /healthz", "GET /metrics", "GET /openapi.yaml", "GET /readyz"}));
}

TEST_F(Access, everyRouteWithEveryRole)
{
    int tried = 0;
    for (const std::string &text : router.contract().operations()) {
        const std::vector<std::string> allowed = router.contract().rolesOf(text);
        if (allowed.empty()) continue;
        const Operation operation = operationOf(text);
        EXPECT_EQ(router.call(callOf(operation, "")).status, 401) << text;
        for (const std::string &role : AllRoles) {
            const bool may = std::ranges::find(allowed, role) != allowed.end();
            if (may && endless(operation)) continue;
            const TestAnswer answer = router.client(role).send(
                operation.method, operation.target, operation.method == "GET" ? "" : "{}",
                {{"Content-Type", "application/json"}, {"If-Match", "\"1\""}});
            EXPECT_NE(answer.status, 401) << text << " as " << role;
            EXPECT_NE(answer.status, 0) << text << " as " << role << " " << answer.error;
            EXPECT_LT(answer.status, 500) << text << " as " << role << " " << answer.body;
            EXPECT_EQ(answer.status == 403, !may) << text << " as " << role << " " << answer.body;
            if (!may) {
                EXPECT_EQ(router.contract().check(operation.method, operation.target, answer), "");
            }
            ++tried;
        }
    }
    EXPECT_GT(tried, 150);
}

TEST_F(Access, aMadeUpTokenIsNoToken)
{
    for (const std::string &token : {std::string("x"), std::string(5000, 'x'), std::string("'; --")}) {
        const TestAnswer answer = TestClient(router.url(), token).get("/api/v1/rules");
        EXPECT_TRUE(answer.status == 401 || answer.status == 431) << answer.status;
    }
}

TEST_F(Access, wrongBodiesOnEveryRouteThatTakesOne)
{
    // Of a wrong type or shape, whatever the operation: 400, 415 or 422 and never a 5xx or success.
    const std::vector<std::string> bodies{"", "{", "[]", "null", "7", "\"x\"", "{\"a\":1,\"a\":2}",
                                          "{\"no_such_field\":1}", "{\"reason\":\"\xff\xfe\"}",
                                          "{\"reason\":5}", std::string(200, '[')};
    for (const std::string &text : router.contract().operations()) {
        const Operation operation = operationOf(text);
        if (operation.method == "GET" || operation.method == "DELETE") continue;
        for (const std::string &body : bodies) {
            if (operation.path.ends_with("/refresh")) continue;
            const TestAnswer answer = router.client("admin,operator,approver,observer,service").send(
                operation.method, operation.target, body,
                {{"Content-Type", "application/json"}, {"If-Match", "\"1\""}});
            EXPECT_GE(answer.status, 400) << text << " " << body;
            EXPECT_LT(answer.status, 500) << text << " " << body << " " << answer.body;
        }
    }
}

TEST_F(Access, unknownQueryParametersAreNamedEverywhere)
{
    for (const std::string &text : router.contract().operations()) {
        const Operation operation = operationOf(text);
        if (router.contract().rolesOf(text).empty() || endless(operation)) continue;
        const bool ofAgents = router.contract().rolesOf(text) == std::vector<std::string>{"agent"};
        RouterService::Call call = callOf(operation, ofAgents ? "agent" : "admin,operator,approver,observer,service");
        call.path += "?no_such_parameter=1";
        const TestAnswer answer = router.call(call);
        EXPECT_EQ(answer.status, 422) << text;
        EXPECT_EQ(pointerOf(answer), "?no_such_parameter") << text;
    }
}

} // namespace crossfade
