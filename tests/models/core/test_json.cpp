// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

Json parsed(std::string_view text)
{
    const Result<Json> json = parseJson(text);
    EXPECT_TRUE(json) << text;
    return json.value_or(Json());
}

std::vector<std::string> pointers(const std::optional<Error> &error)
{
    std::vector<std::string> result;
    if (!error) return result;
    for (const FieldError &field : error->fields)
        result.push_back(field.pointer);
    return result;
}

TEST(ParseJson, RefusesWhatOthersLetPass)
{
    for (const char *bad : {"", "{", "{} {}", "{\"a\":1,}", "// c\n{}", "NaN", "{\"a\":1,\"a\":2}",
                            "{\"a\":{\"b\":1,\"b\":1}}", "\"\xFF\"", "[1", "'a'", "01", "1e999"}) {
        const Result<Json> json = parseJson(bad);
        ASSERT_FALSE(json) << bad;
        EXPECT_EQ(json.error().kind, ErrorKind::Malformed);
    }
}

TEST(ParseJson, BoundsTheDepth)
{
    EXPECT_TRUE(parseJson(std::string(64, '[') + std::string(64, ']')));
    EXPECT_FALSE(parseJson(std::string(65, '[') + std::string(65, ']')));
    EXPECT_FALSE(parseJson(std::string(1'000'000, '[')));
}

TEST(ParseJson, SameKeyInDifferentObjectsIsFine)
{
    EXPECT_TRUE(parseJson(R"([{"a":1},{"a":{"a":2}}])"));
}

TEST(JsonReader, NamesEveryBadFieldAtOnce)
{
    const Json body = parsed(R"({"name":"","id":"a b","n":11,"p":33.333,"t":"x","w":"MAYBE",
                                 "b":1,"extra":1})");
    JsonReader in(body);
    in.name("name");
    in.id("id");
    in.integer("n", 0, 10);
    in.optionalPercentage("p");
    in.optionalInstant("t");
    in.word("w", {"YES", "NO"});
    in.optionalBoolean("b");
    in.text("absent", 10);
    const auto error = in.finish();
    EXPECT_EQ(pointers(error), (std::vector<std::string>{"/name", "/id", "/n", "/p", "/t", "/w", "/b",
                                                         "/absent", "/extra"}));
    EXPECT_EQ(error->kind, ErrorKind::Invalid);
    EXPECT_NE(error->message.find("8 more"), std::string::npos);
}

TEST(JsonReader, ReadsGoodValues)
{
    const Json body = parsed(R"({"name":"a/b","n":-3,"p":12.5,"t":"1970-01-01T00:00:01Z","w":"NO",
                                 "b":false,"list":["x","y"],"null":null})");
    JsonReader in(body);
    EXPECT_EQ(in.name("name"), "a/b");
    EXPECT_EQ(in.integer("n", -5, 5), -3);
    EXPECT_EQ(in.optionalPercentage("p")->hundredths(), 1250);
    EXPECT_EQ(toMs(*in.optionalInstant("t")), 1000);
    EXPECT_EQ(in.word("w", {"YES", "NO"}), 1u);
    EXPECT_EQ(in.optionalBoolean("b"), false);
    EXPECT_EQ(in.optionalTexts("list", 2, 1), (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(in.optionalText("null", 1), std::nullopt);
    EXPECT_TRUE(in.isNull("null"));
    EXPECT_FALSE(in.has("null"));
    EXPECT_EQ(in.finish(), std::nullopt);
}

TEST(JsonReader, NestedReadersReportToTheOutermost)
{
    const Json body = parsed(R"({"guards":[{"k/n":1},{"x":true}]})");
    JsonReader in(body);
    const Json *guards = in.optionalArray("guards", 10);
    ASSERT_NE(guards, nullptr);
    for (std::size_t i = 0; i < guards->size(); ++i) {
        JsonReader guard((*guards)[i], in.pointerTo("guards") + "/" + std::to_string(i), in);
        guard.optionalText("k/n", 10);
        guard.finish();
    }
    EXPECT_EQ(pointers(in.finish()), (std::vector<std::string>{"/guards/0/k~1n", "/guards/1/x"}));
}

TEST(JsonReader, WrongTypesAreErrorsNotCrashes)
{
    for (const char *text : {"[]", "1", "null", "\"x\"", "true"}) {
        const Json body = parsed(text);
        JsonReader in(body);
        in.text("a", 5);
        in.optionalObject("b");
        EXPECT_EQ(pointers(in.finish()), (std::vector<std::string>{""})) << text;
    }
    const Json body = parsed(R"({"a":{},"b":[],"c":"1","d":1.5,"e":99999999999999999999,"f":[1,"xx"]})");
    JsonReader in(body);
    in.text("a", 5);
    in.optionalObject("b");
    in.integer("c", 0, 9);
    in.integer("d", 0, 9);
    in.integer("e", 0, 9);
    in.optionalTexts("f", 5, 1);
    EXPECT_EQ(pointers(in.finish()),
              (std::vector<std::string>{"/a", "/b", "/c", "/d", "/e", "/f/0", "/f/1"}));
}

TEST(JsonReader, TextIsBoundedAndFreeOfNul)
{
    const Json body = parsed(R"({"long":"abcdef","nul":"a\u0000b","short":"a"})");
    JsonReader in(body);
    in.text("long", 5);
    in.text("nul", 5);
    in.text("short", 5, 2);
    EXPECT_EQ(pointers(in.finish()), (std::vector<std::string>{"/long", "/nul", "/short"}));
}

TEST(JsonReader, ListOfErrorsIsBounded)
{
    Json body = Json::object();
    for (int i = 0; i < 500; ++i)
        body["field" + std::to_string(i)] = i;
    JsonReader in(body);
    EXPECT_LE(in.finish()->fields.size(), 100u);
}

TEST(DumpJson, NeverFailsOnBadText)
{
    EXPECT_EQ(dumpJson(Json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

RC_GTEST_PROP(ParseJson, NeverCrashes, (const std::string &text))
{
    const Result<Json> json = parseJson(text);
    if (json) RC_ASSERT(parseJson(dumpJson(*json)) == *json);
}

} // namespace
} // namespace crossfade
