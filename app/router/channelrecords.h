// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/channelmessage.h"
#include "app/service/store.h"
#include "models/core/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// One telling of an alert to one channel.
struct Delivery {
    std::int64_t seq = 0;
    std::string id;
    std::string channelId;
    Occasion occasion = Occasion::Raised;
    Json alert;
    std::string state; // PENDING, SENT, FAILED
    std::int64_t attempts = 0;
    std::optional<Instant> nextAttemptAt;
    std::string error;
    Instant createdAt{};
    std::optional<Instant> finishedAt;
};
Json deliveryToJson(const Delivery &delivery);

// A stored channel whose definition this version cannot read: it is told nothing, and can only be deleted.
struct UnreadableChannel {
    std::string id;
    std::string name;
    std::int64_t version = 0;
    Error why; // a Conflict that names the channel and what is unreadable
};

namespace channelrecords {

constexpr std::int64_t MostChannels = 50;
// One that is switched off for a week must not find a flood: what comes on top of it is not told, and recorded
// as FAILED without an attempt. Of those the latest so many are kept.
constexpr std::int64_t MostPending = 1'000;
constexpr std::int64_t MostDropped = 1'000;
constexpr const char *SwitchedOff = "not told: the channel is switched off"; // why one was not tried

// By name. One that cannot be read must not keep the others from being listed and told: it is left out, and goes
// to `unreadable`.
Result<std::vector<Channel>> all(Database &db, std::vector<UnreadableChannel> *unreadable = nullptr);
Result<Channel> find(Database &db, std::string_view id); // NotFound, UnreadableChannel::why
// None if the channel can be read, or there is none.
std::optional<UnreadableChannel> unreadable(Database &db, std::string_view id);
Result<std::int64_t> countAll(Database &db); // the unreadable ones too
Result<void> insert(Database &db, const Channel &channel); // Conflict: the name is taken
Result<void> update(Database &db, const Channel &channel); // Conflict
Result<void> remove(Database &db, std::string_view id); // its deliveries too

// A delivery to every channel that wants the alert.
Result<void> queue(WriteTransaction &tx, const Json &alert, Occasion occasion);
// Pending ones that are due, at most one a channel, the oldest.
Result<std::vector<Delivery>> due(Database &db, Instant now, std::size_t limit);
// What the last attempt came to. False, and nothing is changed, unless it is still pending with `attempts` of
// them: it was deleted, or another replica noted its own attempt.
Result<bool> finish(Database &db, const Delivery &delivery, std::int64_t attempts);
// Whatever waits for the channel is not told any more, and says why.
Result<void> endPending(Database &db, std::string_view channelId, const std::string &why, Instant now);
Result<void> record(Database &db, const Delivery &delivery); // a finished one, of a test
Result<std::vector<Delivery>> ofChannel(Database &db, std::string_view channelId, std::int64_t before, std::int64_t limit);
Result<std::int64_t> count(Database &db, std::string_view channelId);
Result<std::optional<Delivery>> last(Database &db, std::string_view channelId); // that was tried
Result<void> forget(Database &db, Instant before); // finished ones older than that

} // namespace channelrecords

} // namespace crossfade
