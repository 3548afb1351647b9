// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"
#include "models/session/connection.h"

#include <QObject>
#include <QString>

#include <deque>
#include <optional>

namespace crossfade {

// One line of what happened: "shift logins 20 → 25 %", "operator-1 · “step 5 of 10”".
struct ActivityLine {
    Instant at;
    QString text;
    QString detail;
    bool alarm = false;
    bool operator==(const ActivityLine &) const = default;
};

// The line an event of either service makes; none for those that say nothing to a person.
std::optional<ActivityLine> activityOf(const ServerEvent &event, Instant now);

// What happened since the console started, newest first: events of the services and what the
// console itself has to say.
class ActivitySession : public QObject {
    Q_OBJECT
public:
    explicit ActivitySession(Connection *connection, QObject *parent = nullptr);

    const std::deque<ActivityLine> &lines() const { return m_lines; }

Q_SIGNALS:
    void changed();

private:
    void add(const ActivityLine &line);

    std::deque<ActivityLine> m_lines;
};

} // namespace crossfade
