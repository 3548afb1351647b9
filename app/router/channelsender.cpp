// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channelsender.h"

#include "app/router/alertrecords.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::size_t Threads = 3;
constexpr std::size_t LookedAt = 100; // due ones: more channels than there may be
constexpr std::chrono::milliseconds Pause{1'000};
const Actor Sender{"channel-sender", {}};

prometheus::Counter &counter(prometheus::Family<prometheus::Counter> &family, const char *result)
{
    return family.Add({{"result", result}});
}

prometheus::Family<prometheus::Counter> &attempts(prometheus::Registry &registry)
{
    return prometheus::BuildCounter()
        .Name("crossfade_alert_deliveries_total")
        .Help("Attempts to tell a channel of an alert, by what came of it")
        .Register(registry);
}

} // namespace

ChannelSender::ChannelSender(Store &store, prometheus::Registry &registry)
    : m_store(store)
    , m_sent(counter(attempts(registry), "sent"))
    , m_retried(counter(attempts(registry), "retried"))
    , m_failed(counter(attempts(registry), "failed"))
{
}

ChannelSender::~ChannelSender()
{
    stop();
}

void ChannelSender::start()
{
    for (std::size_t i = 0; i < Threads; ++i)
        m_threads.emplace_back([this](const std::stop_token &stop) { run(stop); });
}

void ChannelSender::stop()
{
    m_cancelled = true;
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_wake.notify_all();
    m_threads.clear();
}

void ChannelSender::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        Delivery delivery;
        if (takeNext(delivery)) {
            const std::string channel = delivery.channelId;
            attempt(std::move(delivery));
            const std::lock_guard lock(m_mutex);
            m_busy.erase(channel);
            continue;
        }
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, stop, Pause, [] { return false; });
    }
}

bool ChannelSender::takeNext(Delivery &delivery)
{
    const std::lock_guard lock(m_mutex);
    bool found = false;
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        auto due = channelrecords::due(db, m_store.environment().now(), LookedAt);
        if (!due) return fail(due.error());
        for (Delivery &one : *due) {
            if (found || m_busy.contains(one.channelId)) continue;
            delivery = std::move(one);
            found = true;
        }
        return {};
    });
    if (!read) logWarning("alerts to be told were not read", {{"error", read.error().message}});
    if (found) m_busy.insert(delivery.channelId);
    return found;
}

void ChannelSender::attempt(Delivery delivery)
{
    Result<Channel> channel = fail(ErrorKind::NotFound, "");
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        channel = channelrecords::find(db, delivery.channelId);
        return {};
    });
    if (!read || !channel) return; // deleted meanwhile, and the delivery with it
    const Result<void> sent = send(*channel, delivery.alert, delivery.occasion, delivery.id);
    if (!sent && m_cancelled) return; // not the channel's fault: tried again after the start
    if (const auto noted = note(delivery, sent); !noted)
        logError("a delivery was not noted: the alert may be told twice", {{"error", noted.error().message}});
}

Result<void> ChannelSender::send(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id) const
{
    const Instant now = m_store.environment().now();
    if (channel.kind == ChannelKind::Email) {
        const MailServer server{channel.server,  channel.security, channel.user, channel.secret,
                                std::chrono::seconds(10), &m_cancelled};
        return sendMail(server, mailOf(channel, alert, occasion, id, now));
    }
    FetchRequest request = webhookRequest(channel, alert, occasion, now);
    request.cancelled = &m_cancelled;
    const auto answer = fetch(request);
    if (!answer) return fail(answer.error());
    const std::string refusal = refusalOf(channel, *answer);
    if (!refusal.empty()) return fail(ErrorKind::Unavailable, refusal);
    return {};
}

Result<void> ChannelSender::note(Delivery &delivery, const Result<void> &sent)
{
    const auto done = m_store.writeAndWait(Sender, [&](WriteTransaction &tx) -> Result<Json> {
        Delivery after = delivery;
        ++after.attempts;
        after.error = sent ? std::string() : recordedError(sent.error().message);
        const auto pause = nextAttemptAfter(after.attempts);
        after.state = sent ? "SENT" : pause ? "PENDING" : "FAILED";
        after.nextAttemptAt = after.state == "PENDING" ? std::optional(tx.now() + *pause) : std::nullopt;
        if (after.state != "PENDING") after.finishedAt = tx.now();
        if (auto stored = channelrecords::finish(tx.db(), after); !stored) return fail(stored.error());
        if (after.state == "FAILED") {
            AlertDraft draft{"CHANNEL_FAILED", "MEDIUM", "a channel could not be told: " + after.error,
                             Json{{"alert", after.alert.value("id", std::string())}}, "channel", after.channelId,
                             "channel:" + after.channelId};
            if (auto raised = alertrecords::raise(tx, draft); !raised) return fail(raised.error());
        }
        delivery = std::move(after);
        return Json();
    });
    if (!done) return fail(done.error());
    (delivery.state == "SENT" ? m_sent : delivery.state == "PENDING" ? m_retried : m_failed).Increment();
    return {};
}

} // namespace crossfade
