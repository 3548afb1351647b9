// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <QByteArray>
#include <QNetworkReply>
#include <QStringList>
#include <QUrl>

namespace crossfade {

// An answer of 400 and above (or a 3xx, which no service of ours sends) as an Error. `body` is what
// it carried, if that was JSON.
Error errorFromAnswer(int status, const Json &body, const QUrl &base);

// No answer came: says exactly what was wrong, so that a person knows where to look.
Error errorFromNetwork(QNetworkReply::NetworkError code, const QString &text,
                       const QStringList &tlsProblems, const QUrl &base);
Error notConnected();
Error timeoutError(const QUrl &base, std::chrono::milliseconds limit);
Error notOurs(const QUrl &base); // it answered, but no Crossfade service answers like that

// True if the request cannot have reached the service.
bool isSurelyUnsent(QNetworkReply::NetworkError code);

} // namespace crossfade
