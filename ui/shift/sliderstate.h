// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <vector>

namespace crossfade {

// What the slider draws. Percentages are 0 to 100.
struct SliderState {
    std::vector<double> stops; // ascending, 0 and max included
    double max = 100;
    double current = 0;
    std::optional<double> applied;  // the target that the service walks to
    double cleared = 0;             // guards held up to here
    std::optional<double> progress; // of the running stabilization, 0 to 1
    QString clearedText;            // "guards held to 20 %"
    QString railText;               // "25 % stabilizing, 1:48 of 5:00"
    bool stopped = false;           // a rollback is proposed: the rail's words are red
    bool operator==(const SliderState &) const = default;
};

// The stop after (or before) a percentage; the percentage itself at the ends.
double stopAbove(const SliderState &state, double percentage);
double stopBelow(const SliderState &state, double percentage);
// Within 0 and max, in hundredths; close to a stop (`catchRange` percent) it is the stop.
double snapped(const SliderState &state, double percentage, double catchRange);

} // namespace crossfade
