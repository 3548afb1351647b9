// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/loadgenerator.h"

#include "models/core/time.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MaxGathered = 500;
constexpr int MaxAsked = 3;

Instant wallClock()
{
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

Json questionsOf(const std::vector<LoadMix::Draw> &draws, const std::string &systemId)
{
    Json requests = Json::array();
    for (const LoadMix::Draw &draw : draws)
        requests.push_back(
            {{"user_id", userId(draw.user)}, {"system_id", systemId}, {"operation", "read"}});
    return {{"requests", std::move(requests)}};
}

// What the router wants to know of the decision that led to a call.
Json decisionPart(const Json &decision)
{
    return {{"reason", decision.value("reason", Json())},
            {"policy_id", decision.value("policy_id", Json())},
            {"epoch", decision.value("epoch", Json(0))}};
}

std::optional<Platform> servingPlatform(const Json &decision)
{
    for (const char *field : {"platform", "primary"}) {
        const auto found = decision.find(field);
        if (found == decision.end() || !found->is_string()) continue;
        const auto platform = platformFromWord(found->get_ref<const std::string &>());
        if (platform && *platform != Platform::Both) return platform;
    }
    return std::nullopt;
}

} // namespace

LoadGenerator::LoadGenerator(Options options, const People &people, LoadSettings settings)
    : m_options(std::move(options))
    , m_people(people)
    , m_mix(people, m_options.seed)
    , m_settings(settings)
    , m_thread([this] { run(); })
{
}

LoadGenerator::~LoadGenerator()
{
    m_stop = true;
    m_loop.wake();
    m_thread.join();
}

LoadSettings LoadGenerator::settings() const
{
    const std::lock_guard lock(m_mutex);
    return m_settings;
}

void LoadGenerator::set(LoadSettings settings)
{
    {
        const std::lock_guard lock(m_mutex);
        m_settings = settings;
    }
    m_loop.wake();
}

LoadCounts LoadGenerator::counts() const
{
    const std::lock_guard lock(m_mutex);
    return m_counts;
}

template <class Change>
void LoadGenerator::count(Change change)
{
    const std::lock_guard lock(m_mutex);
    change(m_counts);
}

void LoadGenerator::run()
{
    while (!m_stop) {
        drawDue();
        askDue();
        reportDue();
        const auto wait = std::chrono::ceil<Milliseconds>(untilNext());
        m_loop.poll(std::clamp(wait, Milliseconds(0), Milliseconds(200)));
        count([this](LoadCounts &counts) {
            counts.inFlight = m_loop.inFlight();
            counts.dropped = m_observations.dropped();
        });
    }
}

LoadGenerator::Clock::duration LoadGenerator::untilNext() const
{
    Clock::time_point next = std::min(m_nextReport, m_nextDraw);
    if (!m_gathering.empty()) next = std::min(next, std::max(m_gatherUntil, m_askAgainAt));
    return next - Clock::now();
}

void LoadGenerator::drawDue()
{
    const LoadSettings now = settings();
    const Clock::time_point at = Clock::now();
    if (now.rate <= 0) {
        m_nextDraw = at + std::chrono::milliseconds(200);
        return;
    }
    const auto gap =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / now.rate));
    // After a pause (a stopped process, a lower rate) nothing is made up for.
    if (at - m_nextDraw > std::chrono::seconds(1) || m_nextDraw - at > gap) m_nextDraw = at;
    for (; m_nextDraw <= at; m_nextDraw += gap) {
        if (m_gathering.empty()) m_gatherUntil = at + GatherLimit;
        const LoadMix::Draw draw = m_mix.next(std::min(now.users, m_options.knownUsers));
        const bool takesIt = m_gathering.size() < MaxGathered && at >= m_askAgainAt;
        if (takesIt) m_gathering.push_back({draw});
        count([takesIt](LoadCounts &counts) {
            ++counts.drawn;
            if (!takesIt) ++counts.undecided;
        });
    }
}

