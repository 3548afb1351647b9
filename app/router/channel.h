// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/mail.h"
#include "models/core/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

enum class ChannelKind { Webhook, Slack, DingTalk, WeCom, Feishu, Email };
std::string_view channelKindWord(ChannelKind kind); // "WEBHOOK", "SLACK", …

enum class Severity { Low, Medium, High };
std::string_view severityWord(Severity severity);
Severity severityFromWord(std::string_view word); // High for a word of a later version

// Where alerts are told beside the console. The address of a webhook is itself a secret: those of chat
// services hold a key. Neither it nor the secret is ever answered.
struct Channel {
    std::string id;
    std::string name;
    ChannelKind kind = ChannelKind::Webhook;
    std::string url; // of all but Email
    // DingTalk, Feishu: signs each message. Webhook: sent as a bearer token. Email: the password.
    std::string secret;
    std::string server; // Email: host or host:port
    MailSecurity security = MailSecurity::StartTls;
    std::string user;
    std::string from;
    std::vector<std::string> to;
    Severity minSeverity = Severity::Low;
    std::vector<std::string> types; // of alerts; empty: all
    bool active = true;
    Instant createdAt{};
    Instant updatedAt{};
    std::string changedBy;
    std::int64_t version = 1;
};

// The fields a client may set. Of `before` (null for a new channel) the secrets stay that are left out;
// the kind of a channel does not change. Errors go to the reader.
Channel readChannel(JsonReader &in, const Channel *before);
// Without url and secret: `address` names the host or the recipients, `has_secret` that there is one.
Json channelToJson(const Channel &channel);

// Whether the channel tells of such an alert. Of its own failure it cannot tell.
bool wants(const Channel &channel, const Json &alert);
// Whether the alert names the channel, by its id or name: whoever raised it has said where it is to be told
// (details.notification_channels). Such a one tells of it whatever it wants otherwise, unless it is not active.
bool isNamed(const Channel &channel, const Json &alert);

} // namespace crossfade
