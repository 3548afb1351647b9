// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Gray lists over real HTTP: lines 8c and 8d, their history, what is refused, what a restart keeps.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

namespace crossfade {

namespace {

constexpr const char *ListsPath = "/api/v1/gray-lists";

class GrayListsTest : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
        ASSERT_EQ(router.call({"PUT", "/api/v1/switches", legacy, "1"}).status, 200);
    }
    Json make(const std::string &name, const std::string &kind, bool enforced = false)
    {
        return router.post(ListsPath, {{"name", name}, {"kind", kind}, {"enforced", enforced}});
    }
    std::string entriesOf(const std::string &name) const { return std::string(ListsPath) + "/" + name + "/entries"; }
    TestAnswer add(const std::string &name, const Json &ids)
    {
        return router.call({"POST", entriesOf(name), {{"entries", ids}, {"reason", "pilot"}}, {}, "operator"});
    }
    TestAnswer take(const std::string &name, const Json &ids, const std::string &version)
    {
        return router.call({"DELETE", entriesOf(name), {{"entries", ids}}, version, "operator"});
    }
    // "REASON PLATFORM list" of a request.
    std::string decided(const Json &request)
    {
        const Json answer = router.post("/api/v1/decisions", {{"requests", {request}}}, 200).at("decisions")[0];
        const Json &list = answer.at("gray_list");
        return answer.at("reason").get<std::string>() + " " + answer.at("platform").get<std::string>() +
               (list.is_null() ? "" : " " + list.get<std::string>());
    }

    RouterService router;
};

