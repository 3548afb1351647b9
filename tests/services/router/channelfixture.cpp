// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/channelfixture.h"

namespace crossfade {

Json ChannelTest::create(const Json &changes, int status) {
    Json body{{"name", "night shift"}, {"kind", "WEBHOOK"}, {"url", receiver.url() + "/hook?key=SECRET-IN-URL"}};
    body.update(changes);
    return router.post(Path, body, status);
}

Json ChannelTest::createMail(const Json &changes) {
    Json body{{"name", "mail"},       {"kind", "EMAIL"},       {"server", mail.address()},
              {"tls", "NONE"},        {"from", "crossfade@example.org"}, {"to", {"a@example.org", "b@example.org"}}};
    body.update(changes);
    return router.post(Path, body);
}

void ChannelTest::raise(const std::string &type, const std::string &message, const std::string &severity,
                        const Json &changes) {
    Json body{{"type", type}, {"severity", severity}, {"message", message}};
    body.update(changes);
    const TestAnswer answer = router.call({"POST", "/api/v1/alerts", body, {}, "service"});
    ASSERT_EQ(answer.status, 204) << answer.body;
}

std::string ChannelTest::pathOfChannel(const Json &channel, const std::string &rest) {
    return std::string(Path) + "/" + channel.at("id").get<std::string>() + rest;
}

Json ChannelTest::deliveries(const Json &channel) {
    return router.get(pathOfChannel(channel, "/deliveries")).at("items");
}

std::vector<std::string> ChannelTest::told() {
    std::vector<std::string> messages;
    for (const auto &request : receiver.requests()) {
        const auto body = parseJson(request.body);
        messages.push_back(body ? body->at("alert").at("message").get<std::string>() : "no JSON");
    }
    return messages;
}

bool ChannelTest::waitTold(std::size_t count) {
    return waitFor([&] { return receiver.requests().size() >= count; });
}

std::vector<Json> ChannelTest::openAlerts(const std::string &type) {
    std::vector<Json> found;
    const Json page = router.get("/api/v1/alerts?acknowledged=false&limit=1000");
    for (const Json &alert : page.at("items")) {
        if (alert.at("type") == type) found.push_back(alert);
    }
    return found;
}

} // namespace crossfade
