// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/assignment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

using Kind = DifferenceType;

Result<std::vector<AssignmentRule>> readBack(const Json &body)
{
    JsonReader in(body);
    auto rules = readAssignmentRules(in);
    if (auto error = in.finish()) return fail(*error);
    return rules;
}

std::string pointerOf(const Json &rule)
{
    const auto rules = readBack({{"rules", Json::array({rule})}});
    return rules ? "" : rules.error().fields.at(0).pointer;
}

TEST(Assignment, TheFirstRuleThatFitsWins)
{
    const std::vector<AssignmentRule> rules{{"USER", "email", {}, {"ann", ""}},
                                            {"USER", "", Kind::Missing, {"", "approver"}},
                                            {"", "email", Kind::Different, {"bob", ""}},
                                            {"ROLE", "", {}, {"cyd", ""}}};
    const std::vector<std::string> none;
    const std::vector<std::string> two{"name", "email"};
    const std::vector<std::string> name{"name"};
    EXPECT_EQ(firstFit(rules, {"USER", Kind::Different, two}), 0U);
    EXPECT_EQ(firstFit(rules, {"USER", Kind::Missing, none}), 1U);
    EXPECT_EQ(firstFit(rules, {"ROLE", Kind::Different, two}), 2U); // before the one of its own type
    EXPECT_EQ(firstFit(rules, {"ROLE", Kind::Extra, none}), 3U);
    EXPECT_EQ(firstFit(rules, {"USER", Kind::Different, name}), std::nullopt);
    EXPECT_EQ(firstFit(rules, {"USER", Kind::Extra, none}), std::nullopt);
    EXPECT_EQ(firstFit({}, {"USER", Kind::Missing, none}), std::nullopt);
    EXPECT_EQ(assigneeText(rules[1].to), "the role approver");
    EXPECT_EQ(assigneeText(rules[0].to), "ann");
}

TEST(Assignment, EveryMistakeIsNamed)
{
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}}), "");
    EXPECT_EQ(pointerOf({{"assigned_role", "operator"}}), "");
    EXPECT_EQ(pointerOf({{"data_type", "USER"}}), "/rules/0/assigned_to");
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}, {"assigned_role", "operator"}}), "/rules/0/assigned_to");
    EXPECT_EQ(pointerOf({{"assigned_role", "viewer"}}), "/rules/0/assigned_role");
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}, {"difference_type", "ODD"}}), "/rules/0/difference_type");
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}, {"field", "f"}, {"difference_type", "EXTRA"}}), "/rules/0/field");
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}, {"data_type", ""}}), "/rules/0/data_type");
    EXPECT_EQ(pointerOf({{"assigned_to", "ann"}, {"surprise", 1}}), "/rules/0/surprise");
    EXPECT_FALSE(readBack({{"rules", 7}}));
    EXPECT_FALSE(readBack(Json::object()));
    Json many = Json::array();
    for (std::size_t i = 0; i <= MostAssignmentRules; ++i)
        many.push_back({{"assigned_to", "ann"}});
    EXPECT_FALSE(readBack({{"rules", many}}));
    many.erase(0);
    EXPECT_TRUE(readBack({{"rules", many}}));
}

// Few words, so that rules and facts meet.
std::string anyWord()
{
    return *rc::gen::element<std::string>("", "USER", "ROLE");
}

AssignmentRule anyRule()
{
    AssignmentRule rule;
    rule.dataType = anyWord();
    if (*rc::gen::arbitrary<bool>()) rule.type = *rc::gen::element(Kind::Missing, Kind::Extra, Kind::Different);
    if (!rule.type || *rule.type == Kind::Different) rule.field = *rc::gen::element<std::string>("", "a", "b");
    if (*rc::gen::arbitrary<bool>())
        rule.to.person = *rc::gen::element<std::string>("ann", "bob");
    else
        rule.to.role = *rc::gen::element<std::string>("operator", "approver");
    return rule;
}

RC_GTEST_PROP(AnyAssignment, NoRuleBeforeTheOneThatWinsFitsAndItDoes, ())
{
    std::vector<AssignmentRule> rules;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i)
        rules.push_back(anyRule());
    const std::string type = *rc::gen::element<std::string>("USER", "ROLE", "AUDIT");
    const Kind kind = *rc::gen::element(Kind::Missing, Kind::Extra, Kind::Different);
    std::vector<std::string> fields;
    if (kind == Kind::Different) fields = *rc::gen::element(std::vector<std::string>{"a"}, std::vector<std::string>{"b", "c"},
                                                               std::vector<std::string>{"a", "b"});
    const AssignmentFacts facts{type, kind, fields};
    // What fitting means, written the other way round.
    const auto wants = [&](const AssignmentRule &rule) {
        bool field = rule.field.empty();
        for (const std::string &name : fields)
            field = field || name == rule.field;
        return field && (rule.dataType.empty() || rule.dataType == type) && (!rule.type || *rule.type == kind);
    };
    const auto winner = firstFit(rules, facts);
    const std::size_t before = winner.value_or(rules.size());
    for (std::size_t i = 0; i < before; ++i)
        RC_ASSERT(!wants(rules[i]));
    const bool fitting = !winner || wants(rules[*winner]);
    RC_ASSERT(fitting);
    // Rules behind it change nothing.
    rules.push_back(anyRule());
    const auto after = firstFit(rules, facts);
    const bool same = winner ? after == winner : !after || *after == rules.size() - 1;
    RC_ASSERT(same);
}

RC_GTEST_PROP(AnyAssignment, WhatIsStoredIsReadBackTheSame, ())
{
    std::vector<AssignmentRule> rules;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i)
        rules.push_back(anyRule());
    const auto read = readBack({{"rules", assignmentRulesJson(rules)}});
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == rules);
}

} // namespace
} // namespace crossfade
