// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/channelsjson.h"

#include "models/session/jsonread.h"

namespace crossfade {

DeliveryRow deliveryFromJson(const Json &json)
{
    DeliveryRow row;
    row.id = jsonText(json, "id");
    row.alertId = jsonText(json, "alert_id");
    row.alertType = jsonText(json, "alert_type");
    row.occasion = jsonText(json, "occasion");
    row.state = jsonText(json, "state");
    row.attempts = jsonInteger(json, "attempts");
    row.nextAttemptAt = jsonInstant(json, "next_attempt_at");
    row.error = jsonText(json, "error");
    row.createdAt = jsonInstant(json, "created_at").value_or(Instant());
    row.finishedAt = jsonInstant(json, "finished_at");
    return row;
}

ChannelRow channelFromJson(const Json &json)
{
    ChannelRow row;
    row.id = jsonText(json, "id");
    row.name = jsonText(json, "name");
    row.kind = jsonText(json, "kind");
    row.address = jsonText(json, "address");
    row.hasSecret = jsonFlag(json, "has_secret");
    row.server = jsonText(json, "server");
    row.tls = jsonText(json, "tls");
    row.user = jsonText(json, "user");
    row.from = jsonText(json, "from");
    row.to = jsonTexts(json, "to");
    row.minSeverity = jsonText(json, "min_severity");
    row.types = jsonTexts(json, "types");
    row.active = jsonFlag(json, "active");
    row.updatedAt = jsonInstant(json, "updated_at").value_or(Instant());
    row.changedBy = jsonText(json, "changed_by");
    row.version = jsonVersion(json);
    const Json &last = jsonAt(json, "last_delivery");
    if (last.is_object())
        row.lastDelivery = deliveryFromJson(last);
    return row;
}

Json channelBody(const ChannelInput &input)
{
    Json body{{"name", input.name},
              {"kind", input.kind},
              {"min_severity", input.minSeverity},
              {"types", input.types},
              {"active", input.active}};
    if (input.isMail()) {
        body["server"] = input.server;
        body["tls"] = input.tls;
        body["user"] = input.user;
        body["from"] = input.from;
        body["to"] = input.to;
    } else if (input.url) {
        body["url"] = *input.url;
    }
    if (input.secret)
        body["secret"] = *input.secret;
    return body;
}

} // namespace crossfade
