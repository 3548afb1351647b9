// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/changewindows.h"

#include <algorithm>
#include <cstdio>

namespace crossfade {

namespace {

// Each freeze and each beginning of a window is passed once at most; a policy has 200 and 50 of them.
constexpr int MostLooks = 1'000;

const Freeze *freezeAt(const ShiftPolicy &policy, Instant at) {
    const auto holds = [&](const Freeze &freeze) { return freeze.start <= at && at < freeze.end; };
    const auto found = std::ranges::find_if(policy.freezes, holds);
    return found == policy.freezes.end() ? nullptr : &*found;
}

const Recurrence *windowAt(const ShiftPolicy &policy, Instant at) {
    const auto holds = [&](const Recurrence &window) { return window.contains(at); };
    const auto found = std::ranges::find_if(policy.changeWindows, holds);
    return found == policy.changeWindows.end() ? nullptr : &*found;
}

std::optional<Instant> nextBeginning(const ShiftPolicy &policy, Instant after) {
    std::optional<Instant> soonest;
    for (const Recurrence &window : policy.changeWindows) {
        const auto edge = window.zone ? window.weekly.nextEdge(after, *window.zone) : std::nullopt;
        if (edge && (!soonest || *edge < *soonest)) soonest = edge;
    }
    return soonest;
}

// The first moment from `at` on that lies in a window and in no freeze.
std::optional<Instant> openingFrom(const ShiftPolicy &policy, Instant at) {
    for (int i = 0; i < MostLooks; ++i) {
        if (const Freeze *freeze = freezeAt(policy, at)) {
            at = freeze->end;
            continue;
        }
        if (policy.changeWindows.empty() || windowAt(policy, at)) return at;
        const std::optional<Instant> next = nextBeginning(policy, at);
        if (!next) return std::nullopt;
        at = *next;
    }
    return std::nullopt;
}

// "FRI 2026-11-27 22:00 Europe/Berlin", by the clocks of the window that opens.
std::string wallText(const Recurrence &window, Instant at) {
    const WallTime wall = window.zone->wallTimeAt(at);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    const std::chrono::year_month_day date(day);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(wall - day).count();
    const auto weekday = std::chrono::weekday(day).iso_encoding() - 1;
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    return std::string(WeekdayWords[weekday]) + " " + text + " " + window.weekly.timeZone;
}

std::string outsideText(const ShiftPolicy &policy, const std::optional<Instant> &opensAt) {
    const std::string outside = "outside the change windows";
    if (const Recurrence *window = opensAt ? windowAt(policy, *opensAt) : nullptr)
        return outside + ": the next opens " + wallText(*window, *opensAt);
    const auto homeless = [](const Recurrence &window) { return !window.zone; };
    const auto found = std::ranges::find_if(policy.changeWindows, homeless);
    if (found == policy.changeWindows.end()) return outside;
    return outside + ": the zone " + found->weekly.timeZone + " is not known to the service";
}

} // namespace

CalendarStanding calendarAt(const ShiftPolicy &policy, Instant at) {
    CalendarStanding standing;
    const Freeze *freeze = freezeAt(policy, at);
    const bool outside = !policy.changeWindows.empty() && !windowAt(policy, at);
    standing.open = !freeze && !outside;
    if (standing.open) {
        standing.detail = policy.changeWindows.empty() ? "no freeze now" : "inside a change window";
        return standing;
    }
    standing.opensAt = openingFrom(policy, at);
    standing.cause = freeze ? HeldCause::Freeze : HeldCause::Window;
    standing.detail = freeze ? "freeze: " + freeze->reason : outsideText(policy, standing.opensAt);
    return standing;
}

bool isCalendar(std::optional<HeldCause> cause) {
    return cause == HeldCause::Window || cause == HeldCause::Freeze;
}

} // namespace crossfade
