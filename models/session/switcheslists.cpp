// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind some switches: held users and entities, LEGACY's key index, gray lists.
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"
#include "models/session/switchessession.h"

#include <algorithm>

namespace crossfade {

namespace {

HeldFacts heldFromJson(const Json &json)
{
    return {jsonInteger(json, "users"), jsonInteger(json, "entities"), jsonFlag(json, "complete"), jsonInstant(json, "updated_at")};
}

KeyIndexFacts keyIndexFromJson(const Json &json)
{
    return {jsonInteger(json, "keys"), jsonFlag(json, "complete"), jsonInstant(json, "updated_at")};
}

GrayListFacts grayListFromJson(const Json &json)
{
    return {jsonText(json, "name"), jsonText(json, "kind"), jsonFlag(json, "enforced"), jsonInteger(json, "entries")};
}

} // namespace

void SwitchesSession::refreshLists()
{
    const auto ask = [this](const char *path, int limit, const std::function<void(const Result<RestReply> &)> &take) {
        RestCall call;
        call.path = QLatin1String(path);
        if (limit > 0)
            addQuery(call, "limit", QString::number(limit));
        m_connection->get(ServiceName::Router, call, this, [this, take](const Result<RestReply> &reply) {
            take(reply);
            Q_EMIT changed();
        });
    };
    ask("/api/v1/key-index", 0, [this](const Result<RestReply> &reply) {
        m_keyIndex = reply ? std::optional(keyIndexFromJson(reply->body)) : std::nullopt;
    });
    ask("/api/v1/held-entities", 1, [this](const Result<RestReply> &reply) {
        m_held = reply ? std::optional(heldFromJson(reply->body)) : std::nullopt;
    });
    ask("/api/v1/gray-lists", 1'000, [this](const Result<RestReply> &reply) {
        m_grayLists.reset();
        if (!reply)
            return;
        m_grayLists.emplace();
        for (const Json &list : jsonItems(reply->body))
            m_grayLists->push_back(grayListFromJson(list));
    });
}

void SwitchesSession::onListEvent(const ServerEvent &event)
{
    if (event.type == "key_index.changed")
        m_keyIndex = keyIndexFromJson(jsonAt(event.data, "key_index"));
    else if (event.type == "held.changed")
        m_held = heldFromJson(jsonAt(event.data, "held"));
    else if (event.type == "gray_list.changed" && m_grayLists)
        putGrayList(event.data);
    else
        return;
    Q_EMIT changed();
}

// By name, in the order of the names.
void SwitchesSession::putGrayList(const Json &data)
{
    const std::string name = jsonText(data, "name");
    std::erase_if(*m_grayLists, [&](const GrayListFacts &list) { return list.name == name; });
    if (jsonFlag(data, "deleted"))
        return;
    GrayListFacts list = grayListFromJson(jsonAt(data, "list"));
    const auto after = std::ranges::find_if(*m_grayLists, [&](const GrayListFacts &other) { return other.name > list.name; });
    m_grayLists->insert(after, std::move(list));
}

} // namespace crossfade
