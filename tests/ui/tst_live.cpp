// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The console over real services that are killed under it, started again, and changed by others.
#include "tests/support/http.h"
#include "tests/ui/consoledesk.h"
#include "tests/ui/wire.h"

#include "models/session/sandboxprocess.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QLabel>

#include <signal.h>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr int Soon = 20'000;
constexpr int Later = 90'000;

QString allTexts(const QWidget *root)
{
    QStringList texts;
    for (const QLabel *label : root->findChildren<QLabel *>())
        if (label->isVisible())
            texts << label->text();
    return texts.join(QLatin1Char('\n'));
}

double numberOf(const Json &json, const char *field)
{
    return json.is_object() && json.contains(field) && json.at(field).is_number() ? json.at(field).get<double>() : -1;
}

} // namespace

class TestLive : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { failOnWarnings(); }
    void whatWasMissedIsToldOnScreen();
    void anEventLogThatDoesNotReachBackIsTold();
    void chartsEqualTheSeriesAlsoWhereTheServiceWasDown();
    void withoutTheRouterDataIsStaleAndRollBackStillOpens();
    void whoLooksElsewhereIsToldByTheDesktop();
    void theDecisionOfAnotherOperatorIsToldInTheOpenDialog();

private:
    const Json &facts() { return m_desk->console().connections()->sandbox()->facts(); }
    TestClient client(const char *service, const char *tokens, const char *who)
    {
        return TestClient(facts().at(service).at("url").get<std::string>(),
                          facts().at(tokens).at(who).get<std::string>());
    }
    TestClient router(const char *who = "operator") { return client("router", "tokens", who); }
    TestClient control()
    {
        TestClient client(facts().at("control").at("url").get<std::string>(),
                          facts().at("control").at("token").get<std::string>());
        client.setTimeout(std::chrono::seconds(45));
        return client;
    }
    std::string policyPath() { return "/api/v1/shift-policies/" + facts().at("policy_id").get<std::string>(); }
    Json shift() { return router().get(policyPath() + "/shift").json; }
    QString stateOfShift() { return QString::fromStdString(shift().value("state", std::string())); }
    void killRouter()
    {
        const Json status = control().get("/api/v1/sandbox/status").json;
        QVERIFY(status.is_object());
        QCOMPARE(::kill(static_cast<pid_t>(numberOf(status.at("processes").at("router"), "pid")), SIGKILL), 0);
    }
    bool startRouter()
    {
        return control().post("/api/v1/sandbox/restart", Json{{"process", "router"}}).status == 200;
    }
    bool addRule(const std::string &name)
    {
        return router().post("/api/v1/rules", Json{{"config_name", name}, {"config_type", "USER_BASED"},
                                                   {"target_entity", "user-" + name}, {"target_platform", "LEGACY"},
                                                   {"priority", 10}, {"reason", "while the console was away"}})
                   .status == 201;
    }
    QAbstractItemView *table() { return m_desk->get<QAbstractItemView>("rulesTable"); }
    Reach reach() { return m_desk->connection()->reach(ServiceName::Router); }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::unique_ptr<Wire> m_wire;
};

void TestLive::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    m_desk = std::make_unique<ConsoleDesk>();
    auto *connections = m_desk->console().connections();
    connections->sandbox()->setArguments({QStringLiteral("--users"), QStringLiteral("5000")});
    connections->connectTo(Profiles::sandboxId());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    // From now on by way of a wire that can be cut.
    ConnectionTarget target = connections->sandbox()->target();
    m_wire = std::make_unique<Wire>(target.routers.first());
    target.routers = {m_wire->url()};
    m_desk->connection()->open(target);
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Soon);
}

void TestLive::whatWasMissedIsToldOnScreen()
{
    m_desk->window()->showPage(QStringLiteral("rules"));
    killRouter();
    QTRY_VERIFY_WITH_TIMEOUT(reach() != Reach::Live, Soon);
    m_wire->cut(); // so that the console is surely away while things happen
    QVERIFY(startRouter());
    for (const char *name : {"missed-one", "missed-two", "missed-three", "missed-four"})
        QVERIFY(addRule(name));
    QVERIFY(m_wire->mend());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    auto *line = m_desk->get<QWidget>("statusLine");
    QVERIFY(line);
    QTRY_VERIFY2_WITH_TIMEOUT(allTexts(line).contains(QStringLiteral("router is back: was away ")),
                              qPrintable(allTexts(line)), Soon);
    QVERIFY2(allTexts(line).contains(QStringLiteral("missed, now caught up")), qPrintable(allTexts(line)));
    auto *detail = line->findChild<ElidingLabel *>();
    QVERIFY(detail);
    QVERIFY2(detail->text().contains(QStringLiteral("missed-one")), qPrintable(detail->text()));
    QVERIFY(detail->text().endsWith(QStringLiteral("+1")));
    // It took up where it had left off, and the page shows what came.
    QVERIFY(m_wire->sent().toLower().contains("last-event-id: "));
    QTRY_VERIFY_WITH_TIMEOUT(table() && table()->model()->rowCount() == 4, Soon);
}

