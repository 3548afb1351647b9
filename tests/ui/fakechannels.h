// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakeservice.h"
#include "tests/models/session/shiftdata.h"

#include <string>
#include <vector>

// A router's channels by their behaviour: made, replaced by version, removed, read.
namespace crossfade::test {

inline Json deliveryJson(const std::string &id, const std::string &state, int attempts, const Json &error = nullptr)
{
    return Json{{"id", id}, {"alert_id", "al-1"}, {"alert_type", "GUARD_TRIPPED"}, {"occasion", "RAISED"},
                {"state", state}, {"attempts", attempts}, {"next_attempt_at", nullptr}, {"error", error},
                {"created_at", at(-60)}, {"finished_at", state == "PENDING" ? Json() : Json(at(-59))}};
}

inline Json channelJson(const std::string &id, const std::string &name, const Json &last = nullptr)
{
    return Json{{"id", id}, {"name", name}, {"kind", "DINGTALK"}, {"address", "https://oapi.dingtalk.com"},
                {"has_secret", true}, {"server", nullptr}, {"tls", nullptr}, {"user", nullptr},
                {"from", nullptr}, {"to", nullptr}, {"min_severity", "MEDIUM"},
                {"types", Json::array({"GUARD_TRIPPED"})}, {"active", true}, {"created_at", at(-9'000)},
                {"updated_at", at(-4'000)}, {"changed_by", "admin-1"}, {"version", 3}, {"last_delivery", last}};
}

class FakeChannels {
public:
    FakeChannels(FakeService &router, std::vector<Json> channels)
        : m_channels(std::move(channels))
    {
        router.on("GET /api/v1/channels", [this](const FakeRequest &) {
            Json items = Json::array();
            for (const Json &channel : m_channels)
                items.push_back(channel);
            return FakeAnswer{200, listOf(items)};
        });
        router.on("GET /api/v1/channels/*", [this](const FakeRequest &request) { return read(request); });
        router.on("POST /api/v1/channels", [this](const FakeRequest &request) { return make(request); });
        router.on("PUT /api/v1/channels/*", [this](const FakeRequest &request) { return replace(request); });
        router.on("DELETE /api/v1/channels/*", [this](const FakeRequest &request) { return remove(request); });
    }

    Json *find(const std::string &id)
    {
        for (Json &channel : m_channels)
            if (channel["id"] == id)
                return &channel;
        return nullptr;
    }
    std::size_t count() const { return m_channels.size(); }
    void erase(const std::string &id)
    {
        std::erase_if(m_channels, [&](const Json &channel) { return channel["id"] == id; });
    }
    void setDeliveries(std::vector<Json> deliveries) { m_deliveries = std::move(deliveries); }

private:
    static std::string idIn(const FakeRequest &request)
    {
        return request.path.section(QLatin1Char('/'), 4, 4).toStdString();
    }
    // What is secret is taken and not told.
    static void take(Json &channel, const Json &body)
    {
        for (const char *field : {"name", "kind", "server", "tls", "user", "from", "to", "min_severity", "types",
                                  "active"})
            if (body.contains(field))
                channel[field] = body[field];
        if (body.contains("secret"))
            channel["has_secret"] = body["secret"] != "";
        if (body.contains("url"))
            channel["address"] = "https://hooks.example.com";
    }

    FakeAnswer read(const FakeRequest &request)
    {
        const Json *channel = find(idIn(request));
        if (!channel)
            return problem(404, "there is no such channel");
        if (!request.path.endsWith(QLatin1String("/deliveries")))
            return {200, *channel};
        const auto first = static_cast<std::size_t>(request.item("cursor").toInt());
        Json items = Json::array();
        for (std::size_t i = first; i < m_deliveries.size() && items.size() < 100; ++i)
            items.push_back(m_deliveries[i]);
        const std::size_t next = first + items.size();
        Json page = listOf(items);
        if (next < m_deliveries.size())
            page["next_cursor"] = std::to_string(next);
        return {200, page};
    }
    FakeAnswer make(const FakeRequest &request)
    {
        Json channel = channelJson("c-new", "");
        channel["has_secret"] = false;
        channel["version"] = 1;
        take(channel, request.body);
        m_channels.push_back(channel);
        return {201, channel};
    }
    FakeAnswer replace(const FakeRequest &request)
    {
        Json *channel = find(idIn(request));
        if (!channel)
            return problem(404, "there is no such channel");
        if (!isCurrent(request, *channel))
            return problem(412, "the version is old");
        take(*channel, request.body);
        (*channel)["version"] = (*channel)["version"].get<int>() + 1;
        return {200, *channel};
    }
    FakeAnswer remove(const FakeRequest &request)
    {
        const std::string id = idIn(request);
        if (const Json *channel = find(id); !channel || !isCurrent(request, *channel))
            return problem(channel ? 412 : 404, "the version is old");
        erase(id);
        return {200, Json::object()};
    }
    static bool isCurrent(const FakeRequest &request, const Json &channel)
    {
        QByteArray version = request.headers.value("if-match");
        version.replace('"', "");
        return version == QByteArray::number(channel["version"].get<int>());
    }

    std::vector<Json> m_channels;
    std::vector<Json> m_deliveries;
};

} // namespace crossfade::test
