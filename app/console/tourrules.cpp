// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/toursteps.h"

#include "models/items/text.h"

#include <QWidget>

namespace crossfade {

namespace {

constexpr const char *RuleUser = "u0000042";

// What POST /decisions answers for this user: "NEW USER_RULE".
std::string decisionFor(const TourContext &tour, const std::string &user)
{
    const Json request{{"requests", Json::array({Json{{"user_id", user}}})}};
    const TourClient::Answer answer = tourRouter(tour).post("/api/v1/decisions", request);
    if (!answer.ok() || !answer.body.is_object())
        return answer.problem;
    const auto list = answer.body.find("decisions");
    if (list == answer.body.end() || !list->is_array() || list->empty())
        return "no decision";
    return textAt(list->front(), {"platform"}) + " " + textAt(list->front(), {"reason"});
}

} // namespace

void stepAskTester(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("rules"));
    hands.fill(QStringLiteral("testerUser"), QString::fromLatin1(RuleUser));
    hands.waitText(QStringLiteral("testerResult"), QStringLiteral("LEGACY"));
    hands.waitOutside(QStringLiteral("the second client gets LEGACY, too"),
                      [&] { return decisionFor(tour, RuleUser).starts_with("LEGACY"); });
}

void stepAddRule(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("rules"));
    hands.click(QStringLiteral("segmentUsers"));
    hands.click(QStringLiteral("addRule"));
    hands.fill(QStringLiteral("ruleName"), QStringLiteral("first on NEW"));
    hands.fill(QStringLiteral("ruleTarget"), QString::fromLatin1(RuleUser));
    hands.choose(QStringLiteral("rulePlatform"), QStringLiteral("NEW"));
    hands.fill(QStringLiteral("ruleReason"), QStringLiteral("tries the new platform first"));
    hands.click(QStringLiteral("ruleOk"));
    hands.waitGone(QStringLiteral("ruleEditor"));
    hands.waitText(QStringLiteral("testerEdited"), QStringLiteral("NEW"));
}

void stepSaveRule(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.click(QStringLiteral("saveEdits"));
    hands.waitText(QStringLiteral("testerResult"), QStringLiteral("NEW"));
    std::string decision;
    hands.waitOutside(QStringLiteral("the second client gets NEW by the rule"), [&] {
        decision = decisionFor(tour, RuleUser);
        return decision == "NEW USER_RULE";
    });
    tour.notes.append(toText(std::string(RuleUser) + " → " + decision));
}

} // namespace crossfade
