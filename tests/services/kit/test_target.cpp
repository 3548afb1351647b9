// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What an address says: taken apart and decoded once, and matched with the routes.

#include "app/service/routematch.h"
#include "app/service/uri.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {

namespace {

RouteTable tableOf(const std::vector<std::pair<const char *, const char *>> &routes) {
    RouteTable table;
    for (const auto &[method, pattern] : routes)
        table.loop(method, pattern, {}, [](const HttpRequest &) { return HttpResponse(); });
    return table;
}

std::string encoded(const std::string &text) {
    static const char *const Digits = "0123456789abcdef";
    std::string all;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        all += '%';
        all += Digits[byte >> 4];
        all += Digits[byte & 15];
    }
    return all;
}

} // namespace

TEST(Target, isTakenApart) {
    const auto target = parseTarget("/api/v1/users/a%2Fb?system_id=auth%20web&x=1%2B1&empty=&flag");
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "users", "a/b"}));
    EXPECT_EQ(target->path, "/api/v1/users/a/b");
    EXPECT_EQ(target->query.at("system_id"), "auth web");
    EXPECT_EQ(target->query.at("x"), "1+1");
    EXPECT_EQ(target->query.at("empty"), "");
    EXPECT_EQ(target->query.at("flag"), "");
    EXPECT_EQ(parseTarget("/a?b=c+d")->query.at("b"), "c+d") << "a plus is a plus";
    EXPECT_EQ(parseTarget("/a?b=c=d")->query.at("b"), "c=d");
    EXPECT_EQ(parseTarget("/")->segments, std::vector<std::string>{""});
    EXPECT_EQ(parseTarget("//a")->segments, (std::vector<std::string>{"", "a"}));
}

TEST(Target, isRefusedWhereItCannotBeRead) {
    for (const char *text : {"", "a", "*", "http://host/a", "/%", "/%4", "/%zz", "/%00", "/%ff",
                             "/%c3%28", "/a?b=%", "/a?%=b", "/a?b=%00"}) {
        const auto target = parseTarget(text);
        ASSERT_FALSE(target) << text;
        EXPECT_EQ(target.error().kind, ErrorKind::Malformed) << text;
    }
    const auto twice = parseTarget("/a?b=1&b=2");
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::Invalid);
    EXPECT_FALSE(parseTarget("/a?b=1&%62=2")) << "however it is written";
}

RC_GTEST_PROP(Target, decodesWhatWasEncoded, (const std::vector<std::uint8_t> &bytes)) {
    std::string text;
    for (const std::uint8_t byte : bytes)
        text += static_cast<char>(1 + byte % 127); // any ASCII but NUL
    const auto target = parseTarget("/x/" + encoded(text) + "?q=" + encoded(text));
    RC_ASSERT(target.has_value());
    RC_ASSERT(target->segments.back() == text);
    RC_ASSERT(target->query.at("q") == text);
}

RC_GTEST_PROP(Target, anyBytesAreReadOrRefused, (const std::string &bytes)) {
    const auto target = parseTarget("/" + bytes);
    if (!target)
        RC_ASSERT(target.error().kind == ErrorKind::Malformed ||
                  target.error().kind == ErrorKind::Invalid);
}

TEST(RouteMatch, aLiteralComesBeforeAParameter) {
    const RouteTable table = tableOf({{"GET", "/differences/{id}"},
                                      {"GET", "/differences/summary"},
                                      {"DELETE", "/differences/{id}"},
                                      {"POST", "/differences/{id}/resolve"},
                                      {"GET", "/{kind}/summary"}});
    RouteMatcher matcher;
    matcher.add(table.routes());
    const auto summary = matcher.find("GET", {"differences", "summary"});
    ASSERT_TRUE(summary.route);
    EXPECT_EQ(summary.route->pattern, "/differences/summary");
    EXPECT_TRUE(summary.parameters.empty());
    const auto one = matcher.find("GET", {"differences", "d 1"});
    ASSERT_TRUE(one.route);
    EXPECT_EQ(one.parameters.at("id"), "d 1");
    const auto resolve = matcher.find("POST", {"differences", "summary", "resolve"});
    ASSERT_TRUE(resolve.route);
    EXPECT_EQ(resolve.parameters.at("id"), "summary");
    EXPECT_EQ(matcher.find("GET", {"repairs", "summary"}).parameters.at("kind"), "repairs");
}

TEST(RouteMatch, saysWhichMethodsAPathHas) {
    const RouteTable table =
        tableOf({{"GET", "/rules/{id}"}, {"PUT", "/rules/{id}"}, {"POST", "/rules"}});
    RouteMatcher matcher;
    matcher.add(table.routes());
    const auto wrong = matcher.find("POST", {"rules", "r1"});
    EXPECT_FALSE(wrong.route);
    EXPECT_EQ(wrong.allowed, (std::vector<std::string>{"GET", "PUT"}));
    const auto head = matcher.find("HEAD", {"rules", "r1"});
    ASSERT_TRUE(head.route) << "HEAD is GET without the body";
    EXPECT_EQ(head.route->method, "GET");
    for (const std::vector<std::string> &path :
         {std::vector<std::string>{"rules", ""}, {"rules", "r1", ""}, {""}, {"Rules", "r1"}, {}}) {
        const auto none = matcher.find("GET", path);
        EXPECT_FALSE(none.route);
        EXPECT_TRUE(none.allowed.empty());
    }
}

TEST(RouteMatch, theFirstOfTwoEqualsCounts) {
    const RouteTable table = tableOf({{"GET", "/a/{x}"}, {"GET", "/a/{y}"}});
    RouteMatcher matcher;
    matcher.add(table.routes());
    const auto match = matcher.find("GET", {"a", "1"});
    ASSERT_TRUE(match.route);
    EXPECT_TRUE(match.parameters.contains("x"));
}

} // namespace crossfade
