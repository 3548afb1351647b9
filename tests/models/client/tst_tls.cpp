// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/eventstream.h"
#include "models/client/restclient.h"

#include <QFile>
#include <QFutureWatcher>
#include <QProcess>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace crossfade;

namespace {

// A certificate of an authority of our own for the given name.
bool makeCertificate(const QTemporaryDir &folder, const QByteArray &name)
{
    QProcess openssl;
    openssl.setWorkingDirectory(folder.path());
    openssl.start(QStringLiteral("openssl"),
                  {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                   QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-days"),
                   QStringLiteral("2"), QStringLiteral("-subj"), QStringLiteral("/CN=crossfade test"),
                   QStringLiteral("-addext"), QStringLiteral("subjectAltName=") + QString::fromLatin1(name),
                   QStringLiteral("-keyout"), QStringLiteral("key.pem"), QStringLiteral("-out"),
                   QStringLiteral("cert.pem")});
    return openssl.waitForFinished(20'000) && openssl.exitCode() == 0;
}

struct Desk {
    QTemporaryDir folder;
    QSslServer server;
    bool ready = false;

    explicit Desk(const QByteArray &name)
    {
        if (!makeCertificate(folder, name))
            return;
        QFile certificate(folder.filePath(QStringLiteral("cert.pem")));
        QFile key(folder.filePath(QStringLiteral("key.pem")));
        if (!certificate.open(QIODevice::ReadOnly) || !key.open(QIODevice::ReadOnly))
            return;
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(QSslCertificate(&certificate));
        configuration.setPrivateKey(QSslKey(&key, QSsl::Rsa));
        server.setSslConfiguration(configuration);
        ready = server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::pendingConnectionAvailable, &server, [this] {
            while (QTcpSocket *socket = server.nextPendingConnection())
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                    socket->readAll();
                    socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                  "Content-Length: 2\r\n\r\n{}");
                });
        });
    }
    QUrl url() const { return QUrl(QStringLiteral("https://127.0.0.1:%1").arg(server.serverPort())); }
    QString caFile() const { return folder.filePath(QStringLiteral("cert.pem")); }
};

Result<RestReply> ask(RestClient &client)
{
    RestCall call;
    call.path = QStringLiteral("/x");
    QFutureWatcher<Result<RestReply>> watcher;
    bool finished = false;
    QObject::connect(&watcher, &QFutureWatcherBase::finished, [&finished] { finished = true; });
    watcher.setFuture(client.get(call));
    if (!QTest::qWaitFor([&finished] { return finished; }, 15'000))
        return fail(ErrorKind::Internal, "it never ended");
    return watcher.result();
}

} // namespace

class TestTls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void anAuthorityOfOnesOwnNeedsItsFile()
    {
        Desk desk("IP:127.0.0.1");
        QVERIFY(desk.ready);
        RestClient client(desk.url());
        const Result<RestReply> refused = ask(client);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().message).startsWith(QStringLiteral("TLS with 127.0.0.1")),
                 refused.error().message.c_str());
        QVERIFY(QString::fromStdString(refused.error().message).contains(QStringLiteral("self-signed")) ||
                QString::fromStdString(refused.error().message).contains(QStringLiteral("self signed")));
        client.setCaFile(desk.caFile());
        QVERIFY(ask(client));
        client.setCaFile(desk.folder.filePath(QStringLiteral("no-such.pem")));
        QVERIFY(!ask(client));
    }

    void anotherNameIsRefused()
    {
        Desk desk("DNS:elsewhere.example");
        QVERIFY(desk.ready);
        RestClient client(desk.url());
        client.setCaFile(desk.caFile());
        const Result<RestReply> refused = ask(client);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().message).contains(QStringLiteral("TLS")),
                 refused.error().message.c_str());
    }

    void plainHttpAtATlsPortIsSaid()
    {
        Desk desk("IP:127.0.0.1");
        QVERIFY(desk.ready);
        QUrl plain = desk.url();
        plain.setScheme(QStringLiteral("http"));
        RestClient client(plain);
        QVERIFY(!ask(client));
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
