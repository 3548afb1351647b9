// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/items/historyrow.h"
#include "models/metrics/decimation.h"
#include "models/session/connection.h"

#include <QObject>

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// What the overview draws beside the measured series: what happened to the shifts, and how the
// consistency of each check went.
class OverviewSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t MostEvents = 500;

    explicit OverviewSession(Connection *connection, QObject *parent = nullptr);

    struct Consistency {
        std::string name;
        double threshold = 0;
        std::vector<TimedValue> points; // ms since 1970, percent, oldest first
    };
    // Of all policies, oldest first.
    const std::vector<HistoryRow> &events() const { return m_events; }
    const std::vector<Consistency> &consistency() const { return m_consistency; }
    bool isLoaded() const { return m_loaded; }
    const Error *error() const { return m_failed ? &m_error : nullptr; }
    bool isStale() const;
    qint64 ageMs() const { return m_connection->ageMs(ServiceName::Router); } // since it was last heard
    void refresh();

Q_SIGNALS:
    void changed();

private:
    void readPolicies();
    void readHistory(const std::string &policyId, const std::string &policyName);
    void readChecks();
    void onEvent(ServiceName service, const ServerEvent &event);
    void put(HistoryRow row);

    Connection *m_connection;
    std::vector<HistoryRow> m_events;
    std::vector<Consistency> m_consistency;
    Error m_error;
    bool m_loaded = false;
    bool m_failed = false;
};

} // namespace crossfade
