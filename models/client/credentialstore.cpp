// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/credentialstore.h"

#include <QPointer>
#include <QTimer>

#include <qt6keychain/keychain.h>

#include <memory>

namespace crossfade {

namespace {

QString serviceName()
{
    return QStringLiteral("crossfade");
}

// Runs a job with a limit of our own: with a session bus but no keyring some jobs never end. A late
// answer is dropped; the job deletes itself whenever it ends.
template <class Job>
void runJob(Job *job, std::chrono::milliseconds limit, QObject *context,
            std::function<void(Job *)> done)
{
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    auto *timer = new QTimer(context);
    timer->setSingleShot(true);
    const auto ended = std::make_shared<bool>(false);
    const auto finish = [ended, done, timer](Job *answer) {
        if (std::exchange(*ended, true))
            return;
        timer->stop();
        timer->deleteLater();
        done(answer);
    };
    QObject::connect(timer, &QTimer::timeout, context, [finish] { finish(nullptr); });
    QObject::connect(job, &QKeychain::Job::finished, context,
                     [finish, job](QKeychain::Job *) { finish(job); });
    timer->start(limit);
    job->start();
}

QString problemOf(const QKeychain::Job *job)
{
    if (!job)
        return CredentialStore::tr("The system keychain does not answer.");
    if (job->error() == QKeychain::NoError)
        return {};
    return CredentialStore::tr("The system keychain can't be used: %1").arg(job->errorString());
}

} // namespace

CredentialStore::CredentialStore(QObject *parent)
    : QObject(parent)
{
}

CredentialStore::~CredentialStore() = default;

void CredentialStore::read(const QString &key, QObject *context, Read done)
{
    const auto known = m_memory.constFind(key);
    if (known != m_memory.constEnd()) {
        QTimer::singleShot(0, context, [done, token = *known] { done({token, {}}); });
        return;
    }
    auto *job = new QKeychain::ReadPasswordJob(serviceName());
    job->setKey(key);
    runJob<QKeychain::ReadPasswordJob>(
        job, m_limit, context,
        [this, key, done, store = QPointer<CredentialStore>(this)](QKeychain::ReadPasswordJob *answer) {
            if (answer && answer->error() == QKeychain::NoError) {
                if (store)
                    m_memory.insert(key, answer->binaryData());
                done({answer->binaryData(), {}});
                return;
            }
            const bool none = answer && answer->error() == QKeychain::EntryNotFound;
            done({{}, none ? QString() : problemOf(answer)});
        });
}

void CredentialStore::write(const QString &key, const QByteArray &token, QObject *context,
                            Written done)
{
    m_memory.insert(key, token);
    auto *job = new QKeychain::WritePasswordJob(serviceName());
    job->setKey(key);
    job->setBinaryData(token);
    runJob<QKeychain::WritePasswordJob>(
        job, m_limit, context,
        [done](QKeychain::WritePasswordJob *answer) { done(problemOf(answer)); });
}

void CredentialStore::forget(const QString &key, QObject *context, Written done)
{
    m_memory.remove(key);
    auto *job = new QKeychain::DeletePasswordJob(serviceName());
    job->setKey(key);
    runJob<QKeychain::DeletePasswordJob>(
        job, m_limit, context, [done](QKeychain::DeletePasswordJob *answer) {
            const bool none = answer && answer->error() == QKeychain::EntryNotFound;
            done(none ? QString() : problemOf(answer));
        });
}

void CredentialStore::keepInMemory(const QString &key, const QByteArray &token)
{
    m_memory.insert(key, token);
}

} // namespace crossfade
