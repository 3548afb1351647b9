// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/incremental.h"

#include "models/consistency/normalform.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::int64_t StageCount = static_cast<std::int64_t>(IncrementalPlace::Stage::End) + 1;

// What appendEncoded() has written, from the front of `text`; false where nothing more can be read.
bool takeEncoded(std::string_view &text, Cell &cell)
{
    if (text.starts_with('-')) {
        cell.reset();
        text.remove_prefix(1);
        return true;
    }
    std::size_t size = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, size);
    if (read.ec != std::errc() || read.ptr == end || *read.ptr != ':') return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
    if (text.size() < size) return false;
    cell = std::string(text.substr(0, size));
    text.remove_prefix(size);
    return true;
}

std::int64_t incrementalNumber(const Cell &cell)
{
    std::int64_t number = 0;
    if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), number);
    return number;
}

} // namespace

bool isKeyPassDue(std::int64_t runsSince, Milliseconds since)
{
    return runsSince + 1 >= RunsAKeyPass || since >= LongestWithoutKeyPass;
}

std::chrono::seconds overlapFor(Milliseconds syncLag)
{
    return std::max(LeastOverlap, std::chrono::ceil<std::chrono::seconds>(2 * syncLag));
}

std::string incrementalText(const IncrementalPlace &place)
{
    std::string text;
    appendEncoded(text, std::to_string(static_cast<int>(place.stage)));
    appendEncoded(text, place.key);
    appendEncoded(text, place.value);
    appendEncoded(text, std::string(1, place.storage));
    appendEncoded(text, place.keys);
    appendEncoded(text, std::to_string(place.keysSeen));
    return text;
}

IncrementalPlace incrementalPlace(const std::optional<std::string> &text)
{
    if (!text) return {};
    std::string_view rest = *text;
    IncrementalPlace place;
    Cell stage;
    Cell value;
    Cell storage;
    Cell seen;
    const bool whole = takeEncoded(rest, stage) && takeEncoded(rest, place.key) && takeEncoded(rest, value) &&
                       takeEncoded(rest, storage) && takeEncoded(rest, place.keys) && takeEncoded(rest, seen);
    const std::int64_t number = incrementalNumber(stage);
    if (!whole || number < 0 || number >= StageCount) return {}; // from the beginning
    place.stage = static_cast<IncrementalPlace::Stage>(number);
    place.value = value.value_or("");
    if (storage && !storage->empty()) place.storage = storage->front();
    place.keysSeen = incrementalNumber(seen);
    return place;
}

CheckCounts withCarried(CheckCounts looked, std::int64_t hot, std::int64_t population)
{
    const std::int64_t others = looked.missing + looked.extra + looked.different + looked.ignored + hot;
    looked.matched = std::max(looked.matched, population - others); // there may be more rows by now
    return looked;
}

} // namespace crossfade
