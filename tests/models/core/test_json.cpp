// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {

namespace {

Json parsed(const std::string &text) {
    const auto json = parseJson(text);
    EXPECT_TRUE(json) << text;
    return json.value_or(Json());
}

std::vector<std::string> pointers(const std::optional<Error> &error) {
    std::vector<std::string> result;
    if (!error) return result;
    for (const FieldError &field : error->fields)
        result.push_back(field.pointer);
    return result;
}

using Pointers = std::vector<std::string>;

TEST(ParseJson, RefusesWhatIsNotStrict) {
    for (const char *bad :
         {"", "{", "[1,]", "{\"a\":1,}", "{'a':1}", "// c\n1", "NaN", "Infinity", "01", "1 2",
          "\"\t\"", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "{\"x\":{\"a\":1,\"a\":2}}", "\"\xC3\x28\"",
          "tru", "\xEF\xBB\xBF\xEF\xBB\xBF{}"}) {
        const auto json = parseJson(bad);
        ASSERT_FALSE(json) << bad;
        EXPECT_EQ(json.error().kind, ErrorKind::Malformed) << bad;
    }
}

TEST(ParseJson, TheSameKeyInTwoObjectsIsFine) {
    EXPECT_TRUE(parseJson(R"([{"a":1},{"a":2,"b":{"a":3}}])"));
}

TEST(ParseJson, BoundsTheDepth) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    EXPECT_TRUE(parseJson(nested(64)));
    EXPECT_FALSE(parseJson(nested(65)));
    EXPECT_FALSE(parseJson(std::string(1'000'000, '[')));
    EXPECT_FALSE(parseJson(nested(3), 2));
}

TEST(ParseJson, MakesWhatTheLibraryMakes) {
    for (const char *text : {"5", "-5", "1.5e3", "18446744073709551615", "\"a\\u00e9\\n\"", "null", "true", "[]", "{}",
                             R"([1,[2,[],{"a":[3,{"b":null}]}],"x"])", R"({"a":{"b":[{"c":1},{"c":2}],"d":"e"},"f":false})",
                             "9223372036854775808", "[[[[1]]],2]", " {\"a\" : [ 1 , 2 ] } "}) {
        const auto json = parseJson(text);
        ASSERT_TRUE(json) << text;
        const Json expected = Json::parse(text, nullptr, false);
        EXPECT_EQ(*json, expected) << text;
        EXPECT_EQ(json->type(), expected.type());
        EXPECT_EQ(dumpJson(*json), dumpJson(expected));
    }
    for (const char *text : {"", "[", "{\"a\"}", "[1,]", "1e999", "nul", "[1] 2", "{\"a\":1,}"})
        EXPECT_EQ(parseJson(text).error().kind, ErrorKind::Malformed) << text;
}

RC_GTEST_PROP(ParseJson, SurvivesAnyBytes, (const std::string &text)) {
    const auto json = parseJson(text);
    if (json) RC_ASSERT((parseJson(dumpJson(*json)) == json));
}

RC_GTEST_PROP(ParseJson, TextComesBack, (const std::map<std::string, std::int64_t> &values)) {
    Json json = Json::object();
    for (const auto &[key, value] : values)
        json["k" + std::to_string(key.size()) + std::to_string(value)] = value;
    RC_ASSERT((parseJson(dumpJson(json)) == json));
}

TEST(DumpJson, ReplacesWhatIsNotUtf8) {
    EXPECT_EQ(dumpJson(Json("a\xFFz")), "\"a\xEF\xBF\xBDz\"");
}

TEST(PointerToken, EscapesTildeAndSlash) {
    EXPECT_EQ(pointerToken("a/b~c"), "a~1b~0c");
}

TEST(JsonReader, ReadsEveryType) {
    const Json body = parsed(R"({"t":"x","i":-5,"n":1.5,"b":true,"p":12.5,"w":"TWO","d":"u1",
        "at":"2026-11-21T14:02:11.250Z","o":{"x":1},"a":[1,2],"s":["q","r"],"z":null})");
    JsonReader in(body);
    EXPECT_EQ(in.text("t", 10), "x");
    EXPECT_EQ(in.integer("i", -5, 5), -5);
    EXPECT_EQ(in.number("n"), 1.5);
    EXPECT_EQ(in.optionalBoolean("b"), true);
    EXPECT_EQ(in.optionalPercentage("p")->hundredths(), 1'250);
    EXPECT_EQ(in.word("w", {"ONE", "TWO"}), 1u);
    EXPECT_EQ(in.id("d"), "u1");
    EXPECT_EQ(toMs(*in.optionalInstant("at")), 1'795'269'731'250);
    ASSERT_NE(in.optionalObject("o"), nullptr);
    ASSERT_NE(in.optionalArray("a", 2), nullptr);
    EXPECT_EQ(in.optionalTexts("s", 2, 1), (std::vector<std::string>{"q", "r"}));
    EXPECT_EQ(in.optionalText("z", 5), std::nullopt);
    EXPECT_TRUE(in.isNull("z"));
    EXPECT_FALSE(in.has("z"));
    EXPECT_FALSE(in.finish());
}

