// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Entries of gray lists and a comparator that is dead, silent, slow or talks nonsense. A real one stands in
// tests/services/comparator/graychecks_test.cpp.
#include "tests/services/router/answeringserver.h"
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <fstream>

namespace crossfade {

namespace {

constexpr const char *StaffEntries = "/api/v1/gray-lists/staff/entries";

class GrayChecking : public testing::Test {
protected:
    void SetUp() override
    {
        std::ofstream(router.file("comparator.token")) << "the-token\n";
        ASSERT_TRUE(router.start(options())) << router.log();
    }
    std::vector<std::string> options() const
    {
        return {"--comparator", comparator.url(), "--comparator-token-file", router.file("comparator.token")};
    }
    void make(const std::string &check)
    {
        router.post("/api/v1/gray-lists", {{"name", "staff"}, {"kind", "USER"}, {"check_name", check}});
    }
    void add(const Json &ids) { router.post(StaffEntries, {{"entries", ids}}, 200); }
    static std::string told(const std::vector<std::pair<std::string, std::string>> &results)
    {
        Json items = Json::array();
        for (const auto &[id, result] : results)
            items.push_back({{"id", id}, {"result", result}});
        return dumpJson({{"check_name", "users"}, {"items", items}, {"read_at", "2026-01-01T00:00:00.000Z"}});
    }
    std::string resultOf(const std::string &id)
    {
        return router.get(std::string(StaffEntries) + "?q=" + id).at("items")[0].at("result");
    }
    bool becomes(const std::string &id, const std::string &result)
    {
        return waitFor([&] { return resultOf(id) == result; });
    }
    int total(const std::string &result)
    {
        return router.get(std::string(StaffEntries) + "?result=" + result).at("total");
    }

    // It is asked for its syncs, too.
    std::vector<AnsweringServer::Request> comparisons()
    {
        auto all = comparator.requests();
        std::erase_if(all, [](const auto &one) { return !one.head.starts_with("POST /api/v1/comparisons "); });
        return all;
    }

    AnsweringServer comparator;
    RouterService router;
};

} // namespace

TEST_F(GrayChecking, theAnswerStandsByEachEntry)
{
    comparator.answer(200, told({{"ann", "EQUAL"}, {"bob", "MISSING"}, {"cid", "NO_KEY"}}));
    make("users");
    add({"ann", "bob", "cid"});
    ASSERT_TRUE(becomes("ann", "EQUAL"));
    ASSERT_TRUE(becomes("bob", "MISSING"));
    const Json items = router.get(StaffEntries).at("items");
    for (const Json &item : items) {
        EXPECT_EQ(item.at("unchecked"), false);
        EXPECT_FALSE(item.at("checked_at").is_null());
    }
    EXPECT_EQ(total("MISSING"), 1);
    EXPECT_EQ(total("NO_KEY"), 1);
    EXPECT_EQ(total("UNCHECKED"), 0);
    const AnsweringServer::Request asked = comparisons().front();
    EXPECT_TRUE(asked.head.starts_with("POST /api/v1/comparisons ")) << asked.head;
    EXPECT_NE(asked.head.find("Bearer the-token"), std::string::npos);
    const auto body = parseJson(asked.body);
    ASSERT_TRUE(body.has_value());
    EXPECT_EQ(body->at("check_name"), "users");
    EXPECT_EQ(body->at("ids"), (Json{"ann", "bob", "cid"}));
    // What is missing decides all the same, and is asked for again; what is equal is not.
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "bob"}}}}}, 200).at("decisions")[0].at("reason"),
              "GRAY_LIST");
    comparator.answer(200, told({{"bob", "EQUAL"}}));
    EXPECT_TRUE(waitFor([&] { return resultOf("bob") == "EQUAL"; }, std::chrono::seconds(20)));
    const auto again = parseJson(comparisons().back().body);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->at("ids"), Json::array({"bob"}));
}

