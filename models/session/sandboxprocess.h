// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/session/connection.h"

#include <QDir>
#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <memory>

namespace crossfade {

// The sandbox that belongs to this console: started beside the program, waited for by its ready
// file, stopped with the console.
class SandboxProcess : public QObject {
    Q_OBJECT
public:
    enum class State { Stopped, Starting, Running, Failed };

    explicit SandboxProcess(QObject *parent = nullptr);
    ~SandboxProcess() override; // stops it

    void setProgram(const QString &file) { m_program = file; } // else beside this program
    void setArguments(const QStringList &more) { m_more = more; }
    void start();
    void stop();
    State state() const { return m_state; }
    QString progress() const { return m_progress; } // what it does now, or why it failed
    qint64 elapsedMs() const;
    // Once running: what it printed when it was ready.
    const Json &facts() const { return m_facts; }
    ConnectionTarget target() const; // as operator and approver, see the implementation

Q_SIGNALS:
    void changed();
    void ready();
    void failed(const QString &why);

private:
    void readOutput();
    void readErrors();
    void onEnded();
    void fail(const QString &why);

    QString m_program;
    QStringList m_more;
    std::unique_ptr<QTemporaryDir> m_dir;
    QProcess m_process;
    QTimer m_limit;
    QElapsedTimer m_elapsed;
    QByteArray m_out;
    QByteArray m_lastError;
    QString m_progress;
    Json m_facts;
    State m_state = State::Stopped;
};

} // namespace crossfade
