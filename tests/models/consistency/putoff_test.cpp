// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-Later
#include "models/consistency/putoff.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

RefusedRepair refused(const std::string &id, const std::string &target = "new", RefusedBy by = RefusedBy::ForeignKey,
                      const std::string &ring = "")
{
    return {id, target, ring, by, "no"};
}

std::vector<std::string> idsOf(const std::vector<RefusedRepair> &repairs)
{
    std::vector<std::string> ids;
    for (const RefusedRepair &repair : repairs)
        ids.push_back(repair.id);
    return ids;
}

using Ids = std::vector<std::string>;

constexpr PutOff::Time Start{};
constexpr PutOff::Time Later = Start + PutOff::Waits;

TEST(PutOff, IsTriedAgainOnlyAfterSomethingWasWrittenToItsTarget)
{
    PutOff putOff;
    putOff.wrote("new");
    putOff.add(refused("child"), Start);
    EXPECT_EQ(putOff.takeWorthATry(), Ids()) << "what was written before it was refused changes nothing";
    putOff.wrote("legacy");
    EXPECT_EQ(putOff.takeWorthATry(), Ids()) << "another database";
    putOff.wrote("new");
    EXPECT_EQ(putOff.takeWorthATry(), Ids{"child"});
    EXPECT_TRUE(putOff.isEmpty()) << "who takes it adds it again if it is refused again";
    putOff.add(refused("child"), Start);
    EXPECT_EQ(putOff.takeWorthATry(), Ids());
}

TEST(PutOff, TriesTheLastOneFirst)
{
    PutOff putOff;
    for (const char *id : {"leaf", "twig", "branch"})
        putOff.add(refused(id), Start);
    putOff.wrote("new");
    EXPECT_EQ(putOff.takeWorthATry(), (Ids{"branch", "twig", "leaf"}));
}

TEST(PutOff, WithoutProgressAllAreStuck)
{
    PutOff putOff;
    putOff.add(refused("a"), Start);
    putOff.wrote("new");
    putOff.add(refused("b"), Start);
    putOff.add(refused("c", "legacy"), Start);
    EXPECT_EQ(putOff.takeWorthATry(), Ids{"a"});
    putOff.add(refused("a"), Start);
    EXPECT_EQ(putOff.takeWorthATry(), Ids());
    EXPECT_EQ(idsOf(putOff.takeStuck(Later, 2)), (Ids{"b", "c"}));
    EXPECT_EQ(idsOf(putOff.takeStuck(Later, 2)), Ids{"a"});
    EXPECT_TRUE(putOff.isEmpty());
}

TEST(PutOff, IsStuckAfterAWhileOnly)
{
    PutOff putOff;
    EXPECT_EQ(putOff.nextStuck(), std::nullopt);
    putOff.add(refused("a"), Start);
    putOff.add(refused("b"), Start + std::chrono::seconds(1));
    EXPECT_EQ(putOff.nextStuck(), Later);
    EXPECT_TRUE(putOff.takeStuck(Later - std::chrono::nanoseconds(1), 9).empty());
    EXPECT_EQ(idsOf(putOff.takeStuck(Later, 9)), Ids{"a"});
    EXPECT_EQ(putOff.nextStuck(), Later + std::chrono::seconds(1));
}

TEST(PutOff, TellsThoseThatMayHoldEachOthersValuesOnce)
{
    PutOff putOff;
    putOff.add(refused("a", "new", RefusedBy::Unique, "people"), Start);
    putOff.add(refused("b", "new", RefusedBy::ForeignKey, "people"), Start);
    putOff.add(refused("c", "new", RefusedBy::Unique, "places"), Start);
    putOff.add(refused("d", "new", RefusedBy::Unique, "people"), Start);
    putOff.add(refused("e", "new", RefusedBy::Unique), Start);
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), (Ids{"a", "d"}));
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), Ids{"c"});
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), Ids()) << "nothing is new";
    putOff.add(refused("f", "new", RefusedBy::Unique, "people"), Start);
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), (Ids{"a", "d", "f"})) << "those that were told may be in its ring";
    putOff.remove("a");
    putOff.remove("f");
    EXPECT_EQ(idsOf(putOff.takeStuck(Later, 9)), (Ids{"b", "c", "d", "e"}));
    // One that is refused once more may be in another ring by then.
    putOff.add(refused("a", "new", RefusedBy::Unique, "people"), Start);
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), Ids{"a"});
    EXPECT_EQ(idsOf(putOff.tellPossibleRing(9)), Ids());
}

TEST(PutOff, SaysWhatIsMissing)
{
    EXPECT_EQ(stuckSentence(refused("a")),
              "the database refuses it: no; the row it belongs to is not there, or still has rows that belong to it");
    EXPECT_EQ(stuckSentence(refused("a", "new", RefusedBy::Unique)),
              "the database refuses it: no; another row has the value, and no repair that waits takes it away");
}

} // namespace
} // namespace crossfade
