// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/routematch.h"

#include <algorithm>

namespace crossfade {

namespace {

bool isParameter(const std::string &segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// How many literal segments fit, or -1 if the pattern does not. From behind: all begin alike.
int rank(const std::vector<std::string> &pattern, const std::vector<std::string> &segments)
{
    if (pattern.size() != segments.size()) return -1;
    int literal = 0;
    for (std::size_t i = pattern.size(); i-- > 0;) {
        if (isParameter(pattern[i])) {
            if (segments[i].empty()) return -1;
        } else if (pattern[i] != segments[i]) {
            return -1;
        } else {
            ++literal;
        }
    }
    return literal;
}

std::vector<std::string> splitPath(std::string_view path)
{
    std::vector<std::string> segments;
    for (path.remove_prefix(1);;) {
        const std::size_t slash = path.find('/');
        segments.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

} // namespace

void RouteMatcher::add(const std::vector<Route> &routes)
{
    for (const Route &route : routes)
        m_entries.push_back({route, splitPath(route.pattern)});
}

std::vector<std::string> RouteMatcher::methodsOf(const std::vector<std::string> &segments) const
{
    std::vector<std::string> methods;
    for (const Entry &entry : m_entries) {
        if (rank(entry.segments, segments) < 0) continue;
        if (std::ranges::find(methods, entry.route.method) == methods.end()) methods.push_back(entry.route.method);
    }
    return methods;
}

RouteMatcher::Match RouteMatcher::find(const std::string &method,
                                       const std::vector<std::string> &segments) const
{
    Match match;
    const std::string_view wanted = method == "HEAD" ? std::string_view("GET") : std::string_view(method);
    int best = -1;
    const Entry *found = nullptr;
    for (const Entry &entry : m_entries) {
        if (entry.route.method != wanted) continue;
        const int fits = rank(entry.segments, segments);
        if (fits <= best) continue;
        best = fits;
        found = &entry;
    }
    if (!found) {
        match.allowed = methodsOf(segments);
        return match;
    }
    match.route = &found->route;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string &name = found->segments[i];
        if (isParameter(name)) match.parameters[name.substr(1, name.size() - 2)] = segments[i];
    }
    return match;
}

} // namespace crossfade
