// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/memberset.h"

#include "models/consistency/mappingjson.h"
#include "models/consistency/normalform.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace crossfade {
namespace {

using Members = std::vector<std::string>;

MappedField setOf(std::vector<Transform> transforms = {}, FieldKind kind = FieldKind::Text)
{
    MappedField field;
    field.name = "permission";
    field.kind = kind;
    field.transforms = std::move(transforms);
    field.set = true;
    return field;
}

std::string told(const std::vector<MemberDifference> &found)
{
    std::string text;
    for (const MemberDifference &one : found)
        text += std::string(differenceTypeWord(one.type)) + " " + one.member + ";";
    return text;
}

Members anyMembers()
{
    return *rc::gen::container<Members>(rc::gen::container<std::string>(rc::gen::elementOf(std::string("aA1:-|\\\n"))));
}

RC_GTEST_PROP(MemberCells, HoldASetAndNothingElse, ())
{
    const Members members = anyMembers();
    const std::set<std::string> expected(members.begin(), members.end());
    const std::string cell = membersCell(members);
    const Members again = membersOf(cell);
    RC_ASSERT(Members(expected.begin(), expected.end()) == again);
    RC_ASSERT(memberCount(cell) == expected.size());
    Members other = anyMembers();
    RC_ASSERT((membersCell(other) == cell) == (std::set<std::string>(other.begin(), other.end()) == expected));
    std::ranges::reverse(other = members);
    RC_ASSERT(membersCell(other) == cell);
}

RC_GTEST_PROP(MemberDifferences, AreTheMembersThatOneSideLacks, ())
{
    const Members legacy = anyMembers();
    const Members fresh = anyMembers();
    const std::vector<MemberDifference> found = compareMembers(setOf(), membersCell(legacy), membersCell(fresh));
    const std::set<std::string> before(legacy.begin(), legacy.end());
    const std::set<std::string> after(fresh.begin(), fresh.end());
    std::set<std::string> missing;
    std::set<std::string> extra;
    for (const MemberDifference &one : found)
        RC_ASSERT((one.type == DifferenceType::Missing ? missing : extra).insert(one.member).second);
    std::set<std::string> lackedByNew;
    std::ranges::set_difference(before, after, std::inserter(lackedByNew, lackedByNew.end()));
    std::set<std::string> lackedByLegacy;
    std::ranges::set_difference(after, before, std::inserter(lackedByLegacy, lackedByLegacy.end()));
    RC_ASSERT(missing == lackedByNew);
    RC_ASSERT(extra == lackedByLegacy);
    // Equal rows are those of which nothing is told, and have one encoding.
    const KeyedRow a{"u", {Cell(membersCell(legacy))}, {}};
    const KeyedRow b{"u", {Cell(membersCell(fresh))}, {}};
    const bool equal = !differenceType({setOf()}, &a, &b);
    RC_ASSERT(equal == found.empty());
    RC_ASSERT(equal == (encodeRow({setOf()}, a, Platform::Legacy) == encodeRow({setOf()}, b, Platform::New)));
}

TEST(MemberDifferences, KeepToTheRulesOfTheField)
{
    const auto compared = [](const MappedField &field, Members legacy, Members fresh) {
        return told(compareMembers(field, membersCell(std::move(legacy)), membersCell(std::move(fresh))));
    };
    EXPECT_EQ(compared(setOf(), {"read", "Write"}, {"read", "write"}), "MISSING Write;EXTRA write;");
    EXPECT_EQ(compared(setOf({Transform::Trim, Transform::Lower}), {"read", "Write "}, {"read", "write"}), "");
    EXPECT_EQ(compared(setOf({}, FieldKind::Integer), {"007", "1"}, {"7"}), "MISSING 1;");
    // Two spellings of one member are one member, told by the first.
    EXPECT_EQ(compared(setOf({Transform::Lower}), {"READ", "Read"}, {}), "MISSING READ;");
    MappedField mapped = setOf();
    (void)setValueMap(mapped, {{"R", "read"}, {"W", "write"}});
    EXPECT_EQ(compared(mapped, {"R", "W"}, {"read", "admin"}), "EXTRA admin;MISSING W;");
    EXPECT_EQ(compared(mapped, {"read"}, {"read"}), "MISSING read;EXTRA read;"); // of LEGACY it is another one
}

TEST(Sets, OfASideWithoutRowsAreEmpty)
{
    const KeyedRow some{"u", {Cell(membersCell({"a"}))}, {}};
    const KeyedRow none = emptySetRow("u");
    const std::vector<MappedField> compared{setOf()};
    EXPECT_EQ(differenceType(compared, &some, nullptr), DifferenceType::Different);
    EXPECT_EQ(differenceType(compared, nullptr, &some), DifferenceType::Different);
    EXPECT_EQ(differenceType(compared, &none, nullptr), std::nullopt);
    EXPECT_EQ(differenceType(compared, nullptr, nullptr), std::nullopt);
    EXPECT_EQ(compareRows(compared, some, none), (std::vector<FieldDifference>{{0, Cause::Value}}));
    EXPECT_TRUE(membersOf("no cell").empty());
    EXPECT_TRUE(membersOf("99:short").empty());
}

Json setMapping()
{
    return *parseJson(R"({"data_type":"PERMISSION","legacy":{"source_id":"s1","table":"grants","key":"user_id"},
        "new":{"source_id":"s2","table":"grants","key":"user_id"},"key_kind":"INTEGER","set_field":"permission",
        "fields":[{"name":"permission","legacy_column":"perm","new_column":"permission","kind":"TEXT"},
                  {"name":"since","legacy_column":"since","new_column":"since","kind":"TIMESTAMP","ignored":true}]})");
}

