// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/secretreference.h"
#include "app/service/store.h"
#include "models/shift/policy.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crossfade {

// A Prometheus server that PROMQL guards may ask.
struct MetricSource {
    std::string name; // what guards call it; in the id grammar
    std::string url;  // where its API stands, without /api/v1; it holds no secret
    std::string user; // not empty: basic authentication, the secret is the password; else a bearer token
    SecretReference secret;
    std::int64_t timeoutSeconds = 3; // of one query
    bool operator==(const MetricSource &) const = default;
};

struct MetricSourceSet {
    std::vector<MetricSource> sources;
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
};

namespace metricsources {

constexpr std::size_t Most = 4; // each has threads of its own to be asked by

// The field `items` of a body; mistakes go to the reader.
std::vector<MetricSource> read(JsonReader &in);
Json toJson(const MetricSourceSet &set);
Result<MetricSourceSet> load(Database &db);
Result<void> store(Database &db, const MetricSourceSet &set);
// Invalid if a guard names a source there is none of; those that stood in `before` are let through, so that
// a policy whose source is gone can still be edited.
Result<void> knowsAll(Database &db, const std::vector<Guard> &guards, const std::vector<Guard> &before);

} // namespace metricsources

} // namespace crossfade