// More than one statement looks up.
TEST_F(GrayListsTest, ofThousandsEachIsKnownOrNew)
{
    make("staff", "USER");
    const auto users = [](int from, int to) {
        Json ids = Json::array();
        for (int i = from; i < to; ++i)
            ids.push_back("user-" + std::to_string(i));
        return ids;
    };
    EXPECT_EQ(add("staff", users(0, 1'234)).json,
              (Json{{"changed", 1'234}, {"unchanged", 0}, {"entries", 1'234}, {"version", 2}}));
    EXPECT_EQ(add("staff", users(600, 2'001)).json,
              (Json{{"changed", 767}, {"unchanged", 634}, {"entries", 2'001}, {"version", 3}}));
    EXPECT_EQ(take("staff", users(1'990, 3'000), "3").json,
              (Json{{"changed", 11}, {"unchanged", 999}, {"entries", 1'990}, {"version", 4}}));
    EXPECT_EQ(decided({{"user_id", "user-1989"}}), "GRAY_LIST NEW staff");
    EXPECT_EQ(decided({{"user_id", "user-1990"}}), "DEFAULT_ROUTING LEGACY");
}

TEST_F(GrayListsTest, decideAtOnceAndAfterASuddenDeath)
{
    make("staff", "USER");
    make("shops", "ENTITY", true);
    make("screens", "INTERFACE");
    EXPECT_EQ(add("staff", {"ann", "bob", "ann"}).json, (Json{{"changed", 2}, {"unchanged", 0}, {"entries", 2}, {"version", 2}}));
    EXPECT_EQ(add("staff", {"bob", "cid"}).json, (Json{{"changed", 1}, {"unchanged", 1}, {"entries", 3}, {"version", 3}}));
    add("shops", {"17"});
    add("screens", {"profile"});
    const auto all = [&] {
        return std::vector<std::string>{
            decided({{"user_id", "ann"}}), decided({{"user_id", "dot"}}), decided({{"user_id", "dot"}, {"entity_id", "17"}}),
            decided({{"user_id", "dot"}, {"entity_id", "18"}}), decided({{"interface", "profile"}}),
            decided({{"user_id", "ann"}, {"entity_id", "18"}})};
    };
    const std::vector<std::string> expected{"GRAY_LIST NEW staff", "DEFAULT_ROUTING LEGACY", "GRAY_LIST NEW shops",
                                            "NOT_ON_GRAY_LIST LEGACY shops", "GRAY_LIST NEW screens",
                                            "GRAY_LIST NEW staff"};
    EXPECT_EQ(all(), expected);
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(all(), expected);
    EXPECT_EQ(router.get("/api/v1/gray-lists/staff").at("entries"), 3);
    EXPECT_EQ(take("staff", {"ann", "zoe"}, "3").json, (Json{{"changed", 1}, {"unchanged", 1}, {"entries", 2}, {"version", 4}}));
    EXPECT_EQ(decided({{"user_id", "ann"}}), "DEFAULT_ROUTING LEGACY");
    ASSERT_EQ(router.call({"DELETE", "/api/v1/gray-lists/shops", {}, "2"}).status, 204);
    EXPECT_EQ(decided({{"user_id", "dot"}, {"entity_id", "18"}}), "DEFAULT_ROUTING LEGACY");
    // One of the same name starts empty.
    make("shops", "ENTITY");
    EXPECT_EQ(decided({{"entity_id", "17"}}), "DEFAULT_ROUTING LEGACY");
    EXPECT_EQ(router.get(entriesOf("shops")).at("total"), 0);
}

TEST_F(GrayListsTest, theUsersHistoryNamesWhoListedThem)
{
    make("staff", "USER");
    make("shops", "ENTITY");
    add("shops", {"ann"}); // an entity of that name
    add("staff", {"ann", "bob"});
    const Json switches{{"master", "OFF"}, {"default_platform", "LEGACY"}, {"dual_write", true}};
    ASSERT_EQ(router.call({"PUT", "/api/v1/switches", switches, "2"}).status, 200);
    const Json on = router.get("/api/v1/users/ann");
    EXPECT_EQ(on.at("decision").at("reason"), "GRAY_LIST");
    EXPECT_EQ(on.at("history").back().at("cause"), "GRAY_LIST");
    EXPECT_EQ(on.at("history").back().at("to"), "NEW");
    EXPECT_EQ(on.at("changed_by"), "operator-1");
    EXPECT_EQ(on.at("change_reason"), "pilot");
    take("staff", {"ann"}, "2");
    const Json off = router.get("/api/v1/users/ann");
    EXPECT_EQ(off.at("history").size(), on.at("history").size() + 1);
    EXPECT_EQ(off.at("history").back().at("to"), "LEGACY");
    EXPECT_EQ(router.get("/api/v1/users/bob").at("history").back().at("to"), "NEW");
}

TEST_F(GrayListsTest, entriesAreFoundByTheirBeginning)
{
    make("staff", "USER");
    Json ids = Json::array();
    for (int i = 0; i < 1'500; ++i)
        ids.push_back("user-" + std::to_string(10'000 + i));
    ids.push_back("User-10001");
    ids.push_back("user|x");
    ASSERT_EQ(add("staff", ids).status, 200);
    EXPECT_EQ(router.get(entriesOf("staff")).at("total"), 1'502);
    const Json page = router.get(entriesOf("staff") + "?q=user-1000&limit=4");
    EXPECT_EQ(page.at("total"), 10);
    EXPECT_EQ(page.at("items")[0].at("id"), "user-10000");
    EXPECT_EQ(page.at("items")[0].at("unchecked"), true);
    EXPECT_EQ(page.at("items")[0].at("added_by"), "operator-1");
    const std::string next = page.at("next_cursor");
    const Json second = router.get(entriesOf("staff") + "?q=user-1000&limit=100&cursor=" + next);
    EXPECT_EQ(second.at("items").size(), 6U);
    EXPECT_EQ(second.at("items")[0].at("id"), "user-10004");
    EXPECT_TRUE(second.at("next_cursor").is_null());
    EXPECT_EQ(router.get(entriesOf("staff") + "?q=User").at("total"), 1);
    EXPECT_EQ(router.get(entriesOf("staff") + "?q=user%7C").at("total"), 1);
    EXPECT_EQ(router.get(entriesOf("staff") + "?q=zz").at("total"), 0);
}

TEST_F(GrayListsTest, aPreviewCountsWhoseEntriesMove)
{
    const Json switches = router.call({"GET", "/api/v1/directory", {}}).json;
    ASSERT_EQ(router.send({"PUT", "/api/v1/directory", {}, std::to_string(switches.at("version").get<int>())},
                          "ann\nbob\ncid\n", "text/plain").status, 200);
    make("staff", "USER");
    add("staff", {"bob"});
    const Json change{{"kind", "gray_list.entries"}, {"list", "staff"}, {"add", {"ann", "nobody"}}, {"remove", {"bob"}}};
    const Json preview = router.post("/api/v1/previews", {{"changes", {change}}});
    EXPECT_EQ(preview.at("to_new").at("count"), 1);
    EXPECT_EQ(preview.at("to_new").at("by_reason").at("GRAY_LIST"), 1);
    EXPECT_EQ(preview.at("sample_to_new"), Json::array({"ann"}));
    EXPECT_EQ(preview.at("sample_to_legacy"), Json::array({"bob"}));
    EXPECT_TRUE(preview.at("held").is_null()); // nobody said who is held: unknown, not 0
    EXPECT_EQ(decided({{"user_id", "ann"}}), "DEFAULT_ROUTING LEGACY"); // only looked at
    const Json unknown{{"kind", "gray_list.entries"}, {"list", "none"}};
    EXPECT_EQ(pointerOf(router.call({"POST", "/api/v1/previews", {{"changes", {unknown}}}})), "/changes/0/list");
}

TEST_F(GrayListsTest, changesAreEventsAndAuditEntries)
{
    router.token("operator"); // a new token is an audit entry too: not between those looked at
    const std::string start = router.call({"GET", "/api/v1/switches", {}}).header("x-crossfade-event-id");
    make("staff", "USER");
    add("staff", {"ann"});
    add("staff", {"ann"}); // changes nothing: no event, no version
    router.call({"DELETE", "/api/v1/gray-lists/staff", {}, "2"});
    const Json audit = router.get("/api/v1/audit?limit=3").at("items");
    EXPECT_EQ(audit[0].at("action"), "gray_list.delete");
    EXPECT_EQ(audit[0].at("before").at("entries"), 1);
    EXPECT_EQ(audit[1].at("action"), "gray_list.add");
    EXPECT_EQ(audit[1].at("after").at("first"), Json::array({"ann"}));
    EXPECT_EQ(audit[1].at("reason"), "pilot");
    EXPECT_EQ(audit[2].at("action"), "gray_list.create");
    std::string stream;
    const bool complete = waitFor([&] {
        TestClient client = router.client("viewer");
        client.setTimeout(std::chrono::milliseconds(700));
        stream = client.send("GET", "/api/v1/events?topics=gray_list.changed", "", {{"Last-Event-ID", start}}).body;
        return stream.find("\"deleted\":true") != std::string::npos;
    });
    EXPECT_TRUE(complete) << stream;
    std::size_t events = 0;
    for (std::size_t at = stream.find("data: "); at != std::string::npos; at = stream.find("data: ", at + 1)) {
        const auto json = parseJson(stream.substr(at + 6, stream.find('\n', at) - at - 6));
        ASSERT_TRUE(json.has_value());
        if (!json->at("list").is_null()) {
            EXPECT_EQ(router.contract().checkSchema("GrayList", json->at("list")), "");
        }
        ++events;
    }
    EXPECT_EQ(events, 3U);
}

TEST_F(GrayListsTest, badInputNamesItsField)
{
    make("staff", "USER");
    struct Bad {
        Json body;
        const char *pointer;
    };
    const std::string staff = std::string(ListsPath) + "/staff";
    for (const Bad &bad : {Bad{{{"kind", "USER"}}, "/name"}, Bad{{{"name", "a/b"}, {"kind", "USER"}}, "/name"},
                           Bad{{{"name", "a"}, {"kind", "USERS"}}, "/kind"},
                           Bad{{{"name", "a"}, {"kind", "USER"}, {"enforced", true}}, "/enforced"},
                           Bad{{{"name", "a"}, {"kind", "ENTITY"}, {"enforced", "yes"}}, "/enforced"},
                           Bad{{{"name", "a"}, {"kind", "ENTITY"}, {"entries", Json::array()}}, "/entries"}}) {
        const TestAnswer answer = router.call({"POST", ListsPath, bad.body});
        EXPECT_EQ(answer.status, 422) << bad.body;
        EXPECT_EQ(pointerOf(answer), bad.pointer) << bad.body;
    }
    EXPECT_EQ(router.call({"POST", ListsPath, {{"name", "staff"}, {"kind", "USER"}}}).status, 409);
    EXPECT_EQ(pointerOf(router.call({"PUT", staff, {{"kind", "ENTITY"}}, "1"})), "/kind");
    EXPECT_EQ(pointerOf(add("staff", {"ann", "a b", "bob"})), "/entries/1");
    EXPECT_EQ(pointerOf(add("staff", {"ann", 7})), "/entries/1");
    EXPECT_EQ(pointerOf(add("staff", "ann")), "/entries");
    EXPECT_EQ(pointerOf(router.call({"POST", entriesOf("staff"), Json::object()})), "/entries");
    EXPECT_EQ(pointerOf(add("staff", Json(std::vector<std::string>(10'001, "ann")))), "/entries");
    EXPECT_EQ(pointerOf(router.call({"GET", entriesOf("staff") + "?q=a%20b", {}})), "?q");
    EXPECT_EQ(take("staff", {"ann"}, "9").status, 412);
    EXPECT_EQ(add("nobody", {"ann"}).status, 404);
    EXPECT_EQ(router.get(staff).at("entries"), 0);
    for (int i = 1; i < 32; ++i)
        make("list-" + std::to_string(i), "USER");
    EXPECT_EQ(router.call({"POST", ListsPath, {{"name", "more"}, {"kind", "USER"}}}).status, 409);
    const Json page = router.get("/api/v1/gray-lists?limit=10");
    EXPECT_EQ(page.at("total"), 32);
    EXPECT_EQ(page.at("items").size(), 10U);
    EXPECT_EQ(router.get("/api/v1/gray-lists?limit=100&cursor=" + page.at("next_cursor").get<std::string>()).at("items").size(), 22U);
}

} // namespace

} // namespace crossfade
