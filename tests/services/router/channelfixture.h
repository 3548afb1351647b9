// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/answeringserver.h"
#include "tests/services/router/mailreceiver.h"
#include "tests/services/router/shiftfixture.h"

namespace crossfade {

// A router, and receivers its channels are told at: a chat service and a mail server.
class ChannelTest : public ShiftTest {
public:
    static constexpr const char *Path = "/api/v1/channels";

protected:
    Json create(const Json &changes, int status = 201);
    Json createMail(const Json &changes = Json::object());
    // As another service does; `changes` over type, severity and message.
    void raise(const std::string &type, const std::string &message, const std::string &severity = "HIGH",
               const Json &changes = Json::object());
    static std::string pathOfChannel(const Json &channel, const std::string &rest = {});
    Json deliveries(const Json &channel); // newest first
    std::vector<std::string> told();      // the alerts' messages in the order they arrived
    bool waitTold(std::size_t count);
    // The open alerts of a type, newest first.
    std::vector<Json> openAlerts(const std::string &type);

    AnsweringServer receiver;
    MailReceiver mail;
};

} // namespace crossfade
