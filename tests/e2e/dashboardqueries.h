// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/prometheus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace crossfade {

struct DashboardQuery {
    std::string panel;
    std::string expression;
};

struct DashboardFile {
    std::string name; // "shift.json"
    Json json;

    // As Grafana would send them, with a rate interval that fits one scrape a second.
    std::vector<DashboardQuery> queries() const
    {
        constexpr std::string_view Interval = "$__rate_interval";
        std::vector<DashboardQuery> queries;
        for (const Json &panel : json.at("panels")) {
            for (const Json &target : panel.at("targets")) {
                std::string expression = target.at("expr");
                for (std::size_t at = expression.find(Interval); at != std::string::npos; at = expression.find(Interval))
                    expression.replace(at, Interval.size(), "30s");
                EXPECT_EQ(expression.find('$'), std::string::npos) << expression;
                queries.push_back({panel.at("title"), expression});
            }
        }
        return queries;
    }
    // The panel's first query; it has to be there.
    std::string of(const std::string &panel) const
    {
        for (const DashboardQuery &query : queries()) {
            if (query.panel == panel) return query.expression;
        }
        ADD_FAILURE() << name << " has no panel " << panel;
        return {};
    }
};

inline std::vector<DashboardFile> dashboards()
{
    std::vector<DashboardFile> found;
    for (const auto &file : std::filesystem::directory_iterator(std::string(CROSSFADE_SOURCE_DIR) + "/resources/grafana")) {
        if (file.path().extension() != ".json") continue;
        std::ostringstream text;
        text << std::ifstream(file.path()).rdbuf();
        auto json = parseJson(text.str());
        EXPECT_TRUE(json) << file.path() << json.error().message;
        if (json) found.push_back({file.path().filename(), std::move(*json)});
    }
    return found;
}

inline DashboardFile dashboard(const std::string &name)
{
    for (DashboardFile &file : dashboards()) {
        if (file.name == name) return std::move(file);
    }
    ADD_FAILURE() << "there is no " << name;
    return {name, {{"panels", Json::array()}}};
}

inline bool isNumber(const Json &sample)
{
    const Json &value = sample.at("value").at(1);
    return value.is_string() && std::isfinite(std::strtod(value.get_ref<const std::string &>().c_str(), nullptr));
}

// Every query has an answer, or soon has; how many there are.
inline std::size_t expectAnswered(const PrometheusServer &prometheus, const DashboardFile &dashboard)
{
    const std::vector<DashboardQuery> queries = dashboard.queries();
    for (const DashboardQuery &query : queries) {
        std::string error;
        const auto answered = [&] {
            const Json result = prometheus.query(query.expression, &error);
            return result.is_array() && std::any_of(result.begin(), result.end(), isNumber);
        };
        EXPECT_TRUE(waitFor(answered, std::chrono::seconds(30)))
            << dashboard.name << ": " << query.panel << "\n" << query.expression << "\n" << error;
    }
    return queries.size();
}

} // namespace crossfade
