// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a run over some rows before it starts: its ids, and what a sample can show.
#include "models/consistency/sampleinterval.h"
#include "models/items/idlist.h"
#include "models/items/sampleoutlook.h"
#include "models/items/text.h"

#include <QTest>

#include <cmath>

using namespace crossfade;

namespace {

using Problem = IdList::Problem;

std::string numbered(std::size_t count, std::size_t length = 0)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        std::string id = std::to_string(100'000 + i);
        if (id.size() < length)
            id += std::string(length - id.size(), 'x');
        text += id + "\n";
    }
    return text;
}

} // namespace

class TestRunParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idsAreSeparatedAndTakenOnce_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("ids");
        QTest::addColumn<int>("again");
        QTest::newRow("nothing") << QByteArray(" \n,;\t") << QString() << 0;
        QTest::newRow("one a line") << QByteArray("7\r\n8\n\n9") << QStringLiteral("7|8|9") << 0;
        QTest::newRow("in one line") << QByteArray("7, 8;9 10\t11") << QStringLiteral("7|8|9|10|11") << 0;
        QTest::newRow("the second time") << QByteArray("7 8 7 \"7\"") << QStringLiteral("7|8") << 2;
        QTest::newRow("quotes keep separators") << QByteArray("\"a b\", \"c;d\" e") << QStringLiteral("a b|c;d|e") << 0;
        QTest::newRow("a quote in quotes") << QByteArray("\"say \"\"x\"\"\" y") << QStringLiteral("say \"x\"|y") << 0;
        QTest::newRow("a quote within an id") << QByteArray("5\"9") << QStringLiteral("5\"9") << 0;
        QTest::newRow("an empty quote is no id") << QByteArray("\"\" 1") << QStringLiteral("1") << 0;
        QTest::newRow("any language") << QByteArray("王伟明 ليلى") << QStringLiteral("王伟明|ليلى") << 0;
    }
    void idsAreSeparatedAndTakenOnce()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, ids);
        QFETCH(int, again);
        const IdList list = idsIn(text.toStdString());
        QStringList found;
        for (const std::string &id : list.ids)
            found << toText(id);
        QCOMPARE(found.join(QLatin1Char('|')), ids);
        QCOMPARE(int(list.again), again);
        QVERIFY(list.problem == (found.isEmpty() ? Problem::Empty : Problem::None));
    }

    void aListHasItsLimits()
    {
        QVERIFY(idsIn(numbered(MostRunIds)).problem == Problem::None);
        QCOMPARE(idsIn(numbered(MostRunIds)).ids.size(), MostRunIds);
        QVERIFY(idsIn(numbered(MostRunIds) + numbered(MostRunIds)).problem == Problem::None); // the same ones again
        QVERIFY(idsIn(numbered(MostRunIds + 1)).problem == Problem::TooMany);
        QVERIFY(idsIn(numbered(1, LongestRunId)).problem == Problem::None);
        QVERIFY(idsIn(numbered(1, LongestRunId + 1)).problem == Problem::TooLong);
        QVERIFY(idsIn(numbered(MostIdBytes / LongestRunId, LongestRunId)).problem == Problem::TooLarge);
        const IdList open = idsIn("1 \"two and so on");
        QVERIFY(open.problem == Problem::OpenQuote);
        QCOMPARE(open.where, std::string("two and so on"));
        // What is shown of a long id ends with a whole character.
        std::string wide;
        for (std::size_t i = 0; i < LongestRunId; ++i)
            wide += "王";
        QCOMPARE(idsIn(wide).where, std::string("王王王王王王王王王王王王王"));
    }

    // Held against what the comparator judges a finished sample by.
    void aSampleShowsWhatTheComparatorWillSayOfIt()
    {
        for (const std::int64_t size : {1, 10, 59, 299, 598, 599, 1'000, 2'995, 50'000, 100'000}) {
            const double lower = shareBounds(size, size, std::int64_t{1} << 40).lower;
            QVERIFY(std::abs(sampleOutlook(size, {}, 99.5).shown - std::floor(lower * 10'000 + 1e-6) / 100) < 0.011);
            // Of fewer rows it is no less.
            QVERIFY(sampleOutlook(size, 200'000, 99.5).shown <= 100 * shareBounds(size, size, 200'000).lower + 1e-6);
        }
    }

    void itSaysHowManyRowsTheThresholdTakes_data()
    {
        QTest::addColumn<double>("threshold");
        QTest::addColumn<int>("needed");
        QTest::newRow("the usual one") << 99.5 << 598;
        QTest::newRow("three nines") << 99.9 << 2'995;
        QTest::newRow("as little as there is") << 0.0 << 1;
        QTest::newRow("more than can be drawn") << 100.0 << 0;
    }
    void itSaysHowManyRowsTheThresholdTakes()
    {
        QFETCH(double, threshold);
        QFETCH(int, needed);
        const SampleOutlook outlook = sampleOutlook(1'000, {}, threshold);
        QCOMPARE(int(outlook.needed.value_or(0)), needed);
        if (needed > 0) {
            QVERIFY(sampleOutlook(needed, {}, threshold).shown >= threshold);
            QVERIFY(needed == 1 || sampleOutlook(needed - 1, {}, threshold).shown < threshold);
        }
    }

    void allRowsAreAll()
    {
        QVERIFY(sampleOutlook(500, 500, 99.9).all);
        QCOMPARE(sampleOutlook(500, 500, 99.9).shown, 100.0);
        QVERIFY(!sampleOutlook(499, 500, 99.9).all);
        QCOMPARE(sampleOutlook(0, 500, 99.9).shown, 0.0);
    }
};

QTEST_APPLESS_MAIN(TestRunParts)
#include "tst_runparts.moc"
