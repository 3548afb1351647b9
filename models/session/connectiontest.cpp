// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/connectiontest.h"

#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QCoreApplication>
#include <QFutureWatcher>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds TestLimit{5'000};

QString programName(ServiceName service)
{
    return service == ServiceName::Router ? QStringLiteral("crossfade-router")
                                          : QStringLiteral("crossfade-comparator");
}

// Services of one major version understand each other (0.x: of one minor version).
QString series(const QString &version)
{
    const QStringList parts = version.split(QLatin1Char('.'));
    if (parts.size() < 2)
        return version;
    return parts.first() == QLatin1String("0") ? parts.first() + QLatin1Char('.') + parts.at(1)
                                               : parts.first();
}

} // namespace

AddressFinding judgeSession(ServiceName service, const QString &address, const Json &session,
                            qint64 tookMs, const QString &ownVersion)
{
    AddressFinding finding{service, address, false, false};
    finding.storeId = jsonText(session, "store_id");
    const QString program = programName(service);
    QString name = toText(jsonText(session, "service"));
    if (name.isEmpty()) {
        finding.text = ConnectionTest::tr("It answers, but not as a Crossfade service does.");
        return finding;
    }
    if (!name.startsWith(QLatin1String("crossfade-")))
        name.prepend(QLatin1String("crossfade-"));
    if (name != program) {
        finding.text = ConnectionTest::tr("Wrong service: this is %1, expected is %2.").arg(name, program);
        return finding;
    }
    const QString version = toText(jsonText(session, "version"));
    if (!ownVersion.isEmpty() && series(version) != series(ownVersion)) {
        finding.text = ConnectionTest::tr("Version %1 of %2 does not fit this console, %3.")
                           .arg(version, program, ownVersion);
        return finding;
    }
    QStringList roles;
    for (const std::string &role : jsonTexts(session, "roles"))
        roles.append(toText(role));
    finding.ok = true;
    finding.text = QStringLiteral("%1 (%2) · %3 %4 · %5 ms")
                       .arg(toText(jsonText(session, "subject")), roles.join(QStringLiteral(", ")),
                            program, version)
                       .arg(tookMs);
    return finding;
}

ConnectionTest::ConnectionTest(QObject *parent)
    : QObject(parent)
{
}

ConnectionTest::~ConnectionTest() = default;

bool ConnectionTest::isRunning() const
{
    for (const AddressFinding &finding : m_findings)
        if (finding.running)
            return true;
    return false;
}

void ConnectionTest::run(const ConnectionTarget &target)
{
    m_clients.clear();
    m_findings.clear();
    for (const QUrl &url : target.routers)
        ask(url, ServiceName::Router, target.routerToken, target.caFile);
    if (!target.comparator.isEmpty())
        ask(target.comparator, ServiceName::Comparator, target.comparatorToken, target.caFile);
    Q_EMIT changed();
}

void ConnectionTest::ask(const QUrl &url, ServiceName service, const QByteArray &token,
                         const QString &caFile)
{
    const qsizetype index = m_findings.size();
    m_findings.append({service, url.toDisplayString(), true, false});
    auto client = std::make_unique<RestClient>(url);
    client->setToken(token);
    client->setCaFile(caFile);
    RestCall call;
    call.path = QStringLiteral("/api/v1/session");
    call.timeout = TestLimit;
    // A child of its client: a dropped test is not heard of again.
    auto *watcher = new QFutureWatcher<Result<RestReply>>(client.get());
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, index] {
        take(index, watcher->result());
    });
    watcher->setFuture(client->get(call));
    m_clients.push_back(std::move(client));
}

void ConnectionTest::take(qsizetype index, const Result<RestReply> &reply)
{
    AddressFinding &finding = m_findings[index];
    if (reply) {
        finding = judgeSession(finding.service, finding.address, reply->body, reply->took.count(),
                               QCoreApplication::applicationVersion());
    } else {
        finding.running = false;
        finding.text = reply.error().kind == ErrorKind::Unauthorized
                           ? tr("The token is refused (401): unknown, revoked or expired.")
                           : errorText(reply.error());
    }
    if (!isRunning())
        findStrangers();
    Q_EMIT changed();
    if (isRunning())
        return;
    bool allWell = true;
    for (const AddressFinding &each : m_findings)
        allWell = allWell && each.ok;
    Q_EMIT finished(allWell);
}

// The first router that answers is held to be the one that is meant.
void ConnectionTest::findStrangers()
{
    const AddressFinding *first = nullptr;
    for (AddressFinding &finding : m_findings) {
        if (!finding.ok || finding.service != ServiceName::Router || finding.storeId.empty())
            continue;
        if (!first) {
            first = &finding;
        } else if (finding.storeId != first->storeId) {
            finding.ok = false;
            finding.text = tr("No replica of %1: it has another store.").arg(first->address);
        }
    }
}

} // namespace crossfade
