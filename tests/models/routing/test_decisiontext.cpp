// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The quick ways in and out of a decision against the JSON library and the reader of requests.
#include "models/routing/decisiontext.h"
#include "models/routing/routingjson.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade {
namespace {

using namespace test;

std::string decisionTextOf(const Decision &decision)
{
    std::string text;
    appendDecisionText(text, decision);
    return text;
}

// Request by request what the body says when it is read the long way; none where that finds a mistake.
std::optional<std::vector<DecisionRequest>> readTheLongWay(const Json &body, Instant now)
{
    JsonReader in(body);
    const Json *items = in.optionalArray("requests", 100);
    std::vector<DecisionRequest> requests;
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader one((*items)[i], "/requests/" + std::to_string(i), in);
        requests.push_back(readDecisionRequest(one, (*items)[i], now));
        one.finish();
    }
    if (!items || in.finish()) return std::nullopt;
    return requests;
}

void sameRequests(const std::vector<DecisionRequest> &a, const std::vector<DecisionRequest> &b)
{
    RC_ASSERT(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        RC_ASSERT(a[i].userId == b[i].userId);
        RC_ASSERT(a[i].systemId == b[i].systemId);
        RC_ASSERT(a[i].entityId == b[i].entityId);
        RC_ASSERT(a[i].interface == b[i].interface);
        RC_ASSERT(a[i].operation == b[i].operation);
        RC_ASSERT(a[i].at == b[i].at && a[i].signedInAt == b[i].signedInAt);
    }
}

Json anyPlainItem()
{
    Json item = Json::object();
    if (*rc::gen::arbitrary<bool>()) item["user_id"] = *anyUser();
    if (*rc::gen::arbitrary<bool>()) item["system_id"] = *anySystem();
    if (*rc::gen::arbitrary<bool>()) item["entity_id"] = *anyEntity();
    if (*rc::gen::arbitrary<bool>()) item["interface"] = "GET /users/{id}?a=1&b=2";
    if (item.empty() || *rc::gen::arbitrary<bool>())
        item["operation"] = *rc::gen::element<std::string>("read", "list", "insert", "update", "delete");
    return item;
}

RC_GTEST_PROP(DecisionText, isThatOfItsJson, ())
{
    const Snapshot snapshot = Snapshot().changed(*anyChanges(), *rc::gen::arbitrary<std::int64_t>());
    const std::string user = *anyUser();
    const std::string system = *anySystem();
    const std::string entity = *anyEntity();
    DecisionRequest request = userRequest(user, system, *anyInstant());
    request.entityId = entity;
    request.operation = *rc::gen::element(Operation::Read, Operation::List, Operation::Insert, Operation::Update);
    const Decision decision = decide(snapshot, request);
    RC_ASSERT(decisionTextOf(decision) == dumpJson(decisionToJson(decision)));
}

RC_GTEST_PROP(DecisionText, ofAnyTextsIsThatOfTheirJson, ())
{
    const auto anyText = [] {
        const std::size_t times = *rc::gen::element<std::size_t>(1, 1, 10, 200);
        const std::string part = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                                                 rc::gen::element<std::string>("plain", "\xE5\xBC\xA0", "a\"b\\", "\xFF"));
        std::string text;
        for (std::size_t i = 0; i < times; ++i)
            text += part;
        return text;
    };
    Rule rule = userRule(anyText(), "ann", Platform::New);
    rule.reason = anyText();
    PolicyCover policy;
    policy.id = anyText();
    GrayList list;
    list.name = anyText();
    GroupCover group;
    group.id = anyText();
    Decision decision;
    decision.reason = *rc::gen::element(Reason::UserRule, Reason::HeldInconsistent, Reason::DefaultRouting);
    decision.line = *rc::gen::element(Line::UserRule, Line::Percentage, Line::Default);
    decision.rule = *rc::gen::arbitrary<bool>() ? &rule : nullptr;
    decision.policy = *rc::gen::arbitrary<bool>() ? &policy : nullptr;
    decision.grayList = *rc::gen::arbitrary<bool>() ? &list : nullptr;
    decision.group = *rc::gen::arbitrary<bool>() ? &group : nullptr;
    decision.groupBatch = *rc::gen::arbitrary<std::int64_t>();
    decision.bucket = *rc::gen::arbitrary<std::int32_t>();
    decision.epoch = *rc::gen::arbitrary<std::int64_t>();
    RC_ASSERT(decisionTextOf(decision) == dumpJson(decisionToJson(decision)));
}

