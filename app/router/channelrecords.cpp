// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channelrecords.h"

#include "app/service/log.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *ChannelSelect =
    "SELECT id, definition, created_at, updated_at, changed_by, version, channel_name FROM channel ";
constexpr const char *DeliverySelect =
    "SELECT seq, id, channel_id, occasion, alert, state, attempts, next_attempt_at, error, created_at, "
    "finished_at FROM alert_delivery ";

// What the API takes, which channelToJson leaves out of its answers.
Json definitionOf(const Channel &channel)
{
    Json json = channelToJson(channel);
    for (const char *field :
         {"id", "address", "has_secret", "created_at", "updated_at", "changed_by", "version"})
        json.erase(field);
    if (channel.kind != ChannelKind::Email) json["url"] = channel.url;
    json["secret"] = channel.secret;
    return json;
}

Result<Channel> channelOf(const SqlRow &row)
{
    const auto cannotBeRead = [&](const std::string &why) {
        return fail(ErrorKind::Conflict, "the stored channel " + row.text(6) + " cannot be read and can only be deleted: " + why);
    };
    const auto json = parseJson(row.text(1));
    if (!json) return cannotBeRead("it is not JSON");
    JsonReader in(*json);
    Channel channel = readChannel(in, nullptr);
    if (auto error = in.finish()) {
        const auto &fields = error->fields;
        return cannotBeRead(fields.empty() ? error->message : fields.front().pointer + " " + fields.front().message);
    }
    channel.id = row.text(0);
    channel.createdAt = instantFromMs(row.integer(2));
    channel.updatedAt = instantFromMs(row.integer(3));
    channel.changedBy = row.text(4);
    channel.version = row.integer(5);
    return channel;
}

UnreadableChannel unreadableOf(const SqlRow &row, const Error &why)
{
    return {row.text(0), row.text(6), row.integer(5), why};
}

Delivery deliveryOf(const SqlRow &row)
{
    Delivery delivery;
    delivery.seq = row.integer(0);
    delivery.id = row.text(1);
    delivery.channelId = row.text(2);
    delivery.occasion = occasionFromWord(row.text(3));
    delivery.alert = parseJson(row.text(4)).value_or(Json::object());
    delivery.state = row.text(5);
    delivery.attempts = row.integer(6);
    if (!row.isNull(7)) delivery.nextAttemptAt = instantFromMs(row.integer(7));
    delivery.error = row.text(8);
    delivery.createdAt = instantFromMs(row.integer(9));
    if (!row.isNull(10)) delivery.finishedAt = instantFromMs(row.integer(10));
    return delivery;
}

Result<void> doneOrNameTaken(const Result<std::int64_t> &done)
{
    if (done) return {};
    if (done.error().kind == ErrorKind::Conflict) return fail(ErrorKind::Conflict, "another channel has this name");
    return fail(done.error());
}

Result<void> statement(Database &db, const std::string &sql, const Database::Parameters &values)
{
    const auto done = db.execute(sql, values);
    if (!done) return fail(done.error());
    return {};
}

Result<std::vector<Delivery>> deliveries(Database &db, const std::string &rest, const Database::Parameters &values)
{
    const auto rows = db.query(DeliverySelect + rest, values);
    if (!rows) return fail(rows.error());
    std::vector<Delivery> list;
    for (const SqlRow &row : *rows)
        list.push_back(deliveryOf(row));
    return list;
}

SqlValue msOrNull(const std::optional<Instant> &at)
{
    return at ? SqlValue(toMs(*at)) : SqlValue(nullptr);
}

Result<void> add(Database &db, const Delivery &delivery)
{
    const auto alertId = delivery.alert.find("id");
    return statement(db,
                     "INSERT INTO alert_delivery (id, channel_id, alert_id, occasion, alert, state, attempts, "
                     "next_attempt_at, error, created_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     {delivery.id, delivery.channelId,
                      alertId != delivery.alert.end() && alertId->is_string() ? alertId->get<std::string>() : "",
                      std::string(occasionWord(delivery.occasion)), dumpJson(delivery.alert), delivery.state,
                      delivery.attempts, msOrNull(delivery.nextAttemptAt), delivery.error, toMs(delivery.createdAt),
                      msOrNull(delivery.finishedAt)});
}

