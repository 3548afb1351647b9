// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/hash.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Golden {
    std::string user;
    std::string salt;
    std::uint32_t hash;
    std::int32_t bucket;
};

// Computed with the tool xxhsum -H32 and, separately, with a transcription of the XXH32
// specification in another language.
const std::vector<Golden> Vectors{
    {"a", "logins", 0xa6f7caacU, 7132},
    {"a", "stores", 0xfec1fde8U, 6312},
    {"a", "0199f3a2-1111-7abc-8def-0123456789ab", 0x6a09b790U, 1712},
    {"user-000001", "logins", 0x57b948adU, 557},
    {"user-000001", "stores", 0x6d86f2deU, 542},
    {"user-000001", "0199f3a2-1111-7abc-8def-0123456789ab", 0x2002166aU, 7722},
    {"user-049999", "logins", 0xcb964815U, 3701},
    {"user-049999", "stores", 0x09f1afebU, 4155},
    {"user-049999", "0199f3a2-1111-7abc-8def-0123456789ab", 0x0feadd48U, 312},
    {"alice@example.com", "logins", 0xf5785087U, 2855},
    {"alice@example.com", "stores", 0xaaaf0fe4U, 9588},
    {"alice@example.com", "0199f3a2-1111-7abc-8def-0123456789ab", 0x9373cd65U, 9973},
    {"Zz.9_+|-", "logins", 0x148f9c2fU, 5951},
    {"Zz.9_+|-", "stores", 0x343662edU, 9501},
    {"Zz.9_+|-", "0199f3a2-1111-7abc-8def-0123456789ab", 0xb481bd41U, 1473},
    {std::string(100, 'x'), "logins", 0x68a7a6d7U, 7687},
    {std::string(100, 'x'), "stores", 0x77f91aa6U, 3990},
    {std::string(100, 'x'), "0199f3a2-1111-7abc-8def-0123456789ab", 0x328f68e1U, 9297},
};

std::string sandboxUser(int number)
{
    std::string digits = std::to_string(number);
    return "user-" + std::string(6 - digits.size(), '0') + digits;
}

} // namespace

TEST(Bucket, goldenVectors)
{
    for (const Golden &golden : Vectors) {
        EXPECT_EQ(joinedHash32(golden.user, golden.salt), golden.hash) << golden.user << golden.salt;
        EXPECT_EQ(stickyBucket(golden.user, golden.salt), golden.bucket) << golden.user << golden.salt;
    }
}

TEST(Bucket, sizesOfSetsAsComputedElsewhere)
{
    const std::vector<std::pair<int, int>> expected{{1, 9}, {500, 2520}, {2500, 12535}, {5000, 24922}};
    for (const auto &[hundredths, users] : expected) {
        int count = 0;
        for (int i = 0; i < 50'000; ++i) {
            if (stickyBucket(sandboxUser(i), "logins") < hundredths) ++count;
        }
        EXPECT_EQ(count, users) << hundredths;
    }
}

TEST(Bucket, longTextsHashTheSameInOnePieceAndInParts)
{
    // Beyond 256 bytes the text is hashed in parts; where the halves part makes no difference.
    EXPECT_EQ(joinedHash32(std::string(150, 'a') + ":" + std::string(150, 'b'), "c"),
              joinedHash32(std::string(150, 'a'), std::string(150, 'b') + ":c"));
    EXPECT_EQ(joinedHash32(std::string(50, 'a') + ":" + std::string(50, 'b'), "c"),
              joinedHash32(std::string(50, 'a'), std::string(50, 'b') + ":c"));
}

RC_GTEST_PROP(Bucket, ofManyAtOnceIsThatOfEach, (const std::string &salt))
{
    std::vector<std::string> texts;
    const int count = *rc::gen::inRange(0, 100);
    for (int i = 0; i < count; ++i)
        texts.push_back(std::string(*rc::gen::inRange<std::size_t>(0, 40), 'a') + std::to_string(i));
    if (count > 0) texts.back() = std::string(*rc::gen::inRange<std::size_t>(0, 300), 'b');
    const std::vector<std::string_view> ids(texts.begin(), texts.end());
    std::vector<std::int32_t> buckets(ids.size());
    stickyBuckets(ids, salt, buckets);
    for (std::size_t i = 0; i < ids.size(); ++i)
        RC_ASSERT(buckets[i] == stickyBucket(ids[i], salt));
}

RC_GTEST_PROP(Bucket, raisingAPercentageOnlyMovesUsersToNew, ())
{
    const auto low = *rc::gen::inRange(0, 10'001);
    const auto high = *rc::gen::inRange(low, 10'001);
    const std::string salt = *anySystem();
    const Snapshot before = quiet().changed(covering("p", "*", low, salt), 2);
    const Snapshot after = before.changed(covering("p", "*", high, salt), 3);
    for (int i = 0; i < 200; ++i) {
        const std::string user = sandboxUser(*rc::gen::inRange(0, 1'000'000) % 1'000'000);
        const Decision was = decide(before, userRequest(user));
        const Decision is = decide(after, userRequest(user));
        RC_ASSERT(was.bucket == is.bucket);
        RC_ASSERT(was.platform == (was.bucket < low ? Platform::New : Platform::Legacy));
        RC_ASSERT(is.platform == (is.bucket < high ? Platform::New : Platform::Legacy));
        RC_ASSERT(!(was.platform == Platform::New && is.platform == Platform::Legacy));
    }
}

RC_GTEST_PROP(Bucket, aUserStaysWhateverElseIsAsked, (unsigned number))
{
    const std::string user = "user-" + std::to_string(number);
    const Snapshot snapshot = quiet().changed(covering("p", "*", 5000), 2);
    std::set<Platform> platforms;
    for (const Operation operation : {Operation::Read, Operation::List, Operation::Insert,
                                      Operation::Update, Operation::Delete}) {
        for (const std::string_view system : {"", "system-1", "shop"}) {
            DecisionRequest request = userRequest(user, system, at(*rc::gen::inRange(0, 1000)));
            request.operation = operation;
            platforms.insert(decide(snapshot, request).platform);
        }
    }
    RC_ASSERT(platforms.size() == 1U);
}

TEST(Bucket, zeroMovesNobodyAndWholeEverybody)
{
    const Snapshot none = quiet().changed(covering("p", "*", 0), 2);
    const Snapshot all = quiet().changed(covering("p", "*", 10'000), 2);
    for (int i = 0; i < 20'000; ++i) {
        const std::string user = sandboxUser(i);
        EXPECT_EQ(decide(none, userRequest(user)).platform, Platform::Legacy);
        EXPECT_EQ(decide(all, userRequest(user)).platform, Platform::New);
    }
}
