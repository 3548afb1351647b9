// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Values that the two sides write differently: by a value map, and in wall clocks of their own.
#include "models/consistency/difference.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/normalform.h"
#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace crossfade {
namespace {

using test::berlin;

const Cell NoValue;

ZonePtr shanghai()
{
    return test::tableOf("Asia/Shanghai", 480, {});
}

MappedField mapped(FieldKind kind, std::vector<ValuePair> pairs, std::vector<Transform> transforms = {})
{
    MappedField field;
    field.name = "f";
    field.kind = kind;
    field.transforms = std::move(transforms);
    const RepeatedValues repeated = setValueMap(field, std::move(pairs));
    EXPECT_TRUE(repeated.legacy.empty() && repeated.fresh.empty());
    return field;
}

MappedField clocks(ZonePtr legacy, ZonePtr fresh)
{
    MappedField field;
    field.name = "at";
    field.kind = FieldKind::Timestamp;
    if (legacy) field.legacyClock = {legacy->name(), legacy};
    if (fresh) field.newClock = {fresh->name(), fresh};
    return field;
}

TEST(ValueMaps, SayWhichValuesStandForEachOther)
{
    const MappedField status = mapped(FieldKind::Text, {{"A", "active"}, {"D", "gone"}, {"", NoValue}});
    EXPECT_TRUE(areEqual(status, "A", "active"));
    EXPECT_TRUE(areEqual(status, "", NoValue));
    EXPECT_FALSE(areEqual(status, "A", "A")); // the same bytes, other values
    EXPECT_FALSE(areEqual(status, "", ""));
    EXPECT_FALSE(areEqual(status, "A", "gone"));
    EXPECT_FALSE(areEqual(status, "a", "active")); // no transform
    EXPECT_FALSE(areEqual(status, "active", "A"));
    // A value without a pair compares as itself, and where its spelling stands in one on the other side as none.
    EXPECT_TRUE(areEqual(status, "X", "X"));
    EXPECT_FALSE(areEqual(status, NoValue, NoValue));
    EXPECT_FALSE(areEqual(status, "active", "active"));
    EXPECT_FALSE(areEqual(status, "X", "active"));
    EXPECT_TRUE(areEqual(mapped(FieldKind::Text, {{"A", "active"}}), NoValue, NoValue));
}

TEST(ValueMaps, TellValuesApartAsTheFieldComparesThem)
{
    const MappedField loose = mapped(FieldKind::Text, {{"A", "Active"}}, {Transform::Trim, Transform::Lower});
    EXPECT_TRUE(areEqual(loose, " a ", "ACTIVE"));
    const MappedField upper = mapped(FieldKind::Text, {{"a", "active"}}, {Transform::Upper});
    EXPECT_TRUE(areEqual(upper, "A", "Active"));
    const MappedField code = mapped(FieldKind::Integer, {{"1", "10"}, {"2", "20"}});
    EXPECT_TRUE(areEqual(code, "01", "10.0"));
    EXPECT_FALSE(areEqual(code, "1", "1"));
    EXPECT_FALSE(areEqual(code, "10.0", "10")); // of NEW it stands for 1
    EXPECT_TRUE(areEqual(code, "30.0", "30"));
    EXPECT_NE(normalForm(code, Platform::Legacy, "1"), normalForm(code, Platform::Legacy, "10"));
    const MappedField turned = mapped(FieldKind::Boolean, {{"1", "false"}});
    EXPECT_FALSE(areEqual(turned, "0", "0"));
    EXPECT_FALSE(areEqual(turned, "1", "1"));
    const MappedField spelt = mapped(FieldKind::Boolean, {{"J", "true"}, {"N", "false"}});
    EXPECT_TRUE(areEqual(spelt, "J", "t"));
    EXPECT_TRUE(areEqual(spelt, "N", "0"));
    EXPECT_TRUE(areEqual(spelt, "yes", "1"));
    EXPECT_FALSE(areEqual(spelt, "J", "0"));
    EXPECT_FALSE(areEqual(spelt, "j", "1"));
}

TEST(ValueMaps, GoBothWaysAndRefuseWhatHasNoOtherSide)
{
    const MappedField status = mapped(FieldKind::Text, {{"A", "active"}, {NoValue, "none"}});
    EXPECT_EQ(writtenFor(status, Platform::Legacy, "A"), std::optional<Cell>("active"));
    EXPECT_EQ(writtenFor(status, Platform::New, "active"), std::optional<Cell>("A"));
    EXPECT_EQ(writtenFor(status, Platform::New, "none"), std::optional<Cell>(NoValue));
    EXPECT_EQ(writtenFor(status, Platform::Legacy, "X"), std::optional<Cell>("X"));
    EXPECT_EQ(writtenFor(status, Platform::Legacy, "active"), std::nullopt); // it would be read back as "A"
    // "A" of NEW: what LEGACY would hold as "A" stands for "active".
    EXPECT_EQ(writtenFor(status, Platform::New, "A"), std::nullopt);
    EXPECT_EQ(writtenFor(status, Platform::New, NoValue), std::nullopt);
    const MappedField spelt = mapped(FieldKind::Boolean, {{"J", "true"}, {"N", "false"}});
    EXPECT_EQ(writtenFor(spelt, Platform::New, "1"), std::optional<Cell>("J"));
    EXPECT_EQ(writtenFor(spelt, Platform::Legacy, "N"), std::optional<Cell>("false"));
    MappedField plain;
    EXPECT_EQ(writtenFor(plain, Platform::New, "A"), std::optional<Cell>("A"));
}

// Said anew, with no forms: two values are equal where they stand in one pair, or in none and are the same.
bool standsFor(const std::vector<ValuePair> &pairs, const Cell &legacy, const Cell &fresh)
{
    const auto ofLegacy = std::ranges::find(pairs, legacy, &ValuePair::legacy);
    const auto ofNew = std::ranges::find(pairs, fresh, &ValuePair::fresh);
    if (ofLegacy == pairs.end() && ofNew == pairs.end()) return legacy == fresh;
    return ofLegacy == ofNew;
}

// Of any map, however much it leaves out: values are equal as they are said to be, whatever is written is equal to what it
// came from, a value is refused only where none is, and no two values of a side are compared as one.
void expectOneToOne(FieldKind kind, const std::vector<Cell> &values)
{
    std::vector<Cell> ofLegacy = values, ofNew = values;
    const auto shuffle = [](std::vector<Cell> &cells) {
        for (std::size_t i = cells.size(); i > 1; --i)
            std::swap(cells[i - 1], cells[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(i)))]);
    };
    shuffle(ofLegacy);
    shuffle(ofNew);
    std::vector<ValuePair> pairs;
    const auto count = static_cast<std::size_t>(*rc::gen::inRange(1, static_cast<int>(values.size()) + 1));
    for (std::size_t i = 0; i < count; ++i)
        pairs.push_back({ofLegacy[i], ofNew[i]});
    const MappedField field = mapped(kind, pairs);
    for (const Cell &value : values) {
        for (const Cell &other : values) {
            RC_ASSERT(areEqual(field, value, other) == standsFor(pairs, value, other));
            for (const Platform side : {Platform::Legacy, Platform::New})
                RC_ASSERT((normalForm(field, side, value) == normalForm(field, side, other)) == (value == other));
        }
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            const auto equals = [&](const Cell &other) {
                return side == Platform::Legacy ? standsFor(pairs, value, other) : standsFor(pairs, other, value);
            };
            const std::optional<Cell> written = writtenFor(field, side, value);
            RC_ASSERT((written ? equals(*written) : std::ranges::none_of(values, equals)));
        }
    }
}

