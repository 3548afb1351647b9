// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QString>

#include <chrono>
#include <functional>

namespace crossfade {

// Tokens, in the system's keychain; where there is none, in memory for this run only. Nothing is
// ever written to a file of ours. A keychain that does not answer within the limit counts as none.
class CredentialStore : public QObject {
    Q_OBJECT
public:
    explicit CredentialStore(QObject *parent = nullptr);
    ~CredentialStore() override;

    void setLimit(std::chrono::milliseconds limit) { m_limit = limit; }

    struct Found {
        QByteArray token; // empty: none is known
        QString problem;  // why the keychain could not be asked, empty if it could
    };
    using Read = std::function<void(const Found &)>;
    // `problem` empty: it is in the keychain. Otherwise it is kept for this run only.
    using Written = std::function<void(const QString &problem)>;

    // Answers come on this thread, later, exactly once, and only while `context` lives.
    void read(const QString &key, QObject *context, Read done);
    void write(const QString &key, const QByteArray &token, QObject *context, Written done);
    // From memory and keychain.
    void forget(const QString &key, QObject *context, Written done);
    // For this run only, the keychain is not touched (the sandbox's tokens).
    void keepInMemory(const QString &key, const QByteArray &token);

private:
    std::chrono::milliseconds m_limit{5'000};
    QHash<QString, QByteArray> m_memory;
};

} // namespace crossfade
