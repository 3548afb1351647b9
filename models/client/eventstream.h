// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>

#include <chrono>
#include <memory>
#include <string>

namespace crossfade {

struct ServerEvent {
    std::string id; // empty for events without replay
    std::string type;
    Json data;
};

// The live event stream of one service: reconnects by itself with backoff and jitter, replays from
// the last id seen, watches the heartbeat.
class EventStream : public QObject {
    Q_OBJECT
public:
    enum class State { Closed, Connecting, Live, Waiting };
    Q_ENUM(State)

    explicit EventStream(QObject *parent = nullptr);
    ~EventStream() override;

    void setTarget(const QUrl &base, const QByteArray &token, const QString &caFile);
    // Replicas of one service: when the one in use does not answer, the next is tried at once and goes on from
    // the last id; once none did, they are tried again with backoff.
    void setTargets(const QList<QUrl> &bases, const QByteArray &token, const QString &caFile);
    // A server that sent nothing, not even a comment, for three of these is taken for dead.
    void setHeartbeat(std::chrono::milliseconds heartbeat);
    // Subscribes from `lastEventId` (what snapshots were read at), "" = from now.
    void open(const std::string &lastEventId);
    void close();
    // Waiting: tries now instead of after the backoff.
    void retryNow();
    // Goes on at this one of the targets, unless it is the one in use.
    void prefer(const QUrl &base);
    QUrl base() const; // in use, or tried next
    State state() const;
    std::string lastEventId() const;

Q_SIGNALS:
    void stateChanged(crossfade::EventStream::State state);
    void received(const crossfade::ServerEvent &event);
    // Any bytes arrived, heartbeats too.
    void heard();
    // A try failed; another follows.
    void failed(const crossfade::Error &error);
    // The log no longer reaches back to the last id (or the store is another): read everything anew.
    void reset();
    // After a reconnect: how many stored events were replayed.
    void caughtUp(int missedEvents, qint64 awayMs);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace crossfade

Q_DECLARE_METATYPE(crossfade::ServerEvent)
