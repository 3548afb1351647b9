// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is hidden by ignore rules, and what is exported, from the Consistency page.
#include "tests/ui/consistencydesk.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QFile>
#include <QFileDialog>
#include <QPushButton>
#include <QTemporaryDir>

using namespace crossfade;
using namespace crossfade::test;

class TestIgnoring : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aFieldIsIgnoredAsNarrowlyAsItIsMeant()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(desk.open(0, 1));
        desk.services.comparator.on("GET /api/v1/ignore-rules", listOf(Json::array()));
        int asked = 0;
        desk.services.comparator.on("POST /api/v1/ignore-rules", [&asked](const FakeRequest &request) {
            if (++asked == 1)
                return problem(409, "there are 200 ignore rules already");
            Json rule = request.body;
            rule["id"] = "ig-1";
            rule["version"] = 1;
            return FakeAnswer{201, rule};
        });
        QVERIFY(click(desk.page.get(), "ignoreDifference"));
        auto *dialog = find<QDialog>(nullptr, "ignoreDialog");
        QVERIFY(dialog);
        QVERIFY(!find<QPushButton>(dialog, "confirmButton")->isEnabled()); // a reason first
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("both are right")));
        shoot(dialog, "consistency-ignore");
        QVERIFY(click(dialog, "confirmButton"));
        auto *note = find<QLabel>(dialog, "dialogNote");
        QTRY_VERIFY2(note->text().contains(QStringLiteral("200 ignore rules")), qPrintable(note->text()));
        QVERIFY(click(dialog, "ignoreField"));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_VERIFY(!find<QDialog>(nullptr, "ignoreDialog"));
        const auto sent = desk.services.comparator.asked("POST /api/v1/ignore-rules");
        QCOMPARE(sent.size(), 2);
        QCOMPARE(sent[0].body["entity_pattern"].get<std::string>(), std::string("100482"));
        QCOMPARE(sent[0].body["field"].get<std::string>(), std::string("email"));
        QVERIFY(!sent[1].body.contains("entity_pattern") && !sent[1].body.contains("ends_at"));
        QCOMPARE(sent[1].body["reason"].get<std::string>(), std::string("both are right"));
    }

    void whatIsHiddenIsCountedAndShownWithItsRule()
    {
        ConsistencyDesk desk;
        desk.services.comparator.on("GET /api/v1/differences/summary", [](const FakeRequest &request) {
            const bool only = request.item("ignored") == QStringLiteral("ONLY");
            const Json group{{"key", "email"}, {"count", only ? 1 : 2}, {"top_cause", "VALUE"}, {"top_cause_share", 100}};
            return FakeAnswer{200, Json{{"groups", Json::array({group})}, {"total", only ? 1 : 2}, {"ignored", 1}, {"newest_id", nullptr}}};
        });
        Json row = fieldDifference("email", 0);
        row["ignore_rule_id"] = "ig-1";
        desk.services.comparator.on("GET /api/v1/differences", listOf(Json::array({row})));
        Json opened = row;
        opened["entity"] = entityJson();
        desk.services.comparator.on("GET /api/v1/differences/*", [opened](const FakeRequest &) { return FakeAnswer{200, opened}; });
        bool deleted = false;
        const Json rule{{"id", "ig-1"}, {"version", 4}, {"data_type", "USER"}, {"field", "email"}, {"reason", "as <b>agreed</b>"},
                        {"hidden_differences", 1}, {"being_applied", false}, {"ended", false}, {"created_by", "ann"}};
        desk.services.comparator.on("GET /api/v1/ignore-rules", [&deleted, rule](const FakeRequest &) {
            return FakeAnswer{200, listOf(deleted ? Json::array() : Json::array({rule}))};
        });
        desk.services.comparator.on("DELETE /api/v1/ignore-rules/ig-1", [&deleted](const FakeRequest &) {
            deleted = true;
            return FakeAnswer{200, Json::object()};
        });
        QVERIFY(desk.connect());
        QTRY_VERIFY(find<QPushButton>(desk.page.get(), "onlyHidden"));
        QCOMPARE(find<QPushButton>(desk.page.get(), "onlyHidden")->text(), QStringLiteral("1 hidden"));
        QVERIFY(click(desk.page.get(), "onlyHidden"));
        QTRY_COMPARE(desk.tree()->model()->rowCount(desk.group(0)), 1);
        QVERIFY(desk.open(0, 0));
        QTRY_VERIFY2(desk.text("differenceIgnored").contains(QStringLiteral("as <b>agreed</b>")),
                     qPrintable(desk.text("differenceIgnored")));
        QVERIFY(!find<QPushButton>(desk.page.get(), "ignoreDifference")->isEnabled());
        QVERIFY(click(desk.page.get(), "openIgnoreRules"));
        auto *dialog = find<QDialog>(nullptr, "ignoreRulesDialog");
        QVERIFY(dialog);
        auto *table = find<QAbstractItemView>(dialog, "ignoreRulesTable");
        QVERIFY(table);
        QTRY_COMPARE(table->model()->rowCount(), 1);
        table->setCurrentIndex(table->model()->index(0, 0));
        shoot(dialog, "consistency-ignorerules");
        QVERIFY(click(dialog, "deleteIgnoreRule"));
        QVERIFY(click(find<QDialog>(nullptr, "deleteIgnoreRuleDialog"), "confirmButton"));
        QTRY_COMPARE(table->model()->rowCount(), 0);
        QCOMPARE(find<StateView>(dialog, "ignoreRulesState")->stateName(), QStringLiteral("empty"));
        QVERIFY(click(dialog, "ignoreRulesClose"));
    }

    void whatTheListShowsIsExportedOrStopped()
    {
        ConsistencyDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "differenceFilter", QStringLiteral("anais")));
        QTRY_COMPARE(desk.differences->filter().text, std::string("anais"));
        desk.services.comparator.on("GET /api/v1/differences/export", [](const FakeRequest &) { return problem(503, "the store is busy"); });
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("d.sql"));
        QVERIFY(click(desk.page.get(), "exportDifferences"));
        auto *dialog = find<QDialog>(nullptr, "exportDialog");
        QVERIFY(dialog);
        QVERIFY(find<QLabel>(dialog, "exportWhat")->text().contains(QStringLiteral("anais")));
        QVERIFY(click(dialog, "exportSql"));
        QVERIFY(find<QLabel>(dialog, "exportAbout")->text().contains(QStringLiteral("Nothing is run")));
        shoot(dialog, "consistency-export");
        QVERIFY(click(dialog, "exportWrite"));
        auto *files = find<QFileDialog>(nullptr, "differencesFileDialog");
        QVERIFY(files);
        Q_EMIT files->fileSelected(file);
        files->reject();
        QTRY_COMPARE(desk.services.comparator.asked("GET /api/v1/differences/export").size(), 1);
        const FakeRequest asked = desk.services.comparator.asked("GET /api/v1/differences/export")[0];
        QCOMPARE(asked.item("format"), QStringLiteral("SQL"));
        QCOMPARE(asked.item("q"), QStringLiteral("anais"));
        QCOMPARE(asked.item("resolved"), QStringLiteral("false"));
        auto *note = find<QLabel>(dialog, "exportNote");
        QTRY_VERIFY2(note->text().contains(QStringLiteral("the store is busy")), qPrintable(note->text()));
        QVERIFY(!QFile::exists(file)); // whole or not at all
        QVERIFY(click(dialog, "exportClose"));
        QTRY_VERIFY(!find<QDialog>(nullptr, "exportDialog"));
    }
};

QTEST_MAIN(TestIgnoring)
#include "tst_ignoring.moc"
