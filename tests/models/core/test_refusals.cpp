// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/refusals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace crossfade {
namespace {

TEST(Refusals, EachHasACodeOfItsOwn) {
    std::set<std::string_view> codes;
    for (const Refusal &one : refusals::All) {
        EXPECT_TRUE(codes.insert(one.code).second) << one.code;
        EXPECT_TRUE(std::ranges::all_of(one.code, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; })) << one.code;
        EXPECT_GE(httpStatus(one.kind), 400);
        EXPECT_FALSE(one.sentence.empty()) << one.code;
    }
    for (const ErrorKind kind : {ErrorKind::Conflict, ErrorKind::Stale, ErrorKind::Invalid, ErrorKind::Unavailable})
        EXPECT_FALSE(codes.contains(errorKindWord(kind))) << errorKindWord(kind) << " says no more than the kind";
}

TEST(Refusals, ValuesStandInTheSentenceAndByThemselves) {
    const Error error = refused(refusals::CommandDoesNotFit, {"a %2 b", "RUNNING"});
    EXPECT_EQ(error.kind, ErrorKind::Conflict);
    EXPECT_EQ(error.message, "a %2 b does not fit the state RUNNING");
    EXPECT_EQ(error.code, "COMMAND_DOES_NOT_FIT");
    EXPECT_EQ(error.values, (std::vector<std::string>{"a %2 b", "RUNNING"}));
    EXPECT_EQ(refused(refusals::AlreadyGoesThere, {"12.5"}).message, "the shift already goes to 12.5 %");
    EXPECT_EQ(refused(refusals::NoStep).message, "there is no step to take");
    const Error stale = refused(refusals::StaleVersion, {"7"}, {{"header:If-Match", "is old"}});
    EXPECT_EQ(stale.kind, ErrorKind::Stale);
    ASSERT_EQ(stale.fields.size(), 1U);
    EXPECT_EQ(stale.fields[0].pointer, "header:If-Match");
}

} // namespace
} // namespace crossfade
