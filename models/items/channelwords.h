// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/channelrow.h"

#include <QString>

namespace crossfade {

QString channelKindText(const std::string &kind);   // "Slack", "Mail"
QString channelStateText(const std::string &state); // of channelState() and deliveryState()
QString channelWhere(const ChannelRow &row);        // "https://hooks.slack.com", "ops@example.com, …"
QString channelTypesText(const ChannelRow &row);    // "all", "Guard tripped, Shift held"
QString mailSecurityText(const std::string &word);  // "STARTTLS"
// "Guard tripped", "Guard tripped, still open", "a test"
QString deliveryAlertText(const DeliveryRow &row);
// What the channel answered, or why none came; with the next attempt while there is one.
QString deliveryErrorText(const DeliveryRow &row, Instant now);
// "SENT 14:02 today", "FAILED after 20 attempts, 14:02 today"
QString lastDeliveryText(const ChannelRow &row, Instant now);
// What a field of a channel lacks, in words: of channelProblems() or of the service.
QString channelFieldText(const std::string &message);
// "2 channels are told too"
QString channelsToldText(int count);
// "ops: answered 503"
QString failingText(const ChannelRow &row, Instant now);

} // namespace crossfade
