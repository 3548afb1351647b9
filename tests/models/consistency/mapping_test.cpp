// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mapping.h"

#include "models/consistency/mappingjson.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade {
namespace {

Json goodMapping()
{
    return *parseJson(R"({"data_type":"USER","legacy":{"source_id":"s1","table":"users","key":"id",
        "changed_column":"updated_at"},"new":{"source_id":"s2","table":"public.account","key":"uid"},
        "key_kind":"TEXT","fields":[
        {"name":"email","legacy_column":"mail","new_column":"email","kind":"TEXT","transforms":["TRIM","LOWER"]},
        {"name":"credit","legacy_column":"credit","new_column":"credit","kind":"DECIMAL","scale":2},
        {"name":"secret","legacy_column":"pw","new_column":"pw","kind":"TEXT","sensitive":true},
        {"name":"note","legacy_column":"note","new_column":"note","kind":"TEXT","ignored":true}],
        "authoritative":"LEGACY","safe_repairs":["INSERT","UPDATE"],"reason":"first"})");
}

std::vector<std::string> pointers(const Error &error)
{
    std::vector<std::string> result;
    for (const FieldError &field : error.fields)
        result.push_back(field.pointer);
    return result;
}

TEST(MappingJson, ReadsWhatItWrites)
{
    const Result<Mapping> mapping = parseMapping(goodMapping());
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->comparedFields().size(), 3u);
    EXPECT_EQ(mapping->legacyTable.changedColumn, "updated_at");
    EXPECT_EQ(mapping->fields[0].transforms, (std::vector{Transform::Trim, Transform::Lower}));
    const Result<Mapping> again = parseMapping(mappingJson(*mapping));
    ASSERT_TRUE(again);
    EXPECT_EQ(*mapping, *again);
}

TEST(MappingJson, TakesAQueryInThePlaceOfATable)
{
    Json body = goodMapping();
    body["legacy"].erase("table");
    body["legacy"]["query"] = "SELECT id, mail, credit, pw, note, updated_at FROM users -- all of them";
    const Result<Mapping> mapping = parseMapping(body);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_TRUE(mapping->legacyTable.isQuery());
    const std::string relation = mapping->legacyTable.relation();
    EXPECT_TRUE(isQueryRelation(relation));
    EXPECT_EQ(relation.substr(relation.size() - 2), "\n)"); // beyond the comment
    EXPECT_EQ(queryOf(relation), mapping->legacyTable.query);
    EXPECT_EQ(mapping->newTable.relation(), "public.account");
    const Json text = mappingJson(*mapping);
    EXPECT_FALSE(text.at("new").contains("query")); // the text of before, where there is a table
    EXPECT_FALSE(text.at("legacy").contains("table"));
    EXPECT_EQ(*parseMapping(text), *mapping);
    EXPECT_EQ(*parseMapping(toldMapping(text)), *mapping);
    EXPECT_TRUE(toldMapping(text).at("new").at("query").is_null());
    // Its rows are asked themselves whether a key repeats; a name that stands twice cannot be told apart.
    std::vector<Column> columns{{"id", "int"}, {"mail", "text"}, {"credit", "decimal"}, {"pw", "text"}, {"note", "text"},
                                {"updated_at", "datetime"}};
    EXPECT_EQ(tableMistakes(*mapping, Platform::Legacy, columns), std::vector<FieldError>());
    columns.push_back({"mail", "text"});
    const std::vector<FieldError> twice = tableMistakes(*mapping, Platform::Legacy, columns);
    ASSERT_EQ(twice.size(), 1u);
    EXPECT_EQ(twice.front().message, "the query has more than one column mail");
}

