// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Import and export of rules by real clicks: over a real router, and over a fake one for what it seldom does.
#include "tests/models/session/fakedata.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/ui/pagetest.h"

#include "models/items/text.h"
#include "ui/rules/importdialog.h"
#include "ui/rules/rulespage.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *Import = "POST /api/v1/rules/import";
constexpr const char *Head = "id,config_name,config_type,target_entity,target_platform,priority\n";

// The page over whatever connection.
struct PageDesk {
    QTemporaryDir folder;
    RulesSession rules;
    SwitchesSession switches;
    TesterSession tester;
    RulesPage page;

    explicit PageDesk(Connection *connection)
        : rules(connection)
        , switches(connection)
        , tester(connection, &rules, &switches)
        , page(&rules, &switches, &tester)
    {
        page.resize(pageSize());
        page.show();
    }
    QString write(const char *name, const QByteArray &bytes) const
    {
        QFile file(folder.filePath(QLatin1String(name)));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }
    bool choose(const char *dialogName, const QString &file)
    {
        if (!QTest::qWaitFor([&] { return find<QFileDialog>(nullptr, dialogName) != nullptr; }))
            return false;
        auto *dialog = find<QFileDialog>(nullptr, dialogName);
        Q_EMIT dialog->fileSelected(file);
        dialog->close();
        return true;
    }
    bool import(const QString &file) { return click(&page, "importRules") && choose("importFileDialog", file) && dialog() != nullptr; }
    // An entry of the menu that the button opens.
    bool exportBy(int entry)
    {
        if (!click(&page, "exportRules") || !QTest::qWaitFor([] { return find<QMenu>(nullptr, "exportMenu") != nullptr; }))
            return false;
        auto *menu = find<QMenu>(nullptr, "exportMenu");
        for (int down = 0; down <= entry; ++down)
            QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
        return true;
    }
    bool exportTo(const QString &file) { return exportBy(0) && choose("exportFileDialog", file); }
    QWidget *dialog() { return find<QWidget>(nullptr, "importDialog"); }
    bool closes() { return QTest::qWaitFor([&] { return dialog() == nullptr; }, 20'000); }
    bool isChecked() { return QTest::qWaitFor([&] { return rules.transfer()->step() == RuleTransferSession::Step::Checked; }, 20'000); }
    // What the second entry of the menu says.
    QString shownText()
    {
        if (!click(&page, "exportRules") || find<QMenu>(nullptr, "exportMenu") == nullptr)
            return {};
        auto *menu = find<QMenu>(nullptr, "exportMenu");
        const QString text = menu->actions().last()->text();
        menu->close();
        return text;
    }
    QString note() { return page.findChild<ElidingLabel *>(QStringLiteral("transferNote"))->text(); }
    QPushButton *button(const char *name) { return find<QPushButton>(nullptr, name); }
    QString facts()
    {
        QStringList all;
        for (const Fact &fact : find<FactList>(nullptr, "importFacts")->facts())
            all << fact.strong + QLatin1Char(' ') + fact.text;
        return all.join(QLatin1Char('\n'));
    }
    QStringList table()
    {
        QStringList all;
        auto *view = find<QAbstractItemView>(nullptr, "importTable");
        for (int row = 0; view != nullptr && row < view->model()->rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < view->model()->columnCount(); ++column)
                cells << view->model()->index(row, column).data().toString();
            all << cells.join(QLatin1Char('|'));
        }
        return all;
    }
};

// A router of its own over an empty store.
class RealRouter {
public:
    RealRouter()
        : m_process("crossfade-router", {"serve", "--data", path("data"), "--ready-file", path("ready")}, path("log"))
    {
        if (const auto ready = waitReadyFile(path("ready")))
            m_url = ready->at("url").get<std::string>();
    }
    std::string token(const char *roles)
    {
        const Output output = runProgram("crossfade-router", {"token", "add", "--data", path("data"), "--subject", "me", "--roles", roles});
        return output.out.substr(0, output.out.find('\n'));
    }
    const std::string &url() const { return m_url; }

private:
    std::string path(const char *name) const { return m_folder.filePath(QLatin1String(name)).toStdString(); }

    QTemporaryDir m_folder;
    Process m_process;
    std::string m_url;
};

struct LiveDesk {
    RealRouter router;
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};
    Connection connection;
    PageDesk page{&connection};

    bool connect(const char *roles = "operator")
    {
        ConnectionTarget target = targetOf(comparator, comparator);
        target.routers = {QUrl(toText(router.url()))};
        target.routerToken = QByteArray::fromStdString(router.token(roles));
        connection.open(target);
        return QTest::qWaitFor([&] { return page.rules.phase() == LoadPhase::Ready && page.rules.obstacle().isEmpty(); }, 20'000);
    }
    TestClient client() { return TestClient(router.url(), router.token("operator")); }
    int names(const char *start)
    {
        int count = 0;
        for (const RuleRow &row : page.rules.model()->rows())
            count += row.input.name.starts_with(start) ? 1 : 0;
        return count;
    }
};

struct FakeDesk {
    FakePair services;
    PageDesk page{&services.connection};

    explicit FakeDesk(const QStringList &roles = {QStringLiteral("operator")}) : services(roles) { setUpRouter(services.router); }
    bool connect()
    {
        services.open();
        return QTest::qWaitFor([&] { return services.isLive() && page.rules.phase() == LoadPhase::Ready; });
    }
};

Json reportOf(int created)
{
    return Json{{"rows", created}, {"created", created}, {"updated", 0}, {"unchanged", 0}, {"errors", Json::array()}, {"errors_total", 0},
                {"warnings", Json::array()}, {"warnings_total", 0}, {"changes", Json::array()}};
}

} // namespace

class TestRuleTransfer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void fromAFileIntoTheTableAndOutAgain()
    {
        LiveDesk desk;
        QVERIFY(desk.connect());
        const QByteArray csv = QByteArray(Head) + ",wave-1,USER_BASED,ann,NEW,10\n,\"wave-2, =1\",USER_BASED,bob,LEGACY,20\n" +
                               ",wave-3,USER_BASED,ann,LEGACY,30\n";
        QVERIFY(desk.page.import(desk.page.write("wave.csv", csv)));
        QVERIFY(desk.page.isChecked());
        QVERIFY2(desk.page.facts().contains(QStringLiteral("3 to be made")), qPrintable(desk.page.facts()));
        // Two rules of one user that contradict each other are told first.
        QCOMPARE(desk.page.rules.transfer()->report().warnings, 4);
        QVERIFY2(desk.page.table().value(0).startsWith(QStringLiteral("2|wave-1|")), qPrintable(desk.page.table().join(QLatin1Char('\n'))));
        QVERIFY(click(nullptr, "importChanges"));
        QCOMPARE(desk.page.table(), QStringList({QStringLiteral("2|wave-1|new: ann → NEW"), QStringLiteral("3|wave-2, =1|new: bob → LEGACY"),
                                                 QStringLiteral("4|wave-3|new: ann → LEGACY")}));
        shoot(desk.page.dialog(), "import-changes");
        QCOMPARE(desk.names("wave"), 0);
        QVERIFY(type(desk.page.dialog(), "reasonEdit", QStringLiteral("wave 7")));
        QVERIFY(click(nullptr, "importOk"));
        QVERIFY(desk.page.closes());
        QTRY_COMPARE_WITH_TIMEOUT(desk.names("wave"), 3, 20'000);
        QVERIFY2(desk.page.note().contains(QStringLiteral("3 new")), qPrintable(desk.page.note()));
        const Json audit = desk.client().get("/api/v1/audit?action=rule.import").json;
        QCOMPARE(toText(audit.at("items").at(0).at("reason").get<std::string>()), QStringLiteral("wave 7"));

        for (const char *name : {"out.csv", "out.json"}) {
            const QString file = desk.page.folder.filePath(QLatin1String(name));
            QVERIFY(desk.page.exportTo(file));
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), 20'000);
            QTRY_VERIFY(desk.page.note().startsWith(QStringLiteral("Written: ")));
            QVERIFY(desk.page.import(file));
            QVERIFY(desk.page.isChecked());
            QVERIFY2(desk.page.facts().contains(QStringLiteral("3 as in the file already")), qPrintable(desk.page.facts()));
            QVERIFY(!desk.page.button("importOk")->isEnabled());
            QVERIFY(desk.page.button("importOk")->toolTip().contains(QStringLiteral("changes nothing")));
            QVERIFY(click(nullptr, "importCancel"));
            QVERIFY(desk.page.closes());
        }
    }

    void onlyWhatIsShownIsExported()
    {
        LiveDesk desk;
        QVERIFY(desk.connect());
        const QByteArray csv = QByteArray(Head) + ",wave & one,USER_BASED,ann,NEW,10\n,other,USER_BASED,bob,LEGACY,20\n" +
                               ",wave & two,SYSTEM_BASED,shop,LEGACY,30\n";
        QVERIFY(desk.page.import(desk.page.write("wave.csv", csv)));
        QVERIFY(desk.page.isChecked());
        QVERIFY(type(desk.page.dialog(), "reasonEdit", QStringLiteral("wave 7")));
        QVERIFY(click(nullptr, "importOk"));
        QVERIFY(desk.page.closes());
        QTRY_COMPARE_WITH_TIMEOUT(desk.names("wave"), 2, 20'000);
        QVERIFY(type(&desk.page.page, "ruleFilter", QStringLiteral("Wave &")));
        const auto written = [&](const char *name) {
            const QString file = desk.page.folder.filePath(QLatin1String(name));
            QByteArray text;
            if (desk.page.choose("exportFileDialog", file) && QTest::qWaitFor([&] { return QFile::exists(file); }, 20'000)) {
                QFile in(file);
                text = in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
            }
            return text;
        };
        QTRY_VERIFY(desk.page.shownText().contains(QStringLiteral("user rules with “Wave &&” in name")));
        QVERIFY(desk.page.exportBy(1));
        const QByteArray users = written("users.csv");
        QVERIFY(users.contains("wave & one"));
        QVERIFY(!users.contains("other") && !users.contains("wave & two"));
        QVERIFY(click(&desk.page.page, "segmentSystems"));
        QVERIFY(desk.page.exportBy(1));
        const QByteArray systems = written("systems.json");
        QVERIFY(systems.contains("wave & two"));
        QVERIFY(!systems.contains("wave & one"));
        QVERIFY(desk.page.exportBy(0));
        const QByteArray all = written("all.csv");
        QVERIFY(all.contains("wave & one") && all.contains("other") && all.contains("wave & two"));
        // Where no rules are shown there is nothing to choose.
        QVERIFY(click(&desk.page.page, "segmentSwitches"));
        QVERIFY(click(&desk.page.page, "exportRules"));
        QVERIFY(written("still-all.csv").contains("other"));
    }

    void mistakesAreShownWhereTheyAre()
    {
        LiveDesk desk;
        QVERIFY(desk.connect());
        const QByteArray csv = QByteArray(Head) + ",good,USER_BASED,ann,NEW,10\n,bad,USER_BASED,a b,OLD,10\n,bad,USER_BASED,bob,NEW,x\n";
        const QString file = desk.page.write("bad.csv", csv);
        QVERIFY(desk.page.import(file));
        QVERIFY(desk.page.isChecked());
        QCOMPARE(desk.page.table(), QStringList({QStringLiteral("3|target_entity|must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -"),
                                                 QStringLiteral("3|target_platform|must be one of LEGACY NEW BOTH"),
                                                 QStringLiteral("4|priority|must be a whole number from 0 to 1000000")}));
        QVERIFY2(desk.page.facts().startsWith(QStringLiteral("3 wrong")), qPrintable(desk.page.facts()));
        QVERIFY(!desk.page.button("importOk")->isEnabled());
        QVERIFY2(desk.page.dialog()->height() <= 640, qPrintable(QString::number(desk.page.dialog()->height()))); // of 720
        QVERIFY(!find<QLabel>(nullptr, "importNote")); // all of it is shown
        shoot(desk.page.dialog(), "import-mistakes");
        // Mended, it is chosen again from the same dialog.
        QVERIFY(click(nullptr, "importAnother"));
        QVERIFY(desk.page.choose("importFileDialog", desk.page.write("good.csv", QByteArray(Head) + ",good,USER_BASED,ann,NEW,10\n")));
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.rules.transfer()->report().created, 1, 20'000);
        QVERIFY(desk.page.button("importOk")->isEnabled());
        QVERIFY(click(nullptr, "importOk"));
        QVERIFY(desk.page.closes());
        QTRY_COMPARE_WITH_TIMEOUT(desk.names("good"), 1, 20'000);
        // What is no CSV at all has no table.
        QVERIFY(desk.page.import(desk.page.write("broken.csv", "id,\"x\n")));
        QTRY_VERIFY_WITH_TIMEOUT(find<StateView>(nullptr, "importState")->stateName() == QLatin1String("error"), 20'000);
        QVERIFY(desk.page.rules.transfer()->problem().contains(QStringLiteral("never closed")));
        shoot(desk.page.dialog(), "import-refused");
        QTest::keyClick(desk.page.dialog(), Qt::Key_Escape);
        QVERIFY(desk.page.closes());
        QCOMPARE(desk.names("bad"), 0);
    }

    void unsavedEditsStayAndConflictWhereTheFileWasFirst()
    {
        LiveDesk desk;
        QVERIFY(desk.connect());
        QCOMPARE(desk.client().post("/api/v1/rules", {{"config_name", "mine"}, {"config_type", "USER_BASED"}, {"target_entity", "ann"},
                                                      {"target_platform", "NEW"}}).status, 201);
        QTRY_COMPARE_WITH_TIMEOUT(desk.names("mine"), 1, 20'000);
        const QString id = toText(desk.page.rules.model()->rows().front().id);
        RuleInput edit = desk.page.rules.model()->rows().front().input;
        edit.priority = 7;
        desk.page.rules.change(id, edit);
        const QByteArray csv = QByteArray(Head) + id.toUtf8() + ",mine,USER_BASED,ann,LEGACY,100\n";
        QVERIFY(desk.page.import(desk.page.write("edit.csv", csv)));
        QVERIFY(desk.page.isChecked());
        QVERIFY(find<QWidget>(nullptr, "importEdits"));
        QVERIFY(click(nullptr, "importChanges"));
        QCOMPARE(desk.page.table(), QStringList(QStringLiteral("2|mine|changes target_platform")));
        QVERIFY(click(nullptr, "importOk"));
        QVERIFY(desk.page.closes());
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.rules.edits().saved(toUtf8(id))->version, std::string("2"), 20'000);
        QCOMPARE(desk.page.rules.edits().count(), 1);
        QVERIFY(click(&desk.page.page, "saveEdits"));
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>(nullptr, "conflictMerge"), 20'000);
        QVERIFY(click(nullptr, "conflictLater"));
    }

    void aViewerSeesWhyNot()
    {
        FakeDesk desk({QStringLiteral("viewer")});
        QVERIFY(desk.connect());
        QPushButton *import = desk.page.button("importRules");
        QTRY_VERIFY(import->toolTip().contains(QStringLiteral("operator")));
        QVERIFY(!import->isEnabled());
        QVERIFY(desk.page.button("exportRules")->isEnabled());
        desk.page.page.showObject(QStringLiteral("action:import"));
        QVERIFY(!find<QFileDialog>(nullptr, "importFileDialog"));
        QVERIFY(desk.page.note().contains(QStringLiteral("operator")));
        desk.services.router.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!desk.page.button("exportRules")->isEnabled(), 20'000);
    }

    void keysAndThePaletteDoWhatTheButtonsDo()
    {
        FakeDesk desk;
        QVERIFY(desk.connect());
        QStringList entries;
        for (const PaletteEntry &entry : desk.page.page.paletteEntries())
            entries << entry.object;
        QCOMPARE(entries.first(2), QStringList({QStringLiteral("action:import"), QStringLiteral("action:export")}));
        for (const char *object : {"action:import", "action:export"}) {
            desk.page.page.showObject(QLatin1String(object));
            const char *name = qstrcmp(object, "action:import") == 0 ? "importFileDialog" : "exportFileDialog";
            QTRY_VERIFY(find<QFileDialog>(nullptr, name));
            find<QFileDialog>(nullptr, name)->close();
            QTRY_VERIFY(!find<QFileDialog>(nullptr, name));
        }
        desk.page.page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&desk.page.page));
        QTest::keyClick(&desk.page.page, Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(find<QFileDialog>(nullptr, "importFileDialog"));
        find<QFileDialog>(nullptr, "importFileDialog")->close();
        QTRY_VERIFY(!find<QFileDialog>(nullptr, "importFileDialog"));
        desk.page.page.activateWindow(); // a dialog had the keys
        QVERIFY(QTest::qWaitForWindowActive(&desk.page.page));
        QTest::keyClick(&desk.page.page, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(find<QMenu>(nullptr, "exportMenu"));
        QTest::keyClick(find<QMenu>(nullptr, "exportMenu"), Qt::Key_Down);
        QTest::keyClick(find<QMenu>(nullptr, "exportMenu"), Qt::Key_Return);
        QTRY_VERIFY(find<QFileDialog>(nullptr, "exportFileDialog"));
        // The kind of file follows the filter.
        auto *dialog = find<QFileDialog>(nullptr, "exportFileDialog");
        dialog->selectNameFilter(dialog->nameFilters().last());
        Q_EMIT dialog->filterSelected(dialog->nameFilters().last());
        QCOMPARE(dialog->defaultSuffix(), QStringLiteral("json"));
        dialog->close();
    }

    void whileItIsStoredItIsWaitedFor()
    {
        FakeDesk desk;
        QVERIFY(desk.connect());
        desk.services.router.on(Import, reportOf(5));
        QVERIFY(desk.page.import(desk.page.write("a.csv", "x")));
        QVERIFY(desk.page.isChecked());
        QTRY_COMPARE(find<StateView>(nullptr, "importState")->stateName(), QStringLiteral("empty"));
        desk.services.router.on(Import, [](const FakeRequest &) { return FakeAnswer{200, Json::object(), true}; });
        QVERIFY(click(nullptr, "importOk"));
        QTRY_COMPARE(desk.page.rules.transfer()->step(), RuleTransferSession::Step::Storing);
        QVERIFY(!desk.page.button("importCancel")->isEnabled());
        QVERIFY(!desk.page.button("importOk")->isEnabled());
        QTest::keyClick(desk.page.dialog(), Qt::Key_Escape);
        QVERIFY(desk.page.dialog() != nullptr);
        QVERIFY(find<QLabel>(nullptr, "importNote")->text().contains(QStringLiteral("stores it now")));
        desk.services.router.on(Import, reportOf(5));
        desk.services.router.release();
        QVERIFY(desk.page.closes());
        QVERIFY(desk.page.note().contains(QStringLiteral("5 new")));
    }

    void withoutAnAnswerItIsOfferedOnceMore()
    {
        FakeDesk desk;
        QVERIFY(desk.connect());
        desk.services.router.on(Import, reportOf(5));
        QVERIFY(desk.page.import(desk.page.write("a.csv", "x")));
        QVERIFY(desk.page.isChecked());
        desk.services.router.on(Import, [](const FakeRequest &) { return FakeAnswer{200, Json::object(), false, true}; });
        QVERIFY(click(nullptr, "importOk"));
        QTRY_VERIFY(desk.page.rules.transfer()->isUnanswered());
        QVERIFY(!find<QLineEdit>(desk.page.dialog(), "reasonEdit")->isEnabled());
        QVERIFY(find<QLabel>(nullptr, "importNote")->text().contains(QStringLiteral("not done twice")));
        desk.services.router.on(Import, reportOf(5));
        QTRY_VERIFY_WITH_TIMEOUT(desk.page.button("importOk")->isEnabled(), 20'000);
        QVERIFY(click(nullptr, "importOk"));
        QVERIFY(desk.page.closes());
    }

    void aLargeFileIsRefusedInASentence()
    {
        FakeDesk desk;
        QVERIFY(desk.connect());
        QFile large(desk.page.folder.filePath(QStringLiteral("large.csv")));
        QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(RuleTransferSession::MostBytes + 1));
        QVERIFY(desk.page.import(large.fileName()));
        QTRY_COMPARE(find<StateView>(nullptr, "importState")->stateName(), QStringLiteral("error"));
        QVERIFY(!desk.page.button("importOk")->isEnabled());
        QCOMPARE(desk.services.router.asked(Import).size(), 0);
        QVERIFY(click(nullptr, "importCancel"));
        QVERIFY(desk.page.closes());
    }
};

QTEST_MAIN(TestRuleTransfer)
#include "tst_ruletransfer.moc"
