// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A run over some rows: a sample, what changed, or those of some ids.
#include "models/items/timetext.h"
#include "tests/ui/consistencydesk.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"

#include <QCheckBox>
#include <QFile>
#include <QFileDialog>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *Run = "POST /api/v1/checks/c1/run";

// With a mapping that has change columns, of a check that has looked at all rows.
struct PartDesk : ConsistencyDesk {
    explicit PartDesk(const Json &mapping = Json::object())
    {
        Json all{{"id", "m1"},
                 {"data_type", "USER"},
                 {"legacy", {{"table", "users"}, {"changed_column", "modified"}}},
                 {"new", {{"table", "accounts"}, {"changed_column", "updated_at"}}},
                 {"authoritative", "LEGACY"},
                 {"set_field", nullptr},
                 {"fields", Json::array()}};
        all.update(mapping);
        services.comparator.on("GET /api/v1/mappings", listOf(Json::array({all})));
        tell(true);
    }
    void tell(bool hasFullRun)
    {
        Json check = checkJson("c1", "users-full", "USER", 99.51, 99.5, 412);
        check["sample_size"] = 300;
        check["last_full_run"] = hasFullRun ? check["last_run"] : Json();
        services.comparator.on("GET /api/v1/checks", listOf(Json::array({check})));
    }
    bool open()
    {
        return connect() && click(page.get(), "runPart") && find<QDialog>(nullptr, "runPartDialog") != nullptr;
    }
    void answer(const FakeAnswer &with)
    {
        services.comparator.on(Run, [with](const FakeRequest &) { return with; });
    }
    QPushButton *start() { return find<QPushButton>(nullptr, "runPartStart"); }
    bool runs()
    {
        answer({202, runJson("QUEUED", 0, 2)});
        return click(nullptr, "runPartStart") &&
               QTest::qWaitFor([] { return find<QDialog>(nullptr, "runPartDialog") == nullptr; });
    }
    Json sent() { return services.comparator.asked(Run).last().body; }
    QString facts(const char *name)
    {
        QStringList lines;
        if (auto *list = find<FactList>(nullptr, name))
            for (const Fact &fact : list->facts())
                lines << fact.strong + QLatin1Char(' ') + fact.text;
        return lines.join(QLatin1Char('\n'));
    }
    QString problemOf(const char *editor)
    {
        auto *widget = find<QWidget>(nullptr, editor);
        auto *field = widget ? qobject_cast<FormField *>(widget->parentWidget()) : nullptr;
        return field ? field->problem() : QString();
    }
    QString note() { return find<QLabel>(nullptr, "runPartNote")->text(); }
    bool choose(const QString &file)
    {
        if (!click(nullptr, "runIdsLoad") || !QTest::qWaitFor([] { return find<QFileDialog>(nullptr, "idsFileDialog") != nullptr; }))
            return false;
        auto *dialog = find<QFileDialog>(nullptr, "idsFileDialog");
        Q_EMIT dialog->fileSelected(file);
        dialog->close();
        return true;
    }
};

QString fileOf(const QTemporaryDir &folder, const char *name, const QByteArray &bytes)
{
    QFile file(folder.filePath(QString::fromLatin1(name)));
    if (file.open(QIODevice::WriteOnly))
        file.write(bytes);
    return file.fileName();
}

} // namespace