TEST(MappingJson, HasTheLimitsThatItWasGiven)
{
    const Mapping plain = *parseMapping(goodMapping());
    EXPECT_FALSE(plain.deletionLimits || plain.autoRepairLimit);
    const std::string text = dumpJson(mappingJson(plain));
    EXPECT_EQ(text.find("limit"), std::string::npos) << "what is remembered of a mapping goes by its text";
    Json body = goodMapping();
    body["deletion_limits"] = {{"least", 1}, {"percentage", 0.25}, {"most", 5}};
    body["auto_repair_limit"] = {{"most", 3}};
    const Result<Mapping> mapping = parseMapping(body);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->deletionLimits, (DeletionLimits{1, Percentage::fromHundredths(25), 5}));
    EXPECT_EQ(mapping->autoRepairLimit, (AutoRepairLimit{3, Percentage::fromHundredths(1'000), 3})) << "the rest as it is usual";
    Json again = mappingJson(*mapping);
    EXPECT_EQ(parseMapping(again), *mapping);
    eraseLimits(again);
    EXPECT_EQ(dumpJson(again), text);
    body["deletion_limits"] = Json::object();
    EXPECT_EQ(parseMapping(body)->deletionLimits, DeletionLimits());
    body["deletion_limits"] = nullptr;
    EXPECT_EQ(parseMapping(body)->deletionLimits, std::nullopt);
}

struct Bad {
    const char *name;
    const char *patch; // RFC 7386
    const char *pointer;
};

class BadMapping : public testing::TestWithParam<Bad> {};

TEST_P(BadMapping, NamesTheField)
{
    Json body = goodMapping();
    body.merge_patch(*parseJson(GetParam().patch));
    const Result<Mapping> mapping = parseMapping(body);
    ASSERT_FALSE(mapping);
    EXPECT_EQ(mapping.error().kind, ErrorKind::Invalid);
    const auto found = pointers(mapping.error());
    EXPECT_NE(std::ranges::find(found, GetParam().pointer), found.end()) << mapping.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadMapping,
    testing::Values(
        Bad{"least_above_most", R"({"deletion_limits":{"least":6,"most":5}})", "/deletion_limits/least"},
        Bad{"least_above_what_is_usual", R"({"auto_repair_limit":{"least":1001}})", "/auto_repair_limit/least"},
        Bad{"limit_too_large", R"({"deletion_limits":{"most":1000000001}})", "/deletion_limits/most"},
        Bad{"limit_more_than_all", R"({"auto_repair_limit":{"percentage":101}})", "/auto_repair_limit/percentage"},
        Bad{"limit_unknown", R"({"auto_repair_limit":{"highest":1}})", "/auto_repair_limit/highest"},
        Bad{"no_type", R"({"data_type":null})", "/data_type"},
        Bad{"control_in_type", R"({"data_type":"a\u0007"})", "/data_type"},
        Bad{"no_legacy", R"({"legacy":null})", "/legacy"},
        Bad{"legacy_no_object", R"({"legacy":7})", "/legacy"},
        Bad{"no_table", R"({"new":{"table":null}})", "/new/table"},
        Bad{"table_and_query", R"({"new":{"query":"SELECT 1"}})", "/new/query"},
        Bad{"no_query", R"({"new":{"table":null,"query":""}})", "/new/query"},
        Bad{"blank_query", R"({"new":{"table":null,"query":" \t "}})", "/new/query"},
        Bad{"not_a_query", R"({"new":{"table":null,"query":"update people set a = 1"}})", "/new/query"},
        Bad{"query_with_end", R"({"new":{"table":null,"query":"select 1; "}})", "/new/query"},
        Bad{"table_in_parentheses", R"x({"new":{"table":"(select 1)"}})x", "/new/table"},
        Bad{"safe_toward_query", R"({"new":{"table":null,"query":"select 1"}})", "/safe_repairs"},
        Bad{"empty_table", R"({"new":{"table":""}})", "/new/table"},
        Bad{"bad_source", R"({"new":{"source_id":"a:b"}})", "/new/source_id"},
        Bad{"empty_changed", R"({"legacy":{"changed_column":""}})", "/legacy/changed_column"},
        Bad{"unknown_in_side", R"({"legacy":{"query":"x"}})", "/legacy/query"},
        Bad{"more_keys_of_one", R"({"legacy":{"more_keys":["tenant"]}})", "/new/more_keys"},
        Bad{"more_keys_twice", R"({"legacy":{"more_keys":["id"]},"new":{"more_keys":["id"]}})", "/legacy/more_keys/0"},
        Bad{"more_keys_many", R"({"legacy":{"more_keys":["a","b","c","d","e","f","g","h"]}})", "/legacy/more_keys"},
        Bad{"key_kind", R"({"key_kind":"UUID"})", "/key_kind"},
        Bad{"fields_none", R"({"fields":[]})", "/fields"},
        Bad{"fields_text", R"({"fields":"x"})", "/fields"},
        Bad{"field_kind",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"BLOB"}]})",
            "/fields/0/kind"},
        Bad{"field_scale",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"DECIMAL","scale":39}]})",
            "/fields/0/scale"},
        Bad{"scale_of_text",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","scale":2}]})",
            "/fields/0/scale"},
        Bad{"transform",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","transforms":["REVERSE"]}]})",
            "/fields/0/transforms"},
        Bad{"value_map_twice_legacy",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","transforms":["LOWER"],"value_map":[{"legacy":"A","new":"x"},{"legacy":"a","new":"y"}]}]})",
            "/fields/0/value_map/1/legacy"},
        Bad{"value_map_twice_new",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"DECIMAL","value_map":[{"legacy":"1","new":"10.0"},{"legacy":"2","new":"10"}]}]})",
            "/fields/0/value_map/1/new"},
        Bad{"value_map_null_twice",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","value_map":[{"legacy":null,"new":"x"},{"legacy":null,"new":"y"}]}]})",
            "/fields/0/value_map/1/legacy"},
        Bad{"value_map_one_side",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","value_map":[{"legacy":"A"}]}]})",
            "/fields/0/value_map/0/new"},
        Bad{"value_map_number",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"INTEGER","value_map":[{"legacy":1,"new":"2"}]}]})",
            "/fields/0/value_map/0/legacy"},
        Bad{"value_map_of_time",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TIMESTAMP","value_map":[{"legacy":"0","new":"1"}]}]})",
            "/fields/0/value_map"},
        Bad{"zone_of_text",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","new_time_zone":"Asia/Shanghai"}]})",
            "/fields/0/new_time_zone"},
        Bad{"field_unknown",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","x":1}]})",
            "/fields/0/x"},
        Bad{"name_twice",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT"},{"name":"a","legacy_column":"b","new_column":"b","kind":"TEXT"}]})",
            "/fields/1/name"},
        Bad{"all_ignored",
            R"({"fields":[{"name":"a","legacy_column":"a","new_column":"a","kind":"TEXT","ignored":true}]})",
            "/fields"},
        Bad{"authoritative", R"({"authoritative":"BOTH"})", "/authoritative"},
        Bad{"safe_repairs", R"({"safe_repairs":["DROP"]})", "/safe_repairs"},
        Bad{"unknown", R"({"surprise":1})", "/surprise"}),
    [](const auto &info) { return std::string(info.param.name); });

