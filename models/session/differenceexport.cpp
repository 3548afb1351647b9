// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/differenceexport.h"

#include "models/session/sessionwords.h"

#include <QSaveFile>

#include <chrono>
#include <utility>

namespace crossfade {

namespace {

// SQL reads both platforms for each difference.
constexpr std::chrono::minutes ExportTimeout{30};

} // namespace

DifferenceExport::DifferenceExport(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::targetChanged, this, [this] {
        if (!isRunning())
            return;
        cancel();
        Q_EMIT failed(tr("Another connection was chosen: nothing was written."));
    });
    connect(m_connection, &Connection::reachChanged, this, &DifferenceExport::changed);
    connect(m_connection, &Connection::sessionChanged, this, &DifferenceExport::changed);
}

QString DifferenceExport::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"viewer", "operator", "approver", "admin"});
}

void DifferenceExport::start(const RestCall &what, const QString &file)
{
    cancel();
    m_running = new QObject(this);
    m_received = 0;
    RestCall call = what;
    call.raw = true;
    call.accept = "text/csv, application/x-ndjson, application/sql, application/problem+json";
    call.timeout = ExportTimeout;
    call.progress = [this, running = m_running](qint64 done, qint64) {
        if (running != m_running)
            return; // of one that was given up
        m_received = done;
        Q_EMIT changed();
    };
    m_connection->get(ServiceName::Comparator, call, m_running, [this, file](const Result<RestReply> &reply) {
        std::exchange(m_running, nullptr)->deleteLater();
        if (reply)
            write(file, reply->bytes);
        else
            Q_EMIT failed(errorText(reply.error()));
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void DifferenceExport::write(const QString &file, const QByteArray &bytes)
{
    QSaveFile out(file);
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
        Q_EMIT exported(file, bytes.size());
    else
        Q_EMIT failed(tr("%1 could not be written: %2").arg(file, out.errorString()));
}

void DifferenceExport::cancel()
{
    if (!isRunning())
        return;
    delete std::exchange(m_running, nullptr);
    Q_EMIT changed();
}

} // namespace crossfade
