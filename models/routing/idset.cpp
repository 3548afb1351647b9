// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/idset.h"

#include "models/core/ids.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace crossfade {

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
    const std::size_t index = lowerBound(id);
    return index < size() && at(index) == id;
}

std::size_t IdSet::memoryBytes() const
{
    return m_bytes.capacity() + m_ends.capacity() * sizeof(std::uint32_t);
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
        std::vector<std::uint32_t> order(m_set.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, {}, [this](std::uint32_t i) { return m_set.at(i); });
        IdSet sorted;
        sorted.m_bytes.reserve(m_set.m_bytes.size());
        sorted.m_ends.reserve(m_set.size());
        for (const std::uint32_t i : order) {
            const std::string_view id = m_set.at(i);
            if (sorted.size() > 0 && sorted.at(sorted.size() - 1) == id) continue;
            sorted.m_bytes += id;
            sorted.m_ends.push_back(static_cast<std::uint32_t>(sorted.m_bytes.size()));
        }
        m_set = std::move(sorted);
    }
    m_set.m_bytes.shrink_to_fit();
    m_set.m_ends.shrink_to_fit();
    return std::move(m_set);
}

} // namespace crossfade
