// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/channelalerts.h"

namespace crossfade::channelalerts {

namespace {

std::string keyOfFailed(const std::string &id)
{
    return "channel:" + id;
}

std::string keyOfUnreadable(const std::string &id)
{
    return id + ":CHANNEL_UNREADABLE";
}

} // namespace

Result<void> raiseFailed(WriteTransaction &tx, const Delivery &delivery)
{
    const AlertDraft draft{"CHANNEL_FAILED", "MEDIUM", "a channel could not be told: " + delivery.error,
                           Json{{"alert", delivery.alert.value("id", std::string())}}, "channel", delivery.channelId,
                           keyOfFailed(delivery.channelId)};
    return alertrecords::raise(tx, draft);
}

Result<void> raiseUnreadable(WriteTransaction &tx, const std::string &id, const std::string &why)
{
    const AlertDraft draft{"CHANNEL_UNREADABLE", "HIGH", why + "; it is told nothing", Json{{"channel", id}},
                           "channel", id, keyOfUnreadable(id)};
    return alertrecords::raise(tx, draft);
}

Result<void> settle(WriteTransaction &tx, const std::string &id)
{
    for (const std::string &key : {keyOfFailed(id), keyOfUnreadable(id)}) {
        if (auto settled = alertrecords::settle(tx, key); !settled) return settled;
    }
    return {};
}

} // namespace crossfade::channelalerts
