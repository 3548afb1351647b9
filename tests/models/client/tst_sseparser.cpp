// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/backoff.h"
#include "models/client/sseparser.h"

#include <QTest>

using namespace crossfade;

namespace {

QString print(const std::vector<SseMessage> &messages)
{
    QStringList lines;
    for (const SseMessage &message : messages)
        lines.append(QStringLiteral("%1|%2|%3").arg(
            QString::fromStdString(message.id), QString::fromStdString(message.event),
            QString::fromStdString(message.data).replace(QLatin1Char('\n'), QLatin1Char('/'))));
    return lines.join(QLatin1Char(' '));
}

} // namespace

class TestSseParser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void readsStreams_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("messages");
        const auto row = [](const char *name, const QByteArray &bytes, const char *messages) {
            QTest::newRow(name) << bytes << QString::fromUtf8(messages);
        };
        row("one", "id: a-1\nevent: rule.changed\ndata: {}\n\n", "a-1|rule.changed|{}");
        row("CR LF", "id: 1\r\nevent: e\r\ndata: x\r\n\r\n", "1|e|x");
        row("CR", "id: 1\revent: e\rdata: x\r\r", "1|e|x");
        row("mixed ends", "id: 1\r\nevent: e\ndata: x\r\r\n", "1|e|x");
        row("no space after the colon", "id:1\nevent:e\ndata:x\n\n", "1|e|x");
        row("only one space is taken", "data:  x\n\n", "|message| x");
        row("several data lines", "data: a\ndata: b\ndata\n\n", "|message|a/b/");
        row("comment", ": heartbeat\n\ndata: x\n\n", "|message|x");
        row("comment inside a message", "data: x\n: hm\nid: 7\n\n", "7|message|x");
        row("no data, no message", "event: e\nid: 3\n\ndata: x\n\n", "|message|x");
        row("empty data is a message", "data\n\n", "|message|");
        row("an id with NUL is ignored", QByteArray("id: a\0b\ndata: x\n\n", 17), "|message|x");
        row("unknown fields are ignored", "colour: red\ndata: x\n\n", "|message|x");
        row("byte order mark", "\xEF\xBB\xBF" "data: x\n\n", "|message|x");
        row("unfinished at the end", "data: x\n\ndata: y\n", "|message|x");
        row("two in one go", "data: x\n\nid: 2\ndata: y\n\n", "|message|x 2|message|y");
        row("UTF-8", "data: \xE7\x81\xB0\xE5\xBA\xA6\n\n", "|message|\xE7\x81\xB0\xE5\xBA\xA6");
        row("the id is of its own message only", "id: 1\ndata: x\n\ndata: y\n\n",
            "1|message|x |message|y");
    }

    void readsStreams()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QString, messages);
        // However the network cuts it: at once, byte by byte, and at every single place.
        for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
            SseParser parser;
            std::vector<SseMessage> got = parser.feed(bytes.left(cut).toStdString());
            for (SseMessage &message : parser.feed(bytes.mid(cut).toStdString()))
                got.push_back(std::move(message));
            QCOMPARE(print(got), messages);
        }
        SseParser parser;
        std::vector<SseMessage> got;
        for (const char byte : bytes)
            for (SseMessage &message : parser.feed(std::string_view(&byte, 1)))
                got.push_back(std::move(message));
        QCOMPARE(print(got), messages);
    }

    void countsHeartbeatsAndReadsRetry()
    {
        SseParser parser;
        parser.feed(": a\n\n: b\n\nretry: 1500\n\n");
        QCOMPARE(parser.comments(), 2U);
        QCOMPARE(parser.retryMs(), 1500);
        parser.feed("retry: -5\nretry: 5x\nretry:\n\n");
        QCOMPARE(parser.retryMs(), 1500);
    }

    void holdsBackNoMoreThanItsLimit()
    {
        SseParser oneLine(1'000);
        oneLine.feed("data: " + std::string(2'000, 'x'));
        QVERIFY(oneLine.overflowed());
        SseParser manyLines(1'000);
        for (int i = 0; i < 100; ++i)
            manyLines.feed("data: 0123456789\n");
        QVERIFY(manyLines.overflowed());
        QVERIFY(manyLines.feed("\n\ndata: y\n\n").empty());
        SseParser fits(1'000);
        fits.feed("data: " + std::string(900, 'x') + "\n\n");
        fits.feed("data: " + std::string(900, 'x') + "\n\n");
        QVERIFY(!fits.overflowed());
    }

    void startsAnewAfterReset()
    {
        SseParser parser;
        parser.feed("id: 1\ndata: half");
        parser.reset();
        QCOMPARE(print(parser.feed("data: whole\n\n")), QStringLiteral("|message|whole"));
    }

    void backsOffWithinBounds()
    {
        for (int attempt = 0; attempt < 40; ++attempt) {
            const auto least = backoffDelay(attempt, 0.0);
            const auto most = backoffDelay(attempt, 0.999);
            QVERIFY(least.count() >= 125);
            QVERIFY(most.count() <= 10'000);
            QVERIFY(least < most);
            if (attempt > 0)
                QVERIFY(backoffDelay(attempt - 1, 0.0) <= least);
        }
        QCOMPARE(backoffDelay(0, 0.0).count(), 125);
        QCOMPARE(backoffDelay(99, 0.0).count(), 5'000);
    }
};

QTEST_GUILESS_MAIN(TestSseParser)
#include "tst_sseparser.moc"