TEST(SetMappings, CompareNothingButTheirMembers)
{
    const Result<Mapping> mapping = parseMapping(setMapping());
    ASSERT_TRUE(mapping) << mapping.error().message;
    ASSERT_EQ(mapping->comparedFields().size(), 1u);
    EXPECT_TRUE(isSet(mapping->comparedFields()));
    EXPECT_EQ(mapping->rowKeyColumns(Platform::Legacy), (std::vector<std::string>{"user_id", "perm"}));
    EXPECT_EQ(mapping->rowKeyColumns(Platform::New), (std::vector<std::string>{"user_id", "permission"}));
    EXPECT_EQ(parseMapping(mappingJson(*mapping)), mapping);
    // What is remembered of other mappings goes by their text.
    Json plain = setMapping();
    plain["set_field"] = nullptr;
    EXPECT_FALSE(mappingJson(*parseMapping(plain)).contains("set_field"));
}

TEST(SetMappings, AreRefusedWithTheirMistakes)
{
    struct Wrong {
        const char *pointer;
        std::function<void(Json &)> change;
    };
    const Wrong cases[] = {
        {"/set_field", [](Json &m) { m["set_field"] = "nothing"; }},
        {"/fields/1/ignored", [](Json &m) { m["fields"][1]["ignored"] = false; }},
        {"/fields/0/ignored", [](Json &m) { m["fields"][0]["ignored"] = true, m["fields"][1]["ignored"] = false; }},
        {"/fields/0/kind", [](Json &m) { m["fields"][0]["kind"] = "JSON"; }},
        {"/fields/0/sensitive", [](Json &m) { m["fields"][0]["sensitive"] = true; }},
        {"/fields/0/tolerance", [](Json &m) { m["fields"][0].update({{"kind", "INTEGER"}, {"tolerance", 1}}); }},
        {"/fields/0/value_map",
         [](Json &m) { m["fields"][0]["value_map"] = Json::array({{{"legacy", nullptr}, {"new", "none"}}}); }},
    };
    for (const Wrong &one : cases) {
        Json mapping = setMapping();
        one.change(mapping);
        const Result<Mapping> parsed = parseMapping(mapping);
        ASSERT_FALSE(parsed) << one.pointer;
        EXPECT_TRUE(std::ranges::any_of(parsed.error().fields, [&](const FieldError &e) { return e.pointer == one.pointer; }))
            << one.pointer << " " << parsed.error().message;
    }
}

TEST(SetMappings, NeedTheirMembersToBeUnique)
{
    const Mapping mapping = *parseMapping(setMapping());
    const auto columns = [](const char *index) {
        std::vector<Column> all{{"user_id", "bigint"}, {"perm", "text"}, {"since", "timestamptz"}};
        for (Column &column : all)
            column.unique = column.name == "since" ? std::vector<std::string>{} : std::vector<std::string>{index};
        return all;
    };
    EXPECT_TRUE(tableMistakes(mapping, Platform::Legacy, columns("grants_pkey/2")).empty());
    const auto mistakes = tableMistakes(mapping, Platform::Legacy, columns("wider/3"));
    ASSERT_EQ(mistakes.size(), 1u);
    EXPECT_EQ(mistakes.front().pointer, "/legacy/key");
}

} // namespace
} // namespace crossfade
