// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/client/credentialstore.h"
#include "models/session/connection.h"
#include "models/session/connectiontest.h"
#include "models/session/profiles.h"
#include "models/session/sandboxprocess.h"

#include <QObject>

#include <functional>
#include <optional>

namespace crossfade {

// Profiles, their tokens, and what the connection is made of: what the Connections page and the
// profile choice of the frame work with.
class ConnectionsSession : public QObject {
    Q_OBJECT
public:
    // The sandbox process may be shared with a guide through it; it is started by connectTo().
    ConnectionsSession(Connection *connection, Profiles *profiles, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    Profiles *profiles() const { return m_profiles; }
    ConnectionTest *test() { return &m_test; }
    SandboxProcess *sandbox() { return &m_sandbox; }
    CredentialStore *credentials() { return &m_credentials; }

    // The profile in use; none before the first connectTo().
    const Profile *current() const;
    // Reads the tokens (or starts the sandbox), then connects. Problems arrive as problem().
    void connectTo(const QString &profileId);
    // Asked before another profile takes the place of the one in use; false: not now. Who said so goes on with
    // leaveFor().
    using Leave = std::function<bool(const QString &profileId)>;
    void setLeaveQuestion(Leave mayLeave) { m_mayLeave = std::move(mayLeave); }
    void leaveFor(const QString &profileId);
    void disconnectNow();
    // One sentence while a connection is being made or has failed to be; empty otherwise.
    QString notice() const { return m_notice; }

    // A token as typed. Empty `problem` in noted(): it is in the keychain now.
    void setToken(const QString &profileId, ServiceName service, const QByteArray &token);
    void forgetTokens(const QString &profileId);
    // Tests a profile as it is in the editor; tokens typed but not yet kept go before the kept ones.
    void testProfile(const Profile &profile, const QByteArray &routerToken,
                     const QByteArray &comparatorToken);

Q_SIGNALS:
    void changed(); // current, notice
    void tokenNoted(const QString &profileId, const QString &problem);

private:
    struct Tokens {
        QByteArray router;
        QByteArray comparator;
        QString problem;
    };
    void readTokens(const Profile &profile, std::function<void(const Tokens &)> done);
    void open(const Profile &profile, const Tokens &tokens);
    void onSandbox();
    void onProfiles();
    void setNotice(const QString &notice);

    Connection *m_connection;
    Profiles *m_profiles;
    CredentialStore m_credentials;
    ConnectionTest m_test;
    SandboxProcess m_sandbox;
    QString m_currentId;
    Profile m_used; // the current one as it was when it was connected to
    Leave m_mayLeave;
    QString m_notice;
    int m_generation = 0;
};

} // namespace crossfade
