// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Files of rules, in and out: what is asked of the router, and what becomes of its answers.
#include "models/session/activitysession.h"
#include "models/session/rulessession.h"

#include "tests/models/session/fakedata.h"

#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

using Step = RuleTransferSession::Step;
constexpr const char *Import = "POST /api/v1/rules/import";

Json reportJson(int created, int updated, int errors = 0)
{
    Json json{{"dry_run", true}, {"rows", created + updated + errors}, {"created", created}, {"updated", updated},
              {"unchanged", 2}, {"errors", Json::array()}, {"errors_total", errors}, {"warnings", Json::array()},
              {"warnings_total", 1}, {"changes", Json::array()}, {"sha256", std::string(64, 'a')}, {"epoch", 5}};
    for (int i = 0; i < errors; ++i)
        json["errors"].push_back({{"row", 2 + i}, {"column", i == 0 ? Json("priority") : Json()}, {"message", "must be true or false"}});
    json["warnings"].push_back({{"row", 9}, {"config_name", "w"}, {"code", "SHADOWED"}, {"message", "m"}, {"rule_id", "r"}, {"pointer", nullptr}});
    json["changes"].push_back({{"row", 3}, {"action", "CREATE"}, {"id", "x"}, {"config_name", "fresh"}, {"target_entity", "ann"},
                               {"target_platform", "NEW"}, {"fields", Json::array()}});
    json["changes"].push_back({{"row", 4}, {"action", "UPDATE"}, {"id", "r1"}, {"config_name", "old"}, {"target_entity", nullptr},
                               {"target_platform", "NEW"}, {"fields", {"priority", "active"}}});
    return json;
}

struct Desk {
    QTemporaryDir folder;
    FakeService router{ServiceName::Router, {QStringLiteral("operator")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};
    Connection connection;
    RulesSession rules{&connection};
    RuleTransferSession *transfer = rules.transfer();

    Desk()
    {
        router.on("GET /api/v1/rules", listOf(Json::array({ruleJson("r1", "one", "u1", "NEW", 10)})));
    }
    bool open()
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([&] {
            return rules.phase() == LoadPhase::Ready && router.hasStream() && connection.reach(ServiceName::Router) == Reach::Live;
        });
    }
    QString write(const char *name, const QByteArray &bytes) const
    {
        const QString path = folder.filePath(QLatin1String(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            return {};
        return path;
    }
    bool reaches(Step step) const { return QTest::qWaitFor([&] { return transfer->step() == step; }, 10'000); }
    bool check(const QByteArray &bytes, const char *name = "rules.csv")
    {
        transfer->check(write(name, bytes));
        return reaches(Step::Checked);
    }
    qsizetype lists() const { return router.asked("GET /api/v1/rules").size(); }
};

} // namespace

class TestRuleTransferSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aFileIsCheckedFirstAndWhatWasCheckedIsSent()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(3, 1));
        QVERIFY(desk.check("id,reason\r\n,\xC3\xA4\r\n"));
        const FakeRequest dry = desk.router.asked(Import).first();
        QCOMPARE(dry.item("dry_run"), QStringLiteral("true"));
        QCOMPARE(dry.headers["content-type"], QByteArray("text/csv"));
        QCOMPARE(dry.bytes, QByteArray("id,reason\r\n,\xC3\xA4\r\n"));
        const ImportReport &report = desk.transfer->report();
        QCOMPARE(report.created, 3);
        QCOMPARE(report.updated, 1);
        QCOMPARE(report.unchanged, 2);
        QCOMPARE(report.warnings, 1);
        QCOMPARE(report.lines.size(), std::size_t(3));
        QVERIFY(report.lines[1] == (ImportLine{ImportLine::Kind::Create, 3, "fresh", "ann \xE2\x86\x92 NEW"}));
        QVERIFY(report.lines[2] == (ImportLine{ImportLine::Kind::Update, 4, "old", "priority, active"}));
        QVERIFY(desk.transfer->canImport());
        // The file changes on the disk: what was looked at counts.
        desk.write("rules.csv", "something else");
        desk.transfer->import(QStringLiteral("wave 7 ä"));
        QVERIFY(desk.reaches(Step::Done));
        const FakeRequest real = desk.router.asked(Import).last();
        QVERIFY(!real.query.hasQueryItem(QStringLiteral("dry_run")));
        QCOMPARE(real.bytes, dry.bytes);
        QCOMPARE(real.headers["x-reason"], QByteArray("wave%207%20%C3%A4"));
        QVERIFY(!real.headers["idempotency-key"].isEmpty());
        QVERIFY(real.headers["idempotency-key"] != dry.headers["idempotency-key"]);
    }

