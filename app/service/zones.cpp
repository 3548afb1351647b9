// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/zones.h"

#include "app/service/posixzone.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <map>
#include <mutex>

namespace crossfade {

namespace {

constexpr std::size_t MostZoneBytes = 64;
constexpr std::size_t MostFileBytes = 1 << 20;
// Where Linux has them; date-tz looks there too.
const char *const ZoneFolder = "/usr/share/zoneinfo/";

// Names of files below the folder, and of no others.
bool isZoneName(std::string_view name)
{
    const auto isPart = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '_' || c == '+' || c == '-';
    };
    // right/ counts leap seconds, which our times do not.
    return !name.empty() && name.size() <= MostZoneBytes && name.front() != '/' &&
           std::ranges::all_of(name, isPart) && !name.starts_with("right/") && !name.starts_with("posix/");
}

// The rule in the last line of a zone file.
std::optional<PosixZone> ruleInForce(const std::string &name)
{
    std::ifstream file(ZoneFolder + name, std::ios::binary);
    std::string bytes;
    char buffer[4096];
    while (file.read(buffer, sizeof buffer), file.gcount() > 0 && bytes.size() < MostFileBytes)
        bytes.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (!bytes.starts_with("TZif") || !bytes.ends_with('\n')) return std::nullopt;
    bytes.pop_back();
    const std::size_t line = bytes.rfind('\n');
    if (line == std::string::npos) return std::nullopt;
    return parsePosixZone(std::string_view(bytes).substr(line + 1));
}

// Past what a table lists: after its last transition date-tz answers "until the end of time".
bool isBeyondTables(date::sys_seconds moment)
{
    return moment >= date::sys_days(date::year(ZoneTable::LastYear) / 1 / 1);
}

ZonePtr readZone(const std::string &name)
{
    const std::optional<PosixZone> rule = ruleInForce(name);
    if (!rule) return nullptr;
    const date::time_zone *zone = date::locate_zone(name);
    date::sys_seconds moment = date::sys_days(date::year(1) / 1 / 1);
    date::sys_info info = zone->get_info(moment);
    const Seconds before = info.offset;
    std::vector<ZoneTransition> transitions;
    while (info.end > moment && !isBeyondTables(info.end)) {
        moment = info.end;
        info = zone->get_info(moment);
        transitions.push_back({moment, info.offset});
    }
    const Instant last = moment; // of the listed transitions, else the beginning of the table
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(last)};
    for (const ZoneTransition &next : transitionsOf(*rule, static_cast<int>(day.year()), ZoneTable::LastYear)) {
        if (next.at > last) transitions.push_back(next);
    }
    return std::make_shared<const ZoneTable>(name, before, std::move(transitions));
}

// The library throws for what it does not find.
ZonePtr readZoneIfThere(const std::string &name)
{
    try {
        return readZone(name);
    } catch (const std::exception &) {
        return nullptr;
    }
}

} // namespace

ZonePtr zoneTable(std::string_view name)
{
    if (!isZoneName(name)) return nullptr;
    static std::mutex mutex;
    static std::map<std::string, ZonePtr, std::less<>> known; // there are some 600 of them
    const std::lock_guard lock(mutex);
    const auto found = known.find(name);
    if (found != known.end()) return found->second;
    ZonePtr table = readZoneIfThere(std::string(name));
    if (table) known.emplace(std::string(name), table);
    return table;
}

} // namespace crossfade
