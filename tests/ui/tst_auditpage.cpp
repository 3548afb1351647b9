// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakeconsole.h"

#include "models/session/auditsession.h"
#include "ui/audit/auditpage.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *List = "GET /api/v1/audit";

struct Desk {
    FakeConsole fake;

    bool open()
    {
        if (!fake.connect())
            return false;
        fake.desk.window()->showPage(QStringLiteral("audit"));
        return QTest::qWaitFor([this] { return table() && table()->model()->rowCount() == 5; });
    }
    // Also while it is hidden behind the skeleton of a list that is loading.
    QAbstractItemView *view(const char *name)
    {
        return fake.desk.window()->currentPage()->findChild<QAbstractItemView *>(QString::fromLatin1(name));
    }
    QAbstractItemView *table() { return view("auditTable"); }
    QString cell(const char *name, int row, int column)
    {
        return view(name)->model()->index(row, column).data().toString();
    }
    FakeRequest last() { return fake.services.router.asked(List).last(); }
};

} // namespace

class TestAuditPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void showsWhoDidWhatAndWhy()
    {
        Desk desk;
        QVERIFY(desk.open());
        QCOMPARE(desk.cell("auditTable", 0, AuditModel::Who), QStringLiteral("operator-1"));
        QCOMPARE(desk.cell("auditTable", 1, AuditModel::Reason), QStringLiteral("because 2"));
        desk.table()->setCurrentIndex(desk.table()->model()->index(2, 0));
        const QString facts = desk.fake.desk.get<QLabel>("auditFacts")->text();
        QVERIFY2(facts.contains(QStringLiteral("because 3")) && facts.contains(QStringLiteral("request q3")), qPrintable(facts));
        // What was changed comes first, with both values.
        QCOMPARE(desk.cell("auditChanges", 0, AuditChangeModel::Field), QStringLiteral("priority"));
        QCOMPARE(desk.cell("auditChanges", 0, AuditChangeModel::Before), QStringLiteral("10"));
        QCOMPARE(desk.cell("auditChanges", 0, AuditChangeModel::After), QStringLiteral("20"));
    }

    void filtersAreAskedOfTheService()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(type(desk.fake.desk.window(), "auditWho", QStringLiteral("operator-1")));
        QTRY_COMPARE(desk.last().item("subject"), QStringLiteral("operator-1"));
        QVERIFY(type(desk.fake.desk.window(), "auditAction", QStringLiteral("rule.update")));
        QTRY_COMPARE(desk.last().item("action"), QStringLiteral("rule.update"));
        QVERIFY(type(desk.fake.desk.window(), "auditObject", QStringLiteral("a&b=c")));
        QTRY_COMPARE(desk.last().item("object_id"), QStringLiteral("a&b=c"));
        QCOMPARE(desk.last().item("subject"), QStringLiteral("operator-1")); // all of them hold
    }

    void aSlowAnswerToAnOlderFilterIsDropped()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.fake.services.router.on(List, [](const FakeRequest &request) {
            const bool wanted = request.item("subject") == QLatin1String("ab");
            return FakeAnswer{200, listOf(wanted ? Json::array({auditJson(9)}) : Json::array()), !wanted};
        });
        QVERIFY(type(desk.fake.desk.window(), "auditWho", QStringLiteral("a")));
        QTRY_COMPARE(desk.last().item("subject"), QStringLiteral("a"));
        QVERIFY(type(desk.fake.desk.window(), "auditWho", QStringLiteral("ab")));
        QTRY_COMPARE(desk.table()->model()->rowCount(), 1);
        QCOMPARE(desk.cell("auditTable", 0, AuditModel::Reason), QStringLiteral("because 9"));
    }

    void theChainIsVerifiedAndABreakNamed()
    {
        Desk desk;
        QVERIFY(desk.open());
        auto *chain = desk.fake.desk.get<Chip>("auditChain");
        QCOMPARE(chain->text(), QStringLiteral("NOT VERIFIED YET"));
        QVERIFY(desk.fake.desk.press("auditVerify"));
        QTRY_COMPARE(chain->text(), QStringLiteral("CHAIN INTACT · 5"));
        desk.fake.services.router.on("GET /api/v1/audit/verification",
                                     Json{{"intact", false}, {"entries", 5}, {"checked_at", at(0)},
                                          {"first_broken", {{"id", 3}, {"problem", "the hash does not fit"}}}});
        QVERIFY(desk.fake.desk.press("auditVerify"));
        QTRY_COMPARE(chain->text(), QStringLiteral("CHAIN BROKEN"));
        const QString note = desk.fake.desk.get<ElidingLabel>("auditNote")->text();
        QVERIFY2(note.contains(QLatin1Char('3')) && note.contains(QStringLiteral("the hash does not fit")), qPrintable(note));
        desk.fake.services.router.on("GET /api/v1/audit/verification",
                                     [](const FakeRequest &) { return problem(503, "The store does not answer."); });
        QVERIFY(desk.fake.desk.press("auditVerify"));
        QTRY_COMPARE(chain->text(), QStringLiteral("NOT VERIFIED"));
        // Nothing of it is said of the other service.
        desk.fake.services.comparator.on(List, listOf(Json::array({auditJson(9)})));
        QVERIFY(desk.fake.desk.press("auditComparator"));
        QCOMPARE(chain->text(), QStringLiteral("NOT VERIFIED YET"));
        QCOMPARE(chain->toolTip(), QString());
        QCOMPARE(desk.fake.desk.get<ElidingLabel>("auditNote")->text(), QString());
        QTRY_COMPARE(desk.table()->model()->rowCount(), 1);
    }

    void theExportIsWrittenAsItCame()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.fake.services.router.on("GET /api/v1/audit/export", Json{{"all", "of it"}});
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("audit.csv"));
        QVERIFY(desk.fake.desk.press("auditCsv"));
        QTRY_VERIFY(desk.fake.desk.get<QFileDialog>("auditExportDialog"));
        auto *dialog = desk.fake.desk.get<QFileDialog>("auditExportDialog");
        Q_EMIT dialog->fileSelected(file);
        dialog->close();
        QTRY_VERIFY(QFile::exists(file));
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray("{\"all\":\"of it\"}"));
        QCOMPARE(desk.fake.services.router.asked("GET /api/v1/audit/export").last().headers["accept"], QByteArray("text/csv"));
        QTRY_VERIFY(desk.fake.desk.get<ElidingLabel>("auditNote")->text().startsWith(QStringLiteral("Written: ")));
    }

    void newEntriesAreOfferedNotPushed()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(!desk.fake.desk.get<QWidget>("auditNewer"));
        desk.fake.services.router.push("rule.changed", Json{{"id", "r9"}, {"deleted", true}});
        QTRY_VERIFY(desk.fake.desk.get<QWidget>("auditNewer"));
        const qsizetype asked = desk.fake.services.router.asked(List).size();
        QVERIFY(desk.fake.desk.press("auditNewer"));
        QTRY_COMPARE(desk.fake.services.router.asked(List).size(), asked + 1);
        QTRY_VERIFY(!desk.fake.desk.get<QWidget>("auditNewer"));
    }

    void aPageBuiltAnewSaysWhatTheSessionShows()
    {
        FakePair services;
        setUpAudit(services.router);
        services.comparator.on(List, listOf(Json::array({auditJson(9)})));
        AuditSession session(&services.connection);
        auto page = std::make_unique<AuditPage>(&session);
        services.open();
        QTRY_COMPARE(session.model()->rowCount(), 5);
        session.setService(ServiceName::Comparator);
        session.setFilter({QStringLiteral("rule.update"), {}, QStringLiteral("r1"), QStringLiteral("operator-1"), 24});
        QTRY_COMPARE(session.model()->rowCount(), 1);
        page = std::make_unique<AuditPage>(&session);
        page->resize(pageSize());
        page->show();
        QVERIFY(find<QAbstractButton>(page.get(), "auditComparator")->isChecked());
        QCOMPARE(find<QLineEdit>(page.get(), "auditWho")->text(), QStringLiteral("operator-1"));
        QCOMPARE(find<QLineEdit>(page.get(), "auditAction")->text(), QStringLiteral("rule.update"));
        QCOMPARE(find<QLineEdit>(page.get(), "auditObject")->text(), QStringLiteral("r1"));
        QCOMPARE(find<QComboBox>(page.get(), "auditSince")->currentIndex(), 2);
        // What could not be read again stays, and says so.
        QVERIFY(!find<QLabel>(page.get(), "auditProblem"));
        services.comparator.on(List, [](const FakeRequest &) { return problem(503, "The store does not answer."); });
        page->refresh();
        QTRY_VERIFY(find<QLabel>(page.get(), "auditProblem"));
        QVERIFY(find<QLabel>(page.get(), "auditProblem")->text().contains(QStringLiteral("The store does not answer.")));
        QCOMPARE(session.model()->rowCount(), 1);
    }

    void aFailureSaysWhatIsStillTrue()
    {
        Desk desk;
        desk.fake.services.router.on(List, [](const FakeRequest &) { return problem(503, "The store does not answer."); });
        QVERIFY(desk.fake.connect());
        desk.fake.desk.window()->showPage(QStringLiteral("audit"));
        auto *state = desk.fake.desk.window()->currentPage()->findChild<StateView *>();
        QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
        desk.fake.services.router.on(List, listOf(Json::array()));
        desk.fake.desk.key(Qt::Key_F5);
        QTRY_COMPARE(state->stateName(), QStringLiteral("empty"));
    }
};

QTEST_MAIN(TestAuditPage)
#include "tst_auditpage.moc"