    void jsonIsSentAsJson()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(1, 0));
        QVERIFY(desk.check("{\"rules\":[]}", "Rules.JSON"));
        QCOMPARE(desk.router.asked(Import).first().headers["content-type"], QByteArray("application/json"));
    }

    void whatIsNoFileOfRulesIsNotSent()
    {
        Desk desk;
        QVERIFY(desk.open());
        const auto problemOf = [&](const QString &file) {
            desk.transfer->check(file);
            return desk.reaches(Step::Refused) ? desk.transfer->problem() : QString();
        };
        QVERIFY(problemOf(desk.write("rules.xlsx", "x")).contains(QStringLiteral(".csv")));
        QVERIFY(problemOf(desk.write("empty.csv", "")).contains(QStringLiteral("empty")));
        QVERIFY(problemOf(desk.folder.filePath(QStringLiteral("none.csv"))).contains(QStringLiteral("could not be read")));
        QFile large(desk.folder.filePath(QStringLiteral("large.csv")));
        QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(RuleTransferSession::MostBytes + 1));
        QVERIFY(problemOf(large.fileName()).contains(QStringLiteral("at most 96 MiB")));
        QCOMPARE(desk.router.asked(Import).size(), 0);
        QVERIFY(!desk.transfer->canImport());
    }

    void mistakesStopIt()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(3, 1, 2));
        QVERIFY(desk.check("x"));
        QVERIFY(!desk.transfer->canImport());
        QCOMPARE(desk.transfer->report().errors, 2);
        desk.transfer->import({});
        QCOMPARE(desk.router.asked(Import).size(), 1);
        // A file that can't be read has no report.
        desk.router.on(Import, [](const FakeRequest &) { return problem(400, "line 3, column 2: the text is not UTF-8"); });
        desk.transfer->check(desk.write("b.csv", "x"));
        QVERIFY(desk.reaches(Step::Refused));
        QCOMPARE(desk.transfer->problem(), QStringLiteral("line 3, column 2: the text is not UTF-8"));
        desk.router.on(Import, [](const FakeRequest &) {
            return problem(422, "/columns/colour: is not a column", {{"/columns/colour", "is not a column of rules; the first line must name some of id"}});
        });
        desk.transfer->check(desk.write("b.csv", "x"));
        QVERIFY(desk.reaches(Step::Refused));
        QVERIFY2(desk.transfer->problem().startsWith(QStringLiteral("colour: is not a column")), qPrintable(desk.transfer->problem()));
    }

    void aFileThatChangesNothingIsNotImported()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(0, 0));
        QVERIFY(desk.check("x"));
        QVERIFY(!desk.transfer->canImport());
    }

    void rulesChangedInBetweenAreCheckedAnew()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, [](const FakeRequest &request) {
            return request.query.hasQueryItem(QStringLiteral("dry_run")) ? FakeAnswer{200, reportJson(1, 1)}
                                                                         : problem(422, "nothing was imported: 1 mistake in 2 rows");
        });
        QVERIFY(desk.check("x"));
        desk.router.on(Import, [](const FakeRequest &request) {
            return request.query.hasQueryItem(QStringLiteral("dry_run")) ? FakeAnswer{200, reportJson(0, 1, 1)}
                                                                         : problem(422, "nothing was imported: 1 mistake in 2 rows");
        });
        desk.transfer->import({});
        QTRY_COMPARE(desk.transfer->report().errors, 1);
        QCOMPARE(desk.transfer->step(), Step::Checked);
        QVERIFY(desk.transfer->problem().contains(QStringLiteral("checked anew")));
        QCOMPARE(desk.router.asked(Import).size(), 3);
    }

    // Without an answer nobody knows: the same act is asked for again, not another one.
    void askedAgainItIsTheSameAct()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(1, 0));
        QVERIFY(desk.check("x"));
        desk.router.on(Import, [](const FakeRequest &) { return FakeAnswer{200, Json::object(), false, true}; });
        desk.transfer->import(QStringLiteral("first"));
        QVERIFY(desk.reaches(Step::Checked));
        QVERIFY(desk.transfer->isUnanswered());
        QVERIFY(desk.transfer->problem().contains(QStringLiteral("not done twice")));
        desk.router.on(Import, reportJson(1, 0));
        QTRY_COMPARE(desk.connection.reach(ServiceName::Router), Reach::Live);
        desk.transfer->import(QStringLiteral("second"));
        QVERIFY(desk.reaches(Step::Done));
        const auto asked = desk.router.asked(Import);
        QCOMPARE(asked.last().headers["idempotency-key"], asked[1].headers["idempotency-key"]);
        QCOMPARE(asked.last().headers["x-reason"], QByteArray("first"));
    }

    void itCanBeGivenUp()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, [](const FakeRequest &) { return FakeAnswer{200, Json::object(), true}; });
        desk.transfer->check(desk.write("a.csv", "x"));
        QTRY_COMPARE(desk.router.asked(Import).size(), 1);
        desk.transfer->cancel();
        QCOMPARE(desk.transfer->step(), Step::Idle);
        desk.router.on(Import, reportJson(7, 0));
        desk.router.release(); // a late answer is nobody's
        QVERIFY(desk.check("y"));
        QCOMPARE(desk.transfer->report().created, 7);
        // Once the router has it, only its answer tells.
        desk.router.on(Import, [](const FakeRequest &) { return FakeAnswer{200, Json::object(), true}; });
        desk.transfer->import({});
        QVERIFY(desk.reaches(Step::Storing));
        QVERIFY(!desk.transfer->canCancel());
        desk.transfer->cancel();
        QCOMPARE(desk.transfer->step(), Step::Storing);
        desk.router.on(Import, reportJson(7, 0));
        desk.router.release();
        QVERIFY(desk.reaches(Step::Done));
    }

    void anotherRouterMeansAnotherFile()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on(Import, reportJson(1, 0));
        QVERIFY(desk.check("x"));
        FakeService other(ServiceName::Router, {QStringLiteral("operator")});
        desk.connection.open(targetOf(other, desk.comparator));
        QCOMPARE(desk.transfer->step(), Step::Idle);
        QVERIFY(!desk.transfer->canImport());
    }

    void rolesAndReachDecide()
    {
        FakeService router(ServiceName::Router, {QStringLiteral("viewer")});
        FakeService comparator(ServiceName::Comparator, {QStringLiteral("viewer")});
        Connection connection;
        RuleTransferSession transfer(&connection);
        QVERIFY(!transfer.exportObstacle().isEmpty());
        connection.open(targetOf(router, comparator));
        QTRY_COMPARE(transfer.exportObstacle(), QString());
        QTRY_VERIFY(transfer.importObstacle().contains(QStringLiteral("operator")));
    }

    void theExportIsWrittenWholeOrNotAtAll()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on("GET /api/v1/rules/export", Json{{"rules", Json::array()}});
        QSignalSpy done(desk.transfer, &RuleTransferSession::exported);
        QSignalSpy failed(desk.transfer, &RuleTransferSession::exportFailed);
        const QString file = desk.folder.filePath(QStringLiteral("out.json"));
        desk.transfer->exportTo(file);
        QVERIFY(desk.transfer->isExporting());
        QTRY_COMPARE(done.size(), 1);
        QVERIFY(!desk.transfer->isExporting());
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray("{\"rules\":[]}"));
        QCOMPARE(desk.router.asked("GET /api/v1/rules/export").last().item("format"), QStringLiteral("json"));
        desk.transfer->exportTo(desk.folder.filePath(QStringLiteral("out.csv")));
        QTRY_COMPARE(done.size(), 2);
        QCOMPARE(desk.router.asked("GET /api/v1/rules/export").last().item("format"), QStringLiteral("csv"));
        QCOMPARE(desk.router.asked("GET /api/v1/rules/export").last().item("type"), QString());
        desk.transfer->exportTo(file, {RuleType::System, QStringLiteral("50 % & ü")});
        QTRY_COMPARE(done.size(), 3);
        QCOMPARE(desk.router.asked("GET /api/v1/rules/export").last().item("type"), QStringLiteral("SYSTEM_BASED"));
        QCOMPARE(desk.router.asked("GET /api/v1/rules/export").last().item("q"), QStringLiteral("50 % & ü"));
        desk.router.on("GET /api/v1/rules/export", [](const FakeRequest &) { return problem(422, "the export is too large"); });
        const QString none = desk.folder.filePath(QStringLiteral("none.csv"));
        desk.transfer->exportTo(none);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!QFileInfo::exists(none));
        desk.router.on("GET /api/v1/rules/export", [](const FakeRequest &) { return FakeAnswer{200, Json::object(), true}; });
        desk.transfer->exportTo(none);
        desk.transfer->cancelExport();
        QVERIFY(!desk.transfer->isExporting());
        desk.router.on("GET /api/v1/rules/export", Json::object());
        desk.router.release();
        desk.transfer->exportTo(desk.folder.filePath(QStringLiteral("no/such/folder.csv")));
        QTRY_COMPARE(failed.size(), 2);
        QVERIFY(!QFileInfo::exists(none));
    }

    void anImportOfOthersIsReadAnewAndTold()
    {
        Desk desk;
        QVERIFY(desk.open());
        ActivitySession activity(&desk.connection);
        RuleInput mine = desk.rules.edits().base("r1")->input;
        mine.priority = 77;
        desk.rules.change(QStringLiteral("r1"), mine);
        const qsizetype before = desk.lists();
        desk.router.on("GET /api/v1/rules", listOf(Json::array({ruleJson("r1", "one", "u1", "LEGACY", 10, 2), ruleJson("r2", "two", "u2", "NEW", 20)})));
        desk.router.push("rules.imported", Json{{"created", 1}, {"updated", 1}, {"actor", "ann"}, {"epoch", 9}});
        QTRY_COMPARE(desk.rules.model()->rowCount(), 2);
        QCOMPARE(desk.lists(), before + 1);
        // The edit is still there, made on what was seen then.
        QCOMPARE(desk.rules.edits().count(), 1);
        QCOMPARE(desk.rules.edits().edit("r1")->base.version, std::string("1"));
        const auto line = activityOf({"", "rules.imported", Json{{"created", 1200}, {"updated", 3}, {"actor", "ann"}}}, instantFromMs(5));
        QVERIFY(line);
        QVERIFY(line->text.startsWith(QStringLiteral("routing rules imported")));
        QCOMPARE(line->detail, QStringLiteral("ann"));
    }
};

QTEST_GUILESS_MAIN(TestRuleTransferSession)
#include "tst_ruletransfersession.moc"
