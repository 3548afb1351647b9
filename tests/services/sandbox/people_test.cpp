// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/decompose.h"
#include "app/sandbox/loadmix.h"
#include "app/sandbox/password.h"
#include "app/sandbox/schema.h"
#include "models/core/ids.h"
#include "models/core/time.h"
#include "tests/services/sandbox/fixture.h"

#include <set>

namespace crossfade {
namespace {

TEST(People, TheSameSeedGivesTheSameUsers)
{
    const People again(sampleLists(), 1);
    const People other(sampleLists(), 2);
    int different = 0;
    for (std::int64_t number = 1; number <= 500; ++number) {
        EXPECT_EQ(newRow(people().person(number)), newRow(again.person(number)));
        EXPECT_EQ(people().password(number), again.password(number));
        if (newRow(people().person(number)) != newRow(other.person(number))) ++different;
    }
    EXPECT_EQ(different, 500);
}

TEST(People, AreValidAndUnique)
{
    std::set<std::string> ids;
    std::set<std::string> emails;
    std::set<std::string> locales;
    int inactive = 0;
    int withoutPhone = 0;
    for (std::int64_t number = 1; number <= 5'000; ++number) {
        const Person person = people().person(number);
        EXPECT_TRUE(isValidId(person.id)) << person.id;
        EXPECT_TRUE(isValidUtf8(person.displayName)) << person.id;
        EXPECT_TRUE(ids.insert(person.id).second);
        EXPECT_TRUE(emails.insert(person.email).second);
        EXPECT_EQ(person.active, people().isActive(number));
        EXPECT_FALSE(person.roles.empty());
        EXPECT_FALSE(person.permissions.empty());
        EXPECT_LE(person.createdMs, person.updatedMs);
        locales.insert(person.locale);
        inactive += person.active ? 0 : 1;
        withoutPhone += person.phone ? 0 : 1;
    }
    EXPECT_EQ(locales.size(), sampleLists().locales.size());
    EXPECT_NEAR(inactive, 100, 50);
    EXPECT_NEAR(withoutPhone, 500, 120);
    EXPECT_LT(*ids.begin(), *ids.rbegin());
    EXPECT_EQ(*ids.begin(), "u0000001");
    EXPECT_EQ(*ids.rbegin(), "u0005000");
}

TEST(People, NamesComeInManyScripts)
{
    // The first byte of UTF-8 tells Latin with marks, Greek, Cyrillic, Arabic, Vietnamese,
    // Han/Kana.
    std::set<std::string> found;
    for (std::int64_t number = 1; number <= 500; ++number) {
        const std::string name = people().person(number).displayName;
        for (const char c : name) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte == 0xc3 || byte == 0xc5) found.insert("latin");
            if (byte == 0xce || byte == 0xcf) found.insert("greek");
            if (byte == 0xd0 || byte == 0xd1) found.insert("cyrillic");
            if (byte == 0xd8 || byte == 0xd9) found.insert("arabic");
            if (byte == 0xe1) found.insert("vietnamese");
            if (byte == 0xe3) found.insert("kana");
            if (byte >= 0xe4 && byte <= 0xe9) found.insert("han");
        }
    }
    EXPECT_EQ(found.size(), 7u);
}

TEST(People, PasswordsAreCheckedAgainstTheStoredHash)
{
    const Person person = people().person(42);
    EXPECT_TRUE(passwordMatches(people().password(42), person.passwordSalt, person.passwordHash));
    EXPECT_FALSE(passwordMatches(people().password(43), person.passwordSalt, person.passwordHash));
    EXPECT_FALSE(passwordMatches("", person.passwordSalt, person.passwordHash));
    EXPECT_FALSE(passwordMatches(people().password(42), person.passwordSalt, ""));
    // Computed by another implementation: hashlib.pbkdf2_hmac('sha256', b'secret', b'salt', 300).
    EXPECT_EQ(passwordHash("secret", "salt"),
              "f96b918d48b92b186226cfc0211a0629c7f8900456946295735df971e04baa5b");
}

TEST(Schema, BothSidesMeanTheSameInOtherWords)
{
    for (std::int64_t number = 1; number <= 500; ++number) {
        const Person person = people().person(number);
        const auto legacy = legacyRow(person);
        const auto newer = newRow(person);
        ASSERT_EQ(legacy.size(), legacySchema().columns.size());
        ASSERT_EQ(newer.size(), newSchema().columns.size());
        for (const std::size_t same : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12})
            EXPECT_EQ(legacy[same], newer[same]);
        EXPECT_EQ(std::stod(*legacy[10]), std::stod(*newer[10]));
        for (const std::size_t time : {13, 14})
            EXPECT_EQ(parseInstant(*legacy[time]).value(), parseInstant(*newer[time]).value());
    }
}

TEST(Schema, WritesCreditsAndTimes)
{
    EXPECT_EQ(shortCredit(1050), "10.5");
    EXPECT_EQ(fullCredit(1050), "10.50");
    EXPECT_EQ(shortCredit(1000), "10");
    EXPECT_EQ(fullCredit(7), "0.07");
    EXPECT_EQ(shortCredit(0), "0");
    EXPECT_EQ(shortCredit(10'000), "100");
    EXPECT_EQ(localTime(1'700'000'000'000, 330), "2023-11-15T03:43:20+05:30");
    EXPECT_EQ(localTime(1'700'000'000'000, -210), "2023-11-14T18:43:20-03:30");
    EXPECT_EQ(utcTime(1'700'000'000'000), "2023-11-14T22:13:20.000Z");
}

TEST(Decompose, SplitsTheFirstComposedLetter)
{
    EXPECT_EQ(decomposeOne("Zo\xc3\xab"), "Zoe\xcc\x88");
    EXPECT_EQ(decomposeOne("J\xc3\xbcrgen M\xc3\xbcller"), "Ju\xcc\x88rgen M\xc3\xbcller");
    EXPECT_EQ(decomposeOne("\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb9"),
              "\xd0\xa1\xd0\xb5\xd1\x80\xd0\xb3\xd0\xb5\xd0\xb8\xcc\x86");
    EXPECT_FALSE(decomposeOne("Anna"));
    EXPECT_FALSE(decomposeOne(""));
}

TEST(LoadMix, ATenthMakesAThirdAndNobodyInactiveTries)
{
    LoadMix mix(people(), 5);
    int often = 0;
    int signIns = 0;
    for (int i = 0; i < 20'000; ++i) {
        const LoadMix::Draw draw = mix.next(10'000);
        ASSERT_GE(draw.user, 1);
        ASSERT_LE(draw.user, 10'000);
        EXPECT_TRUE(people().isActive(draw.user));
        often += draw.user <= 1'000 ? 1 : 0;
        signIns += draw.signIn ? 1 : 0;
    }
    EXPECT_NEAR(often, 20'000 / 3, 300);
    EXPECT_NEAR(signIns, 14'000, 300);
    EXPECT_EQ(mix.next(1).user, 1);
}

TEST(LoadMix, ScoresFollowWhatTheUserSaw)
{
    LoadMix mix(people(), 5);
    for (int i = 0; i < 100; ++i) {
        EXPECT_GE(mix.satisfaction(true, 30), 4);
        EXPECT_LE(mix.satisfaction(true, 900), 3);
        EXPECT_LE(mix.satisfaction(false, 30), 2);
    }
}

} // namespace
} // namespace crossfade
