// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A change of the switches, or of the request map, that splits users' reads and writes is warned of before it is
// saved and in its answer.
#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr const char *RowsPath = "/api/v1/request-map";
constexpr const char *SwitchesOf = "/api/v1/switches";
const std::string MadeOnNew = "The change splits the reads and writes of some users: order-view (GET /orders/{id}) goes "
                              "to LEGACY, order-make (POST /orders) to NEW.";

Json orderRow(const char *interface, const char *method, const char *path, const char *system, const char *operation) {
    return {{"interface", interface}, {"method", method},       {"path_pattern", path},
            {"system_id", system},    {"operation", operation}, {"user_id", {{"from", "HEADER"}, {"name", "X-User"}}}};
}

class ChangeWarnings : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(router.start()) << router.log();
        ASSERT_EQ(change(SwitchesOf, legacy).status, 200);
    }
    TestAnswer change(const std::string &path, Json body) {
        body["reason"] = "test";
        const std::string object = path.substr(0, path.find('?'));
        const std::string version = std::to_string(router.get(object).at("version").get<int>());
        return router.call({"PUT", path, body, version});
    }
    static std::vector<std::string> told(const Json &answer) {
        std::vector<std::string> messages;
        for (const Json &one : answer.at("warnings")) {
            EXPECT_EQ(one.at("code"), "SPLITS_READS_WRITES");
            messages.push_back(one.at("message"));
        }
        return messages;
    }

    const Json legacy{{"master", "OFF"}, {"default_platform", "LEGACY"}};
    RouterService router;
};

TEST_F(ChangeWarnings, ofTheSwitches) {
    const Json rows{orderRow("order-view", "GET", "/orders/{id}", "shop", "read"),
                    orderRow("order-make", "POST", "/orders", "shop", "insert")};
    const TestAnswer mapped = change(RowsPath, {{"rows", rows}});
    ASSERT_EQ(mapped.status, 200) << mapped.body;
    EXPECT_EQ(told(mapped.json), std::vector<std::string>());
    Json wanted = legacy;
    wanted["inserts_to_new"] = true;
    const TestAnswer asked = change(std::string(SwitchesOf) + "?dry_run=true", wanted);
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(told(asked.json), std::vector{MadeOnNew});
    EXPECT_FALSE(router.get(SwitchesOf).at("inserts_to_new").get<bool>()) << "only asked";
    const Json preview =
        router.post("/api/v1/previews", {{"changes", {{{"kind", "switches.put"}, {"switches", wanted}}}}}, 201);
    EXPECT_EQ(told(preview), std::vector{MadeOnNew});
    const TestAnswer saved = change(SwitchesOf, wanted);
    ASSERT_EQ(saved.status, 200) << saved.body;
    EXPECT_EQ(told(saved.json), std::vector{MadeOnNew}) << "saved all the same";
    EXPECT_TRUE(router.get(SwitchesOf).at("inserts_to_new").get<bool>());
    EXPECT_FALSE(router.get(SwitchesOf).contains("warnings"));
    // What was split before is not the next change's.
    wanted["dual_write"] = true;
    EXPECT_EQ(told(change(SwitchesOf, wanted).json), std::vector<std::string>());
    EXPECT_EQ(router.call({"PUT", std::string(SwitchesOf) + "?dry_run=perhaps", wanted, "1"}).status, 422);
}

TEST_F(ChangeWarnings, ofTheRequestMap) {
    Json wanted = legacy;
    wanted["inserts_to_new"] = true;
    EXPECT_EQ(told(change(SwitchesOf, wanted).json), std::vector<std::string>()) << "no map, nothing known";
    const Json rows{orderRow("order-view", "GET", "/orders/{id}", "shop", "read"),
                    orderRow("order-make", "POST", "/orders", "shop", "insert")};
    const TestAnswer asked = change(std::string(RowsPath) + "?dry_run=true", {{"rows", rows}});
    ASSERT_EQ(asked.status, 200) << asked.body;
    EXPECT_EQ(told(asked.json), std::vector{MadeOnNew});
    EXPECT_TRUE(router.get(RowsPath).at("rows").empty()) << "only asked";
    EXPECT_EQ(told(change(RowsPath, {{"rows", rows}}).json), std::vector{MadeOnNew});
    EXPECT_EQ(router.get(RowsPath).at("rows").size(), 2U);
    EXPECT_EQ(told(change(RowsPath, {{"rows", rows}}).json), std::vector<std::string>()) << "the same once more";
}

} // namespace
} // namespace crossfade
