// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the console sets of a check, in a real comparator: made, edited, and edited by two at once.
#include "tests/ui/checksdesk.h"

#include <QAbstractButton>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr int Soon = ChecksDesk::Soon;
enum Every { ByHand, Hourly, Daily, Weekly, EverySeconds };

// What the comparator tells, without what it leaves empty.
Json frequencyOf(const Json &check)
{
    Json frequency = check.at("check_frequency");
    if (frequency.is_object())
        for (auto it = frequency.begin(); it != frequency.end();)
            it = it->is_null() ? frequency.erase(it) : std::next(it);
    return frequency;
}

} // namespace

class TestLiveChecks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { failOnWarnings(); }
    void cleanup() { m_desk->closeDialogs(); }
    void oneIsMadeByItsDialog();
    void whenItRunsIsEdited_data();
    void whenItRunsIsEdited();
    void whatItReadsAndRepairsIsEdited();
    void aRefusalStandsAtItsFieldAndNothingIsLost();
    void anotherPersonsChangeIsShownAndMineKept();
    void anotherPersonsChangeIsTaken();
    void aPartIsRun();
    void repairsAreProposedForAllOfAFilter();

private:
    bool openEdit(const QString &name)
    {
        return m_desk->select(name) && m_desk->pressSoon("editCheck") && m_desk->opens("editCheckDialog");
    }
    // Somebody else's, without the console.
    bool changeElsewhere(const std::string &name, const Json &changes)
    {
        const Json now = m_desk->check(name);
        Json body{{"check_name", name}, {"mapping_id", now.at("mapping_id")}};
        body.update(changes);
        return m_desk->comparator("admin")
                   .put("/api/v1/checks/" + now.at("id").get<std::string>(), body, std::to_string(now.at("version").get<int>()))
                   .status == 200;
    }

    std::unique_ptr<ChecksDesk> m_desk;
};

void TestLiveChecks::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    m_desk = std::make_unique<ChecksDesk>();
    QVERIFY(m_desk->connect());
}

void TestLiveChecks::oneIsMadeByItsDialog()
{
    QVERIFY(m_desk->pressSoon("newCheck"));
    QVERIFY(m_desk->opens("newCheckDialog"));
    QVERIFY(m_desk->write("checkName", QStringLiteral("nightly")));
    QVERIFY(m_desk->choose("checkMapping", 0));
    QVERIFY(m_desk->choose("checkEvery", Weekly));
    QVERIFY(m_desk->choose("checkDay", 6));
    QVERIFY(m_desk->write("checkTime", QStringLiteral("02:30")));
    QVERIFY(m_desk->write("checkZoneName", QStringLiteral("Europe/Berlin")));
    QVERIFY(m_desk->count("checkSample", QStringLiteral("750")));
    QVERIFY(m_desk->count("checkThreshold", QStringLiteral("98.75")));
    QVERIFY(m_desk->press("checkRepair"));
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->closes("newCheckDialog"));
    const Json check = m_desk->check("nightly");
    QVERIFY(check.is_object());
    QCOMPARE(frequencyOf(check),
             Json({{"every", "WEEKLY"}, {"at", "02:30"}, {"weekday", "SUN"}, {"time_zone", "Europe/Berlin"}}));
    QVERIFY(check.at("next_run_at").is_string());
    QCOMPARE(check.at("sample_size"), Json(750));
    QCOMPARE(check.at("threshold_percentage"), Json(98.75));
    QCOMPARE(check.at("auto_repair_enabled"), Json(true));
    QCOMPARE(check.at("active"), Json(true));
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->selected(), QStringLiteral("nightly"), Soon);
}

void TestLiveChecks::whenItRunsIsEdited_data()
{
    QTest::addColumn<int>("every");
    QTest::addColumn<QString>("first"); // the minute, the time or the seconds
    QTest::addColumn<int>("day");
    QTest::addColumn<QString>("zone");
    QTest::addColumn<QByteArray>("stored");
    QTest::newRow("each hour at a minute of a zone")
        << int(Hourly) << QStringLiteral("15") << -1 << QStringLiteral("Asia/Kolkata")
        << QByteArray(R"({"every": "HOURLY", "at": "00:15", "time_zone": "Asia/Kolkata"})");
    QTest::newRow("each day at a time of a zone") << int(Daily) << QStringLiteral("23:05") << -1 << QStringLiteral("America/New_York")
                                    << QByteArray(R"({"every": "DAILY", "at": "23:05", "time_zone": "America/New_York"})");
    QTest::newRow("each week") << int(Weekly) << QStringLiteral("7:00") << 2 << QStringLiteral("UTC")
                               << QByteArray(R"({"every": "WEEKLY", "at": "07:00", "weekday": "WED", "time_zone": "UTC"})");
    QTest::newRow("every so many seconds") << int(EverySeconds) << QStringLiteral("86400") << -1 << QString()
                                           << QByteArray(R"({"every": "SECONDS", "seconds": 86400})");
    QTest::newRow("never by itself") << int(ByHand) << QString() << -1 << QString() << QByteArray("null");
}

