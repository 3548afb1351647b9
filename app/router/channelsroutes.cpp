// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channelsroutes.h"

#include "app/router/channelalerts.h"
#include "app/router/routerules.h"
#include "app/service/log.h"

#include <utility>

namespace crossfade {

namespace {

constexpr std::chrono::hours Kept{30 * 24};
constexpr std::chrono::minutes ForgetEvery{10};
constexpr std::chrono::seconds LookAtChannelsEvery{5}; // for channels that cannot be read
const Actor ChannelTimer{"channel-sender", {}};

// With what its last attempt came to: that a channel is silent must show without asking further.
Result<Json> told(Database &db, const Channel &channel)
{
    const auto last = channelrecords::last(db, channel.id);
    if (!last) return fail(last.error());
    Json json = channelToJson(channel);
    json["last_delivery"] = *last ? deliveryToJson(**last) : Json();
    return json;
}

Result<HttpResponse> answerChannel(Database &db, const Channel &channel, int status)
{
    const auto json = told(db, channel);
    if (!json) return fail(json.error());
    HttpResponse response = HttpResponse::object(*json, channel.version, status);
    if (status == 201) response.headers.emplace_back("Location", "/api/v1/channels/" + channel.id);
    return response;
}

Result<HttpResponse> listChannels(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto channels = channelrecords::all(db);
    if (!channels) return fail(channels.error());
    Json items = Json::array();
    std::optional<std::string> more;
    std::string last;
    for (const Channel &channel : *channels) {
        if (page->after && channel.name <= *page->after) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = last;
            break;
        }
        auto json = told(db, channel);
        if (!json) return fail(json.error());
        items.push_back(std::move(*json));
        last = channel.name;
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, static_cast<std::int64_t>(channels->size())));
}

Result<HttpResponse> listDeliveries(const HttpRequest &request, Database &db)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const std::string id = request.parameter("id");
    // Those of one that cannot be read, too: they say what was not told.
    const auto channel = channelrecords::find(db, id);
    if (!channel && channel.error().kind != ErrorKind::Conflict) return fail(channel.error());
    const auto before = page->afterNumber();
    if (!before) return fail(before.error());
    const auto found = channelrecords::ofChannel(db, id, *before, page->limit + 1);
    if (!found) return fail(found.error());
    const auto total = channelrecords::count(db, id);
    if (!total) return fail(total.error());
    Json items = Json::array();
    std::optional<std::string> more;
    for (const Delivery &delivery : *found) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = std::to_string((*found)[items.size() - 1].seq);
            break;
        }
        items.push_back(deliveryToJson(delivery));
    }
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, *total));
}

// By the ETag of this answer it can be deleted.
HttpResponse problem(const UnreadableChannel &channel, const std::string &requestId)
{
    HttpResponse response = HttpResponse::problem(channel.why, requestId);
    response.setHeader("ETag", "\"" + std::to_string(channel.version) + "\"");
    return response;
}

Result<HttpResponse> showChannel(const HttpRequest &request, Database &db)
{
    const std::string id = request.parameter("id");
    if (const auto unreadable = channelrecords::unreadable(db, id)) return problem(*unreadable, request.requestId);
    const auto channel = channelrecords::find(db, id);
    if (!channel) return fail(channel.error());
    return answerChannel(db, *channel, 200);
}

Result<HttpResponse> removeChannel(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const auto unreadable = channelrecords::unreadable(tx.db(), id);
    // What cannot be read is not audited word by word either: it holds secrets.
    Json before = unreadable ? Json{{"name", unreadable->name}, {"unreadable", true}} : Json();
    std::int64_t version = unreadable ? unreadable->version : 0;
    if (!unreadable) {
        const auto channel = channelrecords::find(tx.db(), id);
        if (!channel) return fail(channel.error());
        before = channelToJson(*channel);
        version = channel->version;
    }
    if (auto fresh = requireVersion(request, version); !fresh) return fail(fresh.error());
    if (auto removed = channelrecords::remove(tx.db(), id); !removed) return fail(removed.error());
    if (auto settled = channelalerts::settle(tx, id); !settled) return fail(settled.error());
    tx.audit({"channel.delete", "channel", id, std::move(before), {}, request.reason});
    tx.emit("channel.changed", {{"id", id}, {"channel", Json()}, {"deleted", true}});
    return HttpResponse::noContent();
}

