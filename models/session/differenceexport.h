// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/connection.h"

#include <QObject>

namespace crossfade {

// One export of differences at a time; the file is written whole or not at all.
class DifferenceExport : public QObject {
    Q_OBJECT
public:
    explicit DifferenceExport(Connection *connection, QObject *parent = nullptr);

    QString obstacle() const;
    void start(const RestCall &call, const QString &file); // the call says what of
    void cancel();
    bool isRunning() const { return m_running != nullptr; }
    qint64 received() const { return m_received; }

Q_SIGNALS:
    void changed();
    void exported(const QString &file, qint64 bytes);
    void failed(const QString &why);

private:
    void write(const QString &file, const QByteArray &bytes);

    Connection *m_connection;
    QObject *m_running = nullptr; // the call ends when it goes
    qint64 m_received = 0;
};

} // namespace crossfade