void TestLiveChecks::whenItRunsIsEdited()
{
    QFETCH(int, every);
    QFETCH(QString, first);
    QFETCH(int, day);
    QFETCH(QString, zone);
    QFETCH(QByteArray, stored);
    const Json before = m_desk->check("nightly");
    QVERIFY(openEdit(QStringLiteral("nightly")));
    QVERIFY(m_desk->choose("checkEvery", every));
    if (every == Hourly)
        QVERIFY(m_desk->count("checkMinute", first));
    if (every == Daily || every == Weekly)
        QVERIFY(m_desk->write("checkTime", first));
    if (every == EverySeconds)
        QVERIFY(m_desk->count("checkSeconds", first));
    if (day >= 0)
        QVERIFY(m_desk->choose("checkDay", day));
    if (!zone.isEmpty())
        QVERIFY(m_desk->write("checkZoneName", zone));
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->closes("editCheckDialog"));
    Json expected = before;
    const Json now = m_desk->check("nightly");
    QCOMPARE(frequencyOf(now), Json::parse(stored.toStdString()));
    QCOMPARE(now.at("next_run_at").is_null(), every == ByHand);
    QCOMPARE(now.at("version").get<int>(), before.at("version").get<int>() + 1);
    // And nothing else of it.
    for (const char *same : {"check_name", "mapping_id", "threshold_percentage", "sample_size", "auto_repair_enabled", "active",
                             "notification_channels"})
        QCOMPARE(now.at(same), before.at(same));
    // Read back by the dialog itself.
    QVERIFY(openEdit(QStringLiteral("nightly")));
    QCOMPARE(m_desk->desk().get<QComboBox>("checkEvery")->currentIndex(), every);
    if (every == Hourly)
        QCOMPARE(m_desk->desk().get<QSpinBox>("checkMinute")->value(), first.toInt());
    if (every == EverySeconds)
        QCOMPARE(m_desk->desk().get<QSpinBox>("checkSeconds")->value(), first.toInt());
    if (!zone.isEmpty())
        QCOMPARE(m_desk->desk().get<QLineEdit>("checkZoneName")->text(), zone);
    QVERIFY(m_desk->press("checkCancel"));
    QVERIFY(m_desk->closes("editCheckDialog"));
}

void TestLiveChecks::whatItReadsAndRepairsIsEdited()
{
    QVERIFY(openEdit(QStringLiteral("nightly")));
    QVERIFY(m_desk->count("checkSample", QStringLiteral("0")));
    QVERIFY(m_desk->press("checkRepair"));
    QVERIFY(m_desk->press("checkActive"));
    QVERIFY(m_desk->write("checkName", QStringLiteral("by hand")));
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->closes("editCheckDialog"));
    const Json check = m_desk->check("by hand");
    QVERIFY(check.is_object());
    QCOMPARE(check.at("sample_size"), Json(0));
    QCOMPARE(check.at("auto_repair_enabled"), Json(false));
    QCOMPARE(check.at("active"), Json(false));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->select(QStringLiteral("by hand")), Soon); // the list shows its new name
}

void TestLiveChecks::aRefusalStandsAtItsFieldAndNothingIsLost()
{
    const Json first = m_desk->items("/api/v1/checks?limit=1000").at(0);
    const Json before = m_desk->check("by hand");
    const std::string taken = first.at("check_name") == "by hand"
                                  ? m_desk->items("/api/v1/checks?limit=1000").at(1).at("check_name").get<std::string>()
                                  : first.at("check_name").get<std::string>();
    QVERIFY(openEdit(QStringLiteral("by hand")));
    QVERIFY(m_desk->count("checkSample", QStringLiteral("55")));
    QVERIFY(m_desk->write("checkName", toText(taken)));
    QVERIFY(m_desk->press("checkCreate"));
    auto *field = qobject_cast<FormField *>(m_desk->desk().get<QLineEdit>("checkName")->parentWidget());
    QVERIFY(field);
    QTRY_VERIFY_WITH_TIMEOUT(field->problem().contains(QStringLiteral("name")), Soon);
    QVERIFY(m_desk->check("by hand") == before);
    QCOMPARE(m_desk->desk().get<QSpinBox>("checkSample")->value(), 55);
    QVERIFY(m_desk->write("checkName", QStringLiteral("by hand")));
    QVERIFY(field->problem().isEmpty());
    QVERIFY(m_desk->pressSoon("checkCreate"));
    QVERIFY(m_desk->closes("editCheckDialog"));
    QCOMPARE(m_desk->check("by hand").at("sample_size"), Json(55));
}

