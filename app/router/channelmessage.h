// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/channel.h"
#include "app/service/fetch.h"

#include <string>
#include <vector>

namespace crossfade {

// Why a channel is told: an alert was raised, is still open after a while, or somebody tries the channel.
enum class Occasion { Raised, Reminded, Test };
std::string_view occasionWord(Occasion occasion);
Occasion occasionFromWord(std::string_view word);

// The alert a test tells of: made up, and it says so.
Json testAlert(const Channel &channel, const std::string &id, Instant now);

// The first line, and all lines, of an alert as people read them. Cut to what every service takes.
std::string alertHeadline(const Json &alert, Occasion occasion);
std::string alertLines(const Json &alert, Occasion occasion);

// The request that tells a channel of an alert (all kinds but Email), in the shape its service documents:
// Slack incoming webhooks; DingTalk custom robots, WeCom group robots, Feishu custom bots, text messages. A
// DingTalk or Feishu secret signs it with the time.
FetchRequest webhookRequest(const Channel &channel, const Json &alert, Occasion occasion, Instant now);
// What the service refused; empty if it took the message. Some answer 200 with an error inside.
std::string refusalOf(const Channel &channel, const FetchAnswer &answer);
// Whether the same request will be answered the same: most of 4xx, which speak of the request or of the address; of
// chat services what they say within 200 of an address that is none, a signature, a keyword or the sender's address.
bool refusesForGood(const Channel &channel, const FetchAnswer &answer);

// What came of an attempt, as a record keeps it: a mail server may answer in any encoding.
std::string recordedError(const std::string &error);

// Of a mail that some did not get: "not taken for …"; "" if all did.
std::string missedText(const std::vector<std::string> &refused);

Mail mailOf(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id, Instant now);

// Seconds until the next attempt after so many that failed: 2, 4, … 600; nothing once it is given up, after
// some two hours. What was refused for good is given up after five, half a minute: it keeps what comes after it
// waiting, and a receiver that is just being put in place may refuse once or twice.
std::optional<Seconds> nextAttemptAfter(std::int64_t attempts, bool refusedForGood = false);

} // namespace crossfade
