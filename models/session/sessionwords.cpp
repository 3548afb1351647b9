// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/sessionwords.h"

#include "models/items/refusalwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"

#include <QCoreApplication>
#include <QUrl>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct SessionWords {
    Q_DECLARE_TR_FUNCTIONS(SessionWords)
};

} // namespace

QString obstacleFor(const Connection &connection, ServiceName service,
                    std::initializer_list<const char *> roles)
{
    if (connection.reach(service) != Reach::Live)
        return service == ServiceName::Router
                   ? SessionWords::tr("The router does not answer; this is off until it is back.")
                   : SessionWords::tr("The comparator does not answer; this is off until it is back.");
    for (const char *role : roles)
        if (connection.hasRole(service, QString::fromLatin1(role)))
            return {};
    return SessionWords::tr("This needs the role “%1”.").arg(QString::fromLatin1(*roles.begin()));
}

QString replicaText(const Replica &replica)
{
    if (replica.address.isEmpty())
        return {};
    switch (replica.role) {
    case Replica::Role::Leader: return SessionWords::tr("%1, leader").arg(replica.address);
    case Replica::Role::Follower: return SessionWords::tr("%1, follower").arg(replica.address);
    case Replica::Role::Unknown: break;
    }
    return replica.address;
}

QString errorText(const Error &error)
{
    QString text = refusalText(error);
    const bool known = !text.isEmpty();
    if (!known)
        text = toText(error.message);
    if (text.isEmpty())
        text = error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout
                   ? SessionWords::tr("The service did not answer.")
                   : toText(problemTitle(httpStatus(error.kind)));
    // What a known refusal says of its headers is in its sentence.
    for (const FieldError &field : error.fields)
        if (!known && !text.contains(toText(field.message)))
            text += QStringLiteral(" %1: %2.").arg(toText(field.pointer), fieldProblemText(field.message));
    return text;
}

bool isUnanswered(const Error &error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout ||
           error.kind == ErrorKind::Cancelled;
}

QString unansweredText(const Error &error)
{
    return SessionWords::tr("No answer: it may or may not have been done. Look at the shares before "
                            "asking again. (%1)")
        .arg(errorText(error));
}

QString notDoneText(const QString &what, const Error &error)
{
    return isUnanswered(error) ? SessionWords::tr("No answer: it may or may not have been done") : what;
}

QString actFailedText(const Error &error)
{
    return isUnanswered(error) ? unansweredText(error) : errorText(error);
}

void addQuery(RestCall &call, const char *name, const QString &value)
{
    // QUrlQuery leaves '+' alone, which servers read as a space.
    call.query.addQueryItem(QString::fromLatin1(name),
                            QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

} // namespace crossfade
