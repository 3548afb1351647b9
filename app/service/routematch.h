// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// Finds the route of a path; where several patterns fit, the one with more literal segments wins
// ("/differences/summary" before "/differences/{id}").
class RouteMatcher {
public:
    struct Match {
        const Route *route = nullptr; // null: no such path, or not with this method
        std::map<std::string, std::string, std::less<>> parameters;
        std::vector<std::string> allowed; // without a route: methods of the path; empty: no such path
    };
    // Of routes with the same method and pattern the first one counts.
    void add(const std::vector<Route> &routes);
    Match find(const std::string &method, const std::vector<std::string> &segments) const;

private:
    std::vector<std::string> methodsOf(const std::vector<std::string> &segments) const;

    struct Entry {
        Route route;
        std::vector<std::string> segments;
    };
    std::vector<Entry> m_entries;
};

} // namespace crossfade