RC_GTEST_PROP(DecisionText, plainRequestsAreReadAsAnyOther, ())
{
    Json items = Json::array();
    const int count = *rc::gen::inRange(1, 20);
    for (int i = 0; i < count; ++i)
        items.push_back(anyPlainItem());
    const Json body{{"requests", items}};
    const std::string text = body.dump(*rc::gen::element(-1, 0, 2));
    const auto plain = plainDecisionRequests(text, 20, at(5));
    RC_ASSERT(plain.has_value());
    const auto read = readTheLongWay(body, at(5));
    RC_ASSERT(read.has_value());
    sameRequests(*plain, *read);
    RC_ASSERT(!plainDecisionRequests(text, items.size() - 1, at(5)).has_value());
}

// Whatever becomes of a body on its way: what is read quickly is what is read slowly.
RC_GTEST_PROP(DecisionText, changedBodiesAreReadAlikeOrNotAtAll, ())
{
    const Json items = Json::array({anyPlainItem(), anyPlainItem()});
    std::string text = dumpJson(Json{{"requests", items}});
    const int changes = *rc::gen::inRange(1, 4);
    for (int i = 0; i < changes && !text.empty(); ++i) {
        const auto place = *rc::gen::inRange<std::size_t>(0, text.size());
        const char c = *rc::gen::element('"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', '\x01', '\x7f', 'x', '\xC3');
        switch (*rc::gen::inRange(0, 3)) {
        case 0: text[place] = c; break;
        case 1: text.insert(place, 1, c); break;
        default: text.erase(place, 1); break;
        }
    }
    const auto plain = plainDecisionRequests(text, 20, at(5));
    if (!plain) return;
    const auto body = parseJson(text);
    RC_ASSERT(body.has_value());
    const auto read = readTheLongWay(*body, at(5));
    RC_ASSERT(read.has_value());
    sameRequests(*plain, *read);
}

TEST(DecisionText, whatIsNotPlainIsLeftToTheReader)
{
    const std::vector<std::string> others{
        "", "{}", "[]", R"({"requests":[]})", R"({"requests":[{}]})", R"({"requests":[{"user_id":5}]})",
        R"({"requests":[{"user_id":null}]})", R"({"requests":[{"user_id":"a b"}]})", R"({"requests":[{"user_id":""}]})",
        R"({"requests":[{"user_id":"ann","user_id":"bob"}]})", R"({"requests":[{"colour":"red"}]})",
        R"({"requests":[{"operation":"READ"}]})", R"({"requests":[{"at":"2026-01-01T00:00:00Z"}]})",
        R"({"requests":[{"http":{}}]})", R"({"requests":[{"user_id":"a\u006en"}]})",
        R"({"requests":[{"interface":"a\"b"}]})", "{\"requests\":[{\"interface\":\"\xE5\xBC\xA0\"}]}",
        R"({"requests":[{"interface":")" + std::string(201, 'x') + R"("}]})",
        R"({"requests":[{"user_id":"ann"}],"reason":"x"})", R"({"requests":[{"user_id":"ann"},]})",
        R"({"requests":[{"user_id":"ann",}]})", R"({"requests":[{"user_id":"ann"}]} x)", R"({"requests":[{"user_id":"ann"}])",
        R"({"requests":[{"user_id":"ann)"};
    for (const std::string &text : others)
        EXPECT_FALSE(plainDecisionRequests(text, 100, at(5)).has_value()) << text;
}

RC_GTEST_PROP(Decision, ofManyAtOnceIsThatOfEach, ())
{
    const Snapshot snapshot = Snapshot().changed(*anyChanges(), 3);
    const int count = *rc::gen::inRange(0, 80);
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i)
        texts.push_back(*rc::gen::inRange(0, 5) == 0 ? "not an id" : *anyUser());
    std::vector<DecisionRequest> requests;
    for (const std::string &text : texts)
        requests.push_back(userRequest(text, "web", *anyInstant()));
    std::vector<Decision> decisions(requests.size());
    decide(snapshot, requests, decisions);
    for (std::size_t i = 0; i < requests.size(); ++i)
        RC_ASSERT(decisionTextOf(decisions[i]) == decisionTextOf(decide(snapshot, requests[i])));
}

} // namespace
} // namespace crossfade
