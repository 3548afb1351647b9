// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewstore.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

void mark(std::vector<bool> &bits, std::size_t index, std::size_t size)
{
    if (bits.empty()) bits.resize(size);
    bits[index] = true;
}

} // namespace

bool computePreview(StoredPreview &preview, const CancelFlag &cancelled)
{
    PreviewCounter counter(preview.pair());
    const IdSet &users = *preview.users;
    std::array<std::string_view, PreviewCounter::AtOnce> ids;
    std::array<Direction, PreviewCounter::AtOnce> directions{};
    for (std::size_t first = 0; first < users.size(); first += ids.size()) {
        if (cancelled) return false;
        const std::size_t count = std::min(ids.size(), users.size() - first);
        for (std::size_t i = 0; i < count; ++i)
            ids[i] = users.at(first + i);
        counter.addKnown(std::span(ids.data(), count), directions);
        for (std::size_t i = 0; i < count; ++i) {
            if (directions[i] == Direction::ToNew) mark(preview.movesToNew, first + i, users.size());
            if (directions[i] == Direction::ToLegacy) mark(preview.movesToLegacy, first + i, users.size());
        }
    }
    preview.toNew = counter.toNew();
    preview.toLegacy = counter.toLegacy();
    if (preview.held) preview.held = counter.held();
    return true;
}

void computePreview(StoredPreview &preview, PolicyBucketsPtr buckets, Percentage before, Percentage after)
{
    preview.range = buckets->between(before, after);
    const DirectionCount count = buckets->countOf(preview.range, *preview.users);
    if (preview.range.direction == Direction::ToNew) preview.toNew = count;
    if (preview.range.direction == Direction::ToLegacy) preview.toLegacy = count;
    if (preview.held) preview.held = buckets->held();
    preview.buckets = std::move(buckets);
}

void PreviewStore::dropOld(Instant now)
{
    m_previews.remove_if([&](const PreviewPtr &preview) { return preview->expiresAt <= now; });
    while (m_previews.size() > MostKept)
        m_previews.pop_front();
    // The newest directories and buckets are counted from the back; what looks at an older one goes.
    std::set<const void *> directories;
    std::set<const void *> buckets;
    const auto isOneOf = [](std::set<const void *> &newest, const void *one, std::size_t most) {
        if (!one || newest.contains(one)) return true;
        return newest.size() < most && newest.insert(one).second;
    };
    for (auto it = m_previews.end(); it != m_previews.begin();) {
        --it;
        const bool kept = isOneOf(directories, (*it)->users.get(), MostDirectories) &&
                          isOneOf(buckets, (*it)->buckets.get(), MostBuckets);
        if (!kept) it = m_previews.erase(it);
    }
}

void PreviewStore::add(PreviewPtr preview, Instant now)
{
    const std::lock_guard lock(m_mutex);
    m_previews.push_back(std::move(preview));
    dropOld(now);
}

PreviewPtr PreviewStore::find(const std::string &id, Instant now)
{
    const std::lock_guard lock(m_mutex);
    dropOld(now);
    const auto it = std::ranges::find(m_previews, id, [](const PreviewPtr &p) { return p->id; });
    return it == m_previews.end() ? nullptr : *it;
}

std::size_t PreviewStore::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_previews.size();
}

} // namespace crossfade
