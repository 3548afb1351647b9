// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connectionssession.h"

namespace crossfade {

namespace {

ConnectionTarget targetOf(const Profile &profile, const QByteArray &router,
                          const QByteArray &comparator)
{
    ConnectionTarget target;
    target.profileName = profile.name;
    for (const QString &url : profile.routers)
        target.routers.append(QUrl(url));
    target.comparator = QUrl(profile.comparator);
    target.caFile = profile.caFile;
    target.routerToken = router;
    target.comparatorToken = comparator;
    return target;
}

} // namespace

ConnectionsSession::ConnectionsSession(Connection *connection, Profiles *profiles, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
    , m_profiles(profiles)
{
    connect(&m_sandbox, &SandboxProcess::changed, this, &ConnectionsSession::onSandbox);
    connect(&m_sandbox, &SandboxProcess::ready, this, [this] {
        if (m_currentId == Profiles::sandboxId())
            m_connection->open(m_sandbox.target());
    });
    connect(m_profiles, &Profiles::changed, this, &ConnectionsSession::onProfiles);
}

const Profile *ConnectionsSession::current() const
{
    return m_profiles->find(m_currentId);
}

void ConnectionsSession::setNotice(const QString &notice)
{
    m_notice = notice;
    Q_EMIT changed();
}

void ConnectionsSession::onSandbox()
{
    if (m_currentId != Profiles::sandboxId())
        return;
    setNotice(m_sandbox.progress());
}

// What the frame says is what is connected to: an edit of the profile in use takes effect, and so does its end.
void ConnectionsSession::onProfiles()
{
    const Profile *now = current();
    if (!m_currentId.isEmpty() && !now)
        disconnectNow();
    else if (now && *now != m_used)
        leaveFor(m_currentId);
    Q_EMIT changed();
}

void ConnectionsSession::connectTo(const QString &profileId)
{
    if (profileId == m_currentId || m_currentId.isEmpty() || !m_mayLeave || m_mayLeave(profileId))
        leaveFor(profileId);
}

void ConnectionsSession::leaveFor(const QString &profileId)
{
    const Profile *profile = m_profiles->find(profileId);
    if (!profile)
        return;
    const int generation = ++m_generation;
    if (profileId == m_currentId)
        m_connection->hangUp();
    else
        m_connection->close();
    m_currentId = profileId;
    m_used = *profile;
    m_profiles->setCurrentId(profileId);
    if (profile->isSandbox()) {
        if (m_sandbox.state() == SandboxProcess::State::Running)
            m_connection->open(m_sandbox.target());
        else
            m_sandbox.start();
        onSandbox();
        return;
    }
    if (m_sandbox.state() != SandboxProcess::State::Stopped)
        m_sandbox.stop();
    setNotice(tr("Asking the keychain for the tokens…"));
    readTokens(*profile, [this, generation, profileId](const Tokens &tokens) {
        const Profile *wanted = m_profiles->find(profileId);
        if (generation == m_generation && wanted)
            open(*wanted, tokens);
    });
}

void ConnectionsSession::open(const Profile &profile, const Tokens &tokens)
{
    m_connection->open(targetOf(profile, tokens.router, tokens.comparator));
    if (tokens.router.isEmpty())
        setNotice(tokens.problem.isEmpty()
                      ? tr("No token is known for this profile: enter one in Connections.")
                      : tokens.problem);
    else
        setNotice({});
}

void ConnectionsSession::disconnectNow()
{
    ++m_generation;
    m_connection->close();
    m_sandbox.stop();
    m_currentId.clear();
    setNotice({});
}

void ConnectionsSession::readTokens(const Profile &profile, std::function<void(const Tokens &)> done)
{
    const QString second = profile.comparatorKey();
    m_credentials.read(profile.routerKey(), this,
                       [this, second, done](const CredentialStore::Found &router) {
        // A keychain that failed once is not waited for a second time.
        if (!router.problem.isEmpty()) {
            done({router.token, {}, router.problem});
            return;
        }
        m_credentials.read(second, this, [router, done](const CredentialStore::Found &comparator) {
            done({router.token, comparator.token, comparator.problem});
        });
    });
}

void ConnectionsSession::setToken(const QString &profileId, ServiceName service,
                                  const QByteArray &token)
{
    const Profile *profile = m_profiles->find(profileId);
    if (!profile || token.isEmpty())
        return;
    const QString key =
        service == ServiceName::Router ? profile->routerKey() : profile->comparatorKey();
    m_credentials.write(key, token, this, [this, profileId](const QString &problem) {
        Q_EMIT tokenNoted(profileId, problem);
    });
}

void ConnectionsSession::forgetTokens(const QString &profileId)
{
    const Profile *profile = m_profiles->find(profileId);
    if (!profile)
        return;
    for (const QString &key : {profile->routerKey(), profile->comparatorKey()})
        m_credentials.forget(key, this, [](const QString &) {});
}

void ConnectionsSession::testProfile(const Profile &profile, const QByteArray &routerToken,
                                     const QByteArray &comparatorToken)
{
    if (profile.isSandbox()) {
        if (m_sandbox.state() == SandboxProcess::State::Running)
            m_test.run(m_sandbox.target());
        return;
    }
    readTokens(profile, [this, profile, routerToken, comparatorToken](const Tokens &kept) {
        m_test.run(targetOf(profile, routerToken.isEmpty() ? kept.router : routerToken,
                            comparatorToken.isEmpty() ? kept.comparator : comparatorToken));
    });
}

} // namespace crossfade
