// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/mappingsuggestion.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using Names = std::vector<std::string>;

Column column(std::string name, std::string type, Names unique = {}, bool key = false)
{
    return {std::move(name), std::move(type), false, key, true, true, std::move(unique)};
}

Names pairsOf(const SuggestedMapping &mapping)
{
    Names lines;
    for (const MappedField &field : mapping.fields)
        lines.push_back(field.legacyColumn + "=" + field.newColumn + " " + std::string(fieldKindWord(field.kind)));
    return lines;
}

TEST(Suggestion, PairsWhatHasOneNameAndHoldsTheSame)
{
    const SuggestedMapping found = suggestMapping(
        {column("USER_ID", "int(11)", {"PRIMARY/1"}, true), column("LoginName", "varchar(60)"),
         column("is_active", "tinyint(1)"), column("credit", "float"), column("CREATED", "datetime"),
         column("photo", "longblob"), column("note", "text"), column("extra", "longtext"), column("old", "int")},
        {column("user_id", "bigint", {"accounts_pkey/1"}, true), column("login_name", "character varying(60)"),
         column("isActive", "boolean"), column("credit", "numeric(12,2)"), column("created", "timestamp with time zone"),
         column("photo", "text"), column("note", "text[]"), column("extra", "jsonb"), column("fresh", "uuid")});
    EXPECT_EQ(pairsOf(found), (Names{"LoginName=login_name TEXT", "is_active=isActive BOOLEAN", "credit=credit DECIMAL",
                                     "CREATED=created TIMESTAMP", "note=note TEXT", "extra=extra JSON"}));
    EXPECT_EQ(found.legacyKeys, Names{"USER_ID"});
    EXPECT_EQ(found.newKeys, Names{"user_id"});
    EXPECT_EQ(found.keyKind, KeyKind::Integer);
    EXPECT_EQ(found.legacyUnpaired,
              (std::vector<UnpairedColumn>{{"photo", "NEW's column photo is of the type text, not longblob"},
                                           {"old", "NEW has no column of this name"}}));
    EXPECT_EQ(found.newUnpaired,
              (std::vector<UnpairedColumn>{{"photo", "LEGACY's column photo is of the type longblob, not text"},
                                           {"fresh", "LEGACY has no column of this name"}}));
}

TEST(Suggestion, GuessesNothingWhereTwoColumnsFit)
{
    const SuggestedMapping found = suggestMapping({column("user_name", "text"), column("userName", "text")},
                                                  {column("username", "text")});
    EXPECT_TRUE(found.fields.empty());
    EXPECT_EQ(found.legacyUnpaired.size(), 2u);
    EXPECT_EQ(found.legacyUnpaired[0].reason, "another column here has the same name but for its spelling");
    ASSERT_EQ(found.newUnpaired.size(), 1u);
    EXPECT_EQ(found.newUnpaired[0].reason, "LEGACY has several columns of this name");
}

TEST(Suggestion, LeavesOutWhatCannotBeReadOrCompared)
{
    Column hidden = column("a", "text");
    hidden.readable = false;
    Column shape = column("b", "geometry");
    shape.comparable = false;
    const SuggestedMapping found = suggestMapping({hidden, shape}, {column("a", "text"), column("b", "text")});
    EXPECT_TRUE(found.fields.empty());
    EXPECT_EQ(found.legacyUnpaired[0].reason, "the account may not read it");
    EXPECT_EQ(found.legacyUnpaired[1].reason, "its type geometry cannot be compared");
    EXPECT_EQ(found.newUnpaired[0].reason, "LEGACY's column a: the account may not read it");
}

TEST(Suggestion, TakesTheSmallestIndexThatIsUniqueOnBothSides)
{
    const std::vector<Column> legacy{column("tenant", "int", {"pk/2", "three/3"}), column("login", "text", {"pk/2", "three/3"}),
                                     column("mail", "text", {"mail/1", "three/3"}, true)};
    // The mail is unique on one side only.
    const std::vector<Column> fresh{column("tenant", "int", {"p/2"}), column("login", "text", {"p/2"}), column("mail", "text")};
    const SuggestedMapping found = suggestMapping(legacy, fresh);
    EXPECT_EQ(found.legacyKeys, (Names{"tenant", "login"}));
    EXPECT_EQ(found.newKeys, (Names{"tenant", "login"}));
    EXPECT_EQ(found.keyKind, KeyKind::Text);
    EXPECT_EQ(pairsOf(found), Names{"mail=mail TEXT"});
    const std::vector<Column> loose{column("tenant", "int"), column("login", "text"), column("mail", "text")};
    EXPECT_TRUE(suggestMapping(legacy, loose).legacyKeys.empty());
    EXPECT_EQ(suggestMapping(legacy, loose).fields.size(), 3u);
    // Of two of one size a number is compared more cheaply.
    const std::vector<Column> both{column("login", "text", {}, true), column("no", "bigint", {}, true)};
    EXPECT_EQ(suggestMapping(both, both).legacyKeys, Names{"no"});
}

TEST(Suggestion, TakesTheOnlyKeysWhateverTheirNames)
{
    const std::vector<Column> legacy{column("user_id", "text", {"pk/1"}, true), column("name", "text")};
    const std::vector<Column> fresh{column("id", "varchar(40)", {"p/1"}, true), column("name", "text")};
    const SuggestedMapping found = suggestMapping(legacy, fresh);
    EXPECT_EQ(found.legacyKeys, Names{"user_id"});
    EXPECT_EQ(found.newKeys, Names{"id"});
    EXPECT_EQ(found.keyKind, KeyKind::Text);
    EXPECT_EQ(pairsOf(found), Names{"name=name TEXT"});
    EXPECT_TRUE(found.legacyUnpaired.empty());
    EXPECT_TRUE(found.newUnpaired.empty());
    // Of two keys of one side none is guessed, nor of values that cannot be the same.
    std::vector<Column> two = fresh;
    two.push_back(column("mail", "text", {"m/1"}, true));
    EXPECT_TRUE(suggestMapping(legacy, two).legacyKeys.empty());
    EXPECT_EQ(suggestMapping(legacy, two).legacyUnpaired.size(), 1u);
    EXPECT_TRUE(suggestMapping({column("no", "longblob", {}, true)}, fresh).legacyKeys.empty());
}

TEST(Suggestion, FindsWhatSaysWhenARowChanged)
{
    const SuggestedMapping found = suggestMapping({column("id", "int", {}, true), column("MODIFIED", "datetime")},
                                                  {column("id", "int", {}, true), column("updated_at", "timestamp")});
    EXPECT_EQ(found.legacyChanged, "MODIFIED");
    EXPECT_EQ(found.newChanged, "updated_at");
}

} // namespace
} // namespace crossfade
