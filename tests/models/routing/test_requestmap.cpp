// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/requestmap.h"

#include "models/core/ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <regex>

using namespace crossfade;

namespace {

RequestMapRow rowOf(std::string interface, std::string method, std::string pattern, Operation operation = Operation::Read)
{
    RequestMapRow row;
    row.interface = std::move(interface);
    row.method = std::move(method);
    row.pathPattern = std::move(pattern);
    row.operation = operation;
    return row;
}

// The pattern as a regular expression: the plainest reading of its description.
std::regex plainly(const std::string &pattern)
{
    std::string text;
    std::string_view rest = pattern;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string segment(rest.substr(0, rest.find('/')));
        rest.remove_prefix(segment.size());
        if (segment == "*")
            text += "(/.*)?";
        else if (segment.size() > 2 && segment.front() == '{')
            text += "/[^/]+";
        else
            text += "/" + segment;
    }
    return std::regex(text);
}

rc::Gen<std::string> anySegments(bool pattern)
{
    return rc::gen::exec([pattern] {
        std::string text;
        const int count = *rc::gen::inRange(1, 5);
        for (int i = 0; i < count; ++i) {
            const int kind = *rc::gen::inRange(0, 7);
            if (pattern && kind == 0) text += "/{n" + std::to_string(i) + "}";
            else if (pattern && kind == 1 && i + 1 == count) text += "/*";
            else text += std::string("/") + *rc::gen::element("", "a", "b", "ab");
        }
        return text;
    });
}

std::string token(const std::string &payloadBase64) { return "Bearer eyJhbGciOiJub25lIn0." + payloadBase64 + ".sig"; }

std::string mapMistake(const Json &rows)
{
    const Json body{{"rows", rows}};
    JsonReader in(body);
    readRequestMap(in);
    const auto error = in.finish();
    return error ? error->fields.front().pointer : std::string();
}

Json goodRow(const Json &changes = Json::object())
{
    Json row{{"interface", "user-update"}, {"method", "PUT"}, {"path_pattern", "/users/{id}"}, {"operation", "update"},
             {"entity_id", {{"from", "PATH_SEGMENT"}, {"name", "id"}}}, {"replicate", true}};
    row.update(changes);
    return row;
}

} // namespace

RC_GTEST_PROP(RequestMap, matchesLikeThePatternReadPlainly, ())
{
    const std::string pattern = *anySegments(true);
    const std::string path = *anySegments(false);
    const std::string query = *rc::gen::element("", "?a=/b", "?");
    RC_ASSERT(matchesPath(pattern, path + query) == std::regex_match(path, plainly(pattern)));
}

TEST(RequestMap, patternsToTheLetter)
{
    EXPECT_TRUE(matchesPath("/users/{id}", "/users/17"));
    EXPECT_TRUE(matchesPath("/users/{id}", "/users/17?full=1"));
    EXPECT_FALSE(matchesPath("/users/{id}", "/users/"));
    EXPECT_FALSE(matchesPath("/users/{id}", "/users/17/"));
    EXPECT_FALSE(matchesPath("/users/{id}", "/Users/17"));
    EXPECT_TRUE(matchesPath("/a/*", "/a"));
    EXPECT_TRUE(matchesPath("/a/*", "/a/"));
    EXPECT_TRUE(matchesPath("/a/*", "/a/b/c?d"));
    EXPECT_FALSE(matchesPath("/a/*", "/ab"));
    EXPECT_TRUE(matchesPath("/*", "/"));
    EXPECT_TRUE(matchesPath("/", "/"));
    EXPECT_FALSE(matchesPath("/", ""));
    EXPECT_FALSE(matchesPath("/a", "a"));
    EXPECT_FALSE(matchesPath("/a%20b", "/a b")); // nothing is decoded
}

