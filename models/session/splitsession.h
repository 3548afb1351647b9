// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/connection.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace crossfade {

// The measured share of requests that NEW answered in the last 60 s, and what the policies ask for:
// the strip of the frame.
class SplitSession : public QObject {
    Q_OBJECT
public:
    explicit SplitSession(Connection *connection, QObject *parent = nullptr);

    struct PolicyShare {
        QString id;
        QString name;
        double percentage = 0;
        QString state;
    };
    // None while nothing was measured, or the ticks stopped.
    std::optional<double> percentNew() const { return m_percentNew; }
    qint64 requests() const { return m_requests; }
    const std::vector<PolicyShare> &policies() const { return m_policies; }

Q_SIGNALS:
    void changed();

private:
    void onTick(const Json &data);
    void readNames();
    void nameThem();

    Connection *m_connection;
    QHash<QString, QString> m_names; // by policy id
    std::optional<double> m_percentNew;
    qint64 m_requests = 0;
    std::vector<PolicyShare> m_policies;
};

} // namespace crossfade
