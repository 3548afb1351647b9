// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/eventstream.h"
#include "models/client/restclient.h"
#include "models/core/json.h"
#include "models/core/result.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <functional>
#include <memory>

namespace crossfade {

enum class ServiceName { Router, Comparator };

// What the console knows of one service's reachability.
enum class Reach { Unknown, Connecting, Live, Lost };

// One of several addresses of a service: where, and which of how many.
struct Replica {
    enum class Role { Unknown, Leader, Follower };
    QString address; // "router-b.example:8443"; empty while none is in use, and where there is only one
    int number = 0;
    int count = 0;
    Role role = Role::Unknown;
    bool operator==(const Replica &) const = default;
};

class ConnectionLink;

// Where to connect to, and with which secrets.
struct ConnectionTarget {
    QString profileName;
    QList<QUrl> routers; // replicas: the next one is tried when one does not answer
    QUrl comparator;     // empty: none
    QString caFile;
    QByteArray routerToken;
    QByteArray comparatorToken;
};

// The connection of the console to both services of one profile. Page sessions hold a pointer to
// it, ask through get() … remove(), and follow its events; they hold nothing of the network
// themselves.
//
// The stream of each service starts at the event id its /session was read at, before refreshNeeded:
// whatever a page reads after that, no later change is missed. A page may see an event twice.
class Connection : public QObject {
    Q_OBJECT
public:
    explicit Connection(QObject *parent = nullptr);
    ~Connection() override;

    void open(const ConnectionTarget &target);
    void close();
    // Lets go of the services, but they stay the ones that are meant: what was read of them is kept to look at.
    void hangUp();

    using Done = std::function<void(const Result<RestReply> &)>;
    // The answer arrives on the GUI thread, and only while `context` lives: when it goes, the call
    // is given up.
    void get(ServiceName service, RestCall call, QObject *context, Done done);
    void post(ServiceName service, RestCall call, QObject *context, Done done);
    void put(ServiceName service, RestCall call, QObject *context, Done done);
    void patch(ServiceName service, RestCall call, QObject *context, Done done);
    void remove(ServiceName service, RestCall call, QObject *context, Done done);

    Reach reach(ServiceName service) const;
    int latencyMs(ServiceName service) const;       // of the last call, -1 unknown
    qint64 ageMs(ServiceName service) const;        // since anything was last heard, -1 never
    bool readsAgain(ServiceName service) const;     // something did not arrive and will be asked for again
    QString problem(ServiceName service) const;     // why it is Lost, one sentence
    Replica replica(ServiceName service) const;     // in use, of several
    QString version(ServiceName service) const;     // of the service's program, empty unknown
    QString subject() const;                        // of the router's token
    QStringList roles(ServiceName service) const;
    bool hasRole(const QString &role) const;        // of the router's token: "operator", …
    bool hasRole(ServiceName service, const QString &role) const;
    QString profileName() const;

Q_SIGNALS:
    void reachChanged(crossfade::ServiceName service, crossfade::Reach reach);
    void latencyChanged(crossfade::ServiceName service);
    void sessionChanged(); // subject, roles
    void replicaChanged(crossfade::ServiceName service);
    // Stored events and ticks of either service, in order.
    void event(crossfade::ServiceName service, const crossfade::ServerEvent &event);
    // Read everything anew: first connection, another profile, an event log that was too short.
    void refreshNeeded(crossfade::ServiceName service);
    // Other services from now on, or none: what was read from those before is no longer true.
    void targetChanged();
    // One line for the status line and the activity list ("saved rule …", "was away 12 s, 31 events
    // missed").
    void activity(const QString &text);

public:
    void report(const QString &text); // for page sessions: emits activity

private:
    using Verb = QFuture<Result<RestReply>> (RestClient::*)(RestCall);
    void send(Verb verb, ServiceName service, RestCall call, QObject *context, Done done);
    void watch(ServiceName service);
    void onReplica(ServiceName service, QString &last);
    ConnectionLink &link(ServiceName service) const;

    QString m_profileName;
    QList<QUrl> m_routers;
    QUrl m_comparatorUrl;
    int m_target = 0; // counts them: an answer of an earlier one is not for those who ask now
    std::unique_ptr<ConnectionLink> m_router;
    std::unique_ptr<ConnectionLink> m_comparator;
};

} // namespace crossfade

Q_DECLARE_METATYPE(crossfade::ServiceName)
Q_DECLARE_METATYPE(crossfade::Reach)