RC_GTEST_PROP(ValueMaps, AreOneToOneHoweverMuchTheyLeaveOut, ())
{
    expectOneToOne(FieldKind::Text, {NoValue, "", "A", "B", "active", "\x01\x02=A", "\x01\x02-", "\x01\x02~\x01\x02=A"});
    expectOneToOne(FieldKind::Integer, {NoValue, "0", "1", "2", "10", "20", "ten", "\x02=1"});
}

TEST(ValueMaps, NameTheCauseByWhatIsStoodFor)
{
    const MappedField status = mapped(FieldKind::Text, {{"A", "active"}, {"E", ""}});
    EXPECT_EQ(causeOf(status, "A", "ACTIVE"), Cause::Case);
    EXPECT_EQ(causeOf(status, "E", NoValue), Cause::NullEmpty);
    EXPECT_EQ(causeOf(status, "A", "gone"), Cause::Value);
    EXPECT_EQ(causeOf(status, "active", "active"), Cause::Value);
    EXPECT_EQ(causeOf(mapped(FieldKind::Integer, {{"1", "10"}}), "10.0", "10"), Cause::Value);
}

TEST(ValueMaps, ForbidDigests)
{
    EXPECT_TRUE(mapped(FieldKind::Text, {{"A", "active"}}).isOneSided());
    EXPECT_FALSE(mapped(FieldKind::Text, {}, {Transform::Upper}).isOneSided());
    EXPECT_TRUE(clocks(shanghai(), nullptr).isOneSided());
    EXPECT_FALSE(clocks(shanghai(), shanghai()).isOneSided());
}

