// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/tourhands.h"
#include "models/core/json.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace crossfade {

class Console;

// What the steps of the tour share.
struct TourContext {
    TourHands &hands;
    Json facts;            // what the sandbox printed when it was ready; null before
    std::string policyId;
    std::string ruleUser;  // for whom a rule was added
    std::string entityId;  // whose difference is repaired
    QStringList notes;     // figures to print beside the step's outcome
    std::function<void(Json &)> readFacts;
};

struct TourStep {
    const char *name;
    void (*run)(TourContext &);
};
const std::vector<TourStep> &tourSteps();

// Performs the main job in the real windows, step by step, and says how each went. Ends the
// application with 0, or 1 if a step failed. A failed step does not stop those after it.
class Tour : public QObject {
    Q_OBJECT
public:
    Tour(Console *console, const QString &shots, QObject *parent = nullptr);
    ~Tour() override;
    void start();

private:
    void run(); // on a thread of its own: the windows go on living while it waits
    void shoot(int number, const char *name);
    void finish(int failed);

    Console *m_console;
    QString m_shots;
    std::atomic<bool> m_stop{false};
    std::atomic<bool> m_ended{false};
    std::thread m_thread;
};

} // namespace crossfade
