// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/toursteps.h"

#include "models/items/text.h"

#include <QWidget>

namespace crossfade {

namespace {

constexpr int Planted = 18; // two of each kind

std::string checkId(const TourContext &tour)
{
    return textAt(tour.facts, {"check_id"});
}

std::string lastRunState(const TourContext &tour)
{
    const TourClient::Answer check = tourComparator(tour).get("/api/v1/checks/" + checkId(tour));
    return check.ok() ? textAt(check.body, {"last_run", "state"}) : std::string();
}

// The first of a list answer.
Json firstItem(const TourClient::Answer &answer)
{
    if (!answer.ok() || !answer.body.is_object())
        return Json();
    const auto items = answer.body.find("items");
    return items != answer.body.end() && items->is_array() && !items->empty() ? items->front() : Json();
}

Json repairOf(const TourContext &tour)
{
    return firstItem(tourComparator(tour).get("/api/v1/repairs?entity_id=" + tour.entityId));
}

} // namespace

void stepPlant(TourContext &tour)
{
    const TourClient::Answer answer = tourControl(tour).post(
        "/api/v1/sandbox/plant", Json{{"count", Planted}, {"kinds", Json::array()}, {"seed", 7}});
    tour.hands.expect(answer.ok(), toText("no difference could be planted: " + answer.problem));
    if (!answer.ok() || !answer.body.is_object())
        return;
    const auto planted = answer.body.find("planted");
    if (planted != answer.body.end() && planted->is_array())
        for (const Json &each : *planted)
            if (textAt(each, {"kind"}) == "VALUE")
                tour.entityId = textAt(each, {"entity_id"});
    tour.hands.expect(!tour.entityId.empty(), QStringLiteral("no changed value was planted"));
    tour.hands.clickRow(QStringLiteral("navList"), QStringLiteral("consistency"));
    tour.hands.waitVisible(QStringLiteral("checksTable"));
    tour.notes.append(QStringLiteral("%1 differences, one of %2").arg(Planted).arg(toText(tour.entityId)));
}

void stepRunCheck(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("consistency"));
    hands.clickRow(QStringLiteral("checksTable"), toText(checkId(tour)));
    hands.click(QStringLiteral("runCheck"));
    hands.waitOutside(QStringLiteral("the check runs to its end"),
                      [&] { return lastRunState(tour) == "FINISHED"; }, 60);
    const TourClient::Answer found = tourComparator(tour).get(
        "/api/v1/differences?limit=1&resolved=false&check_id=" + checkId(tour));
    const bool enough = found.ok() && found.body.is_object() &&
                        found.body.value("total", Json(0)).is_number() &&
                        found.body.value("total", Json(0)).get<double>() >= Planted;
    hands.expect(enough, toText("the second client finds fewer differences than were planted " + found.problem));
    if (enough)
        tour.notes.append(toText(dumpJson(found.body.value("total", Json(0))) + " differences"));
}

void stepOpenDifference(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.click(QStringLiteral("groupFlat"));
    hands.fill(QStringLiteral("differenceFilter"), toText(tour.entityId));
    hands.press(Qt::Key_Return);
    hands.clickRow(QStringLiteral("differencesView"), toText(tour.entityId));
    hands.waitVisible(QStringLiteral("entityFields"));
    const Json difference = firstItem(tourComparator(tour).get(
        "/api/v1/differences?resolved=false&entity_id=" + tour.entityId));
    hands.expect(!textAt(difference, {"id"}).empty(),
                 QStringLiteral("the second client does not find this difference"));
    tour.notes.append(toText(textAt(difference, {"field_name"}) + " of " + tour.entityId));
}

void stepCreateRepair(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.fill(QStringLiteral("reasonEdit"), QStringLiteral("LEGACY is right here"));
    hands.click(QStringLiteral("repairDifference"));
    hands.waitOutside(QStringLiteral("the comparator has the repair task"),
                      [&] { return !textAt(repairOf(tour), {"id"}).empty(); });
    tour.notes.append(toText(textAt(repairOf(tour), {"sentence"})));
}

void stepApproveRepair(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.clickRow(QStringLiteral("navList"), QStringLiteral("repairs"));
    hands.clickRow(QStringLiteral("repairList"), toText(textAt(repairOf(tour), {"id"})));
    hands.waitVisible(QStringLiteral("statementView"));
    hands.fill(QStringLiteral("reasonEdit"), QStringLiteral("seen and understood"));
    hands.click(QStringLiteral("approveRepair"));
    hands.waitOutside(QStringLiteral("the repair is verified"),
                      [&] { return textAt(repairOf(tour), {"status"}) == "VERIFIED"; }, 20);
}

void stepSeeVerified(TourContext &tour)
{
    TourHands &hands = tour.hands;
    hands.click(QStringLiteral("inboxDone"));
    hands.clickRow(QStringLiteral("repairList"), toText(textAt(repairOf(tour), {"id"})));
    hands.waitVisible(QStringLiteral("repairStatus"));
    hands.expect(textAt(repairOf(tour), {"status"}) == "VERIFIED",
                 QStringLiteral("the second client does not see it verified"));
    hands.waitOutside(QStringLiteral("the difference is resolved"), [&] {
        const TourClient::Answer left = tourComparator(tour).get(
            "/api/v1/differences?resolved=false&entity_id=" + tour.entityId);
        return left.ok() && firstItem(left).is_null();
    });
    tour.notes.append(hands.textOf(QStringLiteral("repairStatus")));
}

} // namespace crossfade
