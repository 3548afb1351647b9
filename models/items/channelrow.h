// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// One telling of an alert to one channel.
struct DeliveryRow {
    std::string id;
    std::string alertId;
    std::string alertType;
    std::string occasion; // RAISED REMINDED TEST
    std::string state;    // PENDING SENT FAILED
    std::int64_t attempts = 0;
    std::optional<Instant> nextAttemptAt;
    std::string error; // of the last attempt
    Instant createdAt{};
    std::optional<Instant> finishedAt;
    bool operator==(const DeliveryRow &) const = default;
};

// Where alerts are told beside the console. What is secret of it is never answered.
struct ChannelRow {
    std::string id;
    std::string name;
    std::string kind;    // WEBHOOK SLACK DINGTALK WECOM FEISHU EMAIL
    std::string address; // scheme and host only; empty for EMAIL
    bool hasSecret = false;
    std::string server;
    std::string tls; // NONE STARTTLS TLS
    std::string user;
    std::string from;
    std::vector<std::string> to;
    std::string minSeverity; // LOW MEDIUM HIGH
    std::vector<std::string> types; // of alerts; empty: all
    bool active = true;
    Instant updatedAt{};
    std::string changedBy;
    std::string version;
    std::optional<DeliveryRow> lastDelivery; // that was tried

    bool isMail() const { return kind == "EMAIL"; }
    bool operator==(const ChannelRow &) const = default;
};

// What an administrator writes of a channel.
struct ChannelInput {
    std::string name;
    std::string kind = "WEBHOOK";
    std::optional<std::string> url;    // absent: what is stored stays
    std::optional<std::string> secret; // absent: what is stored stays; empty: it is removed
    std::string server;
    std::string tls = "STARTTLS";
    std::string user;
    std::string from;
    std::vector<std::string> to;
    std::string minSeverity = "LOW";
    std::vector<std::string> types;
    bool active = true;

    bool isMail() const { return kind == "EMAIL"; }
    bool operator==(const ChannelInput &) const = default;
};

ChannelInput inputOf(const ChannelRow &row);
// Slack and WeCom have their key in the address.
bool hasSecretField(const std::string &kind);

// Limits of the service, told before it has to: pointers as in its answers, "EMPTY" where something is
// needed. A new channel needs an address, an old one has it.
std::vector<FieldError> channelProblems(const ChannelInput &input, bool isNew);

// "OFF", "UNTRIED", "SENT", "RETRYING", "FAILED": what a channel's chip says.
std::string channelState(const ChannelRow &row);
// "SENT", "RETRYING" (it failed and is tried again), "PENDING", "FAILED".
std::string deliveryState(const DeliveryRow &row);
// Alerts do not arrive there: the last one failed, or did so far.
bool isFailing(const ChannelRow &row);

} // namespace crossfade