TEST_F(GrayChecking, nobodyIsAskedForAListWithoutACheck)
{
    make("");
    add({"ann"});
    const Json body{{"check_name", "users"}};
    comparator.answer(200, told({{"ann", "DIFFERENT"}}));
    EXPECT_EQ(resultOf("ann"), "UNCHECKED");
    EXPECT_TRUE(comparisons().empty());
    ASSERT_EQ(router.call({"PUT", "/api/v1/gray-lists/staff", body, "2"}).status, 200);
    ASSERT_TRUE(becomes("ann", "DIFFERENT"));
    // By no check any more nothing is known.
    ASSERT_EQ(router.call({"PUT", "/api/v1/gray-lists/staff", {{"check_name", ""}}, "3"}).status, 200);
    const Json entry = router.get(StaffEntries).at("items")[0];
    EXPECT_EQ(entry.at("result"), "UNCHECKED");
    EXPECT_EQ(entry.at("unchecked"), true);
    EXPECT_TRUE(entry.at("checked_at").is_null());
}

TEST_F(GrayChecking, entriesStandUncheckedUntilThereIsAnAnswer)
{
    comparator.answer(503, "{}");
    make("users");
    add({"ann", "bob"});
    ASSERT_TRUE(waitFor([&] { return !comparisons().empty(); }));
    // Half an answer is none: else the rest would be asked for in a loop.
    comparator.answer(200, told({{"ann", "EQUAL"}}));
    const std::size_t before = comparisons().size();
    ASSERT_TRUE(waitFor([&] { return comparisons().size() > before; }));
    EXPECT_EQ(total("UNCHECKED"), 2);
    EXPECT_EQ(router.post("/api/v1/decisions", {{"requests", {{{"user_id", "ann"}}}}}, 200).at("decisions")[0].at("reason"),
              "GRAY_LIST");
    // What is to be asked survives the service.
    router.kill();
    comparator.answer(200, told({{"ann", "EQUAL"}, {"bob", "EQUAL"}}));
    ASSERT_TRUE(router.start(options())) << router.log();
    ASSERT_TRUE(becomes("ann", "EQUAL"));
    EXPECT_TRUE(becomes("bob", "EQUAL"));
}

TEST_F(GrayChecking, aSilentComparatorDelaysNothing)
{
    comparator.beSilent();
    make("users");
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i)
        add({"user-" + std::to_string(i)});
    router.post("/api/v1/decisions", {{"requests", {{{"user_id", "user-3"}}}}}, 200);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10)); // one call may take 25
    EXPECT_EQ(total("UNCHECKED"), 20);
    EXPECT_EQ(router.stop(), 0); // and not the end either
}

TEST_F(GrayChecking, aCheckThatCannotBeAskedKeepsNoOtherWaiting)
{
    comparator.answer(422, R"({"title":"x","status":422,"detail":"names no check"})");
    make("nobody knows it");
    add({"ann"});
    ASSERT_TRUE(waitFor([&] { return !comparisons().empty(); }));
    router.post("/api/v1/gray-lists", {{"name", "shops"}, {"kind", "ENTITY"}, {"check_name", "shops"}});
    router.post("/api/v1/gray-lists/shops/entries", {{"entries", {"17"}}}, 200);
    comparator.answer(200, told({{"17", "EQUAL"}}));
    EXPECT_TRUE(waitFor([&] {
        return router.get("/api/v1/gray-lists/shops/entries").at("items")[0].at("result") == "EQUAL";
    }));
    EXPECT_EQ(resultOf("ann"), "UNCHECKED");
}

TEST_F(GrayChecking, badInputOfAListsCheckNamesItsField)
{
    const auto pointer = [&](const Json &body) { return pointerOf(router.call({"POST", "/api/v1/gray-lists", body})); };
    EXPECT_EQ(pointer({{"name", "a"}, {"kind", "INTERFACE"}, {"check_name", "users"}}), "/check_name");
    EXPECT_EQ(pointer({{"name", "a"}, {"kind", "USER"}, {"check_name", 7}}), "/check_name");
    EXPECT_EQ(pointer({{"name", "a"}, {"kind", "USER"}, {"check_name", std::string(201, 'x')}}), "/check_name");
    make("");
    EXPECT_EQ(pointerOf(router.call({"GET", std::string(StaffEntries) + "?result=GOOD", {}})), "?result");
}

} // namespace crossfade