class TestRunPart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aSampleSaysWhatItCanShow()
    {
        PartDesk desk;
        QVERIFY(desk.open());
        auto *size = find<QSpinBox>(nullptr, "runSampleSize");
        QVERIFY(size);
        QCOMPARE(size->value(), 300); // the check's own
        QVERIFY(desk.facts("runSampleFacts").contains(percentText(99.0)));
        QVERIFY(desk.facts("runSampleFacts").contains(QStringLiteral("confidence 95\u202f%")));
        QVERIFY2(desk.facts("runSampleFacts").contains(QStringLiteral("about 598 rows")), qPrintable(desk.facts("runSampleFacts")));
        shoot(find<QWidget>(nullptr, "runPartDialog"), "runpart-sample");
        size->setFocus();
        size->selectAll();
        QTest::keyClicks(size, QStringLiteral("600"));
        QVERIFY(desk.facts("runSampleFacts").contains(QStringLiteral("can show it")));
        QVERIFY(desk.facts("runSampleFacts").contains(percentText(99.5)));
        size->setValue(20'000); // more than there are
        QVERIFY(desk.facts("runSampleFacts").contains(QStringLiteral("there are no more")));
        size->setValue(600);
        QVERIFY(desk.runs());
        QCOMPARE(desk.sent(), Json({{"scope", "SAMPLE"}, {"sample_size", 600}}));
        QTRY_VERIFY(!find<QPushButton>(desk.page.get(), "runPart")->isEnabled()); // it goes on
    }

    void whatChangedCanLookAtAllKeys()
    {
        PartDesk desk;
        QVERIFY(desk.open());
        QVERIFY(click(nullptr, "runPartChanges"));
        const QString facts = desk.facts("runChangeFacts");
        for (const char *part : {"LEGACY modified, NEW updated_at", "412", "all rows were compared last"})
            QVERIFY2(facts.contains(QLatin1String(part)), qPrintable(facts));
        shoot(find<QWidget>(nullptr, "runPartDialog"), "runpart-changes");
        QVERIFY(desk.runs());
        QCOMPARE(desk.sent(), Json({{"scope", "INCREMENTAL"}}));
        desk.services.comparator.push("check.finished", Json{{"run", [] {
                                                                  Json run = runJson("FINISHED", 10000, 10000);
                                                                  run["ended_at"] = "2026-11-21T12:59:00.000Z";
                                                                  return run;
                                                              }()}});
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "runPart")->isEnabled());
        QVERIFY(click(desk.page.get(), "runPart"));
        QVERIFY(click(nullptr, "runPartChanges"));
        auto *keys = find<QCheckBox>(nullptr, "runKeys");
        keys->setFocus();
        QTest::keyClick(keys, Qt::Key_Space);
        QVERIFY(desk.runs());
        QCOMPARE(desk.sent(), Json({{"scope", "INCREMENTAL"}, {"keys", true}}));
    }

    void whatChangedIsOffWithTheReason_data()
    {
        QTest::addColumn<QByteArray>("mapping");
        QTest::addColumn<bool>("hasFullRun");
        QTest::addColumn<QString>("why");
        QTest::newRow("no change column") << QByteArray(R"({"legacy": {"table": "a", "changed_column": null}, "new": {"table": "b"}})")
                                          << true << QStringLiteral("change column on neither side");
        QTest::newRow("sets") << QByteArray(R"({"set_field": "role"})") << true << QStringLiteral("of sets");
        QTest::newRow("nothing to go on from") << QByteArray("{}") << false << QStringLiteral("has to end first");
        QTest::newRow("one side will do") << QByteArray(R"({"legacy": {"table": "a", "changed_column": null}})") << true << QString();
    }
    void whatChangedIsOffWithTheReason()
    {
        QFETCH(QByteArray, mapping);
        QFETCH(bool, hasFullRun);
        QFETCH(QString, why);
        PartDesk desk(Json::parse(mapping.toStdString()));
        desk.tell(hasFullRun);
        QVERIFY(desk.open());
        auto *changes = find<QAbstractButton>(nullptr, "runPartChanges");
        QCOMPARE(changes->isEnabled(), why.isEmpty());
        QVERIFY2(changes->toolTip().contains(why), qPrintable(changes->toolTip()));
        QCOMPARE(changes->accessibleDescription(), changes->toolTip());
        // Also for keys: the arrows pass it by.
        auto *sample = find<QAbstractButton>(nullptr, "runPartSample");
        QTest::keyClick(sample->parentWidget(), Qt::Key_Right);
        QCOMPARE(changes->isChecked(), why.isEmpty());
        QCOMPARE(find<QAbstractButton>(nullptr, "runPartIds")->isChecked(), !why.isEmpty());
    }

    void idsAreCountedAndCheckedBeforeTheyAreSent()
    {
        PartDesk desk;
        QVERIFY(desk.open());
        QVERIFY(click(nullptr, "runPartIds"));
        auto *text = find<QPlainTextEdit>(nullptr, "runIds");
        QVERIFY(text);
        QVERIFY(!desk.start()->isEnabled());
        text->setPlainText(QStringLiteral("100482, \"100517"));
        QVERIFY(!desk.start()->isEnabled());
        QVERIFY(desk.problemOf("runIds").contains(QStringLiteral("not closed")));
        text->setPlainText(QStringLiteral("100482, 100517\n100482 a:b"));
        QVERIFY(desk.problemOf("runIds").isEmpty());
        QVERIFY2(text->accessibleDescription().contains(QStringLiteral("3 id")), qPrintable(text->accessibleDescription()));
        shoot(find<QWidget>(nullptr, "runPartDialog"), "runpart-ids");
        QVERIFY(desk.runs());
        QCOMPARE(desk.sent(), Json({{"scope", "IDS"}, {"ids", {"100482", "100517", "a:b"}}}));
    }

    void idsAreLoadedFromAFile()
    {
        const QTemporaryDir folder;
        PartDesk desk;
        QVERIFY(desk.open());
        QVERIFY(click(nullptr, "runPartIds"));
        auto *text = find<QPlainTextEdit>(nullptr, "runIds");
        QVERIFY(desk.choose(fileOf(folder, "ids.txt", "\xef\xbb\xbf" "7\r\n8\r\n王伟明\r\n")));
        QCOMPARE(text->toPlainText(), QStringLiteral("7\n8\n王伟明\n"));
        QVERIFY(desk.start()->isEnabled());
        // What cannot be read leaves what stood there.
        QVERIFY(desk.choose(fileOf(folder, "odd.txt", "7 \xff\xfe 8")));
        QVERIFY(desk.problemOf("runIds").contains(QStringLiteral("UTF-8")));
        QVERIFY(desk.choose(fileOf(folder, "large.txt", QByteArray(2'000'001, '7'))));
        QVERIFY(desk.problemOf("runIds").contains(QStringLiteral("bytes")));
        QVERIFY(desk.choose(folder.filePath(QStringLiteral("none.txt"))));
        QVERIFY(desk.problemOf("runIds").contains(QStringLiteral("could not be read")));
        QCOMPARE(text->toPlainText(), QStringLiteral("7\n8\n王伟明\n"));
        QVERIFY(desk.runs());
        QCOMPARE(desk.sent()["ids"], Json({"7", "8", "王伟明"}));
    }

    void whatTheComparatorRefusesStandsAtItsField()
    {
        PartDesk desk;
        QVERIFY(desk.open());
        desk.answer(problem(422, "not valid", {{"/sample_size", "must be at most 10"}}));
        QVERIFY(click(nullptr, "runPartStart"));
        QTRY_COMPARE(desk.problemOf("runSampleSize"), QStringLiteral("must be at most 10"));
        QVERIFY(desk.note().contains(QStringLiteral("not started")));
        QVERIFY(desk.start()->isEnabled());
        shoot(find<QWidget>(nullptr, "runPartDialog"), "runpart-refused");
        find<QSpinBox>(nullptr, "runSampleSize")->setValue(10);
        QVERIFY(desk.problemOf("runSampleSize").isEmpty());
        QVERIFY(click(nullptr, "runPartIds"));
        QVERIFY(desk.note().isEmpty());
        find<QPlainTextEdit>(nullptr, "runIds")->setPlainText(QStringLiteral("7"));
        desk.answer(problem(422, "not valid", {{"/ids/0", "is no key of this mapping"}}));
        QVERIFY(click(nullptr, "runPartStart"));
        QTRY_VERIFY(desk.problemOf("runIds").contains(QStringLiteral("is no key of this mapping")));
        QCOMPARE(find<QPlainTextEdit>(nullptr, "runIds")->toPlainText(), QStringLiteral("7"));
        QVERIFY(click(nullptr, "runPartChanges"));
        desk.answer(problem(409, "run all rows first: a source was changed"));
        QVERIFY(click(nullptr, "runPartStart"));
        QTRY_VERIFY(desk.note().contains(QStringLiteral("a source was changed")));
        desk.services.comparator.stop();
        QTRY_VERIFY(!desk.start()->isEnabled());
        QVERIFY(find<QDialog>(nullptr, "runPartDialog"));
    }

    void theRunPaneSaysWhatASampleSaysOfAllRows()
    {
        PartDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.services.comparator.hasStream());
        Json run = runJson("FINISHED", 600, 600);
        run["scope"] = "SAMPLE";
        run["sample"] = Json{{"size", 600}, {"lower_percentage", 99.12}, {"upper_percentage", 99.87},
                             {"confidence_percentage", 95}, {"outcome", "UNDECIDED"}};
        run["status"] = "PARTIAL";
        desk.services.comparator.push("check.progress", Json{{"run", run}});
        const QString said = QStringLiteral("99.12\u202f% to 99.87\u202f% of all rows are equal at 95\u202f% confidence: undecided");
        QTRY_VERIFY2(desk.text("runDetail").contains(said), qPrintable(desk.text("runDetail")));
        shoot(desk.page.get(), "runpart-sampled");
        run["scope"] = "INCREMENTAL";
        run["sample"] = nullptr;
        run["status"] = "SUCCESS";
        run["changes"] = Json{{"carried", 9'400}};
        desk.services.comparator.push("check.progress", Json{{"run", run}});
        QTRY_VERIFY2(desk.text("runDetail").contains(QStringLiteral("9\u202f400 not read, equal before")), qPrintable(desk.text("runDetail")));
    }
};

QTEST_MAIN(TestRunPart)
#include "tst_runpart.moc"
