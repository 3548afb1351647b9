// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/restclient.h"
#include "models/core/error.h"

#include <QObject>
#include <QTimer>

#include <array>
#include <functional>
#include <optional>

namespace crossfade {

class SandboxProcess;

// What goes wrong at a platform of the sandbox, by intent.
struct PracticeFaults {
    double errorRate = 0; // percent of requests answered 500
    int latencyMs = 0;    // added to every answer
    bool outage = false;
    bool operator==(const PracticeFaults &) const = default;
};

// Breaks the console's own sandbox, so that operators can see what guards, rollbacks and checks do before
// real users depend on it. Does nothing while no sandbox of this console runs.
class PracticeSession : public QObject {
    Q_OBJECT
public:
    enum Platform { Legacy, New, PlatformCount };

    explicit PracticeSession(SandboxProcess *sandbox, QObject *parent = nullptr);

    bool isRunning() const { return m_running; }
    // Nothing: the platform does not answer, or was not asked yet.
    const std::optional<PracticeFaults> &faults(Platform platform) const { return m_faults[platform]; }
    std::optional<double> requestsPerSecond() const { return m_rate; }
    int planted() const { return m_planted; } // since the sandbox started, by this console
    const Error *error() const { return m_error ? &*m_error : nullptr; } // of the last command

    void setFaults(Platform platform, const PracticeFaults &faults);
    void setRequestsPerSecond(double rate);
    void plant(int count);
    // Asks what holds now; while a page shows it, again and again.
    void setWatched(bool watched);
    void refresh();

Q_SIGNALS:
    void changed();

private:
    void onSandbox();
    void take(const Json &status);
    void command(RestCall call, bool put, std::function<void(const Json &)> done);

    SandboxProcess *m_sandbox;
    RestClient m_client;
    QTimer m_poll;
    std::array<std::optional<PracticeFaults>, PlatformCount> m_faults;
    std::optional<double> m_rate;
    std::optional<Error> m_error;
    int m_planted = 0;
    quint64 m_seed = 0;
    int m_generation = 0; // answers to what was asked before the last command are dropped
    bool m_running = false;
};

} // namespace crossfade
