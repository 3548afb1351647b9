// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/people.h"
#include "app/sandbox/sqlconnection.h"
#include "models/core/json.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class PlantKind {
    Missing,       // NEW lacks the row
    Extra,         // LEGACY lacks it
    Value,         // another department
    NullEmpty,     // '' where LEGACY has NULL
    TrailingSpace, // "name "
    UnicodeForm,   // a letter and its mark apart
    Case,          // "Maria@…" for "maria@…"
    Scale,         // 10.504 for 10.50
    TimeZone,      // the same wall time, another zone
};
inline constexpr std::size_t PlantKindCount = 9;
std::string_view plantKindWord(PlantKind kind); // MISSING, EXTRA, VALUE, NULL_EMPTY, …
std::optional<PlantKind> plantKindFromWord(std::string_view word);

struct Planted {
    std::string entityId;
    PlantKind kind = PlantKind::Value;
    std::string field; // of NEW; empty for a whole row
};
Json plantedJson(const Planted &planted);

// Puts real differences into NEW's database and says exactly which. One a user at most, never into
// a row the writer rewrites, never twice into one user, also after a restart: what was planted
// stands in `stateFile`. Knows nothing of how differences are found.
class Planter {
public:
    struct Options {
        std::string legacy;
        std::string newPlatform;
        std::string stateFile;
        std::int64_t users = 50'000;
    };
    Planter(Options options, const Samples &samples, const People &people);

    // All of them or none. `kinds` in turn; empty = all.
    Result<std::vector<Planted>> plant(std::int64_t count, std::vector<PlantKind> kinds,
                                       std::uint64_t seed);

private:
    struct Session;
    Result<void> loadState();
    Result<void> saveState() const;
    Result<std::optional<Planted>> plantInto(Session &session, PlantKind kind, std::int64_t number);
    Result<std::optional<Planted>> change(Session &session, PlantKind kind, const std::string &id);
    Result<Planted> addExtra(Session &session);
    Result<std::vector<Planted>> plantAll(Session &session, std::int64_t count,
                                          const std::vector<PlantKind> &kinds, std::uint64_t seed);

    Options m_options;
    const Samples &m_samples;
    const People &m_people;
    std::set<std::string> m_used;
    std::int64_t m_extras = 0;
    bool m_loaded = false;
};

} // namespace crossfade