void TestLive::anEventLogThatDoesNotReachBackIsTold()
{
    // An id this store has never given.
    m_wire->cut();
    QTRY_VERIFY_WITH_TIMEOUT(reach() != Reach::Live, Soon);
    QVERIFY(m_wire->mend());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    EventStream stream;
    int resets = 0;
    connect(&stream, &EventStream::reset, this, [&resets] { ++resets; });
    const ConnectionTarget target = m_desk->console().connections()->sandbox()->target();
    stream.setTarget(target.routers.first(), target.routerToken, {});
    stream.open("00000000-0000-7000-8000-000000000001");
    QTRY_COMPARE_WITH_TIMEOUT(resets, 1, Soon);
}

void TestLive::chartsEqualTheSeriesAlsoWhereTheServiceWasDown()
{
    SeriesStore store(m_desk->connection());
    const SeriesKey rate{"authentication_success_rate", "rate", "LEGACY", ""};
    const SeriesKey latency{"authorization_latency", "p95", "LEGACY", ""};
    for (const SeriesKey &key : {rate, latency})
        store.follow(key, 300);
    const auto last = [&] { return store.points(rate).empty() ? 0 : store.points(rate).back().at; };
    QTRY_VERIFY_WITH_TIMEOUT(store.isLoaded(rate) && store.isLoaded(latency), Soon);
    const auto loaded = last();
    QTRY_VERIFY_WITH_TIMEOUT(last() >= loaded + 8'000, Soon); // carried on by ticks
    const qint64 down = QDateTime::currentMSecsSinceEpoch();
    killRouter();
    QTRY_VERIFY_WITH_TIMEOUT(reach() != Reach::Live, Soon);
    QTRY_VERIFY_WITH_TIMEOUT(QDateTime::currentMSecsSinceEpoch() > down + 6'000, Soon);
    const qint64 up = QDateTime::currentMSecsSinceEpoch();
    QVERIFY(startRouter());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    QTRY_VERIFY_WITH_TIMEOUT(last() >= up + 20'000, Later);
    const std::int64_t from = loaded - 60'000;
    const std::int64_t to = last() - 8'000; // what is younger may not be finished there
    for (const SeriesKey &key : {rate, latency}) {
        const TestAnswer answer = router().get(
            "/api/v1/series?metric=" + key.metric + "&statistic=" + key.statistic + "&platform=LEGACY&step=1&from=" +
            formatInstant(instantFromMs(from)) + "&to=" + formatInstant(instantFromMs(to)));
        QCOMPARE(answer.status, 200);
        std::map<std::int64_t, std::optional<double>> told;
        for (const TimedValue &point : store.points(key))
            told[point.at] = point.value;
        int compared = 0, values = 0, gaps = 0;
        for (std::size_t i = 0; i < answer.json.at("t").size(); ++i) {
            const std::int64_t at = toMs(*parseInstant(answer.json.at("t")[i].get<std::string>()));
            const Json &value = answer.json.at("value")[i];
            const QByteArray where = "second " + QByteArray::number(static_cast<qlonglong>((at - down) / 1000)) + " after the kill";
            QVERIFY2(told.contains(at), where);
            QVERIFY2(told[at].has_value() == value.is_number(), where);
            if (value.is_number())
                QVERIFY2(std::abs(*told[at] - value.get<double>()) < 1e-9, where);
            ++compared;
            values += value.is_number() ? 1 : 0;
            gaps += !value.is_number() && at > down && at < up ? 1 : 0;
        }
        qInfo("%s: %d points equal, %d with values, %d of the gap", key.metric.c_str(), compared, values, gaps);
        QVERIFY(compared > 60);
        QVERIFY(values > 10);
        QVERIFY(gaps >= 3);
    }
}

void TestLive::withoutTheRouterDataIsStaleAndRollBackStillOpens()
{
    QVERIFY(addRule("stays-readable"));
    m_desk->window()->showPage(QStringLiteral("rules"));
    const auto stays = [this] {
        return table() && !table()->model()->match(table()->model()->index(0, RuleModel::Name), Qt::DisplayRole,
                                                   QStringLiteral("stays-readable")).isEmpty();
    };
    QTRY_VERIFY_WITH_TIMEOUT(stays(), Soon);
    const int rows = table()->model()->rowCount();
    killRouter();
    QTRY_VERIFY_WITH_TIMEOUT(reach() == Reach::Lost, Soon);
    for (const char *page : {"overview", "rules", "shift"}) {
        m_desk->window()->showPage(QLatin1String(page));
        const auto ages = [this] {
            for (const StaleChip *chip : m_desk->window()->currentPage()->findChildren<StaleChip *>())
                if (chip->isVisible() && !chip->text().isEmpty())
                    return true;
            return false;
        };
        const bool told = QTest::qWaitFor(ages, Soon);
        QVERIFY2(told, qPrintable(QStringLiteral("%1, reach %2: %3").arg(QLatin1String(page)).arg(int(reach())).arg(allTexts(m_desk->window()))));
        QVERIFY(m_desk->get<Button>("rollBackButton")->isEnabled());
    }
    QVERIFY(!m_desk->get<QWidget>("applyTarget") || !m_desk->get<QWidget>("applyTarget")->isEnabled());
    m_desk->window()->showPage(QStringLiteral("rules"));
    QVERIFY(!m_desk->get<QWidget>("addRule")->isEnabled());
    QVERIFY(table() && table()->model()->rowCount() == rows); // still there to read
    QVERIFY(m_desk->press("rollBackButton"));
    auto *dialog = m_desk->get<QDialog>("rollBackDialog");
    QVERIFY(dialog);
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("nothing else answers")));
    QVERIFY(find<QWidget>(dialog, "rollBackConfirm")->isEnabled());
    dialog->close();
    QVERIFY(startRouter());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<QWidget>("addRule")->isEnabled(), Soon);
    for (const StaleChip *chip : m_desk->window()->currentPage()->findChildren<StaleChip *>())
        QVERIFY(!chip->isVisible());
}

