// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslConfiguration>
#include <QString>

namespace crossfade {

// The system's certificate authorities, plus those of `caFile` (PEM; empty: none). A file that can't
// be read adds nothing: the handshake then fails and says so.
QSslConfiguration tlsConfiguration(const QString &caFile);

} // namespace crossfade
