// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/idset.h"

#include "models/core/ids.h"
#include "models/routing/hash.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <span>

namespace crossfade {

namespace {

constexpr std::size_t RunIds = 1 << 16; // whose texts a cache holds

// A part of the ids in its order, as far as it is not yet taken.
struct SortedRun {
    std::string_view least;
    std::size_t next = 0; // of the order
    std::size_t end = 0;
};

// The ids' numbers, sorted within each run of ids that came one after the other: who compares ids all over the
// set waits for memory at nearly each comparison, which takes ten times as long.
std::vector<std::uint32_t> sortedRuns(const IdSet &ids)
{
    std::vector<std::uint32_t> order(ids.size());
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t first = 0; first < order.size(); first += RunIds) {
        const std::size_t count = std::min(RunIds, order.size() - first);
        std::ranges::sort(std::span(order).subspan(first, count), {}, [&](std::uint32_t i) { return ids.at(i); });
    }
    return order;
}

// Calls `visit` with each id in the order of all: what is least of each run is held against the others.
template <class Visit>
void eachInOrder(const IdSet &ids, const std::vector<std::uint32_t> &order, Visit visit)
{
    const auto later = [](const SortedRun &a, const SortedRun &b) { return a.least > b.least; };
    std::vector<SortedRun> runs;
    for (std::size_t first = 0; first < order.size(); first += RunIds)
        runs.push_back({ids.at(order[first]), first, std::min(first + RunIds, order.size())});
    std::ranges::make_heap(runs, later);
    while (!runs.empty()) {
        std::ranges::pop_heap(runs, later);
        SortedRun &run = runs.back();
        visit(run.least);
        if (++run.next == run.end) {
            runs.pop_back();
            continue;
        }
        run.least = ids.at(order[run.next]);
        std::ranges::push_heap(runs, later);
    }
}

} // namespace

std::string_view IdSet::at(std::size_t index) const
{
    const std::size_t begin = index == 0 ? 0 : m_ends[index - 1];
    return std::string_view(m_bytes).substr(begin, m_ends[index] - begin);
}

std::size_t IdSet::lowerBound(std::string_view id) const
{
    return lowerBound(id, 0, size());
}

std::size_t IdSet::lowerBound(std::string_view id, std::size_t hint) const
{
    // Whoever asks for one after the other asks for the next, or for the same again.
    if (hint + 1 < size() && at(hint + 1) == id) return hint + 1;
    if (hint < size() && at(hint) == id) return hint;
    if (hint > size() || (hint > 0 && at(hint - 1) >= id)) return lowerBound(id);
    std::size_t low = hint; // all before it come before the id
    std::size_t step = 1;
    while (low + step <= size() && at(low + step - 1) < id) {
        low += step;
        step *= 2;
    }
    return lowerBound(id, low, std::min(step, size() - low));
}

std::size_t IdSet::lowerBound(std::string_view id, std::size_t low, std::size_t count) const
{
    while (count > 0) {
        const std::size_t half = count / 2;
        if (at(low + half) < id) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return low;
}

bool IdSet::contains(std::string_view id) const
{
    return find(id).has_value();
}

// The upper half of the hash chooses the slot, the lower one the tag.
std::size_t IdSet::slotOf(std::uint64_t hash) const
{
    return ((hash >> 32U) * m_slots.size()) >> 32U;
}

std::uint32_t IdSet::tagOf(std::uint64_t hash) const
{
    return m_placeBits < 32 ? static_cast<std::uint32_t>(hash) >> m_placeBits << m_placeBits : 0;
}

void IdSet::makeIndex()
{
    m_placeBits = static_cast<unsigned>(std::bit_width(size()));
    m_slots.assign(size() + size() / 3 + 1, 0); // one is always free
    for (std::size_t i = 0; i < size(); ++i) {
        const std::uint64_t hash = textHash(at(i));
        std::size_t slot = slotOf(hash);
        while (m_slots[slot] != 0)
            slot = slot + 1 < m_slots.size() ? slot + 1 : 0;
        m_slots[slot] = tagOf(hash) | static_cast<std::uint32_t>(i + 1);
    }
}

std::optional<std::size_t> IdSet::find(std::string_view id) const
{
    if (m_slots.empty()) {
        const std::size_t index = lowerBound(id);
        return index < size() && at(index) == id ? std::optional(index) : std::nullopt;
    }
    const std::uint64_t hash = textHash(id);
    const std::uint32_t tag = tagOf(hash);
    for (std::size_t slot = slotOf(hash); m_slots[slot] != 0; slot = slot + 1 < m_slots.size() ? slot + 1 : 0) {
        const std::uint32_t place = m_slots[slot] - tag;
        if (place - 1 < size() && at(place - 1) == id) return place - 1;
    }
    return std::nullopt;
}

std::size_t IdSet::memoryBytes() const
{
    return m_bytes.capacity() + (m_ends.capacity() + m_slots.capacity()) * sizeof(std::uint32_t);
}

IdSetBuilder::IdSetBuilder(std::size_t maxIds) : m_maxIds(maxIds) {}

bool IdSetBuilder::add(std::string_view id)
{
    if (!isValidId(id)) {
        ++m_invalid;
        return true;
    }
    if (m_set.size() > 0) {
        const std::string_view last = m_set.at(m_set.size() - 1);
        if (id == last) return true;
        m_sorted = m_sorted && last < id;
    }
    if (m_set.size() >= m_maxIds ||
        m_set.m_bytes.size() + id.size() > std::numeric_limits<std::uint32_t>::max()) {
        m_full = true;
        return false;
    }
    m_set.m_bytes += id;
    m_set.m_ends.push_back(static_cast<std::uint32_t>(m_set.m_bytes.size()));
    return true;
}

Result<IdSet> IdSetBuilder::build()
{
    if (m_full)
        return fail(ErrorKind::TooLarge,
                    "more than " + std::to_string(m_maxIds) + " ids, or 4 GiB of them");
    if (!m_sorted) {
        IdSet sorted;
        sorted.m_bytes.reserve(m_set.m_bytes.size());
        sorted.m_ends.reserve(m_set.size());
        eachInOrder(m_set, sortedRuns(m_set), [&](std::string_view id) {
            if (sorted.size() > 0 && sorted.at(sorted.size() - 1) == id) return;
            sorted.m_bytes += id;
            sorted.m_ends.push_back(static_cast<std::uint32_t>(sorted.m_bytes.size()));
        });
        m_set = std::move(sorted);
    }
    m_set.m_bytes.shrink_to_fit();
    m_set.m_ends.shrink_to_fit();
    return std::move(m_set);
}

} // namespace crossfade