void TestLiveChecks::anotherPersonsChangeIsShownAndMineKept()
{
    QVERIFY(openEdit(QStringLiteral("by hand")));
    QVERIFY(m_desk->choose("checkEvery", Daily));
    QVERIFY(m_desk->write("checkTime", QStringLiteral("04:10")));
    QVERIFY(m_desk->write("checkZoneName", QStringLiteral("UTC")));
    QVERIFY(m_desk->count("checkSample", QStringLiteral("77")));
    QVERIFY(changeElsewhere("by hand", {{"threshold_percentage", 97.5}, {"sample_size", 4321}, {"active", true}}));
    const Json theirs = m_desk->check("by hand");
    QVERIFY(m_desk->press("checkCreate"));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->desk().get<QLabel>("checkConflict"), Soon);
    const QString told = m_desk->text("checkConflict");
    for (const char *part : {"Somebody else saved this check meanwhile", "4321", "97.5", "by hand only", "active"})
        QVERIFY2(told.contains(QLatin1String(part)), qPrintable(told));
    QCOMPARE(m_desk->check("by hand"), theirs); // theirs stands until somebody has seen it
    QCOMPARE(m_desk->desk().get<QSpinBox>("checkSample")->value(), 77);
    QCOMPARE(m_desk->desk().get<QLineEdit>("checkTime")->text(), QStringLiteral("04:10"));
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->closes("editCheckDialog"));
    const Json mine = m_desk->check("by hand");
    QCOMPARE(mine.at("sample_size"), Json(77));
    QCOMPARE(frequencyOf(mine), Json({{"every", "DAILY"}, {"at", "04:10"}, {"time_zone", "UTC"}}));
    QCOMPARE(mine.at("version").get<int>(), theirs.at("version").get<int>() + 1);
}

void TestLiveChecks::anotherPersonsChangeIsTaken()
{
    QVERIFY(openEdit(QStringLiteral("by hand")));
    QVERIFY(m_desk->count("checkSample", QStringLiteral("88")));
    QVERIFY(changeElsewhere("by hand", {{"sample_size", 5000},
                                        {"threshold_percentage", 96.25},
                                        {"check_frequency", {{"every", "HOURLY"}, {"at", "00:42"}, {"time_zone", "UTC"}}}}));
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->pressSoon("checkTake"));
    QCOMPARE(m_desk->desk().get<QSpinBox>("checkSample")->value(), 5000);
    QCOMPARE(m_desk->desk().get<QComboBox>("checkEvery")->currentIndex(), int(Hourly));
    QCOMPARE(m_desk->desk().get<QSpinBox>("checkMinute")->value(), 42);
    QVERIFY(m_desk->press("checkCreate"));
    QVERIFY(m_desk->closes("editCheckDialog"));
    const Json check = m_desk->check("by hand");
    QCOMPARE(check.at("sample_size"), Json(5000));
    QCOMPARE(check.at("threshold_percentage"), Json(96.25));
    QCOMPARE(frequencyOf(check), Json({{"every", "HOURLY"}, {"at", "00:42"}, {"time_zone", "UTC"}}));
}