TEST(JsonReader, NamesEveryBadField) {
    const Json body = parsed(R"({"t":1,"i":1.5,"n":"1","b":"true","p":12.345,"w":"three","d":"a b",
        "at":"yesterday","o":[],"a":{},"s":["ok",2],"extra/field":1})");
    JsonReader in(body);
    in.text("t", 10);
    in.integer("i", 0, 5);
    in.number("n");
    in.optionalBoolean("b");
    in.optionalPercentage("p");
    in.word("w", {"ONE", "TWO"});
    in.id("d");
    in.optionalInstant("at");
    in.optionalObject("o");
    in.optionalArray("a", 2);
    in.optionalTexts("s", 2, 5);
    in.text("missing", 5);
    const auto error = in.finish();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, ErrorKind::Invalid);
    EXPECT_EQ(pointers(error), (Pointers{"/t", "/i", "/n", "/b", "/p", "/w", "/d", "/at", "/o",
                                         "/a", "/s/1", "/missing", "/extra~1field"}));
}

TEST(JsonReader, NestedReadersReportToTheOutermost) {
    const Json body = parsed(R"({"steps":[{"percentage":10},{"percentage":200,"x":1}]})");
    JsonReader in(body);
    const Json *steps = in.optionalArray("steps", 5);
    ASSERT_NE(steps, nullptr);
    for (std::size_t i = 0; i < steps->size(); ++i) {
        JsonReader step((*steps)[i], "/steps/" + std::to_string(i), in);
        step.optionalPercentage("percentage");
        EXPECT_FALSE(step.finish());
    }
    EXPECT_EQ(pointers(in.finish()), (Pointers{"/steps/1/percentage", "/steps/1/x"}));
}

TEST(JsonReader, ABodyThatIsNoObject) {
    const Json body = parsed("[1]");
    JsonReader in(body);
    in.text("name", 10);
    const auto error = in.finish();
    ASSERT_TRUE(error);
    EXPECT_EQ(pointers(error), Pointers{""});
}

TEST(JsonReader, BoundsTextsAndRefusesNul) {
    const Json body =
        parsed("{\"long\":\"abcdef\",\"nul\":\"a\\u0000b\",\"short\":\"\",\"name\":\"a\\nb\"}");
    JsonReader in(body);
    in.text("long", 5);
    in.text("nul", 5);
    in.text("short", 5, 1);
    in.name("name");
    EXPECT_EQ(pointers(in.finish()), (Pointers{"/long", "/nul", "/short", "/name"}));
}

TEST(JsonReader, AListOfErrorsIsBounded) {
    Json body = Json::object();
    for (int i = 0; i < 1'000; ++i)
        body["f" + std::to_string(i)] = i;
    JsonReader in(body);
    EXPECT_EQ(in.finish()->fields.size(), 100u);
}

RC_GTEST_PROP(JsonReader, AnIntegerIsInItsRangeOrRefused, (std::int64_t value)) {
    const std::int64_t low = *rc::gen::inRange<std::int64_t>(-1'000, 1'000);
    const std::int64_t high = low + *rc::gen::inRange<std::int64_t>(0, 1'000);
    const Json body{{"v", value}};
    JsonReader in(body);
    const auto read = in.optionalInteger("v", low, high);
    RC_ASSERT(read.has_value() == (value >= low && value <= high));
    RC_ASSERT(in.finish().has_value() == !read.has_value());
}

TEST(JsonReader, RefusesIntegersBeyond64Bits) {
    for (const char *text : {"{\"v\":18446744073709551615}", "{\"v\":9223372036854775808}",
                             "{\"v\":1e300}", "{\"v\":5.0}"}) {
        const Json body = parsed(text);
        JsonReader in(body);
        EXPECT_FALSE(in.optionalInteger("v", std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max()))
            << text;
        EXPECT_TRUE(in.finish());
    }
}

} // namespace

} // namespace crossfade