// Alerts belong to the change that raises them, a rollback's too: a channel that cannot be read must not keep
// anybody from it.
Result<std::vector<Channel>> readable(Database &db)
{
    std::vector<UnreadableChannel> unreadable;
    auto channels = channelrecords::all(db, &unreadable);
    for (const UnreadableChannel &one : unreadable)
        logError("a channel is not told of an alert", {{"channel", one.id}, {"error", one.why.message}});
    return channels;
}

Result<bool> isFull(Database &db, const std::string &channelId)
{
    const auto rows = db.query("SELECT count(*) FROM alert_delivery WHERE channel_id = ? AND state = 'PENDING'", {channelId});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0) >= channelrecords::MostPending;
}

// Nobody will be told of it: that much is to be seen.
Result<void> recordDropped(Database &db, Delivery delivery)
{
    delivery.state = "FAILED";
    delivery.error = "not told: " + std::to_string(channelrecords::MostPending) + " alerts wait for this channel already";
    delivery.finishedAt = delivery.createdAt;
    const std::string channelId = delivery.channelId;
    if (auto added = add(db, delivery); !added) return added;
    return statement(db,
                     "DELETE FROM alert_delivery WHERE channel_id = ? AND state = 'FAILED' AND attempts = 0 AND seq <= "
                     "(SELECT seq FROM alert_delivery WHERE channel_id = ? AND state = 'FAILED' AND attempts = 0 "
                     "ORDER BY seq DESC LIMIT 1 OFFSET ?)",
                     {channelId, channelId, channelrecords::MostDropped});
}

} // namespace

Json deliveryToJson(const Delivery &delivery)
{
    const auto instant = [](const std::optional<Instant> &at) { return at ? Json(formatInstant(*at)) : Json(); };
    const auto ofAlert = [&](const char *field) {
        const auto found = delivery.alert.find(field);
        return found == delivery.alert.end() ? Json() : *found;
    };
    return {{"id", delivery.id},
            {"alert_id", ofAlert("id")},
            {"alert_type", ofAlert("type")},
            {"occasion", occasionWord(delivery.occasion)},
            {"state", delivery.state},
            {"attempts", delivery.attempts},
            {"next_attempt_at", instant(delivery.nextAttemptAt)},
            {"error", delivery.error.empty() ? Json() : Json(delivery.error)},
            {"created_at", formatInstant(delivery.createdAt)},
            {"finished_at", instant(delivery.finishedAt)}};
}

