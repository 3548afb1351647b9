// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Entries of gray lists to and from files, over the wire.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

namespace crossfade {

namespace {

constexpr const char *PilotsPath = "/api/v1/gray-lists/pilots";

class GrayTransfer : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(router.start()) << router.log();
        router.post("/api/v1/gray-lists", {{"name", "pilots"}, {"kind", "USER"}});
    }
    TestAnswer import(const std::string &csv, const std::string &query = "", const TestClient::Headers &headers = {})
    {
        return router.send({"POST", std::string(PilotsPath) + "/import" + query, {}, "", "operator", headers}, csv,
                           "text/csv");
    }
    std::string exported(const std::string &query) { return router.call({"GET", PilotsPath + ("/export" + query), {}}).body; }
    std::vector<std::string> ids()
    {
        std::vector<std::string> all;
        const Json page = router.get(std::string(PilotsPath) + "/entries?limit=1000");
        for (const Json &item : page.at("items"))
            all.push_back(item.at("id"));
        return all;
    }

    RouterService router;
};

using Ids = std::vector<std::string>;

} // namespace

TEST_F(GrayTransfer, anExportComesBackUnchanged)
{
    ASSERT_EQ(import("id\n-7\n+49\nann\n").status, 200);
    for (const auto &[format, type] : {std::pair("csv", "text/csv"), std::pair("json", "application/json")}) {
        const TestAnswer file = router.call({"GET", std::string(PilotsPath) + "/export?format=" + format, {}});
        ASSERT_EQ(file.status, 200) << file.body;
        EXPECT_TRUE(file.header("content-type").starts_with(type));
        EXPECT_EQ(file.header("content-disposition"), std::string("attachment; filename=\"crossfade-gray-list.") + format + "\"");
        const TestAnswer again =
            router.send({"POST", std::string(PilotsPath) + "/import?replace=true", {}, "", "operator"}, file.body, type);
        ASSERT_EQ(again.status, 200) << again.body;
        EXPECT_EQ(again.json.at("unchanged"), 3);
        EXPECT_EQ(again.json.at("added"), 0);
        EXPECT_EQ(again.json.at("removed"), 0);
        EXPECT_EQ(again.json.at("version"), 2); // nothing changed
    }
    EXPECT_TRUE(exported("?format=csv").starts_with("\xEF\xBB\xBFid,result,added_at,added_by\r\n'+49,UNCHECKED,"));
    EXPECT_EQ(ids(), (Ids{"+49", "-7", "ann"}));
}

TEST_F(GrayTransfer, anImportAddsOrReplacesAndDecidesAtOnce)
{
    const TestAnswer added = import("id\nann\nbob\n", "", {{"X-Reason", "wave%207"}});
    EXPECT_EQ(added.json.at("added"), 2);
    EXPECT_EQ(added.json.at("entries"), 2);
    const TestAnswer more = import("id\nbob\ncid\n");
    EXPECT_EQ(more.json.at("added"), 1);
    EXPECT_EQ(more.json.at("unchanged"), 1);
    EXPECT_EQ(ids(), (Ids{"ann", "bob", "cid"}));
    const TestAnswer whole = import("id\ncid\ndot\n", "?replace=true");
    EXPECT_EQ(whole.json.at("added"), 1);
    EXPECT_EQ(whole.json.at("removed"), 2);
    EXPECT_EQ(whole.json.at("entries"), 2);
    EXPECT_EQ(whole.json.at("version"), 4);
    EXPECT_EQ(ids(), (Ids{"cid", "dot"}));
    const Json asked{{"requests", {{{"user_id", "dot"}}, {{"user_id", "ann"}}}}};
    const Json decisions = router.post("/api/v1/decisions", asked, 200).at("decisions");
    EXPECT_EQ(decisions[0].at("reason"), "GRAY_LIST");
    EXPECT_NE(decisions[1].at("reason"), "GRAY_LIST");
    const Json audit = router.get("/api/v1/audit?action=gray_list.import").at("items");
    ASSERT_EQ(audit.size(), 3U);
    EXPECT_EQ(audit[0].at("after").at("removed"), 2);
    EXPECT_EQ(audit[2].at("reason"), "wave 7");
    router.kill();
    ASSERT_TRUE(router.start());
    EXPECT_EQ(ids(), (Ids{"cid", "dot"}));
}

TEST_F(GrayTransfer, aDryRunTellsAndChangesNothing)
{
    ASSERT_EQ(import("id\nann\n").status, 200);
    const Json looked = import("id\nbob\na b\n", "?dry_run=true&replace=true").json;
    EXPECT_EQ(looked.at("dry_run"), true);
    EXPECT_EQ(looked.at("rows"), 2);
    EXPECT_EQ(looked.at("added"), 1);
    EXPECT_EQ(looked.at("removed"), 1);
    EXPECT_EQ(looked.at("errors_total"), 1);
    EXPECT_EQ(looked.at("errors")[0].at("row"), 3);
    EXPECT_EQ(looked.at("entries"), 1);
    EXPECT_EQ(ids(), Ids{"ann"});
    EXPECT_EQ(router.get("/api/v1/audit?action=gray_list.import").at("total"), 1);
}

TEST_F(GrayTransfer, oneWrongRowRefusesTheFile)
{
    const TestAnswer wrong = import("id\nann\na b\nbob\n");
    EXPECT_EQ(wrong.status, 422);
    EXPECT_EQ(pointerOf(wrong), "/rows/3/id");
    EXPECT_EQ(ids(), Ids{});
    const TestAnswer json =
        router.call({"POST", std::string(PilotsPath) + "/import", {{"entries", {"ann", 7}}}, {}, "operator"});
    EXPECT_EQ(pointerOf(json), "/entries/1");
    EXPECT_EQ(pointerOf(import("id\nann\n", "?replace=perhaps")), "?replace");
    EXPECT_EQ(import("id\nann\n", "", {{"Idempotency-Key", "k1"}}).status, 200);
    EXPECT_EQ(import("id\nann\n", "", {{"Idempotency-Key", "k1"}}).json.at("added"), 1); // the first answer
    EXPECT_EQ(import("id\nbob\n", "", {{"Idempotency-Key", "k1"}}).status, 422);
}

// More than one piece of an export, and more than an import takes off at once.
TEST_F(GrayTransfer, manyEntriesGoThroughInPieces)
{
    std::size_t wanted = 0;
    for (int part = 0; part < 2; ++part) {
        std::string csv = "id\n";
        for (int i = 0; i < 12'000; ++i, ++wanted)
            csv += "user-" + std::to_string(part) + "-" + std::to_string(i) + "\n";
        ASSERT_EQ(import(csv).json.at("added"), 12'000);
    }
    const auto file = parseJson(exported(""));
    ASSERT_TRUE(file.has_value());
    ASSERT_EQ(file->at("entries").size(), wanted);
    for (std::size_t i = 1; i < wanted; ++i)
        ASSERT_LT(file->at("entries")[i - 1].at("id").get_ref<const std::string &>(),
                  file->at("entries")[i].at("id").get_ref<const std::string &>());
    const TestAnswer tooMany = import("id\nann\n", "?replace=true");
    EXPECT_EQ(tooMany.status, 422);
    EXPECT_EQ(pointerOf(tooMany), "?replace");
    EXPECT_EQ(router.get(PilotsPath).at("entries"), 24'000);
}

} // namespace crossfade