// The first row that matches tells, and no match is a read of nothing.
RC_GTEST_PROP(RequestMap, theFirstMatchTells, ())
{
    std::vector<RequestMapRow> rows;
    const int count = *rc::gen::inRange(0, 6);
    for (int i = 0; i < count; ++i)
        rows.push_back(rowOf("row-" + std::to_string(i), *rc::gen::element<std::string>("*", "GET", "POST"), *anySegments(true),
                             Operation::Update));
    const HttpDescription request{*rc::gen::element<std::string>("GET", "POST", "PUT"), *anySegments(false), {}};
    const MappedRequest mapped = mapRequest(rows, request);
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < rows.size() && !first; ++i) {
        const bool method = rows[i].method == "*" || rows[i].method == request.method;
        if (method && std::regex_match(request.path, plainly(rows[i].pathPattern))) first = i;
    }
    RC_ASSERT(mapped.row == first);
    RC_ASSERT(mapped.operation == (first ? Operation::Update : Operation::Read));
    RC_ASSERT(mapped.interface == (first ? rows[*first].interface : std::string()));
    RC_ASSERT(!mapped.replicate);
}

TEST(RequestMap, idsStandWhereTheRowSays)
{
    RequestMapRow row = rowOf("orders", "GET", "/shops/{shop}/orders/{order}");
    row.systemId = "shop-api";
    HttpDescription request{"GET", "/shops/s%40x/orders/17?id=a%7Cb+c&id=second&%75ser=u", {{"X-User", "  ann\t"},
                            {"cookie", "sid=1; uid=bob ;x"}, {"Cookie", "uid=late"}}};
    const auto entity = [&](IdPlace from, const char *name) {
        row.entityId = IdSource{from, name};
        return mapRequest(std::span(&row, 1), request).entityId;
    };
    const auto user = [&](IdPlace from, const char *name) {
        row.userId = IdSource{from, name};
        return mapRequest(std::span(&row, 1), request).userId;
    };
    EXPECT_EQ(entity(IdPlace::PathSegment, "shop"), "s@x");
    EXPECT_EQ(entity(IdPlace::PathSegment, "order"), "17");
    EXPECT_EQ(entity(IdPlace::Query, "id"), "a|b+c");
    EXPECT_EQ(entity(IdPlace::Query, "user"), "u");
    EXPECT_EQ(entity(IdPlace::Query, "none"), "");
    EXPECT_EQ(entity(IdPlace::Header, "x-user"), "ann");
    EXPECT_EQ(user(IdPlace::Header, "X-USER"), "ann");
    EXPECT_EQ(user(IdPlace::Header, "x-none"), "");
    EXPECT_EQ(user(IdPlace::Cookie, "uid"), "bob");
    EXPECT_EQ(user(IdPlace::Cookie, "UID"), "");
    EXPECT_EQ(mapRequest(std::span(&row, 1), request).systemId, "shop-api");
    // Outside the grammar it is no id.
    request.path = "/shops/a%20b/orders/%zz";
    EXPECT_EQ(entity(IdPlace::PathSegment, "shop"), "");
    EXPECT_EQ(entity(IdPlace::PathSegment, "order"), "");
}

TEST(RequestMap, claimsOfAToken)
{
    RequestMapRow row = rowOf("me", "*", "/me");
    const auto claim = [&](const std::string &authorization, const char *name = "sub") {
        row.userId = IdSource{IdPlace::JwtClaim, name};
        return mapRequest(std::span(&row, 1), {"GET", "/me", {{"authorization", authorization}}}).userId;
    };
    // {"sub":"ann","uid":42,"list":["x"],"odd":"a b"}
    const std::string payload = "eyJzdWIiOiJhbm4iLCJ1aWQiOjQyLCJsaXN0IjpbIngiXSwib2RkIjoiYSBiIn0";
    EXPECT_EQ(claim(token(payload)), "ann");
    EXPECT_EQ(claim("bEARER   " + token(payload).substr(7)), "ann");
    EXPECT_EQ(claim(token(payload), "uid"), "42");
    EXPECT_EQ(claim(token(payload), "list"), "");
    EXPECT_EQ(claim(token(payload), "odd"), "");
    EXPECT_EQ(claim(token(payload), "none"), "");
    // {"uid":18446744073709551615,"low":-7}
    const std::string numbers = "eyJ1aWQiOjE4NDQ2NzQ0MDczNzA5NTUxNjE1LCJsb3ciOi03fQ";
    EXPECT_EQ(claim(token(numbers), "uid"), "18446744073709551615");
    EXPECT_EQ(claim(token(numbers), "low"), "-7");
    for (const char *bad : {"", "Bearer", "Bearer x", "Bearer a.b", "Bearer a.!!.c", "Bearer a.e30.c", "Bearer a.W10.c",
                            "Basic eyJzdWIiOiJhbm4ifQ", "Bearer ..", "Bearer a.bnVsbA.c"})
        EXPECT_EQ(claim(bad), "") << bad;
}

