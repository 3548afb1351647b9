// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/checkfrequency.h"
#include "models/session/connection.h"

#include <functional>
#include <optional>
#include <string>

namespace crossfade {

// What an operator sets of a check; a new one begins with what the comparator would take by itself.
struct CheckDraft {
    std::string name;
    std::string mappingId;
    double threshold = 99.5;
    std::optional<CheckFrequency> frequency; // none: by hand only
    std::int64_t sampleSize = 1'000;         // 0: all rows
    bool autoRepair = false;
    bool active = true;
    bool operator==(const CheckDraft &) const = default;
};

// A stored check and the version it was read at; a new one has neither id nor version.
struct CheckEntry {
    std::string id;
    std::string version;
    CheckDraft draft;
};

CheckEntry checkEntryFromJson(const Json &json);
Json checkDraftJson(const CheckDraft &draft);

using CheckDone = std::function<void(const Result<CheckEntry> &)>;
// As long as `context` lives. The error of save is Stale where somebody stored it since entry.version.
void readCheck(Connection *connection, const std::string &id, QObject *context, CheckDone done);
void saveCheck(Connection *connection, const CheckEntry &entry, QObject *context, CheckDone done);

} // namespace crossfade
