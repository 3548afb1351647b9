// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/checkmodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"
#include "models/session/runorder.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// The checks, their runs, and the commands on them.
class ConsistencySession : public QObject {
    Q_OBJECT
public:
    explicit ConsistencySession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    CheckModel *model() { return &m_model; }
    const std::vector<MappingRow> &mappings() const { return m_mappings; }
    bool mappingsAreRead() const { return m_mappingsAreRead; } // else none need not mean that there is none
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    qint64 ageMs() const; // since the comparator was last heard
    QString obstacle() const;      // to run, pause, cancel
    QString createObstacle() const; // to make a check

    void refresh();
    void run(const QString &checkId); // over all rows; what comes of it is told by runStarted() or failed()
    // Some rows. The answer is told to `done` while `asker` lives, and the run is shown in any case.
    using RunDone = std::function<void(const Result<void> &)>;
    void run(const QString &checkId, const RunOrder &order, QObject *asker, RunDone done);
    void cancel(const std::string &runId);
    void pause(const std::string &runId);
    void resume(const std::string &runId);
    // How many rows a second it may read from its next batch on; none: as fast as it goes.
    void setLimit(const RunRow &run, std::optional<std::int64_t> rowsPerSecond);

Q_SIGNALS:
    void changed();
    void runStarted(const QString &checkId);
    void runChanged(const crossfade::RunRow &run);
    void runFinished(const crossfade::RunRow &run);
    void failed(const QString &what, const crossfade::Error &error);

private:
    void onEvent(const ServerEvent &event);
    void refreshChecks();
    void refreshMappings();
    void takeRun(const RunRow &run);
    void act(const std::string &runId, const char *verb);

    Connection *m_connection;
    CheckModel m_model;
    QTimer m_again; // several finished runs are one refresh
    QTimer m_recount; // and many differences that were resolved one look at how many are open
    std::vector<MappingRow> m_mappings;
    bool m_mappingsAreRead = false;
    LoadPhase m_phase = LoadPhase::Idle;
    int m_generation = 0;
    Error m_error;
};

} // namespace crossfade
