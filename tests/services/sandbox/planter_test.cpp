// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/planter.h"
#include "app/sandbox/schema.h"
#include "models/core/time.h"
#include "tests/services/sandbox/fixture.h"

#include <set>

namespace crossfade {
namespace {

Planter planterOf(const SeededSandbox &sandbox)
{
    return Planter(
        {sandbox.legacyFile, sandbox.newFile, sandbox.dir.file("planted.json"), sandbox.users},
        sampleLists(), people());
}

// What differs between two states of NEW: id → names of the changed columns ("" for a whole row).
std::map<std::string, std::set<std::string>> changes(const Rows &before, const Rows &after)
{
    std::map<std::string, std::set<std::string>> found;
    for (const auto &[id, row] : before) {
        const auto now = after.find(id);
        if (now == after.end()) {
            found[id].insert("");
            continue;
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i] != now->second[i]) found[id].insert(std::string(newSchema().columns[i]));
        }
    }
    for (const auto &[id, row] : after) {
        if (!before.contains(id)) found[id].insert("");
    }
    return found;
}

TEST(Planter, ChangesExactlyWhatItSays)
{
    const SeededSandbox sandbox;
    const Rows legacyBefore = sandbox.legacyRows();
    const Rows before = sandbox.newRows();
    Planter planter = planterOf(sandbox);
    const auto planted = planter.plant(90, {}, 3);
    ASSERT_TRUE(planted) << planted.error().message;
    ASSERT_EQ(planted->size(), 90u);

    std::map<std::string, std::set<std::string>> said;
    std::map<PlantKind, int> kinds;
    for (const Planted &one : *planted) {
        EXPECT_TRUE(said.emplace(one.entityId, std::set<std::string>{one.field}).second)
            << one.entityId;
        ++kinds[one.kind];
    }
    EXPECT_EQ(changes(before, sandbox.newRows()), said);
    EXPECT_EQ(sandbox.legacyRows(), legacyBefore);
    EXPECT_EQ(kinds.size(), PlantKindCount);
    for (const auto &[kind, count] : kinds)
        EXPECT_EQ(count, 10) << plantKindWord(kind);
}

TEST(Planter, EachKindIsWhatItsNameSays)
{
    const SeededSandbox sandbox;
    const Rows legacy = sandbox.legacyRows();
    const Rows before = sandbox.newRows();
    Planter planter = planterOf(sandbox);
    const auto planted = planter.plant(180, {}, 4).value();
    const Rows after = sandbox.newRows();
    for (const Planted &one : planted) {
        const bool there = after.contains(one.entityId);
        const auto column =
            std::ranges::find(newSchema().columns, one.field) - newSchema().columns.begin();
        const auto at = static_cast<std::size_t>(column);
        const SqlText old = one.field.empty() ? SqlText() : before.at(one.entityId).at(at);
        const SqlText now = one.field.empty() ? SqlText() : after.at(one.entityId).at(at);
        switch (one.kind) {
        case PlantKind::Missing:
            EXPECT_FALSE(there);
            break;
        case PlantKind::Extra:
            EXPECT_TRUE(there);
            EXPECT_FALSE(legacy.contains(one.entityId));
            break;
        case PlantKind::Value:
            EXPECT_NE(old, now);
            break;
        case PlantKind::NullEmpty:
            EXPECT_FALSE(old);
            EXPECT_EQ(now, "");
            break;
        case PlantKind::TrailingSpace:
            EXPECT_EQ(*old + " ", *now);
            break;
        case PlantKind::UnicodeForm:
            EXPECT_GT(now->size(), old->size());
            break;
        case PlantKind::Case:
            EXPECT_TRUE(std::ranges::equal(*old, *now, {}, ::tolower, ::tolower));
            break;
        case PlantKind::Scale:
            EXPECT_EQ(*old + "4", *now);
            break;
        case PlantKind::TimeZone: {
            const std::string &wall = *legacy.at(one.entityId).at(13);
            EXPECT_EQ(wall.substr(0, 19), now->substr(0, 19));
            EXPECT_NE(parseInstant(wall).value(), parseInstant(*now).value());
            break;
        }
        }
    }
}

TEST(Planter, LeavesTheRewrittenRowsAloneAndNoUserTwice)
{
    const SeededSandbox sandbox;
    std::set<std::string> seen;
    for (int round = 0; round < 3; ++round) {
        Planter planter = planterOf(sandbox); // as after a restart
        const auto planted = planter.plant(100, {}, 9);
        ASSERT_TRUE(planted) << planted.error().message;
        for (const Planted &one : *planted) {
            EXPECT_TRUE(seen.insert(one.entityId).second) << one.entityId;
            EXPECT_FALSE(isRewritten(std::stoll(one.entityId.substr(1))) &&
                         one.kind != PlantKind::Extra);
        }
    }
    EXPECT_EQ(seen.size(), 300u);
}

TEST(Planter, AllOrNothing)
{
    const SeededSandbox sandbox(100);
    const Rows before = sandbox.newRows();
    Planter planter = planterOf(sandbox);
    EXPECT_FALSE(planter.plant(200, {PlantKind::Value}, 1));
    EXPECT_EQ(sandbox.newRows(), before);
    EXPECT_TRUE(planter.plant(20, {PlantKind::Value}, 1));
}

TEST(Planter, KindsHaveWords)
{
    for (std::size_t i = 0; i < PlantKindCount; ++i) {
        const auto kind = static_cast<PlantKind>(i);
        EXPECT_EQ(plantKindFromWord(plantKindWord(kind)), kind);
    }
    EXPECT_FALSE(plantKindFromWord("missing"));
}

} // namespace
} // namespace crossfade
