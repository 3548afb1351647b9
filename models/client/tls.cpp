// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/tls.h"

#include <QFile>
#include <QSslCertificate>

namespace crossfade {

QSslConfiguration tlsConfiguration(const QString &caFile)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    if (caFile.isEmpty())
        return configuration;
    constexpr qint64 MostBytes = 1 << 20;
    QFile file(caFile);
    if (file.open(QIODevice::ReadOnly) && file.size() <= MostBytes)
        configuration.addCaCertificates(QSslCertificate::fromDevice(&file, QSsl::Pem));
    return configuration;
}

} // namespace crossfade
