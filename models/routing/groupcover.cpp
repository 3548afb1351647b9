// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/groupcover.h"

#include <charconv>
#include <cstdint>

namespace crossfade {

namespace {

constexpr std::size_t MostBits = 20'000'000;

template <class T>
bool sameContent(const std::shared_ptr<const T> &a, const std::shared_ptr<const T> &b)
{
    return a == b || (a && b && *a == *b);
}

} // namespace

bool operator==(const GroupCover &a, const GroupCover &b)
{
    return a.id == b.id && a.name == b.name && a.initialPlatform == b.initialPlatform &&
           a.targetPlatform == b.targetPlatform && a.batchSize == b.batchSize &&
           a.membersId == b.membersId && sameContent(a.moved, b.moved) && sameContent(a.members, b.members);
}

std::optional<std::size_t> onlyBatchMoved(const GroupCover &before, const GroupCover &after)
{
    GroupCover same = before;
    same.members = after.members;
    same.moved = after.moved;
    if (!(same == after) || !before.moved || !after.moved || before.moved->size() != after.moved->size())
        return std::nullopt;
    std::optional<std::size_t> only;
    for (std::size_t batch = 0; batch < after.moved->size(); ++batch) {
        if ((*before.moved)[batch] == (*after.moved)[batch]) continue;
        if (only) return std::nullopt;
        only = batch;
    }
    return only;
}

GroupHit hitOf(const GroupCover &cover, std::string_view userId)
{
    const auto member = cover.members ? cover.members->find(userId) : std::nullopt;
    return member ? hitOfMember(cover, *member) : GroupHit();
}

GroupHit hitOf(const GroupCover &cover, std::string_view userId, std::size_t &place)
{
    if (!cover.members) return {};
    place = cover.members->lowerBound(userId, place);
    // By the user's place among the members, should he be one.
    if (place >= cover.members->size() || cover.members->at(place) != userId) return {};
    return hitOfMember(cover, place);
}

GroupHit hitOfMember(const GroupCover &cover, std::size_t member)
{
    const std::size_t batch = member / cover.batchSize;
    const bool moved = cover.moved && batch < cover.moved->size() && (*cover.moved)[batch];
    return {&cover, member, batch, moved};
}

std::optional<std::string> firstCommon(const IdSet &a, const IdSet &b)
{
    std::size_t i = 0;
    std::size_t k = 0;
    while (i < a.size() && k < b.size()) {
        const std::string_view left = a.at(i);
        const std::string_view right = b.at(k);
        if (left == right) return std::string(left);
        ++(left < right ? i : k);
    }
    return std::nullopt;
}

std::string movedText(const std::vector<bool> &moved)
{
    std::string text;
    for (std::size_t i = 0; i < moved.size();) {
        std::size_t end = i;
        while (end < moved.size() && moved[end] == moved[i])
            ++end;
        text += std::to_string(end - i) + (moved[i] ? '+' : '-');
        i = end;
    }
    return text;
}

std::optional<std::vector<bool>> movedFromText(std::string_view text)
{
    std::vector<bool> moved;
    while (!text.empty()) {
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        const auto digits = static_cast<std::size_t>(end - text.data());
        if (error != std::errc() || count == 0 || digits >= text.size()) return std::nullopt;
        const char mark = text[digits];
        if ((mark != '+' && mark != '-') || count > MostBits - moved.size()) return std::nullopt;
        moved.insert(moved.end(), count, mark == '+');
        text.remove_prefix(digits + 1);
    }
    return moved;
}

} // namespace crossfade