TEST(CompositeKeys, AreOneTextThatComesApartAgain)
{
    EXPECT_EQ(joinedKey({"a", "b"}), "a|b");
    EXPECT_EQ(joinedKey({"a|b", "c\\"}), "a\\|b|c\\\\");
    EXPECT_EQ(splitKey("a|b", 2), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(splitKey("|", 2), (std::vector<std::string>{"", ""}));
    EXPECT_EQ(splitKey("a|b\\", 1), (std::vector<std::string>{"a|b\\"}));
    for (const char *bad : {"a", "a|b|c", "a|b\\", "a|\\b", ""})
        EXPECT_FALSE(splitKey(bad, 2)) << bad;
}

RC_GTEST_PROP(CompositeKeys, ComeBackAsTheyWere, ())
{
    const auto part = rc::gen::container<std::string>(rc::gen::element('a', '|', '\\', ' '));
    const std::vector<std::string> parts{*part, *part, *part};
    RC_ASSERT(splitKey(joinedKey(parts), 3) == parts);
}

TEST(CompositeKeys, AreUniqueByAnIndexOfTheirColumns)
{
    const std::vector<Column> columns{{"a", "int", false, false, true, true, {"pk/2", "three/3"}},
                                      {"b", "int", false, false, true, true, {"pk/2", "three/3"}},
                                      {"c", "int", true, false, true, true, {"three/3"}},
                                      {"d", "int", true, true, true, true, {"d/1"}}};
    EXPECT_TRUE(isUnique(columns, {"a", "b"}));
    EXPECT_TRUE(isUnique(columns, {"b", "a", "c"}));
    EXPECT_TRUE(isUnique(columns, {"a", "d"}));
    EXPECT_FALSE(isUnique(columns, {"a"}));
    EXPECT_FALSE(isUnique(columns, {"a", "c"}));
    EXPECT_FALSE(isUnique(columns, {"a", "none"}));
}

TEST(MappingTables, SayWhatMayNotBeRead)
{
    const Mapping mapping = *parseMapping(goodMapping());
    std::vector<Column> columns{
        {"id", "TEXT", false, true},     {"mail", "TEXT", true, false},
        {"credit", "TEXT", true, false}, {"pw", "TEXT", true, false},
        {"note", "TEXT", true, false},   {"updated_at", "TEXT", true, false}};
    columns[1].readable = false;
    columns[2].comparable = false;
    columns[4].readable = false; // ignored
    const auto mistakes = tableMistakes(mapping, Platform::Legacy, columns);
    ASSERT_EQ(mistakes.size(), 2u);
    EXPECT_EQ(mistakes[0].message, "the account may not read the column mail of users");
    EXPECT_EQ(mistakes[1].message, "the column credit of users has the type TEXT, which cannot be compared");
}

TEST(MappingTables, AreHeldAgainstTheirColumns)
{
    const Mapping mapping = *parseMapping(goodMapping());
    std::vector<Column> columns{
        {"id", "TEXT", false, true},     {"mail", "TEXT", true, false},
        {"credit", "TEXT", true, false}, {"pw", "TEXT", true, false},
        {"note", "TEXT", true, false},   {"updated_at", "TEXT", true, false}};
    EXPECT_TRUE(tableMistakes(mapping, Platform::Legacy, columns).empty());
    columns[0].key = false;
    columns.pop_back();
    columns.erase(columns.begin() + 2);
    const auto mistakes = tableMistakes(mapping, Platform::Legacy, columns);
    ASSERT_EQ(mistakes.size(), 3u);
    EXPECT_EQ(mistakes[0].pointer, "/legacy/key");
    EXPECT_NE(mistakes[0].message.find("not unique"), std::string::npos);
    EXPECT_EQ(mistakes[1].pointer, "/legacy/changed_column");
    EXPECT_EQ(mistakes[2].pointer, "/fields/1/legacy_column");
    const auto absent = tableMistakes(mapping, Platform::New, {});
    ASSERT_EQ(absent.size(), 1u);
    EXPECT_EQ(absent[0].pointer, "/new/table");
    const auto noKey = tableMistakes(mapping, Platform::New, {{"email", "text", true, false}});
    EXPECT_EQ(noKey[0].pointer, "/new/key");
}

} // namespace
} // namespace crossfade
