// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/channelsender.h"

#include "app/router/alertrecords.h"
#include "app/router/channelalerts.h"
#include "app/service/log.h"

#include <algorithm>
#include <utility>

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

// 1, 2, 4, … 32 s.
Seconds noteAgainAfter(int failures)
{
    return Seconds(1) * (1 << std::min(failures - 1, 5));
}

} // namespace

ChannelSender::ChannelSender(Store &store, const Leadership &leadership, prometheus::Registry &registry,
                             std::string caFile)
    : m_store(store)
    , m_leadership(leadership)
    , m_caFile(std::move(caFile))
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
        Outcome outcome;
        if (takeUnnoted(outcome) || (takeNext(outcome) && attempt(outcome))) {
            settle(std::move(outcome));
            continue;
        }
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, stop, Pause, [] { return false; });
    }
}

bool ChannelSender::takeUnnoted(Outcome &outcome)
{
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(m_mutex);
    const auto due = std::ranges::find_if(m_unnoted, [&](const auto &entry) { return entry.second.again <= now; });
    if (due == m_unnoted.end()) return false;
    outcome = std::move(due->second);
    m_unnoted.erase(due);
    return true;
}

bool ChannelSender::takeNext(Outcome &taken)
{
    taken.term = m_leadership.term();
    if (taken.term == 0) return false;
    const std::lock_guard lock(m_mutex);
    bool found = false;
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        auto due = channelrecords::due(db, m_store.environment().now(), LookedAt);
        if (!due) return fail(due.error());
        for (Delivery &one : *due) {
            if (found || m_busy.contains(one.channelId)) continue;
            taken.delivery = std::move(one);
            found = true;
        }
        return {};
    });
    if (!read) logWarning("alerts to be told were not read", {{"error", read.error().message}});
    if (found) m_busy.insert(taken.delivery.channelId);
    return found;
}

// False: nothing was sent, and nothing is to be noted.
bool ChannelSender::attempt(Outcome &outcome)
{
    const Delivery &delivery = outcome.delivery;
    Result<Channel> channel = fail(ErrorKind::NotFound, "");
    bool known = false; // what it would only remind of
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        channel = channelrecords::find(db, delivery.channelId);
        if (delivery.occasion != Occasion::Reminded) return {};
        const auto acknowledged = alertrecords::isAcknowledged(db, delivery.alert.value("id", std::string()));
        if (!acknowledged) return fail(acknowledged.error());
        known = *acknowledged;
        return {};
    });
    const auto letGo = [&] {
        const std::lock_guard lock(m_mutex);
        m_busy.erase(delivery.channelId);
        return false;
    };
    if (!read) return letGo();
    const auto notTried = [&](const std::string &why) {
        outcome.notTried = true;
        outcome.error = recordedError(why);
        return true;
    };
    // Deleted meanwhile, and the delivery with it; or written by a later version.
    if (!channel) return notTried(channel.error().message);
    if (!channel->active) return notTried(channelrecords::SwitchedOff);
    if (known) return notTried("not told again: it was acknowledged meanwhile");
    const Result<std::string> sent = send(*channel, delivery.alert, delivery.occasion, delivery.id);
    if (!sent && m_cancelled) return letGo(); // not the channel's fault: tried again after the start
    outcome.sent = sent.has_value();
    outcome.error = recordedError(sent ? *sent : sent.error().message);
    if (!sent) {
        outcome.refusedForGood = sent.error().kind == ErrorKind::Invalid;
    }
    return true;
}

// What was sent must not be sent again because the store stands still: only the note is repeated.
void ChannelSender::settle(Outcome outcome)
{
    const auto noted = isAnothers(outcome) ? Result<void>() : note(outcome);
    const std::lock_guard lock(m_mutex);
    const std::string channel = outcome.delivery.channelId;
    if (noted) {
        m_busy.erase(channel);
        return;
    }
    const Seconds pause = noteAgainAfter(++outcome.failures);
    logError("what came of telling a channel was not noted yet",
             {{"channel", channel}, {"error", noted.error().message}, {"again_in_seconds", std::to_string(pause.count())}});
    outcome.again = std::chrono::steady_clock::now() + pause;
    m_unnoted.insert_or_assign(channel, std::move(outcome));
}

// Another leads since and tells of it itself. Whoever was elected again goes on under its new term: the row
// says whether another was faster.
bool ChannelSender::isAnothers(Outcome &outcome) const
{
    const std::int64_t term = m_leadership.term();
    if (term != 0) outcome.term = std::max(outcome.term, term);
    return term == 0 && m_leadership.knownTerm() > outcome.term;
}

Result<std::string> ChannelSender::send(const Channel &channel, const Json &alert, Occasion occasion, const std::string &id) const
{
    const Instant now = m_store.environment().now();
    if (channel.kind == ChannelKind::Email) {
        const MailServer server{channel.server, channel.security,         channel.user, channel.secret,
                                m_caFile,       std::chrono::seconds(10), &m_cancelled};
        const auto sent = sendMail(server, mailOf(channel, alert, occasion, id, now));
        if (!sent) return fail(sent.error());
        return missedText(sent->refused);
    }
    FetchRequest request = webhookRequest(channel, alert, occasion, now);
    request.caFile = m_caFile;
    request.cancelled = &m_cancelled;
    const auto answer = fetch(request);
    if (!answer) return fail(answer.error());
    const std::string refusal = refusalOf(channel, *answer);
    if (!refusal.empty()) return fail(refusesForGood(channel, *answer) ? ErrorKind::Invalid : ErrorKind::Unavailable, refusal);
    return std::string();
}

Result<void> ChannelSender::note(const Outcome &outcome)
{
    std::string state;
    const auto work = [&](WriteTransaction &tx) -> Result<Json> {
        Delivery after = outcome.delivery;
        if (!outcome.notTried) ++after.attempts;
        after.error = outcome.error;
        const auto pause = outcome.notTried ? std::nullopt : nextAttemptAfter(after.attempts, outcome.refusedForGood);
        after.state = outcome.sent ? "SENT" : pause ? "PENDING" : "FAILED";
        after.nextAttemptAt = after.state == "PENDING" ? std::optional(tx.now() + *pause) : std::nullopt;
        if (after.state != "PENDING") after.finishedAt = tx.now();
        const auto stored = channelrecords::finish(tx.db(), after, outcome.delivery.attempts);
        if (!stored) return fail(stored.error());
        if (!*stored) return Json(); // deleted, or noted by another
        // Of a channel that cannot be read an alert of its own tells; what people wanted so is no failure.
        if (after.state == "FAILED" && !outcome.notTried) {
            if (auto raised = channelalerts::raiseFailed(tx, after); !raised) return fail(raised.error());
        }
        state = after.state;
        return Json();
    };
    const auto done = writeLeading(m_store, m_leadership, outcome.term, Sender, work);
    if (!done) return fail(done.error());
    if (!state.empty() && !outcome.notTried) (state == "SENT" ? m_sent : state == "PENDING" ? m_retried : m_failed).Increment();
    return {};
}

} // namespace crossfade
