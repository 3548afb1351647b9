// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairmodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

enum class RepairAct { Approve, Reject, Assign, Execute, Undo };

// What is asked of a repair task. Fields that do not belong to the act are left alone.
struct RepairOrder {
    RepairAct act = RepairAct::Approve;
    QString reason;
    std::optional<Instant> executeAt;            // Approve; none: at once
    QString person, role;                        // Assign: one of the two
    std::optional<std::int64_t> confirmDeletes;  // Execute, Undo: as many deletions of the mapping are open
};

// The repair tasks and the commands on them.
class RepairsSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t MaxTasks = 100'000;

    explicit RepairsSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    RepairModel *model() { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    qint64 ageMs() const; // since the comparator was last heard
    std::int64_t leftOut() const { return m_leftOut; } // older tasks than the MaxTasks that were read
    QString assignObstacle() const;   // operator
    QString decisionObstacle() const; // approver
    // Of this task: also where it asks for a second person.
    QString decisionObstacle(const RepairRow &row) const;
    QString subject() const; // of the comparator's token
    InboxOwner owner() const;
    std::array<int, RepairInboxCount> counts() const;

    void refresh();
    void look(const QString &id); // the preview of one task
    const std::optional<RepairPreview> &preview() const { return m_preview; }
    // Its end is told by done() or failed().
    void act(const QString &id, const RepairOrder &order);
    // Its end goes to `done`, once and while `context` lives, and to nobody else. Conflict where another command
    // on the task is on its way.
    using Acted = std::function<void(const Result<RepairRow> &)>;
    void act(const QString &id, const RepairOrder &order, QObject *context, Acted done);
    // A command on this task is on its way: another one waits for its answer.
    bool isDeciding(const QString &id) const { return m_deciding.contains(id); }

    void approve(const QString &id, const QString &reason) { act(id, {RepairAct::Approve, reason, {}, {}, {}, {}}); }
    void reject(const QString &id, const QString &reason) { act(id, {RepairAct::Reject, reason, {}, {}, {}, {}}); }
    // FAILED and STALE: again, after a fresh look
    void execute(const QString &id) { act(id, {RepairAct::Execute, {}, {}, {}, {}, {}}); }

Q_SIGNALS:
    void changed();
    void taskChanged(const QString &id);
    void previewChanged();
    void done(const QString &what);
    void failed(const QString &what, const crossfade::Error &error);
    // The comparator does not delete before somebody has confirmed how much.
    void deletionsAsked(const QString &id, const crossfade::DeletionStop &stop);

private:
    void askWho();
    void loadPage(const QString &cursor, int generation);
    void onPage(const Result<RestReply> &reply, int generation);
    void endReading();
    void take(const RepairRow &row);
    void changedSoon();

    Connection *m_connection;
    RepairModel m_model;
    std::vector<RepairRow> m_loading;
    std::vector<RepairRow> m_meanwhile; // told while the pages were read: newer than those
    bool m_reading = false;
    std::int64_t m_leftOut = 0;
    QSet<QString> m_deciding;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    int m_generation = 0;
    std::string m_lookedAt;
    std::optional<RepairPreview> m_preview;
    QString m_subject;
    QTimer m_soon; // a decision on a thousand tasks is told by as many events
};

} // namespace crossfade