// The rollback that is proposed here is the one the next test decides about.
void TestLive::whoLooksElsewhereIsToldByTheDesktop()
{
    QWidget elsewhere;
    elsewhere.show();
    elsewhere.activateWindow();
    QTRY_VERIFY_WITH_TIMEOUT(!m_desk->window()->isActiveWindow(), Soon);
    QCOMPARE(router().post(policyPath() + "/shift", Json{{"target_percentage", 15}, {"reason", "test"}}).status, 200);
    QTRY_VERIFY_WITH_TIMEOUT(numberOf(shift(), "percentage") >= 5, Later);
    control().send("PUT", "/api/v1/sandbox/faults/NEW",
                   dumpJson(Json{{"error_rate", 40}, {"latency_ms", 0}, {"outage", false}}));
    QTRY_VERIFY_WITH_TIMEOUT(stateOfShift() == QLatin1String("ROLLBACK_PROPOSED"), Later);
    const auto told = [this] { return m_desk->notices().filter(QStringLiteral("asks for an approval")).size(); };
    QTRY_COMPARE_WITH_TIMEOUT(told(), 1, Soon);
    m_desk->window()->activateWindow();
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->window()->isActiveWindow(), Soon);
}

void TestLive::theDecisionOfAnotherOperatorIsToldInTheOpenDialog()
{
    QCOMPARE(stateOfShift(), QStringLiteral("ROLLBACK_PROPOSED"));
    const std::string approval = shift().value("approval_id", std::string());
    auto *chip = m_desk->get<QWidget>("approvalsChip");
    QTRY_VERIFY_WITH_TIMEOUT(chip != nullptr && chip->isEnabled(), Soon);
    QTRY_VERIFY_WITH_TIMEOUT((QTest::mouseClick(chip, Qt::LeftButton), m_desk->get<QDialog>("approvalDialog") != nullptr), Soon);
    auto *dialog = m_desk->get<QDialog>("approvalDialog");
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("I would have done it, too")));
    QVERIFY(find<QWidget>(dialog, "approveButton")->isEnabled());
    const TestAnswer decided = router("approver").post("/api/v1/approvals/" + approval + "/approve",
                                                       Json{{"reason", "seen it first"}});
    QCOMPARE(decided.status, 200);
    auto *note = find<QLabel>(dialog, "dialogNote");
    QVERIFY(note);
    QTRY_VERIFY2_WITH_TIMEOUT(note->text().contains(QStringLiteral("seen it first")), qPrintable(note->text()), Soon);
    const std::string who = decided.json.at("decided_by").get<std::string>();
    QVERIFY2(note->text().contains(QString::fromStdString(who)), qPrintable(note->text()));
    QVERIFY(!find<QWidget>(dialog, "approveButton")->isEnabled());
    QVERIFY(!find<QWidget>(dialog, "rejectButton")->isEnabled());
    QVERIFY(dialog->isVisible());
    dialog->close();
}

QTEST_MAIN(TestLive)
#include "tst_live.moc"
