// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/jsonitems.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {

namespace {

struct Items {
    Json items = Json::array();
    std::optional<Error> error;
};

Items itemsOf(std::string_view text)
{
    Items found;
    const auto done = eachJsonItem(text, "rules", [&](const Json &item, std::size_t index) -> Result<void> {
        EXPECT_EQ(index, found.items.size());
        found.items.push_back(item);
        return {};
    });
    if (!done) found.error = done.error();
    return found;
}

rc::Gen<Json> anyItem()
{
    return rc::gen::element<Json>(1, -2.5, nullptr, true, "a", "],}", "\"\\", "\\", Json::array({1, Json::object()}),
                                  Json{{"a", "[{"}, {"b", {1, 2, "\n"}}}, Json::object(), Json::array());
}

} // namespace

TEST(JsonItems, AreReadOneByOne)
{
    EXPECT_EQ(itemsOf(R"({"rules":[]})").items, Json::array());
    EXPECT_FALSE(itemsOf(R"({"rules":[]})").error);
    EXPECT_EQ(itemsOf(" {\n\"rules\" : [ 1 , {\"a\": \"]\"},[2,[3]] ] } \n").items,
              Json::parse(R"([1, {"a": "]"}, [2, [3]]])"));
}

TEST(JsonItems, MistakesAreFound)
{
    for (const char *text : {"", "{", "[]", "7", "x", "{\"rules\":[", "{\"rules\":[1", "{\"rules\":[1,", "{\"rules\":[1,]}",
                             "{\"rules\":[1 2]}", "{\"rules\":[1]", "{\"rules\":[1]} x", "{\"rules\"[1]}", "{rules:[1]}",
                             "{\"rules\":[{]}", "{\"rules\":[\"a]}", "{\"rules\":[{\"a\":1,\"a\":2}]}",
                             "{\"rules\":[1],\"rules\":[]}", "{\"rules\":[1],}", "{\"rules\":[\"\xFF\"]}"}) {
        const Items found = itemsOf(text);
        ASSERT_TRUE(found.error) << text;
        EXPECT_EQ(found.error->kind, ErrorKind::Malformed) << text;
    }
    EXPECT_EQ(itemsOf(R"({"rules":[1,2,tru]})").error->message.substr(0, 17), "item 3 (at byte 1");
}

TEST(JsonItems, FieldsMustBeKnown)
{
    const auto pointer = [](std::string_view text) {
        const Items found = itemsOf(text);
        return found.error && !found.error->fields.empty() ? found.error->fields.front().pointer : std::string();
    };
    EXPECT_EQ(pointer("{}"), "/rules");
    EXPECT_EQ(pointer(R"({"rules":{}})"), "/rules");
    EXPECT_EQ(pointer(R"({"rules":null})"), "/rules");
    EXPECT_EQ(pointer(R"({"a/b":[1]})"), "/a~1b");
    EXPECT_EQ(pointer(R"({"rules":[1],"reason":"x"})"), "/reason");
}

TEST(JsonItems, TheVisitorMayEndIt)
{
    int seen = 0;
    const auto done = eachJsonItem(R"({"rules":[1,2,3]})", "rules", [&](const Json &, std::size_t) -> Result<void> {
        if (++seen < 2) return {};
        return fail(ErrorKind::TooLarge, "enough");
    });
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(done.error().kind, ErrorKind::TooLarge);
}

RC_GTEST_PROP(JsonItems, AreThoseOfTheWholeDocument, ())
{
    const auto list = *rc::gen::container<std::vector<Json>>(anyItem());
    const Json document{{"rules", list}};
    RC_ASSERT(itemsOf(dumpJson(document)).items == Json(list));
    RC_ASSERT(itemsOf(document.dump(3)).items == Json(list));
}

} // namespace crossfade
