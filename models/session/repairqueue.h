// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/repairssession.h"

#include <QObject>
#include <QPointer>

#include <string>
#include <vector>

namespace crossfade {

// The same order for many tasks, one after the other: what was chosen by hand is no filter that the comparator
// could decide on at once. It stops where no answer comes: nobody knows what became of that one.
class RepairQueue : public QObject {
    Q_OBJECT
public:
    struct Refusal {
        std::string id;
        QString what;  // "user 204118"
        QString text;
    };

    explicit RepairQueue(RepairsSession *session, QObject *parent = nullptr);

    void start(std::vector<std::string> ids, const RepairOrder &order);
    void stop(); // after the one that is on its way
    bool isRunning() const { return m_running; }
    int total() const { return static_cast<int>(m_ids.size()); }
    int done() const { return m_done; }
    int left() const { return total() - static_cast<int>(m_at); } // not asked for
    const std::vector<Refusal> &refusals() const { return m_refusals; }

Q_SIGNALS:
    void progressed();
    void finished();

private:
    void next();
    void onAnswer(const std::string &id, const Result<RepairRow> &row);
    void end();

    QPointer<RepairsSession> m_session;
    RepairOrder m_order;
    std::vector<std::string> m_ids;
    std::size_t m_at = 0;
    int m_done = 0;
    std::vector<Refusal> m_refusals;
    bool m_running = false;
    bool m_stopping = false;
};

} // namespace crossfade
