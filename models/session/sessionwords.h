// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/session/connection.h"

#include <QString>

#include <initializer_list>

namespace crossfade {

// Why a command can't be given now, for a tooltip: no connection, or a role is missing. Empty if it
// can.
QString obstacleFor(const Connection &connection, ServiceName service,
                    std::initializer_list<const char *> roles); // any of them
inline QString obstacleFor(const Connection &connection, ServiceName service, const char *role)
{
    return obstacleFor(connection, service, {role});
}
// Which of several replicas is in use, "router-b:8443, leader"; empty if there is only one.
QString replicaText(const Replica &replica);
// What failed, in one or two sentences, with the bad fields.
QString errorText(const Error &error);
// After an act: no answer came, so nobody knows whether it was done.
bool isUnanswered(const Error &error);
QString unansweredText(const Error &error);
// What to tell after an act that failed, or may have.
// `what` ("No repair task was made"), or that nobody knows where no answer came.
QString notDoneText(const QString &what, const Error &error);
QString actFailedText(const Error &error);
// Adds a query item whose value may hold any text.
void addQuery(RestCall &call, const char *name, const QString &value);

} // namespace crossfade
