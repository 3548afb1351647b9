// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/assignment.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// Who gets which repair to see to: the stored list, read and replaced as a whole.
class AssignmentRulesSession : public QObject {
    Q_OBJECT
public:
    struct Stored {
        std::vector<AssignmentRule> rules;
        std::string changedBy;
        std::string version;
    };

    explicit AssignmentRulesSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isKnown() const { return m_known; }
    bool isStale() const;
    qint64 ageMs() const;
    QString obstacle() const; // to save: operator, admin
    const Stored &stored() const { return m_stored; }

    void refresh();
    // Made from `version`. Stale where somebody stored another list since: that one is known by then.
    using Saved = std::function<void(const Result<void> &)>;
    void save(const std::vector<AssignmentRule> &rules, const std::string &version, const QString &reason,
              QObject *context, Saved done);

Q_SIGNALS:
    void changed();
    void storedChanged(); // another list than before

private:
    void read(std::function<void()> then);
    void take(const RestReply &reply);

    Connection *m_connection;
    Stored m_stored;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    bool m_known = false;
    bool m_asked = false; // somebody looks at it
    int m_generation = 0;
};

} // namespace crossfade
