// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/eventstream.h"
#include "models/client/restclient.h"
#include "models/core/json.h"
#include "models/core/result.h"

#include <QObject>
#include <QString>

#include <functional>

namespace crossfade {

enum class ServiceName { Router, Comparator };

// What the console knows of one service's reachability.
enum class Reach { Unknown, Connecting, Live, Lost };

// The connection of the console to both services of one profile. Page sessions hold a pointer to
// it, ask through call(), and follow its events; they hold nothing of the network themselves.
class Connection : public QObject {
    Q_OBJECT
public:
    explicit Connection(QObject *parent = nullptr);
    ~Connection() override;

    using Done = std::function<void(const Result<RestReply> &)>;
    // The answer arrives on the GUI thread, and only while `context` lives.
    void get(ServiceName service, RestCall call, QObject *context, Done done);
    void post(ServiceName service, RestCall call, QObject *context, Done done);
    void put(ServiceName service, RestCall call, QObject *context, Done done);
    void patch(ServiceName service, RestCall call, QObject *context, Done done);
    void remove(ServiceName service, RestCall call, QObject *context, Done done);

    Reach reach(ServiceName service) const;
    int latencyMs(ServiceName service) const;   // of the last call, -1 unknown
    qint64 ageMs(ServiceName service) const;    // since anything was last heard, -1 never
    QString subject() const;                    // of the token
    bool hasRole(const QString &role) const;    // "operator", …
    QString profileName() const;

Q_SIGNALS:
    void reachChanged(crossfade::ServiceName service, crossfade::Reach reach);
    void sessionChanged(); // subject, roles
    // Stored events and ticks of either service, in order.
    void event(crossfade::ServiceName service, const crossfade::ServerEvent &event);
    // Read everything anew: first connection, another profile, an event log that was too short.
    void refreshNeeded(crossfade::ServiceName service);
    // One line for the status line and the activity list ("saved rule …", "was away 12 s, 31 events").
    void activity(const QString &text);

public:
    void report(const QString &text); // for page sessions: emits activity

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace crossfade