Result<Channel> readBody(const HttpRequest &request, const Channel *before)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    Channel channel = readChannel(in, before);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    return channel;
}

} // namespace

ChannelsModule::ChannelsModule(Service &service, const RouterOptions &options)
    : m_service(service)
    , m_store(service.store())
    , m_sender(service.store(), service.leadership(), service.metrics(), options.channelCaFile)
{
}

void ChannelsModule::addRoutes(RouteTable &routes)
{
    RouteRules versioned = changeable(Admins);
    versioned.ifMatch = true;
    routes.read("GET", "/api/v1/channels", readableList(), listChannels);
    routes.write("POST", "/api/v1/channels", changeable(Admins),
                 [this](const HttpRequest &request, WriteTransaction &tx) { return create(request, tx); });
    routes.read("GET", "/api/v1/channels/{id}", readable(), showChannel);
    routes.write("PUT", "/api/v1/channels/{id}", versioned,
                 [this](const HttpRequest &request, WriteTransaction &tx) { return replace(request, tx); });
    routes.write("DELETE", "/api/v1/channels/{id}", versioned, removeChannel);
    routes.read("GET", "/api/v1/channels/{id}/deliveries", readableList(), listDeliveries);
    routes.preparedWrite("POST", "/api/v1/channels/{id}/test", changeable(Operators),
                         [this](const HttpRequest &request) { return sendTest(request); }, noteTest);
}

Result<void> ChannelsModule::start()
{
    m_sender.start();
    m_service.every(ForgetEvery, [this] { forgetOld(); });
    m_service.every(LookAtChannelsEvery, [this] { tellOfUnreadable(); });
    return {};
}

void ChannelsModule::stop()
{
    m_sender.stop();
}

void ChannelsModule::forgetOld()
{
    if (!m_service.leadership().leads()) return;
    const auto done = m_store.writeAndWait(ChannelTimer, [](WriteTransaction &tx) -> Result<Json> {
        if (auto forgotten = channelrecords::forget(tx.db(), tx.now() - Kept); !forgotten) return fail(forgotten.error());
        return Json();
    });
    if (!done) logWarning("old deliveries were not removed", {{"error", done.error().message}});
}

// Once by each leader, as of policies and groups: an answer to the alert is not asked for anew every few seconds.
void ChannelsModule::tellOfUnreadable()
{
    const std::int64_t term = m_service.leadership().term();
    if (term == 0) return;
    if (std::exchange(m_term, term) != term) m_toldOf.clear();
    std::vector<UnreadableChannel> unreadable;
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        const auto channels = channelrecords::all(db, &unreadable);
        if (!channels) return fail(channels.error());
        return {};
    });
    if (!read) return logWarning("channels were not read", {{"error", read.error().message}});
    std::erase_if(unreadable, [this](const UnreadableChannel &one) { return m_toldOf.contains(one.id); });
    if (unreadable.empty()) return;
    const auto raise = [&](WriteTransaction &tx) -> Result<Json> {
        for (const UnreadableChannel &one : unreadable) {
            if (auto raised = channelalerts::raiseUnreadable(tx, one.id, one.why.message); !raised)
                return fail(raised.error());
        }
        return Json();
    };
    const auto done = writeLeading(m_store, m_service.leadership(), term, ChannelTimer, raise);
    if (!done) return logWarning("nobody was told of a channel that cannot be read", {{"error", done.error().message}});
    for (const UnreadableChannel &one : unreadable)
        m_toldOf.insert(one.id);
}

