// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/promprovider.h"

#include "app/service/crypto.h"
#include "app/service/fetch.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr int AtOnce = 2; // queries of one source
constexpr std::size_t QueryThreads = AtOnce * metricsources::Most;
constexpr std::size_t LargestAnswer = 256 << 10;
constexpr std::chrono::seconds Slack{1};     // for the scheduler, when an answer's age is judged
constexpr std::chrono::seconds LongestNap{10};

PromAnswer promError(std::string error)
{
    PromAnswer answer;
    answer.error = std::move(error);
    return answer;
}

// application/x-www-form-urlencoded: whatever the expression holds stays in its parameter.
std::string formEncoded(std::string_view text)
{
    static constexpr std::string_view Digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += Digits[byte >> 4U];
            encoded += Digits[byte & 15U];
        }
    }
    return encoded;
}

PromAnswer askSource(const MetricSource &source, const std::string &expression, const std::atomic<bool> &cancelled)
{
    const Result<std::string> secret = referencedSecret(source.secret);
    if (!secret) return promError(secret.error().message);
    if (std::ranges::any_of(*secret, [](unsigned char c) { return c < ' ' || c == 0x7F; }))
        return promError("its secret holds a character that cannot be sent");
    FetchRequest request;
    request.method = "POST";
    request.url = source.url + "/api/v1/query";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    if (source.user.empty())
        request.bearer = *secret;
    else
        request.headers.emplace_back("Authorization", "Basic " + base64(source.user + ":" + *secret));
    // The server's own limit too: it must not go on working for nobody.
    request.body = "query=" + formEncoded(expression) + "&timeout=" + std::to_string(source.timeoutSeconds) + "s";
    request.timeout = std::chrono::seconds(source.timeoutSeconds);
    request.maxAnswerBytes = LargestAnswer;
    request.cancelled = &cancelled;
    const Result<FetchAnswer> answer = fetch(request);
    return answer ? readPromAnswer(answer->status, answer->body) : promError(answer.error().message);
}

} // namespace

PromProvider::PromProvider(prometheus::Registry &registry)
    : m_counts(prometheus::BuildCounter()
                   .Name("crossfade_metric_queries_total")
                   .Help("Queries sent to metric sources, by what came of them")
                   .Register(registry))
    , m_times(prometheus::BuildHistogram()
                  .Name("crossfade_metric_query_duration_seconds")
                  .Help("Time a metric source took to answer a query")
                  .Register(registry))
{
}

PromProvider::~PromProvider()
{
    stop();
}

void PromProvider::start()
{
    for (std::size_t i = 0; i < QueryThreads; ++i)
        m_threads.emplace_back([this](const std::stop_token &stop) { run(stop); });
}

void PromProvider::stop()
{
    m_stopping = true;
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_wake.notify_all();
    m_threads.clear(); // joins
}

void PromProvider::forget(const Peer &peer)
{
    m_counts.Remove(peer.good);
    m_counts.Remove(peer.failed);
    m_times.Remove(peer.times);
}

void PromProvider::setSources(std::vector<MetricSource> sources)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_peers, [&](auto &entry) {
        const bool stays = std::ranges::find(sources, entry.first, &MetricSource::name) != sources.end();
        if (!stays) forget(entry.second);
        return !stays;
    });
    for (MetricSource &source : sources) {
        Peer &peer = m_peers[source.name];
        if (!peer.good) {
            peer.good = &m_counts.Add({{"source", source.name}, {"result", "ok"}});
            peer.failed = &m_counts.Add({{"source", source.name}, {"result", "error"}});
            peer.times = &m_times.Add({{"source", source.name}},
                                      prometheus::Histogram::BucketBoundaries{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                                                              0.5, 1, 2.5, 5});
        } else if (peer.source == source) {
            continue;
        }
        peer.generation = ++m_generation;
        for (auto &[query, entry] : m_entries) {
            if (query.source == source.name) entry.answer.reset();
        }
        peer.source = std::move(source);
    }
    m_wake.notify_all();
}

