// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairmodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>
#include <QSet>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// The repair tasks and the commands on them.
class RepairsSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t MaxTasks = 20'000;

    explicit RepairsSession(Connection *connection, QObject *parent = nullptr);

    RepairModel *model() { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    qint64 ageMs() const; // since the comparator was last heard
    QString assignObstacle() const;   // operator
    QString decisionObstacle() const; // approver
    QString subject() const;
    std::array<int, RepairInboxCount> counts() const;

    void refresh();
    void look(const QString &id); // the preview of one task
    const std::optional<RepairPreview> &preview() const { return m_preview; }
    void approve(const QString &id, const QString &reason);
    void reject(const QString &id, const QString &reason);
    void assign(const QString &id, const QString &to, const QString &reason);
    void execute(const QString &id); // FAILED and STALE: again, after a fresh look
    // A command on this task is on its way: another one waits for its answer.
    bool isDeciding(const QString &id) const { return m_deciding.contains(id); }

Q_SIGNALS:
    void changed();
    void taskChanged(const QString &id);
    void previewChanged();
    void done(const QString &what);
    void failed(const QString &what, const crossfade::Error &error);

private:
    void loadPage(const QString &cursor, int generation);
    void act(const QString &id, const char *verb, Json body, const QString &done);
    void endReading();
    void take(const RepairRow &row);

    Connection *m_connection;
    RepairModel m_model;
    std::vector<RepairRow> m_loading;
    std::vector<RepairRow> m_meanwhile; // told while the pages were read: newer than those
    bool m_reading = false;
    QSet<QString> m_deciding;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    int m_generation = 0;
    std::string m_lookedAt;
    std::optional<RepairPreview> m_preview;
};

} // namespace crossfade
