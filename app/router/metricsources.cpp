// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/metricsources.h"

#include <algorithm>

namespace crossfade::metricsources {

namespace {

constexpr std::size_t LongestSourceUrl = 2'000;
constexpr std::size_t LongestUser = 200;

// "" is good. What stands before an @ would be a secret that every reader sees.
std::string faultOfSourceUrl(const std::string &url)
{
    const bool http = url.starts_with("http://") || url.starts_with("https://");
    const std::size_t host = http ? url.find("//") + 2 : 0;
    const auto isPlain = [](char c) { return c > ' ' && c < '\x7F'; };
    if (!http || host >= url.size() || url[host] == '/' || !std::ranges::all_of(url, isPlain))
        return "must be an http or https URL";
    if (url.find('@') != std::string::npos) return "must not hold a password: name an env or file as secret";
    if (url.find_first_of("?#") != std::string::npos) return "must end with the path";
    return {};
}

bool isSendable(const std::string &user)
{
    return std::ranges::all_of(user, [](unsigned char c) { return c >= ' ' && c != 0x7F && c != ':'; });
}

MetricSource readOne(JsonReader &in)
{
    MetricSource source;
    source.name = in.id("name");
    source.url = in.text("url", LongestSourceUrl, 1);
    if (const std::string fault = source.url.empty() ? "" : faultOfSourceUrl(source.url); !fault.empty())
        in.reject("url", fault);
    while (source.url.ends_with('/'))
        source.url.pop_back();
    source.user = in.optionalText("user", LongestUser).value_or("");
    if (!isSendable(source.user)) in.reject("user", "must hold no colon and no control characters");
    source.secret = readSecretReference(in);
    source.timeoutSeconds = in.optionalInteger("timeout_seconds", 1, 5).value_or(3);
    in.finish();
    return source;
}

Json oneToJson(const MetricSource &source)
{
    return Json{{"name", source.name},
                {"url", source.url},
                {"user", source.user.empty() ? Json() : Json(source.user)},
                {"secret", secretReferenceToJson(source.secret)},
                {"timeout_seconds", source.timeoutSeconds}};
}

Json listToJson(const std::vector<MetricSource> &sources)
{
    Json items = Json::array();
    for (const MetricSource &source : sources)
        items.push_back(oneToJson(source));
    return items;
}

} // namespace

std::vector<MetricSource> read(JsonReader &in)
{
    std::vector<MetricSource> sources;
    if (!in.has("items")) in.reject("items", "is required");
    const Json *items = in.optionalArray("items", Most);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        JsonReader item((*items)[i], in.pointerTo("items") + "/" + std::to_string(i), in);
        MetricSource source = readOne(item);
        if (std::ranges::find(sources, source.name, &MetricSource::name) != sources.end())
            item.reject("name", "stands twice");
        sources.push_back(std::move(source));
    }
    return sources;
}

Json toJson(const MetricSourceSet &set)
{
    return Json{{"items", listToJson(set.sources)},
                {"updated_at", toMs(set.updatedAt) == 0 ? Json() : Json(formatInstant(set.updatedAt))},
                {"changed_by", set.changedBy},
                {"version", set.version}};
}

Result<MetricSourceSet> load(Database &db)
{
    const auto rows = db.query("SELECT sources, updated_at, changed_by, version FROM metric_sources");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the metric sources are gone from the store");
    const SqlRow &row = rows->front();
    auto items = parseJson(row.text(0));
    if (!items) return fail(ErrorKind::Internal, "the stored metric sources are not JSON");
    const Json body{{"items", std::move(*items)}};
    JsonReader in(body);
    MetricSourceSet set{read(in), instantFromMs(row.integer(1)), row.text(2), row.integer(3)};
    if (auto error = in.finish())
        return fail(ErrorKind::Internal, "the stored metric sources cannot be read: " + error->message);
    return set;
}

Result<void> store(Database &db, const MetricSourceSet &set)
{
    const auto done = db.execute("UPDATE metric_sources SET sources = ?, updated_at = ?, changed_by = ?, version = ?",
                                 {dumpJson(listToJson(set.sources)), toMs(set.updatedAt), set.changedBy, set.version});
    if (!done) return fail(done.error());
    return {};
}

Result<void> knowsAll(Database &db, const std::vector<Guard> &guards, const std::vector<Guard> &before)
{
    if (std::ranges::find(guards, Metric::Promql, &Guard::metric) == guards.end()) return {};
    const auto set = load(db);
    if (!set) return fail(set.error());
    for (std::size_t i = 0; i < guards.size(); ++i) {
        const std::string &name = guards[i].source;
        if (guards[i].metric != Metric::Promql || std::ranges::find(before, name, &Guard::source) != before.end() ||
            std::ranges::find(set->sources, name, &MetricSource::name) != set->sources.end())
            continue;
        return invalid("/guards/" + std::to_string(i) + "/source", "is not a metric source");
    }
    return {};
}

} // namespace crossfade::metricsources
