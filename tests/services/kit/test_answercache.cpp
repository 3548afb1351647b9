// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/service/answercache.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

HttpResponse answerOf(std::string body)
{
    HttpResponse response = HttpResponse::text(std::move(body), 3);
    response.headers.emplace_back("X-Crossfade-Event-Id", "a-1");
    return response;
}

TEST(AnswerCache, GivesAnAnswerAsItWasUntilTheStoreChanges)
{
    AnswerCache cache;
    EXPECT_FALSE(cache.find("/a", 1).has_value());
    cache.keep("/a", 1, answerOf("one"));
    const auto known = cache.find("/a", 1);
    ASSERT_TRUE(known.has_value());
    EXPECT_EQ(known->body, "one");
    EXPECT_EQ(known->headers, answerOf("one").headers);
    EXPECT_FALSE(cache.find("/b", 1).has_value());
    EXPECT_FALSE(cache.find("/a", 2).has_value());
}

TEST(AnswerCache, WhatWasReadBeforeACommitIsNotGivenAfterIt)
{
    AnswerCache cache;
    cache.keep("/a", 2, answerOf("new"));
    cache.keep("/a", 1, answerOf("old")); // a slow reader
    EXPECT_EQ(cache.find("/a", 2)->body, "new");
    EXPECT_FALSE(cache.find("/a", 1).has_value());
    cache.keep("/b", 3, answerOf("newer"));
    EXPECT_FALSE(cache.find("/a", 3).has_value());
    EXPECT_FALSE(cache.find("/a", 2).has_value());
}

TEST(AnswerCache, KeepsOnlyWholeGoodAnswers)
{
    AnswerCache cache;
    HttpResponse refused = answerOf("no");
    refused.status = 404;
    cache.keep("/a", 1, refused);
    HttpResponse streamed = answerOf("first");
    streamed.rest = []() -> HttpResponse::Piece { return std::optional<std::string>(); };
    cache.keep("/b", 1, streamed);
    cache.keep("/c", 1, answerOf(std::string(AnswerCache::MostBytes / 4 + 1, 'x')));
    for (const char *target : {"/a", "/b", "/c"})
        EXPECT_FALSE(cache.find(target, 1).has_value()) << target;
}

TEST(AnswerCache, IsBoundedInBytesAndCount)
{
    AnswerCache cache;
    const std::size_t large = AnswerCache::MostBytes / 4;
    for (int i = 0; i < 5; ++i)
        cache.keep("/" + std::to_string(i), 1, answerOf(std::string(large, 'x')));
    EXPECT_FALSE(cache.find("/0", 1).has_value()); // made room
    EXPECT_TRUE(cache.find("/4", 1).has_value());
    AnswerCache many;
    for (std::size_t i = 0; i <= AnswerCache::MostAnswers; ++i)
        many.keep("/" + std::to_string(i), 1, answerOf("x"));
    EXPECT_FALSE(many.find("/0", 1).has_value());
    EXPECT_TRUE(many.find("/" + std::to_string(AnswerCache::MostAnswers), 1).has_value());
}

} // namespace
} // namespace crossfade