void PromProvider::addTo(Watched &watched, const Guard &guard, std::int64_t intervalSeconds)
{
    using std::chrono::milliseconds;
    if (guard.metric != Metric::Promql) return;
    const std::chrono::seconds least(std::min(intervalSeconds, guard.windowSeconds));
    const auto period = std::clamp<milliseconds>(milliseconds(least) / 2, milliseconds(500), milliseconds(10'000));
    for (const std::string &expression : {guard.expression, guard.samplesExpression}) {
        if (expression.empty()) continue;
        const auto [place, isNew] = watched.try_emplace({guard.source, expression}, period);
        place->second = std::min(place->second, period);
    }
}

PromProvider::Watched PromProvider::allWatched() const
{
    Watched all;
    for (const auto &[who, watched] : m_watched) {
        for (const auto &[query, period] : watched) {
            const auto [place, isNew] = all.try_emplace(query, period);
            place->second = std::min(place->second, period);
        }
    }
    return all;
}

void PromProvider::watch(const Watched &asked, Watcher who)
{
    const std::lock_guard lock(m_mutex);
    m_watched[who] = asked;
    const Watched watched = allWatched();
    bool changed = std::erase_if(m_entries, [&](const auto &entry) { return !watched.contains(entry.first); }) > 0;
    for (const auto &[query, period] : watched) {
        const auto [place, isNew] = m_entries.try_emplace(query);
        changed = changed || isNew || place->second.period != period;
        if (isNew)
            place->second.due = Clock::now();
        else
            place->second.due = std::min(place->second.due, Clock::now() + period);
        place->second.period = period;
    }
    if (changed) m_wake.notify_all();
}

// The one that is due first among those that may be asked.
std::map<PromProvider::Query, PromProvider::Entry>::iterator PromProvider::nextEntry()
{
    auto best = m_entries.end();
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it) {
        const auto peer = m_peers.find(it->first.source);
        if (it->second.asking || peer == m_peers.end() || peer->second.underWay >= AtOnce) continue;
        if (best == m_entries.end() || it->second.due < best->second.due) best = it;
    }
    return best;
}

bool PromProvider::isDue()
{
    const auto entry = nextEntry();
    return entry != m_entries.end() && entry->second.due <= Clock::now();
}

PromProvider::Job PromProvider::take(std::map<Query, Entry>::iterator entry)
{
    Peer &peer = m_peers.at(entry->first.source);
    entry->second.asking = true;
    ++peer.underWay;
    return {entry->first, peer.source, peer.generation};
}

void PromProvider::run(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        if (!isDue()) {
            const auto entry = nextEntry();
            auto until = Clock::now() + LongestNap;
            if (entry != m_entries.end()) until = std::min(until, entry->second.due);
            m_wake.wait_until(lock, stop, until, [this] { return isDue(); });
            continue;
        }
        const Job job = take(nextEntry());
        lock.unlock();
        const auto begun = Clock::now();
        PromAnswer answer = askSource(job.source, job.query.expression, m_stopping);
        lock.lock();
        keep(job, std::move(answer), begun);
        m_wake.notify_all();
    }
}

void PromProvider::keep(const Job &job, PromAnswer answer, Clock::time_point begun)
{
    const auto now = Clock::now();
    const auto peer = m_peers.find(job.query.source);
    const auto entry = m_entries.find(job.query);
    if (entry != m_entries.end()) {
        entry->second.asking = false;
        entry->second.due = std::max(now, begun + entry->second.period);
    }
    if (peer == m_peers.end()) return;
    peer->second.underWay = std::max(0, peer->second.underWay - 1); // it may be another of the same name
    (answer.error.empty() ? peer->second.good : peer->second.failed)->Increment();
    peer->second.times->Observe(std::chrono::duration<double>(now - begun).count());
    if (peer->second.generation != job.generation || entry == m_entries.end()) return;
    entry->second.answer = std::move(answer);
    entry->second.askedAt = begun;
}

PromAnswer PromProvider::latest(const Query &query) const
{
    const auto peer = m_peers.find(query.source);
    if (peer == m_peers.end()) return promError("there is no such metric source");
    const auto entry = m_entries.find(query);
    if (entry == m_entries.end() || !entry->second.answer) return promError("not asked yet");
    const auto limit = entry->second.period + std::chrono::seconds(peer->second.source.timeoutSeconds) + Slack;
    if (Clock::now() - entry->second.askedAt > limit) return promError("no answer in time");
    return *entry->second.answer;
}

PromqlFact PromProvider::fact(const Guard &guard) const
{
    const std::lock_guard lock(m_mutex);
    PromqlFact fact{latest({guard.source, guard.expression}), std::nullopt};
    if (guard.countsSamples()) fact.samples = latest({guard.source, guard.samplesExpression});
    return fact;
}

Result<PromAnswer> PromProvider::ask(const Query &query) const
{
    MetricSource source;
    {
        const std::lock_guard lock(m_mutex);
        const auto peer = m_peers.find(query.source);
        if (peer == m_peers.end()) return invalid("/source", "is not a metric source");
        source = peer->second.source;
    }
    return askSource(source, query.expression, m_stopping);
}

} // namespace crossfade
