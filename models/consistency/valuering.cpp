// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/valuering.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t None = std::numeric_limits<std::size_t>::max();

// The rows, and behind them the values that some row has: from a row to the values it wants, from a value to the rows that
// have it. With the values between them there are no more edges than changes, however many rows have one.
struct Graph {
    std::vector<std::vector<std::size_t>> next;
    std::map<std::pair<std::size_t, std::string>, std::size_t> values; // by field and value
};

Graph graphOf(const std::vector<ChangedRow> &rows)
{
    Graph graph{std::vector<std::vector<std::size_t>>(rows.size()), {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const ChangedValue &value : rows[i]) {
            if (!value.seen || value.seen == value.wanted) continue;
            const auto [place, added] = graph.values.try_emplace({value.field, *value.seen}, graph.next.size());
            if (added) graph.next.emplace_back();
            graph.next[place->second].push_back(i);
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const ChangedValue &value : rows[i]) {
            if (!value.wanted || value.seen == value.wanted) continue;
            const auto held = graph.values.find({value.field, *value.wanted});
            if (held != graph.values.end()) graph.next[i].push_back(held->second);
        }
    }
    return graph;
}

// Tarjan's strongly connected components, without recursion: by node the number of its component.
class Components {
public:
    explicit Components(const std::vector<std::vector<std::size_t>> &next)
        : m_next(next)
        , m_order(next.size(), None)
        , m_low(next.size(), None)
        , m_component(next.size(), None)
    {
        for (std::size_t node = 0; node < next.size(); ++node) {
            if (m_order[node] == None) visitFrom(node);
        }
    }
    std::size_t of(std::size_t node) const { return m_component[node]; }

private:
    struct Visit {
        std::size_t node;
        std::size_t edge = 0;
    };

    void enter(std::size_t node)
    {
        m_order[node] = m_low[node] = m_count++;
        m_open.push_back(node);
        m_visits.push_back({node});
    }
    void visitFrom(std::size_t start)
    {
        enter(start);
        while (!m_visits.empty()) {
            Visit &visit = m_visits.back();
            const std::size_t node = visit.node;
            if (visit.edge == m_next[node].size()) {
                leave(node);
                continue;
            }
            const std::size_t to = m_next[node][visit.edge++];
            if (m_order[to] == None) enter(to);
            else if (m_component[to] == None) m_low[node] = std::min(m_low[node], m_order[to]);
        }
    }
    void leave(std::size_t node)
    {
        m_visits.pop_back();
        if (!m_visits.empty()) {
            const std::size_t from = m_visits.back().node;
            m_low[from] = std::min(m_low[from], m_low[node]);
        }
        if (m_low[node] != m_order[node]) return;
        for (std::size_t last = None; last != node; m_open.pop_back())
            m_component[last = m_open.back()] = m_components;
        ++m_components;
    }

    const std::vector<std::vector<std::size_t>> &m_next;
    std::vector<std::size_t> m_order, m_low, m_component;
    std::vector<std::size_t> m_open;
    std::vector<Visit> m_visits;
    std::size_t m_count = 0;
    std::size_t m_components = 0;
};

RingPlace placeOf(const ChangedRow &row, std::size_t number, const Graph &graph, const Components &components)
{
    RingPlace place{number, {}};
    for (const ChangedValue &value : row) {
        if (!value.seen || value.seen == value.wanted) continue;
        const std::size_t held = graph.values.at({value.field, *value.seen});
        if (components.of(held) == components.of(number)) place.gives.push_back(value.field);
    }
    return place;
}

} // namespace

std::vector<ValueRing> valueRings(const std::vector<ChangedRow> &rows)
{
    const Graph graph = graphOf(rows);
    const Components components(graph.next);
    std::map<std::size_t, std::size_t> places; // of a ring by its component
    std::vector<ValueRing> rings;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        RingPlace place = placeOf(rows[i], i, graph, components);
        if (place.gives.empty()) continue; // nobody whom it waits for waits for it
        const auto [ring, added] = places.try_emplace(components.of(i), rings.size());
        if (added) rings.emplace_back();
        rings[ring->second].push_back(std::move(place));
    }
    std::erase_if(rings, [](const ValueRing &ring) { return ring.size() < 2; });
    return rings;
}

} // namespace crossfade