// Whatever comes in: no crash, and only what the grammar allows goes out.
RC_GTEST_PROP(RequestMap, anyBytesGiveIdsOrNothing, ())
{
    RequestMapRow row = rowOf("any", "*", "/{a}/*");
    row.entityId = IdSource{*rc::gen::element(IdPlace::PathSegment, IdPlace::Query), "a"};
    row.userId = IdSource{*rc::gen::element(IdPlace::JwtClaim, IdPlace::Cookie, IdPlace::Header), "cookie"};
    const std::string bytes = *rc::gen::arbitrary<std::string>();
    const MappedRequest mapped = mapRequest(std::span(&row, 1), {"GET", "/x" + bytes + "?a=" + bytes,
                                            {{"Cookie", bytes}, {"Authorization", "Bearer " + bytes}}});
    RC_ASSERT(mapped.entityId.empty() || isValidId(mapped.entityId));
    RC_ASSERT(mapped.userId.empty() || isValidId(mapped.userId));
}

TEST(RequestMap, comesBackFromItsJson)
{
    RequestMapRow row = rowOf("sign-in", "POST", "/login", Operation::Insert);
    row.systemId = "auth";
    row.entityId = IdSource{IdPlace::Header, "X-Entity"};
    row.userId = IdSource{IdPlace::JwtClaim, "sub"};
    row.replicate = true;
    row.secretFields = {"password", "/otp/code"};
    const std::vector<RequestMapRow> rows{row, rowOf("rest", "*", "/*")};
    const Json body{{"rows", requestMapToJson(rows)}};
    JsonReader in(body);
    EXPECT_EQ(readRequestMap(in), rows);
    EXPECT_FALSE(in.finish());
}

TEST(RequestMap, mistakesNameTheirRowAndField)
{
    const auto second = [](const Json &changes) { return mapMistake(Json::array({goodRow({{"interface", "one"}}), goodRow(changes)})); };
    EXPECT_EQ(second(Json::object()), "");
    EXPECT_EQ(second({{"interface", "one"}}), "/rows/1/interface");
    EXPECT_EQ(second({{"interface", "a b"}}), "/rows/1/interface");
    EXPECT_EQ(second({{"method", "get"}}), "/rows/1/method");
    EXPECT_EQ(second({{"operation", "READ"}}), "/rows/1/operation");
    for (const char *bad : {"", "users/{id}", "/users/{id}/x{y}", "/users/{id}/*/x", "/users/{id}/{id}", "/users/{id}?a",
                            "/users/{id}/a b", "/users/{id}/\xC3\xA4", "/users/{id}/{}", "/users/{id}/**"})
        EXPECT_EQ(second({{"path_pattern", bad}}), "/rows/1/path_pattern") << bad;
    EXPECT_EQ(second({{"path_pattern", "/users/{id}/*"}}), "");
    EXPECT_EQ(second({{"entity_id", {{"from", "PATH_SEGMENT"}, {"name", "uid"}}}}), "/rows/1/entity_id/name");
    EXPECT_EQ(second({{"entity_id", {{"from", "COOKIE"}, {"name", "uid"}}}}), "/rows/1/entity_id/from");
    EXPECT_EQ(second({{"user_id", {{"from", "QUERY"}, {"name", "uid"}}}}), "/rows/1/user_id/from");
    EXPECT_EQ(second({{"user_id", {{"from", "JWT_CLAIM"}}}}), "/rows/1/user_id/name");
    EXPECT_EQ(second({{"user_id", "sub"}}), "/rows/1/user_id");
    EXPECT_EQ(second({{"operation", "read"}}), "/rows/1/replicate");
    EXPECT_EQ(second({{"secret_fields", {"a", 5}}}), "/rows/1/secret_fields/1");
    EXPECT_EQ(second({{"colour", "red"}}), "/rows/1/colour");
    EXPECT_EQ(mapMistake(Json::array({7})), "/rows/0");
    EXPECT_EQ(mapMistake("x"), "/rows");
    EXPECT_EQ(mapMistake(Json(std::vector<Json>(MostMapRows + 1, goodRow()))), "/rows");
}