namespace channelrecords {

Result<std::vector<Channel>> all(Database &db, std::vector<UnreadableChannel> *unreadable)
{
    const auto rows = db.query(std::string(ChannelSelect) + "ORDER BY channel_name");
    if (!rows) return fail(rows.error());
    std::vector<Channel> channels;
    for (const SqlRow &row : *rows) {
        auto channel = channelOf(row);
        if (channel)
            channels.push_back(std::move(*channel));
        else if (unreadable)
            unreadable->push_back(unreadableOf(row, channel.error()));
    }
    return channels;
}

std::optional<UnreadableChannel> unreadable(Database &db, std::string_view id)
{
    const auto rows = db.query(std::string(ChannelSelect) + "WHERE id = ?", {std::string(id)});
    if (!rows || rows->empty()) return std::nullopt;
    const auto channel = channelOf(rows->front());
    return channel ? std::nullopt : std::optional(unreadableOf(rows->front(), channel.error()));
}

Result<std::int64_t> countAll(Database &db)
{
    const auto rows = db.query("SELECT count(*) FROM channel");
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<Channel> find(Database &db, std::string_view id)
{
    const auto rows = db.query(std::string(ChannelSelect) + "WHERE id = ?", {std::string(id)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no such channel");
    return channelOf(rows->front());
}

Result<void> insert(Database &db, const Channel &channel)
{
    return doneOrNameTaken(db.execute("INSERT INTO channel (id, channel_name, definition, created_at, updated_at, changed_by, "
                                      "version) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                      {channel.id, channel.name, dumpJson(definitionOf(channel)), toMs(channel.createdAt),
                                       toMs(channel.updatedAt), channel.changedBy, channel.version}));
}

Result<void> update(Database &db, const Channel &channel)
{
    return doneOrNameTaken(db.execute("UPDATE channel SET channel_name = ?, definition = ?, updated_at = ?, changed_by = ?, "
                                      "version = ? WHERE id = ?",
                                      {channel.name, dumpJson(definitionOf(channel)), toMs(channel.updatedAt),
                                       channel.changedBy, channel.version, channel.id}));
}

Result<void> remove(Database &db, std::string_view id)
{
    if (auto done = statement(db, "DELETE FROM alert_delivery WHERE channel_id = ?", {std::string(id)}); !done)
        return done;
    return statement(db, "DELETE FROM channel WHERE id = ?", {std::string(id)});
}

Result<void> queue(WriteTransaction &tx, const Json &alert, Occasion occasion)
{
    const auto channels = readable(tx.db());
    if (!channels) return fail(channels.error());
    // Named ones that are gone or switched off must not silence an alert: then all are asked.
    const bool named = std::ranges::any_of(*channels, [&](const Channel &one) { return isNamed(one, alert); });
    for (const Channel &channel : *channels) {
        if (!(named ? isNamed(channel, alert) : wants(channel, alert))) continue;
        const auto full = isFull(tx.db(), channel.id);
        if (!full) return fail(full.error());
        Delivery delivery;
        delivery.id = tx.newId();
        delivery.channelId = channel.id;
        delivery.occasion = occasion;
        delivery.alert = alert;
        delivery.createdAt = tx.now();
        if (*full) {
            if (auto recorded = recordDropped(tx.db(), std::move(delivery)); !recorded) return recorded;
            continue;
        }
        delivery.state = "PENDING";
        delivery.nextAttemptAt = tx.now();
        if (auto added = add(tx.db(), delivery); !added) return added;
    }
    return {};
}

Result<std::vector<Delivery>> due(Database &db, Instant now, std::size_t limit)
{
    return deliveries(db,
                      "WHERE seq IN (SELECT min(seq) FROM alert_delivery WHERE state = 'PENDING' GROUP BY channel_id) "
                      "AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?",
                      {toMs(now), static_cast<std::int64_t>(limit)});
}

Result<bool> finish(Database &db, const Delivery &delivery, std::int64_t attempts)
{
    const auto changed =
        db.execute("UPDATE alert_delivery SET state = ?, attempts = ?, next_attempt_at = ?, error = ?, finished_at = ? "
                   "WHERE id = ? AND state = 'PENDING' AND attempts = ?",
                   {delivery.state, delivery.attempts, msOrNull(delivery.nextAttemptAt), delivery.error,
                    msOrNull(delivery.finishedAt), delivery.id, attempts});
    if (!changed) return fail(changed.error());
    return *changed == 1;
}

Result<void> endPending(Database &db, std::string_view channelId, const std::string &why, Instant now)
{
    return statement(db,
                     "UPDATE alert_delivery SET state = 'FAILED', next_attempt_at = NULL, error = ?, finished_at = ? "
                     "WHERE channel_id = ? AND state = 'PENDING'",
                     {why, toMs(now), std::string(channelId)});
}

Result<void> record(Database &db, const Delivery &delivery)
{
    return add(db, delivery);
}

Result<std::vector<Delivery>> ofChannel(Database &db, std::string_view channelId, std::int64_t before, std::int64_t limit)
{
    return deliveries(db, "WHERE channel_id = ? AND (? = 0 OR seq < ?) ORDER BY seq DESC LIMIT ?",
                      {std::string(channelId), before, before, limit});
}

Result<std::int64_t> count(Database &db, std::string_view channelId)
{
    const auto rows = db.query("SELECT count(*) FROM alert_delivery WHERE channel_id = ?", {std::string(channelId)});
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<std::optional<Delivery>> last(Database &db, std::string_view channelId)
{
    auto found = deliveries(db, "WHERE channel_id = ? AND attempts > 0 ORDER BY seq DESC LIMIT 1", {std::string(channelId)});
    if (!found) return fail(found.error());
    return found->empty() ? std::nullopt : std::optional(std::move(found->front()));
}

Result<void> forget(Database &db, Instant before)
{
    return statement(db, "DELETE FROM alert_delivery WHERE created_at < ? AND state <> 'PENDING'", {toMs(before)});
}

} // namespace channelrecords

} // namespace crossfade