void LoadGenerator::askDue()
{
    const Clock::time_point at = Clock::now();
    if (m_gathering.empty() || at < m_gatherUntil || at < m_askAgainAt) return;
    std::vector<Wanted> wanted = std::exchange(m_gathering, {});
    std::vector<LoadMix::Draw> draws;
    for (Wanted &one : wanted) {
        ++one.asked;
        draws.push_back(one.draw);
    }
    OutgoingCall call{"POST", m_options.router + "/api/v1/decisions",
                      dumpJson(questionsOf(draws, m_options.systemId)), m_options.token,
                      Milliseconds(1'000)};
    const bool started = m_loop.start(std::move(call), [this, wanted](const CallOutcome &outcome) {
        onDecisions(wanted, outcome);
    });
    if (!started) giveUp(std::move(wanted));
}

void LoadGenerator::giveUp(std::vector<Wanted> wanted)
{
    count(
        [&](LoadCounts &counts) { counts.undecided += static_cast<std::int64_t>(wanted.size()); });
}

void LoadGenerator::onDecisions(std::vector<Wanted> wanted, const CallOutcome &outcome)
{
    const Result<Json> answer = outcome.status == 200
                                    ? parseJson(outcome.body)
                                    : Result<Json>(fail(ErrorKind::Unavailable, ""));
    const Json *decisions = answer && answer->is_object() && answer->contains("decisions")
                                ? &answer->at("decisions")
                                : nullptr;
    if (!decisions || !decisions->is_array() || decisions->size() != wanted.size()) {
        m_askAgainAt = Clock::now() + RetryInterval;
        return giveUp(std::move(wanted));
    }
    const bool stale = outcome.took > StaleLimit;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (!stale) {
            callPlatform(wanted[i], (*decisions)[i]);
        } else if (wanted[i].asked < MaxAsked && m_gathering.size() < MaxGathered) {
            m_gathering.push_back(wanted[i]);
        } else {
            giveUp({wanted[i]});
        }
    }
}

void LoadGenerator::callPlatform(const Wanted &wanted, const Json &decision)
{
    const auto platform = decision.is_object() ? servingPlatform(decision) : std::nullopt;
    if (!platform) return giveUp({wanted});
    const std::string &base = *platform == Platform::New ? m_options.newPlatform : m_options.legacy;
    OutgoingCall call;
    if (wanted.draw.signIn) {
        call.method = "POST";
        call.url = base + "/login";
        call.body = dumpJson({{"user_id", userId(wanted.draw.user)},
                              {"password", m_people.password(wanted.draw.user)}});
    } else {
        call.url = base + "/users/" + userId(wanted.draw.user);
    }
    const bool started =
        m_loop.start(std::move(call), [this, wanted, platform,
                                       part = decisionPart(decision)](const CallOutcome &outcome) {
            onCalled(wanted, *platform, part, outcome);
        });
    if (!started) giveUp({wanted});
}

void LoadGenerator::onCalled(const Wanted &wanted, Platform platform, const Json &decision,
                             const CallOutcome &outcome)
{
    const bool ok = outcome.status == 200;
    const double latencyMs = static_cast<double>(outcome.took.count()) / 1'000;
    // No answer is reported as what a gateway in between would have said.
    const int status = outcome.status != 0 ? outcome.status : (outcome.timedOut ? 504 : 502);
    const Instant at = wallClock();
    Json observation{{"at", formatInstant(at)},
                     {"platform", platformWord(platform)},
                     {"system_id", m_options.systemId},
                     {"user_id", userId(wanted.draw.user)},
                     {"decision", decision},
                     {"status", status},
                     {"latency_ms", latencyMs},
                     {"ok", ok}};
    m_observations.add(at, observation);
    if (wanted.draw.signIn && m_mix.asksForScore()) {
        for (const char *field : {"status", "latency_ms", "ok"})
            observation.erase(field);
        observation["metric"] = "user_satisfaction";
        observation["value"] = m_mix.satisfaction(ok, latencyMs);
        m_observations.add(at, std::move(observation));
    }
    count([&](LoadCounts &counts) {
        ++(platform == Platform::New ? counts.toNew : counts.toLegacy);
        counts.failed += ok ? 0 : 1;
        counts.timedOut += outcome.timedOut ? 1 : 0;
    });
}

void LoadGenerator::reportDue()
{
    const Clock::time_point at = Clock::now();
    if (at < m_nextReport) return;
    m_nextReport = at + ReportInterval;
    if (m_reporting || m_observations.size() == 0) return;
    auto batch = m_observations.take(wallClock());
    if (batch.empty()) return;
    OutgoingCall call{"POST", m_options.router + "/api/v1/observations",
                      ObservationQueue::body(batch), m_options.token, Milliseconds(2'000)};
    m_reporting = m_loop.start(std::move(call), [this, batch](const CallOutcome &outcome) {
        m_reporting = false;
        // A refusal (4xx) would be refused again; anything else is tried again with what came
        // since.
        const bool again = outcome.status == 0 || outcome.status >= 500;
        if (again) return m_observations.putBack(batch, wallClock());
        count([&](LoadCounts &counts) {
            (outcome.status == 202 ? counts.reported : counts.refused) +=
                static_cast<std::int64_t>(batch.size());
        });
    });
    if (!m_reporting) m_observations.putBack(std::move(batch), wallClock());
}

} // namespace crossfade
