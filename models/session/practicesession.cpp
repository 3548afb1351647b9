// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/practicesession.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sandboxprocess.h"

#include <QDateTime>

namespace crossfade {

namespace {

constexpr int PollMs = 2'000;
constexpr std::array<const char *, PracticeSession::PlatformCount> Words{"LEGACY", "NEW"};

double numberAt(const Json &object, const char *field)
{
    const Json &value = jsonAt(object, field);
    return value.is_number() ? value.get<double>() : 0;
}

PracticeFaults faultsFrom(const Json &json)
{
    const Json &outage = jsonAt(json, "outage");
    return {numberAt(json, "error_rate"), static_cast<int>(numberAt(json, "latency_ms")),
            outage.is_boolean() && outage.get<bool>()};
}

} // namespace

PracticeSession::PracticeSession(SandboxProcess *sandbox, QObject *parent)
    : QObject(parent), m_sandbox(sandbox), m_client(QUrl())
{
    m_poll.setInterval(PollMs);
    connect(&m_poll, &QTimer::timeout, this, &PracticeSession::refresh);
    connect(m_sandbox, &SandboxProcess::changed, this, &PracticeSession::onSandbox);
    onSandbox();
}

void PracticeSession::onSandbox()
{
    const bool running = m_sandbox->state() == SandboxProcess::State::Running;
    if (running == m_running)
        return;
    m_running = running;
    ++m_generation;
    m_faults = {};
    m_rate.reset();
    m_error.reset();
    m_planted = 0;
    // Another start plants others: the same ones would already be there in a folder that was kept.
    m_seed = static_cast<quint64>(QDateTime::currentMSecsSinceEpoch() % 1'000'000);
    if (running) {
        const Json &control = jsonAt(m_sandbox->facts(), "control");
        m_client.setBase(QUrl(toText(jsonText(control, "url"))));
        m_client.setToken(QByteArray::fromStdString(jsonText(control, "token")));
        refresh();
    }
    Q_EMIT changed();
}

void PracticeSession::setWatched(bool watched)
{
    if (watched) {
        refresh();
        m_poll.start();
    } else {
        m_poll.stop();
    }
}

void PracticeSession::refresh()
{
    if (!m_running)
        return;
    RestCall call;
    call.path = QStringLiteral("/api/v1/sandbox/status");
    m_client.get(call).then(this, [this, generation = m_generation](const Result<RestReply> &reply) {
        if (generation != m_generation || !reply)
            return; // the next question will do
        take(reply->body);
        Q_EMIT changed();
    });
}

void PracticeSession::take(const Json &status)
{
    const Json &faults = jsonAt(status, "faults");
    for (int platform = 0; platform < PlatformCount; ++platform) {
        const Json &one = jsonAt(faults, Words[static_cast<std::size_t>(platform)]);
        auto &place = m_faults[static_cast<std::size_t>(platform)];
        place = one.is_object() ? std::optional(faultsFrom(one)) : std::nullopt;
    }
    m_rate = numberAt(jsonAt(status, "load"), "rate");
}

void PracticeSession::command(RestCall call, bool put, std::function<void(const Json &)> done)
{
    if (!m_running)
        return;
    const int generation = ++m_generation;
    const auto answered = [this, generation, done = std::move(done)](const Result<RestReply> &reply) {
        if (generation != m_generation)
            return;
        m_error = reply ? std::nullopt : std::optional(reply.error());
        if (reply)
            done(reply->body);
        else
            refresh(); // what holds, as the command did not
        Q_EMIT changed();
    };
    (put ? m_client.put(std::move(call)) : m_client.post(std::move(call))).then(this, answered);
}

void PracticeSession::setFaults(Platform platform, const PracticeFaults &faults)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/sandbox/faults/") + QLatin1String(Words[platform]);
    call.body = {{"error_rate", faults.errorRate}, {"latency_ms", faults.latencyMs}, {"outage", faults.outage}};
    command(std::move(call), true, [this, platform](const Json &now) { m_faults[platform] = faultsFrom(now); });
}

void PracticeSession::setRequestsPerSecond(double rate)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/sandbox/load");
    call.body = {{"rate", rate}};
    command(std::move(call), true, [this](const Json &now) { m_rate = numberAt(now, "rate"); });
}

void PracticeSession::plant(int count)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/sandbox/plant");
    call.body = {{"count", count}, {"kinds", Json::array()}, {"seed", m_seed + static_cast<quint64>(m_planted)}};
    command(std::move(call), false,
            [this](const Json &now) { m_planted += static_cast<int>(jsonAt(now, "planted").size()); });
}

} // namespace crossfade