TEST(WallClocks, AreReadInTheirZone)
{
    const MappedField at = clocks(shanghai(), nullptr);
    EXPECT_TRUE(areEqual(at, "2026-03-01 10:00:00", "2026-03-01 02:00:00"));
    EXPECT_TRUE(areEqual(at, "2026-03-01 10:00:00.250", "2026-03-01T02:00:00.25Z"));
    EXPECT_TRUE(areEqual(at, "2026-03-01 02:00:00+00", "2026-03-01 02:00:00")); // a zone that is written counts
    EXPECT_FALSE(areEqual(at, "2026-03-01 02:00:00", "2026-03-01 02:00:00"));
    EXPECT_EQ(causeOf(at, "2026-03-01 02:00:00", "2026-03-01 02:00:00"), Cause::TimeZone);
    EXPECT_TRUE(areEqual(at, "never", "never"));
    EXPECT_TRUE(areEqual(at, NoValue, NoValue));
    EXPECT_EQ(writtenFor(at, Platform::Legacy, "2026-03-01 10:00:00.5"), std::optional<Cell>("2026-03-01 02:00:00.5+00"));
    EXPECT_EQ(writtenFor(at, Platform::New, "2026-03-01 02:00:00"), std::optional<Cell>("2026-03-01 10:00:00"));
    EXPECT_EQ(writtenFor(at, Platform::New, "1969-12-31 23:59:59.75"), std::optional<Cell>("1970-01-01 07:59:59.75"));
}

// Written to another engine a wall time would else be taken for one in UTC.
TEST(WallClocks, ThatAreTheSameStayWallTimes)
{
    const MappedField both = clocks(shanghai(), shanghai());
    EXPECT_EQ(writtenFor(both, Platform::Legacy, "2026-03-01 10:00:00"), std::optional<Cell>("2026-03-01 10:00:00"));
    EXPECT_EQ(writtenFor(both, Platform::Legacy, "2026-03-01 02:00:00+00"), std::optional<Cell>("2026-03-01 10:00:00"));
    EXPECT_EQ(writtenFor(both, Platform::New, "never"), std::optional<Cell>("never"));
}

// Berlin: 2026-10-25 03:00 is set back to 02:00 (01:00 UTC), 2026-03-29 02:00 forward to 03:00.
TEST(WallClocks, HaveOneOutcomeWhereTheyAreChanged)
{
    const MappedField at = clocks(berlin(), nullptr);
    EXPECT_TRUE(areEqual(at, "2026-10-25 02:30:00", "2026-10-25 00:30:00"));
    EXPECT_FALSE(areEqual(at, "2026-10-25 02:30:00", "2026-10-25 01:30:00"));
    // The second half past two can be written in no wall time that is read as it.
    EXPECT_EQ(writtenFor(at, Platform::New, "2026-10-25 01:30:00"), std::nullopt);
    EXPECT_EQ(writtenFor(at, Platform::New, "2026-10-25 00:30:00"), std::optional<Cell>("2026-10-25 02:30:00"));
    // Skipped times are none, and no two of them are one.
    EXPECT_FALSE(areEqual(at, "2026-03-29 02:30:00", "2026-03-29 01:00:00"));
    const MappedField both = clocks(berlin(), berlin());
    EXPECT_FALSE(areEqual(both, "2026-03-29 02:30:00", "2026-03-29 02:45:00"));
    EXPECT_TRUE(areEqual(both, "2026-03-29 02:30:00", "2026-03-29 02:30:00"));
}

TEST(WallClocks, WithoutATableEqualOnlyThemselves)
{
    MappedField at;
    at.kind = FieldKind::Timestamp;
    at.legacyClock.zone = "Nowhere/None";
    EXPECT_FALSE(areEqual(at, "2026-03-01 02:00:00", "2026-03-01 02:00:00"));
}

TEST(Mappings, KeepValueMapsAndClocks)
{
    const Json body = Json::parse(R"({"data_type":"USER","key_kind":"TEXT",
        "legacy":{"source_id":"s","table":"t","key":"id"},"new":{"source_id":"s","table":"t","key":"id"},"fields":[
        {"name":"s","legacy_column":"s","new_column":"s","kind":"TEXT","value_map":[{"legacy":"A","new":"active"},{"legacy":null,"new":""}]},
        {"name":"w","legacy_column":"w","new_column":"w","kind":"TIMESTAMP","legacy_time_zone":"Asia/Shanghai"}]})");
    Result<Mapping> mapping = parseMapping(body);
    ASSERT_TRUE(mapping) << mapping.error().message;
    EXPECT_EQ(mapping->fields[0].valueMap.pairs(), (std::vector<ValuePair>{{"A", "active"}, {NoValue, ""}}));
    EXPECT_EQ(parseMapping(mappingJson(*mapping)), *mapping);
    const auto none = [](std::string_view) { return ZonePtr(); };
    const std::vector<FieldError> unknown = setZones(*mapping, none);
    ASSERT_EQ(unknown.size(), 1u);
    EXPECT_EQ(unknown[0].pointer, "/fields/1/legacy_time_zone");
    EXPECT_TRUE(setZones(*mapping, [](std::string_view) { return shanghai(); }).empty());
    EXPECT_TRUE(areEqual(mapping->fields[1], "2026-03-01 10:00:00", "2026-03-01 02:00:00"));
}

} // namespace
} // namespace crossfade