Result<HttpResponse> ChannelsModule::create(const HttpRequest &request, WriteTransaction &tx)
{
    auto channel = readBody(request, nullptr);
    if (!channel) return fail(channel.error());
    const auto others = channelrecords::countAll(tx.db());
    if (!others) return fail(others.error());
    if (*others >= channelrecords::MostChannels)
        return fail(ErrorKind::Conflict, "there are " + std::to_string(*others) + " channels already: more are not kept");
    channel->id = tx.newId();
    channel->createdAt = tx.now();
    channel->updatedAt = tx.now();
    channel->changedBy = tx.actor().subject;
    if (auto stored = channelrecords::insert(tx.db(), *channel); !stored) return fail(stored.error());
    tx.audit({"channel.create", "channel", channel->id, {}, channelToJson(*channel), request.reason});
    tx.emit("channel.changed", {{"id", channel->id}, {"channel", channelToJson(*channel)}, {"deleted", false}});
    return answerChannel(tx.db(), *channel, 201);
}

Result<HttpResponse> ChannelsModule::replace(const HttpRequest &request, WriteTransaction &tx)
{
    const auto before = channelrecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    if (auto fresh = requireVersion(request, before->version); !fresh) return fail(fresh.error());
    auto channel = readBody(request, &*before);
    if (!channel) return fail(channel.error());
    channel->id = before->id;
    channel->createdAt = before->createdAt;
    channel->updatedAt = tx.now();
    channel->changedBy = tx.actor().subject;
    channel->version = before->version + 1;
    if (auto stored = channelrecords::update(tx.db(), *channel); !stored) return fail(stored.error());
    // Switched on again it must not tell of what was then.
    if (!channel->active) {
        auto ended = channelrecords::endPending(tx.db(), channel->id, channelrecords::SwitchedOff, tx.now());
        if (!ended) return fail(ended.error());
    }
    // That a secret was changed is told, it itself is not.
    Json after = channelToJson(*channel);
    after["address_changed"] = channel->url != before->url;
    after["secret_changed"] = channel->secret != before->secret;
    tx.audit({"channel.update", "channel", channel->id, channelToJson(*before), after, request.reason});
    tx.emit("channel.changed", {{"id", channel->id}, {"channel", channelToJson(*channel)}, {"deleted", false}});
    return answerChannel(tx.db(), *channel, 200);
}

// Before the transaction: no change waits for what a chat service says.
Result<void> ChannelsModule::sendTest(const HttpRequest &request) const
{
    if (auto good = onlyReason(request); !good) return good;
    Result<Channel> channel = fail(ErrorKind::NotFound, "there is no such channel");
    auto read = m_store.read([&](Database &db) -> Result<void> {
        channel = channelrecords::find(db, request.parameter("id"));
        return {};
    });
    if (!read) return read;
    if (!channel) return fail(channel.error());
    const Environment &environment = m_store.environment();
    Delivery delivery;
    delivery.id = environment.newId();
    delivery.channelId = channel->id;
    delivery.occasion = Occasion::Test;
    delivery.createdAt = environment.now();
    delivery.alert = testAlert(*channel, delivery.id, delivery.createdAt);
    const Result<std::string> sent = m_sender.send(*channel, delivery.alert, Occasion::Test, delivery.id);
    delivery.state = sent ? "SENT" : "FAILED";
    delivery.attempts = 1;
    delivery.error = recordedError(sent ? *sent : sent.error().message);
    delivery.finishedAt = environment.now();
    request.prepared = std::move(delivery);
    return {};
}

Result<HttpResponse> ChannelsModule::noteTest(const HttpRequest &request, WriteTransaction &tx)
{
    const auto *delivery = std::any_cast<Delivery>(&request.prepared);
    if (!delivery) return fail(ErrorKind::Internal, "a test that was not sent");
    if (auto found = channelrecords::find(tx.db(), delivery->channelId); !found) return fail(found.error());
    if (auto stored = channelrecords::record(tx.db(), *delivery); !stored) return fail(stored.error());
    tx.audit({"channel.test", "channel", delivery->channelId, {}, deliveryToJson(*delivery), request.reason});
    return HttpResponse::json(deliveryToJson(*delivery));
}

} // namespace crossfade
