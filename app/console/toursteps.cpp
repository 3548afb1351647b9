// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/toursteps.h"

#include "models/items/text.h"

namespace crossfade {

std::string textAt(const Json &json, std::initializer_list<const char *> path)
{
    const Json *at = &json;
    for (const char *name : path) {
        if (!at->is_object())
            return {};
        const auto found = at->find(name);
        if (found == at->end())
            return {};
        at = &*found;
    }
    const auto *text = at->get_ptr<const std::string *>();
    return text ? *text : std::string();
}

TourClient tourRouter(const TourContext &tour)
{
    return {textAt(tour.facts, {"router", "url"}), textAt(tour.facts, {"tokens", "viewer"})};
}

TourClient tourComparator(const TourContext &tour)
{
    return {textAt(tour.facts, {"comparator", "url"}),
            textAt(tour.facts, {"comparator_tokens", "viewer"})};
}

TourClient tourControl(const TourContext &tour)
{
    return {textAt(tour.facts, {"control", "url"}), textAt(tour.facts, {"control", "token"})};
}

void confirmServices(TourContext &tour)
{
    if (tour.hands.failed())
        return;
    for (const TourClient &client : {tourRouter(tour), tourComparator(tour)}) {
        const TourClient::Answer session = client.get("/api/v1/session");
        tour.hands.expect(session.ok() && textAt(session.body, {"subject"}) == "viewer-1",
                          toText("a service does not answer the second client: " + session.problem));
    }
}

void stepConnect(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.waitVisible(QStringLiteral("mainWindow"));
    hands.waitEnabled(QStringLiteral("rollBackButton"));
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("connections"));
    hands.clickRow(QStringLiteral("profileList"), QStringLiteral("sandbox"));
    hands.click(QStringLiteral("sandboxStart"));
    hands.waitOutside(QStringLiteral("the sandbox is ready"),
                      [&] {
                          tour.readFacts(tour.facts);
                          return tour.facts.is_object();
                      },
                      60);
    hands.waitText(QStringLiteral("operatorLabel"), QStringLiteral("operator-1"));
    hands.waitText(QStringLiteral("routerLabel"), QStringLiteral(" ms"));
    hands.waitText(QStringLiteral("comparatorLabel"), QStringLiteral(" ms"));
    tour.policyId = textAt(tour.facts, {"policy_id"});
    tour.notes.append(toText("router " + textAt(tour.facts, {"router", "url"})));
}

void stepVerifyChain(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("audit"));
    hands.click(QStringLiteral("auditVerify"));
    const TourClient::Answer answer = tourRouter(tour).get("/api/v1/audit/verification");
    const bool intact = answer.ok() && answer.body.is_object() &&
                        answer.body.value("intact", Json(false)) == Json(true);
    hands.expect(intact, toText("the second client does not find the chain intact: " + answer.problem));
    hands.waitFor(QStringLiteral("the chain is shown as intact"),
                  [] {
                      const QWidget *chip = TourHands::find(QStringLiteral("auditChain"));
                      return chip && chip->property("proven").toBool();
                  },
                  15);
    tour.notes.append(hands.textOf(QStringLiteral("auditChain")));
}

const std::vector<TourStep> &tourSteps()
{
    static const std::vector<TourStep> steps{
        {"start a sandbox and connect", stepConnect},
        {"ask the tester who serves a user", stepAskTester},
        {"write a rule for that user", stepAddRule},
        {"save it and see the tester obey", stepSaveRule},
        {"ask for 25 % on NEW", stepAskTarget},
        {"guards hold, the shift walks to 25 %", stepWalk},
        {"see it in the overview", stepOverview},
        {"NEW fails: a rollback is proposed", stepFault},
        {"look at the evidence", stepEvidence},
        {"approve the rollback", stepApprove},
        {"everybody is back at 0 %", stepZero},
        {"plant differences", stepPlant},
        {"run the consistency check", stepRunCheck},
        {"open a difference", stepOpenDifference},
        {"ask for its repair", stepCreateRepair},
        {"approve the repair", stepApproveRepair},
        {"see it verified", stepSeeVerified},
        {"verify the audit chain", stepVerifyChain},
    };
    return steps;
}

} // namespace crossfade
