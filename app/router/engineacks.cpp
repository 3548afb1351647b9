// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/engineacks.h"

#include <algorithm>
#include <limits>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostAddressBytes = 300;
// Older than any engine runs: no time before the calendar comes of it.
constexpr Milliseconds MostReportAge = std::chrono::hours(24 * 3'650);

Instant requiredInstant(JsonReader &in, const char *field) {
    if (!in.has(field)) in.reject(field, "is required");
    return in.optionalInstant(field).value_or(Instant{});
}

EngineReport readEngineReport(JsonReader &in, Instant sentAt, std::int64_t newest) {
    EngineReport report;
    report.name = in.id("instance");
    report.address = in.name("address", MostAddressBytes);
    report.bootId = in.id("boot");
    report.epoch = in.integer("epoch", 0, std::numeric_limits<std::int64_t>::max());
    if (report.epoch > newest) in.reject("epoch", "is later than all that were stored");
    report.applied = in.word("state", {"APPLIED", "REFUSED"}) == 0;
    if (in.has("reason")) report.refusal = in.name("reason", MostRefusalBytes);
    in.ignore("reason");
    if (report.applied && in.has("reason")) in.reject("reason", "is of what was refused alone");
    if (!report.applied && !in.has("reason")) in.reject("reason", "is required of what was refused");
    const Instant at = requiredInstant(in, "at");
    if (at > sentAt) in.reject("at", "is later than sent_at");
    report.age = std::clamp(std::chrono::duration_cast<Milliseconds>(sentAt - at), Milliseconds(0), MostReportAge);
    report.converged = in.optionalInteger("converged_epoch", 0, std::numeric_limits<std::int64_t>::max());
    if (report.converged.value_or(0) > report.epoch) in.reject("converged_epoch", "is later than epoch");
    in.finish();
    return report;
}

} // namespace

Result<EngineReports> readEngineReports(const Json &body, std::int64_t newest) {
    JsonReader in(body);
    EngineReports reports;
    reports.sentAt = requiredInstant(in, "sent_at");
    const Json *instances = in.optionalArray("instances", MostReportedEngines);
    if (!instances && !in.has("instances")) in.reject("instances", "is required");
    std::set<std::string> names;
    for (std::size_t i = 0; instances && i < instances->size(); ++i) {
        JsonReader one((*instances)[i], in.pointerTo("instances") + "/" + std::to_string(i), in);
        reports.instances.push_back(readEngineReport(one, reports.sentAt, newest));
        if (!names.insert(reports.instances.back().name).second) one.reject("instance", "is there twice");
    }
    if (auto error = in.finish()) return fail(*error);
    return reports;
}

} // namespace crossfade
