// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/toursteps.h"

#include "models/items/text.h"
#include "ui/shift/percentageslider.h"

namespace crossfade {

namespace {

constexpr double Target = 25;

std::string policyPath(const TourContext &tour)
{
    return "/api/v1/shift-policies/" + tour.policyId;
}

// The running shift as the second client sees it; an empty object if it can't be read.
Json shiftOf(const TourContext &tour)
{
    TourClient::Answer answer = tourRouter(tour).get(policyPath(tour) + "/shift");
    return answer.ok() && answer.body.is_object() ? answer.body : Json::object();
}

double percentageOf(const Json &shift)
{
    const auto found = shift.find("percentage");
    return found != shift.end() && found->is_number() ? found->get<double>() : -1;
}

bool isIn(const TourContext &tour, const char *state)
{
    return textAt(shiftOf(tour), {"state"}) == state;
}

// Faults are the sandbox's own business: no console has a button for them.
void setFault(TourContext &tour, double errorRate)
{
    const TourClient::Answer answer = tourControl(tour).put(
        "/api/v1/sandbox/faults/NEW",
        Json{{"error_rate", errorRate}, {"latency_ms", 0}, {"outage", false}});
    tour.hands.expect(answer.ok(), toText("the fault could not be set: " + answer.problem));
}

bool sliderStandsAt(double percentage)
{
    const auto *slider =
        qobject_cast<const PercentageSlider *>(TourHands::find(QStringLiteral("percentageSlider")));
    return slider && slider->state().current == percentage;
}

QString shortNumber(double value)
{
    return QString::number(value, 'g', 4);
}

} // namespace

void stepAskTarget(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("shift"));
    hands.clickRow(QStringLiteral("policyList"), toText(tour.policyId));
    hands.fill(QStringLiteral("targetSpin"), QStringLiteral("25"));
    hands.press(Qt::Key_Tab);
    hands.click(QStringLiteral("applyTarget"));
    hands.fill(QStringLiteral("reasonEdit"), QStringLiteral("the morning peak is over"));
    hands.click(QStringLiteral("confirmButton"));
    hands.waitGone(QStringLiteral("reasonDialog"));
    hands.waitOutside(QStringLiteral("the router has the target"), [&] {
        const Json shift = shiftOf(tour);
        const auto target = shift.find("target_percentage");
        return target != shift.end() && target->is_number() && target->get<double>() == Target;
    });
}

void stepWalk(TourContext &tour)
{
    TourHands &hands = tour.hands;
    std::vector<double> seen;
    hands.waitOutside(QStringLiteral("the shift is at 25 %, step by step"),
                      [&] {
                          const double now = percentageOf(shiftOf(tour));
                          if (now >= 0 && (seen.empty() || seen.back() != now))
                              seen.push_back(now);
                          return now == Target;
                      },
                      120);
    QStringList steps;
    for (const double step : seen)
        steps.append(shortNumber(step));
    tour.notes.append(steps.join(QStringLiteral(" → ")) + QStringLiteral(" %"));
    for (std::size_t i = 1; i < seen.size(); ++i)
        hands.expect(seen[i] > seen[i - 1] && seen[i] - seen[i - 1] <= 5.001,
                     QStringLiteral("it went in other steps: ") + steps.join(QStringLiteral(", ")));
    hands.waitFor(QStringLiteral("the slider stands at 25 %"), [] { return sliderStandsAt(Target); });
    hands.waitOutside(QStringLiteral("nothing more is asked for"),
                      [&] { return isIn(tour, "AT_TARGET"); }, 20);
}

void stepOverview(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("overview"));
    hands.waitFor(QStringLiteral("the measured share of NEW is shown"), [] {
        const QString text = TourHands::readText(TourHands::find(QStringLiteral("stripNew")));
        return text.contains(QLatin1Char('%'));
    });
    const TourClient::Answer policies = tourRouter(tour).get(policyPath(tour));
    hands.expect(policies.ok(), toText("the second client can't read the policy: " + policies.problem));
    tour.notes.append(hands.textOf(QStringLiteral("stripNew")));
}

void stepFault(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("shift"));
    setFault(tour, 40);
    hands.waitOutside(QStringLiteral("the router proposes a rollback"),
                      [&] { return isIn(tour, "ROLLBACK_PROPOSED"); }, 45);
    hands.waitVisible(QStringLiteral("rollbackProposal"));
    tour.notes.append(hands.textOf(QStringLiteral("stateChip")));
    tour.notes.append(hands.textOf(QStringLiteral("approvalsChip")));
}

void stepEvidence(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("shift"));
    hands.click(QStringLiteral("reviewButton"));
    hands.waitVisible(QStringLiteral("approvalDialog"));
    hands.waitVisible(QStringLiteral("evidenceChart"));
    const TourClient::Answer open = tourRouter(tour).get("/api/v1/approvals?state=OPEN");
    bool evidence = false;
    if (open.ok() && open.body.is_object())
        if (const auto items = open.body.find("items"); items != open.body.end() && items->is_array())
            for (const Json &item : *items)
                evidence = evidence || (textAt(item, {"policy_id"}) == tour.policyId &&
                                        !textAt(item, {"evidence", "guard", "metric"}).empty());
    hands.expect(evidence, QStringLiteral("the second client sees no open question with evidence"));
}

void stepApprove(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.fill(QStringLiteral("reasonEdit"), QStringLiteral("NEW fails too often"));
    hands.click(QStringLiteral("approveButton"));
    const auto asked = TourHands::Clock::now();
    hands.waitOutside(QStringLiteral("the second client reads 0 %"),
                      [&] { return percentageOf(shiftOf(tour)) == 0; });
    const std::chrono::duration<double, std::milli> took = TourHands::Clock::now() - asked;
    hands.waitOutside(QStringLiteral("the shift is rolled back"),
                      [&] { return isIn(tour, "ROLLED_BACK"); });
    hands.waitFor(QStringLiteral("the dialog says or ends it"), [] {
        const QWidget *approve = TourHands::find(QStringLiteral("approveButton"));
        return !approve || !approve->isEnabled();
    });
    tour.notes.append(QStringLiteral("0 % after %1 ms").arg(took.count(), 0, 'f', 0));
}

void stepZero(TourContext &tour)
{
    TourHands &hands = tour.hands;
    bool open = false;
    TourHands::onGui([&open] { open = TourHands::find(QStringLiteral("approvalDialog")) != nullptr; });
    if (open)
        hands.click(QStringLiteral("decideLaterButton"));
    hands.waitGone(QStringLiteral("approvalDialog"));
    setFault(tour, 0);
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("shift"));
    hands.waitGone(QStringLiteral("rollbackProposal"));
    hands.waitFor(QStringLiteral("the slider stands at 0 %"), [] { return sliderStandsAt(0); });
    hands.expect(percentageOf(shiftOf(tour)) == 0, QStringLiteral("the router is not at 0 %"));
    tour.notes.append(hands.textOf(QStringLiteral("stateChip")));
}

} // namespace crossfade
