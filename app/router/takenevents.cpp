// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/takenevents.h"

#include <algorithm>

namespace crossfade {

namespace {

std::string idIn(const Json &object)
{
    const auto id = object.find("id");
    return id != object.end() && id->is_string() ? id->get<std::string>() : std::string();
}

} // namespace

bool tellsOf(const TakenUp &taken, std::string_view type)
{
    return std::ranges::find(taken.events, type, &StoredEvent::type) != taken.events.end();
}

std::vector<ObjectNews> newsOf(const TakenUp &taken, std::string_view type, const char *name)
{
    std::vector<ObjectNews> all;
    for (const StoredEvent &event : taken.events) {
        if (event.type != type) continue;
        const auto data = parseJson(event.data);
        if (!data || !data->is_object()) continue;
        const auto object = data->find(name);
        const bool there = object != data->end() && object->is_object();
        ObjectNews news{idIn(there ? *object : *data), Json()};
        if (const auto history = data->find("history"); history != data->end()) news.history = *history;
        if (!news.id.empty()) all.push_back(std::move(news));
    }
    return all;
}

} // namespace crossfade
