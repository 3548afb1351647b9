// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairtally.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// One decision on all repair tasks that a filter finds. What it would be made on is asked of the comparator, as
// the comparator filters; the number somebody confirmed goes with the decision, and where it is another one by then
// nothing is done.
class RepairBulkSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::int64_t Most = 1'000; // with one decision

    explicit RepairBulkSession(Connection *connection, QObject *parent = nullptr);

    // Looks after a moment, so that typing is one question.
    void look(const RepairCriteria &criteria, RepairVerdict verdict, const InboxOwner &owner);
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    const RepairTally &tally() const { return m_tally; } // Ready only
    bool isTooMany() const { return m_tooMany; }         // more than Most are found, so they were not read

    bool isDeciding() const { return m_deciding; }
    // Of what was looked at, as `count` were confirmed.
    void decide(std::int64_t count, const QString &reason, std::optional<Instant> executeAt);

Q_SIGNALS:
    void changed();
    void decided(int count);
    // The number is another one by now: it is looked at anew.
    void countChanged(const QString &sentence);
    void failed(const crossfade::Error &error);

private:
    void start();
    void forget();
    void next();
    void onPage(const Result<RestReply> &reply);
    void onDecided(const Result<RestReply> &reply);

    Connection *m_connection;
    QTimer m_soon;
    RepairCriteria m_criteria;
    InboxOwner m_owner;
    RepairVerdict m_verdict = RepairVerdict::Approve;
    std::vector<const char *> m_statuses; // still to be asked for
    std::vector<RepairRow> m_rows;
    RepairTally m_tally;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    int m_generation = 0;
    bool m_looked = false;
    bool m_tooMany = false;
    bool m_deciding = false;
    // Of a decision nobody answered: asked for again it is the same one.
    QByteArray m_key;
    Json m_sent;
};

} // namespace crossfade
