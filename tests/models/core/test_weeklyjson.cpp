// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/weeklyjson.h"
#include "tests/models/core/zonetables.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace crossfade::test {

namespace {

Json weekNights()
{
    return {{"weekdays", {"MON", "FRI"}},
            {"from", "22:00"},
            {"to", "06:00"},
            {"time_zone", "Europe/Berlin"}};
}

// The pointers of all mistakes, in order.
std::string mistakesIn(const Json &body)
{
    JsonReader in(body);
    readWeeklyWindow(in);
    const std::optional<Error> error = in.finish();
    std::string text;
    for (const FieldError &field : error ? error->fields : std::vector<FieldError>())
        text += (text.empty() ? "" : " ") + field.pointer;
    return text;
}

Json changed(const char *field, Json value)
{
    Json body = weekNights();
    body[field] = std::move(value);
    return body;
}

} // namespace

RC_GTEST_PROP(WeeklyJson, comesBackAsItWas, ())
{
    const WeeklyWindow window{static_cast<std::uint8_t>(*rc::gen::inRange(1, 128)),
                              *rc::gen::inRange(0, MinutesOfDay),
                              *rc::gen::inRange(0, MinutesOfDay), "America/Argentina/Buenos_Aires"};
    const Json json = weeklyWindowToJson(window);
    JsonReader in(json);
    const WeeklyWindow back = readWeeklyWindow(in);
    RC_ASSERT(!in.finish());
    RC_ASSERT(back == window);
}

TEST(WeeklyJson, isReadAsItIsMeant)
{
    const Json body = weekNights();
    JsonReader in(body);
    EXPECT_EQ(readWeeklyWindow(in), weekly(Mon | Fri, "22:00", "06:00", "Europe/Berlin"));
    EXPECT_FALSE(in.finish());
    EXPECT_EQ(weeklyWindowToJson(weekly(Mon | Fri, "22:00", "06:00", "Europe/Berlin")), body);
}

TEST(WeeklyJson, mistakesNameTheirField)
{
    EXPECT_EQ(mistakesIn(weekNights()), "");
    EXPECT_EQ(mistakesIn(Json::object()), "/weekdays /from /to /time_zone");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array())), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array({"MON", "MON"}))), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array({"MOO"}))), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array({"mon"}))), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", "MON")), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array({"MON", 2}))), "/weekdays");
    EXPECT_EQ(mistakesIn(changed("weekdays", Json::array({"MON", "TUE", "WED", "THU", "FRI", "SAT",
                                                          "SUN", "MON"}))),
              "/weekdays");
    for (const Json &bad : {Json("24:00"), Json("6:00"), Json("06:00:00"), Json(""), Json(360)}) {
        EXPECT_EQ(mistakesIn(changed("from", bad)), "/from") << dumpJson(bad);
        EXPECT_EQ(mistakesIn(changed("to", bad)), "/to") << dumpJson(bad);
    }
    EXPECT_EQ(mistakesIn(changed("time_zone", "")), "/time_zone");
    EXPECT_EQ(mistakesIn(changed("time_zone", std::string(65, 'x'))), "/time_zone");
    EXPECT_EQ(mistakesIn(changed("surprise", 1)), "/surprise");
}

} // namespace crossfade::test