// What changed has nothing to go on from before all rows were compared; then each part once.
void TestLiveChecks::aPartIsRun()
{
    const std::string name = "by hand";
    const auto runs = [&](const char *scope) {
        return m_desk->pressSoon("runPartStart") && m_desk->closes("runPartDialog") &&
               QTest::qWaitFor([&] { return m_desk->ended(name, scope); }, ChecksDesk::Later);
    };
    const auto opens = [&] {
        return m_desk->select(QStringLiteral("by hand")) && m_desk->pressSoon("runPart") && m_desk->opens("runPartDialog");
    };
    QVERIFY(opens());
    QVERIFY(!m_desk->desk().get<QWidget>("runPartChanges")->isEnabled());
    QVERIFY(m_desk->count("runSampleSize", QStringLiteral("250")));
    QVERIFY(runs("SAMPLE"));
    const Json sample = m_desk->lastRun(name).at("sample");
    QCOMPARE(sample.at("size"), Json(250));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->text("runDetail").contains(QStringLiteral("confidence")), Soon);
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->desk().get<Button>("runCheck")->isEnabled(), Soon);
    QVERIFY(m_desk->press("runCheck"));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->ended(name, "FULL"), ChecksDesk::Later);
    QVERIFY(opens());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->desk().get<QWidget>("runPartChanges")->isEnabled(), Soon);
    QVERIFY(m_desk->press("runPartChanges"));
    QTest::keyClick(m_desk->desk().get<QWidget>("runKeys"), Qt::Key_Space);
    QVERIFY(runs("INCREMENTAL"));
    const Json changes = m_desk->lastRun(name).at("changes");
    QCOMPARE(changes.at("looks_at_keys"), Json(true));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->text("runDetail").contains(QStringLiteral("not read, equal before")), Soon);
    QVERIFY(opens());
    QVERIFY(m_desk->press("runPartIds"));
    m_desk->desk().get<QPlainTextEdit>("runIds")->setFocus();
    QTest::keyClicks(m_desk->desk().get<QPlainTextEdit>("runIds"), QStringLiteral("no-such-one, \"with, comma\""));
    QVERIFY(runs("IDS"));
    const Json run = m_desk->comparator().get("/api/v1/runs/" + m_desk->lastRun(name).at("id").get<std::string>()).json;
    QCOMPARE(run.at("per_id").size(), std::size_t(2));
    QCOMPARE(run.at("per_id").at(1).at("id"), Json("with, comma"));
}

void TestLiveChecks::repairsAreProposedForAllOfAFilter()
{
    QCOMPARE(m_desk->control().post("/api/v1/sandbox/plant", Json{{"count", 30}, {"kinds", Json::array()}, {"seed", 5}}).status, 200);
    QVERIFY(m_desk->select(QStringLiteral("by hand")));
    const auto runId = [&] { return m_desk->lastRun("by hand").at("id"); };
    const Json before = runId();
    QVERIFY(m_desk->pressSoon("runCheck"));
    QTRY_VERIFY_WITH_TIMEOUT(runId() != before && m_desk->ended("by hand", "FULL"), ChecksDesk::Later);
    const Json found = m_desk->items("/api/v1/differences?limit=1000&resolved=false&state=CONFIRMED&type=DIFFERENT");
    QVERIFY(found.size() >= 3);
    const auto inFilter = [&] {
        int count = 0;
        for (const Json &item : m_desk->items("/api/v1/differences?limit=1000&resolved=false&state=CONFIRMED&type=DIFFERENT"))
            count += item.at("repair_id").is_null() ? 1 : 0;
        return count;
    };
    const int all = inFilter();
    QVERIFY(m_desk->press("groupByType"));
    QVERIFY(m_desk->pressSoon("proposeRepairs"));
    QVERIFY(m_desk->opens("proposeDialog"));
    QVERIFY(m_desk->choose("proposeType", 1));
    const auto counted = [&](int count) {
        return QTest::qWaitFor([&] {
            auto *button = m_desk->desk().get<Button>("proposeConfirm");
            return button && button->text().contains(QStringLiteral(" %1 ").arg(count));
        }, Soon);
    };
    QVERIFY(counted(all));
    QVERIFY(!m_desk->desk().get<Button>("proposeConfirm")->isEnabled());
    QVERIFY(m_desk->write("reasonEdit", QStringLiteral("LEGACY is right")));
    // Somebody else takes one of them meanwhile.
    QCOMPARE(m_desk->comparator().post("/api/v1/repairs", Json{{"difference_ids", Json::array({found.at(0).at("id")})}, {"reason", "one"}}).status, 201);
    QVERIFY(m_desk->press("proposeConfirm"));
    QTRY_VERIFY2_WITH_TIMEOUT(m_desk->text("proposeNote").contains(QStringLiteral("it is %1, not %2").arg(all - 1).arg(all)),
                              qPrintable(m_desk->text("proposeNote")), Soon);
    QCOMPARE(m_desk->items("/api/v1/repairs?limit=1000").size(), std::size_t(1)); // nothing was made
    QVERIFY(counted(all - 1));
    QVERIFY(m_desk->pressSoon("proposeConfirm"));
    QVERIFY(m_desk->pressSoon("proposeShow"));
    QVERIFY(m_desk->closes("proposeDialog"));
    QCOMPARE(inFilter(), 0);
    QCOMPARE(m_desk->desk().shown(), QStringLiteral("repairs"));
    const Json tasks = m_desk->items("/api/v1/repairs?limit=1000");
    for (const Json &task : tasks)
        QVERIFY(task.at("action") == "UPDATE" && task.at("status") == "PENDING");
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->desk().get<QAbstractItemView>("repairList")->model()->rowCount(), int(tasks.size()), Soon);
}

QTEST_MAIN(TestLiveChecks)
#include "tst_livechecks.moc"
