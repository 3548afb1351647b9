// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/ignorerule.h"
#include "models/consistency/verdict.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace crossfade {
namespace {

// The meaning of a pattern, spelt out: slow, and plainly right.
bool matchesSlowly(std::string_view pattern, std::string_view text)
{
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*')
        return matchesSlowly(pattern.substr(1), text) || (!text.empty() && matchesSlowly(pattern, text.substr(1)));
    std::size_t length = 1;
    char literal = pattern[0];
    if (pattern[0] == '\\' && pattern.size() > 1 && std::string_view("*?\\").find(pattern[1]) != std::string_view::npos) {
        literal = pattern[1];
        length = 2;
    } else if (pattern[0] == '?') {
        return !text.empty() && matchesSlowly(pattern.substr(1), text.substr(1));
    }
    return !text.empty() && text[0] == literal && matchesSlowly(pattern.substr(length), text.substr(1));
}

TEST(IgnorePatterns, TakeTheWholeText)
{
    struct Case {
        const char *pattern;
        const char *text;
        bool fits;
    };
    for (const Case &one : {Case{"u-*", "u-17", true}, Case{"u-*", "a u-17", false}, Case{"u-?", "u-17", false},
                            Case{"u-??", "u-17", true}, Case{"", "", true}, Case{"", "a", false}, Case{"*", "", true},
                            Case{"U-1", "u-1", false}, Case{"a\\*b", "a*b", true}, Case{"a\\*b", "axb", false},
                            Case{"a\\\\b", "a\\b", true}, Case{"a\\b", "a\\b", true}, Case{"a\\", "a\\", true},
                            Case{"?", "\u00e9", true}, Case{"??", "\u00e9", false}, Case{"?\u00e9", "\U0001F600\u00e9", true},
                            Case{"*.test", "a.b.test", true}, Case{"*a*b", "xaybzb", true}})
        EXPECT_EQ(matchesPattern(one.pattern, one.text), one.fits) << one.pattern << " of " << one.text;
}

RC_GTEST_PROP(IgnorePatterns, MeanWhatTheySpellOut, ())
{
    const auto of = [](const std::string &alphabet) {
        return rc::gen::container<std::string>(rc::gen::elementOf(alphabet));
    };
    const std::string pattern = *rc::gen::resize(12, of("ab*?\\"));
    const std::string text = *rc::gen::resize(12, of("ab*\\"));
    RC_ASSERT(matchesPattern(pattern, text) == matchesSlowly(pattern, text));
}

// What takes a careless matcher for ever.
TEST(IgnorePatterns, EndInTime)
{
    std::string pattern;
    for (int i = 0; i < 100; ++i)
        pattern += "a*";
    EXPECT_FALSE(matchesPattern(pattern + "b", std::string(16'384, 'a')));
}

IgnoreFacts someFacts()
{
    return {"check", "USER", "u-17", "name", DifferenceType::Different, Cause::Case, "Ann", "ann"};
}

IgnoredValue textValue(const char *text)
{
    return {IgnoredValue::Kind::Text, text};
}

TEST(IgnoreRules, FitWhatTheyNameAndNothingElse)
{
    using Change = std::function<void(IgnoreRule &)>;
    struct Case {
        const char *name;
        Change change;
        bool fits;
    };
    const Case cases[] = {
        {"check", [](IgnoreRule &r) { r.checkId = "check"; }, true},
        {"another check", [](IgnoreRule &r) { r.checkId = "other"; }, false},
        {"type of data", [](IgnoreRule &r) { r.dataType = "USER"; }, true},
        {"another type of data", [](IgnoreRule &r) { r.dataType = "ROLE"; }, false},
        {"entity", [](IgnoreRule &r) { r.entityPattern = "u-1?"; }, true},
        {"another entity", [](IgnoreRule &r) { r.entityPattern = "u-1"; }, false},
        {"field", [](IgnoreRule &r) { r.field = "name"; }, true},
        {"another field", [](IgnoreRule &r) { r.field = "nam"; }, false},
        {"type", [](IgnoreRule &r) { r.type = DifferenceType::Different; }, true},
        {"another type", [](IgnoreRule &r) { r.type = DifferenceType::Missing; }, false},
        {"cause", [](IgnoreRule &r) { r.cause = Cause::Case; }, true},
        {"another cause", [](IgnoreRule &r) { r.cause = Cause::Value; }, false},
        {"value", [](IgnoreRule &r) { r.legacy = textValue("Ann"); }, true},
        {"value of the other side", [](IgnoreRule &r) { r.fresh = textValue("Ann"); }, false},
        {"pair", [](IgnoreRule &r) { r.legacy = textValue("Ann"), r.fresh = textValue("ann"); }, true},
        {"half a pair", [](IgnoreRule &r) { r.legacy = textValue("Ann"), r.fresh = textValue("Bob"); }, false},
        {"NULL", [](IgnoreRule &r) { r.legacy.kind = IgnoredValue::Kind::Null; }, false},
        {"pattern", [](IgnoreRule &r) { r.fresh = {IgnoredValue::Kind::Pattern, "a*"}; }, true},
        {"another pattern", [](IgnoreRule &r) { r.fresh = {IgnoredValue::Kind::Pattern, "A*"}; }, false},
    };
    for (const Case &one : cases) {
        IgnoreRule rule;
        one.change(rule);
        EXPECT_EQ(fits(rule, someFacts()), one.fits) << one.name;
        // What a rule names beside it must fit, too.
        rule.dataType = "ROLE";
        EXPECT_FALSE(fits(rule, someFacts())) << one.name;
    }
}

TEST(IgnoreRules, TellNullFromNothingAndRowsFromFields)
{
    IgnoreRule null;
    null.legacy.kind = IgnoredValue::Kind::Null;
    IgnoreFacts facts = someFacts();
    facts.legacy.reset();
    EXPECT_TRUE(fits(null, facts));
    facts.legacy = "";
    EXPECT_FALSE(fits(null, facts));
    EXPECT_FALSE(fits(null, {"check", "USER", "u-17", "", DifferenceType::Missing, Cause::Row, {}, {}}));
    IgnoreRule named;
    named.field = "name";
    EXPECT_FALSE(fits(named, {"check", "USER", "u-17", "", DifferenceType::Missing, Cause::Row, {}, {}}));
    IgnoreRule row;
    row.type = DifferenceType::Missing;
    EXPECT_TRUE(fits(row, {"check", "USER", "u-17", "", DifferenceType::Missing, Cause::Row, {}, {}}));
}

TEST(IgnoreRules, EndAtTheirTime)
{
    IgnoreRule rule;
    EXPECT_TRUE(isActive(rule, instantFromMs(1)));
    rule.endsAt = instantFromMs(1'000);
    EXPECT_TRUE(isActive(rule, instantFromMs(999)));
    EXPECT_FALSE(isActive(rule, instantFromMs(1'000)));
}

IgnoredValue anyIgnoredValue()
{
    const auto kind = static_cast<IgnoredValue::Kind>(*rc::gen::inRange(0, 4));
    const bool has = kind == IgnoredValue::Kind::Text || kind == IgnoredValue::Kind::Pattern;
    return {kind, has ? *rc::gen::container<std::string>(rc::gen::inRange('a', 'f')) : std::string()};
}

RC_GTEST_PROP(IgnoreRules, AreReadAsTheyAreWritten, ())
{
    const auto text = [] { return *rc::gen::container<std::string>(rc::gen::inRange('a', 'z')); };
    IgnoreRule rule;
    rule.dataType = "T" + text();
    rule.field = "f" + text();
    rule.checkId = *rc::gen::arbitrary<bool>() ? "c-1" : "";
    rule.entityPattern = text();
    if (*rc::gen::arbitrary<bool>()) rule.type = static_cast<DifferenceType>(*rc::gen::inRange(0, 3));
    if (*rc::gen::arbitrary<bool>()) rule.cause = static_cast<Cause>(*rc::gen::inRange(0, 8));
    rule.legacy = anyIgnoredValue();
    rule.fresh = anyIgnoredValue();
    if (*rc::gen::arbitrary<bool>()) rule.endsAt = instantFromMs(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000));
    rule.dataType.resize(std::min<std::size_t>(rule.dataType.size(), 100));
    rule.field.resize(std::min<std::size_t>(rule.field.size(), 100));
    const Json json = ignoreRuleJson(rule);
    JsonReader in(json);
    const IgnoreRule again = readIgnoreRule(in);
    RC_ASSERT(!in.finish());
    RC_ASSERT(again == rule);
}

TEST(IgnoreRules, KnowAFingerprint)
{
    EXPECT_TRUE(isFingerprint("fingerprint 0123456789abcdef"));
    EXPECT_FALSE(isFingerprint("fingerprint 0123456789abcde"));
    EXPECT_FALSE(isFingerprint("fingerprint 0123456789ABCDEF"));
    EXPECT_FALSE(isFingerprint("0123456789abcdef"));
    EXPECT_FALSE(isFingerprint(""));
}

// Hidden rows stand apart: neither the run's percentage nor a field's is of them.
RC_GTEST_PROP(IgnoredRows, StandApart, ())
{
    CheckCounts counts;
    counts.matched = *rc::gen::inRange(0, 50);
    std::int64_t judged = counts.matched;
    std::int64_t hidden = 0;
    std::int64_t different = 0; // rows whose one field differs
    std::int64_t ignored = 0;
    const int rows = *rc::gen::inRange(0, 40);
    for (int i = 0; i < rows; ++i) {
        const auto type = static_cast<DifferenceType>(*rc::gen::inRange(0, 3));
        const bool isHidden = *rc::gen::arbitrary<bool>();
        countRow(counts, type, isHidden);
        ++(isHidden ? hidden : judged);
        if (type == DifferenceType::Different) ++(isHidden ? ignored : different);
    }
    RC_ASSERT(counts.total() == judged);
    RC_ASSERT(counts.ignored == hidden);
    const CheckCounts field = countsOfField(counts, different, ignored);
    RC_ASSERT(field.matched == counts.matched);
    RC_ASSERT(field.total() == judged);
    RC_ASSERT(field.ignored == hidden);
    RC_ASSERT(consistency(field) == consistency(counts));
}

TEST(IgnoreRuleValues, AreSecretAsFingerprintsAlone)
{
    using Kind = IgnoredValue::Kind;
    const IgnoredValue any;
    const IgnoredValue null{Kind::Null, ""};
    const IgnoredValue print{Kind::Text, "fingerprint 0123456789abcdef"};
    const auto rule = [](const IgnoredValue &legacy, const IgnoredValue &fresh) {
        IgnoreRule made;
        made.legacy = legacy;
        made.fresh = fresh;
        return made;
    };
    EXPECT_TRUE(keepsValuesSecret(rule(any, any)));
    EXPECT_TRUE(keepsValuesSecret(rule(null, print)));
    for (const IgnoredValue &told : {IgnoredValue{Kind::Text, "told"}, IgnoredValue{Kind::Text, "fingerprint 0123"},
                                     IgnoredValue{Kind::Text, ""}, IgnoredValue{Kind::Pattern, "fingerprint *"}}) {
        EXPECT_FALSE(keepsValuesSecret(rule(told, any))) << told.text;
        EXPECT_FALSE(keepsValuesSecret(rule(print, told))) << told.text;
    }
}

// Of a row with two fields that differ, one of them hidden, the row counts and the hidden field does not.
TEST(IgnoredRows, CountWhereSomethingElseDiffers)
{
    CheckCounts counts;
    counts.matched = 8;
    countRow(counts, DifferenceType::Different, false); // differs in both, one is hidden
    countRow(counts, DifferenceType::Missing, false);
    EXPECT_EQ(consistency(counts)->percent(), 80.0);
    const CheckCounts shown = countsOfField(counts, 1, 0);
    EXPECT_EQ(shown.matched, 8);
    EXPECT_EQ(shown.total(), 10);
    const CheckCounts hidden = countsOfField(counts, 0, 1);
    EXPECT_EQ(hidden.matched, 8);
    EXPECT_EQ(hidden.different, 0);
    EXPECT_EQ(hidden.total(), 9);
    EXPECT_EQ(hidden.ignored, 1);
}

} // namespace
} // namespace crossfade
