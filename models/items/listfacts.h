// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// What the router knows besides rules and switches, as far as it was read.
struct HeldFacts {
    std::int64_t users = 0;
    std::int64_t entities = 0;
    bool complete = false;
    std::optional<Instant> updatedAt; // none: nobody pushed any yet
    bool operator==(const HeldFacts &) const = default;
};

struct KeyIndexFacts {
    std::int64_t keys = 0;
    bool complete = false;
    std::optional<Instant> updatedAt; // none: nobody pushed one yet
    bool operator==(const KeyIndexFacts &) const = default;
};

struct GrayListFacts {
    std::string name;
    std::string kind; // ENTITY USER INTERFACE
    bool enforced = false;
    std::int64_t entries = 0;
    bool operator==(const GrayListFacts &) const = default;
};

// "Known users: 12, entities: 3 · 12:03 today". Without facts: "Not known now."
QString heldText(const std::optional<HeldFacts> &facts, Instant now);
// "Keys in the index: 5 000 · 12:03 today"
QString keyIndexText(const std::optional<KeyIndexFacts> &facts, Instant now);
// "pilot (entities: 120, enforced); vip (users: 12)"
QString grayListsText(const std::optional<std::vector<GrayListFacts>> &lists);

} // namespace crossfade
