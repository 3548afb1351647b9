// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/channelsdesk.h"
#include "tests/ui/fakeconsole.h"

#include "models/session/activitysession.h"
#include "ui/shared/factlist.h"
#include "ui/shared/stateview.h"

#include <QAccessible>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Remove = "DELETE /api/v1/channels/*";
const char *const TestOfOps = "POST /api/v1/channels/c-ops/test";

bool factSaysOf(FactList *list, const QString &text)
{
    for (const Fact &fact : list->facts())
        if ((fact.strong + QLatin1Char(' ') + fact.text).contains(text))
            return true;
    return false;
}

} // namespace

class TestChannels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void withoutAnyTheFirstIsOffered();
    void whatIsKnownOfAChannelIsShown();
    void deliveriesComeByHundreds();
    void aFailureOffersToTryAgain();
    void aTestSaysWhatCameOfIt();
    void oneTestAtATime();
    void deletingAsksFirst();
    void whoMayDoWhat();
    void changesOfOthersAreSeen();
    void anAlertIsFollowed();
    void anotherTargetKnowsNothing();
    void whatCanBeUsedHasAName();
    void theDrawerSaysWhoIsTold();
    void thePaletteLeadsThereAndRollBackStays();
};

void TestChannels::withoutAnyTheFirstIsOffered()
{
    ChannelsDesk desk{std::vector<Json>()};
    QVERIFY(desk.open());
    auto *state = desk.get<StateView>("channelsState");
    QTRY_COMPARE(state->stateName(), QStringLiteral("empty"));
    QVERIFY(shows(state, QStringLiteral("Nobody is told outside this console")));
    QVERIFY(!desk.get<Button>("editChannel")->isEnabled());
    QVERIFY(state->emptyButton()->isEnabled());
    shoot(desk.dialog.get(), "channels-none");
    QTest::mouseClick(state->emptyButton(), Qt::LeftButton);
    auto *editor = desk.get<ChannelEditor>("channelEditor");
    QVERIFY(editor != nullptr);
    for (const char *field : {"channelName", "channelUrl"})
        QCOMPARE(problemAtField(editor, field), QString()); // nobody has written anything yet
    QVERIFY(!desk.get<Button>("saveChannel")->isEnabled());
    QCOMPARE(desk.noteOf(editor), QString());
    shoot(editor, "channel-editor");
}

void TestChannels::whatIsKnownOfAChannelIsShown()
{
    ChannelsDesk desk;
    desk.channels.setDeliveries({deliveryJson("d-2", "FAILED", 20, "answered 503"), deliveryJson("d-1", "SENT", 1)});
    QVERIFY(desk.open());
    QCOMPARE(desk.names(), QStringList({QStringLiteral("<b>night</b>"), QStringLiteral("ops room")}));
    QVERIFY(desk.choose(QStringLiteral("<b>night</b>")));
    auto *facts = desk.get<FactList>("channelFacts");
    QVERIFY(factSaysOf(facts, QStringLiteral("Where https://oapi.dingtalk.com")));
    QVERIFY(factSaysOf(facts, QStringLiteral("Secret stored")));
    QVERIFY(factSaysOf(facts, QStringLiteral("Alerts Guard tripped, from MEDIUM on")));
    QVERIFY(factSaysOf(facts, QStringLiteral("answered 503")));
    QTRY_VERIFY(desk.get<TableView>("deliveriesTable") != nullptr);
    auto *table = desk.get<TableView>("deliveriesTable");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QCOMPARE(table->model()->index(0, DeliveryModel::Said).data().toString(), QStringLiteral("answered 503"));
    QCOMPARE(table->model()->index(1, DeliveryModel::State).data().toString(), QStringLiteral("TOLD"));
    shoot(desk.dialog.get(), "channels");
}

void TestChannels::deliveriesComeByHundreds()
{
    ChannelsDesk desk;
    std::vector<Json> many;
    for (int i = 0; i < 250; ++i)
        many.push_back(deliveryJson("d-" + std::to_string(i), "SENT", 1));
    desk.channels.setDeliveries(many);
    QVERIFY(desk.open());
    DeliveryModel *model = desk.session.deliveries();
    QTRY_VERIFY(model->rowCount() >= 100);
    auto *table = desk.get<TableView>("deliveriesTable");
    while (model->rowCount() < 250) {
        const int before = model->rowCount();
        table->scrollToBottom();
        if (model->canFetchMore({}))
            model->fetchMore({});
        QTRY_VERIFY(model->rowCount() > before);
    }
    QCOMPARE(model->rowCount(), 250);
    QVERIFY(!model->canFetchMore({}));
    const auto last = desk.services.router.asked("GET /api/v1/channels/c-night/deliveries").last();
    QCOMPARE(last.item("limit"), QStringLiteral("100"));
    QCOMPARE(last.item("cursor"), QStringLiteral("200"));
}

void TestChannels::aFailureOffersToTryAgain()
{
    ChannelsDesk desk;
    desk.services.router.on("GET /api/v1/channels", [](const FakeRequest &) { return problem(503, "The store does not answer."); });
    desk.services.open();
    QTRY_VERIFY(desk.services.isLive() && desk.session.phase() == LoadPhase::Failed);
    desk.dialog = std::make_unique<ChannelsDialog>(&desk.session);
    desk.dialog->show();
    auto *state = desk.get<StateView>("channelsState");
    QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
    QVERIFY(shows(state, QStringLiteral("The store does not answer.")));
    QVERIFY(!desk.session.isKnown());
    FakeChannels mended(desk.services.router, twoChannels());
    Q_EMIT state->retry();
    QTRY_COMPARE(state->stateName(), QStringLiteral("full"));
    QCOMPARE(desk.session.model()->told(), 2);
}

void TestChannels::aTestSaysWhatCameOfIt()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    Json failed = deliveryJson("d-t", "FAILED", 1, "refused it with 93000: invalid webhook url");
    failed["occasion"] = "TEST";
    // The service remembers it as the channel's last delivery: whenever it is read again, it is there.
    const auto answering = [&desk](const Json &delivery) {
        return [&desk, delivery](const FakeRequest &) {
            (*desk.channels.find("c-ops"))["last_delivery"] = delivery;
            return FakeAnswer{200, delivery};
        };
    };
    desk.services.router.on(TestOfOps, answering(failed));
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room did not take the test: refused it with 93000: invalid webhook url"));
    QTRY_VERIFY(factSaysOf(desk.get<FactList>("channelFacts"), QStringLiteral("a test")));
    shoot(desk.dialog.get(), "channels-test-failed");
    desk.services.router.on(TestOfOps, answering(deliveryJson("d-t2", "SENT", 1)));
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room took the test."));
    desk.services.router.on(TestOfOps, [](const FakeRequest &) { return problem(503, "The store does not answer."); });
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room: The test was not sent (The store does not answer.)"));
}

void TestChannels::oneTestAtATime()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    desk.services.router.on(TestOfOps, hangs);
    QVERIFY(desk.press("testChannel"));
    QVERIFY(!desk.press("testChannel"));
    desk.session.test("c-night"); // not even this way
    QTRY_COMPARE(desk.asked("POST /api/v1/channels/*"), 1);
    QCOMPARE(desk.note(), QStringLiteral("Sending a test to ops room …"));
    QVERIFY(desk.choose(QStringLiteral("<b>night</b>")));
    QVERIFY(!desk.get<Button>("testChannel")->isEnabled());
    desk.services.router.on(TestOfOps, deliveryJson("d-t", "SENT", 1));
    desk.services.router.release();
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room took the test."));
    QVERIFY(desk.get<Button>("testChannel")->isEnabled());
    QCOMPARE(desk.asked("POST /api/v1/channels/*"), 1);
}

void TestChannels::deletingAsksFirst()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    QVERIFY(desk.press("deleteChannel"));
    auto *box = desk.get<QDialog>("deleteChannelBox");
    QVERIFY(box != nullptr);
    QVERIFY(shows(box, QStringLiteral("Delete the channel ops room?")));
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_VERIFY(desk.get<QDialog>("deleteChannelBox") == nullptr);
    QCOMPARE(desk.asked(Remove), 0);
    // Somebody changes it while the question stands.
    QVERIFY(desk.press("deleteChannel"));
    (*desk.channels.find("c-ops"))["version"] = 4;
    QVERIFY(desk.press("questionYes"));
    QTRY_COMPARE(desk.note(), QStringLiteral("Not deleted: somebody changed ops room meanwhile. Look at it again."));
    QVERIFY(desk.session.model()->rowOf("c-ops") != nullptr);
    QTRY_VERIFY(desk.get<QDialog>("deleteChannelBox") == nullptr);
    QVERIFY(desk.press("deleteChannel"));
    QVERIFY(desk.press("questionYes"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room is deleted."));
    QCOMPARE(desk.names(), QStringList{QStringLiteral("<b>night</b>")});
    QCOMPARE(desk.asked(Remove), 2);
    QTRY_COMPARE(toText(desk.session.lookedAt()), QStringLiteral("c-night"));
}

void TestChannels::whoMayDoWhat()
{
    for (const auto &[role, mayTest] : {std::pair("viewer", false), std::pair("operator", true)}) {
        ChannelsDesk desk(twoChannels(), {QLatin1String(role)});
        QVERIFY(desk.open());
        for (const char *name : {"addChannel", "editChannel", "deleteChannel"}) {
            auto *button = desk.get<Button>(name);
            QVERIFY2(!button->isEnabled(), name);
            QVERIFY(button->toolTip().contains(QStringLiteral("admin")));
        }
        QCOMPARE(desk.get<Button>("testChannel")->isEnabled(), mayTest);
        auto *table = desk.get<TableView>("channelsTable");
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Return); // would edit it
        QVERIFY(desk.get<ChannelEditor>("channelEditor") == nullptr);
        ChannelEditor editor(&desk.session, nullptr, desk.dialog.get());
        editor.show();
        auto *save = editor.findChild<Button *>(QStringLiteral("saveChannel"));
        QVERIFY(!save->isEnabled() && save->toolTip().contains(QStringLiteral("admin")));
        QVERIFY(desk.noteOf(&editor).contains(QStringLiteral("admin")));
    }
}

void TestChannels::changesOfOthersAreSeen()
{
    ChannelsDesk desk;
    ActivitySession activity(&desk.services.connection);
    QVERIFY(desk.open());
    Json &stored = *desk.channels.find("c-ops");
    stored["name"] = "renamed";
    stored["version"] = 4;
    stored["last_delivery"] = deliveryJson("d-9", "PENDING", 2, "answered 500");
    // The event knows nothing of deliveries: the one is read.
    Json told = stored;
    told.erase("last_delivery");
    desk.services.router.push("channel.changed", {{"id", "c-ops"}, {"channel", told}, {"deleted", false}});
    QTRY_VERIFY(desk.names().contains(QStringLiteral("renamed")));
    QVERIFY(isFailing(*desk.session.model()->rowOf("c-ops")));
    QCOMPARE(desk.asked("GET /api/v1/channels/c-ops"), 1);
    QCOMPARE(activity.lines().front().text, QStringLiteral("alert channel “renamed” was changed"));
    desk.channels.erase("c-ops");
    desk.services.router.push("channel.changed", {{"id", "c-ops"}, {"channel", nullptr}, {"deleted", true}});
    QTRY_VERIFY(!desk.names().contains(QStringLiteral("renamed")));
    // A list that was asked for before takes nothing back.
    const int lists = desk.asked("GET /api/v1/channels");
    desk.services.router.on("GET /api/v1/channels", hangs);
    desk.session.refresh();
    QTRY_VERIFY(desk.asked("GET /api/v1/channels") > lists);
    desk.services.router.push("channel.changed", {{"id", "c-night"}, {"channel", nullptr}, {"deleted", true}});
    QTRY_VERIFY(desk.names().isEmpty());
    desk.services.router.on("GET /api/v1/channels", listOf(Json::array()));
    desk.services.router.release();
    QTRY_COMPARE(desk.get<StateView>("channelsState")->stateName(), QStringLiteral("empty"));
}

// What came of telling an alert is read without being asked for.
void TestChannels::anAlertIsFollowed()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    QTRY_VERIFY(desk.asked("GET /api/v1/channels/c-ops/deliveries") > 0);
    Json &stored = *desk.channels.find("c-ops");
    stored["last_delivery"] = deliveryJson("d-8", "FAILED", 20, "answered 500");
    desk.channels.setDeliveries({deliveryJson("d-8", "FAILED", 20, "answered 500")});
    for (const char *id : {"al-8", "al-9"})
        desk.services.router.push("alert.raised", {{"alert", {{"id", id}, {"type", "SHIFT_HELD"}, {"severity", "LOW"}}}});
    QTRY_VERIFY_WITH_TIMEOUT(isFailing(*desk.session.model()->rowOf("c-ops")), 20'000);
    QTRY_COMPARE(desk.session.deliveries()->rowCount(), 1);
    QVERIFY(factSaysOf(desk.get<FactList>("channelFacts"), QStringLiteral("answered 500")));
}

void TestChannels::anotherTargetKnowsNothing()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    desk.services.router.on(TestOfOps, hangs);
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.asked(TestOfOps), 1);
    desk.services.connection.close();
    QVERIFY(!desk.session.isKnown() && !desk.session.isTesting());
    QCOMPARE(desk.session.model()->rowCount(), 0);
    QVERIFY(desk.session.lookedAt().empty());
    const QString before = desk.note();
    desk.services.open(); // the answer of the one before is nobody's
    QTRY_VERIFY(desk.services.isLive() && desk.session.isKnown());
    QCOMPARE(desk.note(), before);
}

void TestChannels::whatCanBeUsedHasAName()
{
    ChannelsDesk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    for (QWidget *root : {static_cast<QWidget *>(desk.dialog.get()), static_cast<QWidget *>(editor)})
        for (QWidget *widget : root->findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->focusProxy() || widget->objectName().startsWith(QLatin1String("qt_")))
                continue;
            QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(interface && !interface->text(QAccessible::Name).trimmed().isEmpty(), qPrintable(widget->objectName()));
        }
}

void TestChannels::theDrawerSaysWhoIsTold()
{
    FakeConsole fake;
    FakeChannels channels(fake.services.router, {});
    QVERIFY(fake.connect());
    const auto told = [&] {
        auto *label = fake.desk.get<QLabel>("channelsTold");
        return label ? label->text() : QString();
    };
    QVERIFY(fake.desk.press("alertsChip"));
    QTRY_COMPARE(told(), QStringLiteral("No channel is told: alerts show only here."));
    QVERIFY(fake.desk.get<QLabel>("channelFails") == nullptr);
    FakeChannels two(fake.services.router, twoChannels());
    for (const char *id : {"c-ops", "c-night"})
        fake.services.router.push("channel.changed", {{"id", id}, {"channel", Json::object()}, {"deleted", false}});
    QTRY_VERIFY2(told().startsWith(QStringLiteral("2 channel")), qPrintable(told()));
    QTRY_COMPARE(fake.desk.get<QLabel>("channelFails")->text(), QStringLiteral("<b>night</b> does not take alerts: answered 503"));
    QCOMPARE(fake.desk.get<QLabel>("channelFails")->textFormat(), Qt::PlainText);
    shoot(fake.desk.window(), "alerts-channels");
    QVERIFY(fake.desk.press("openChannels"));
    QTRY_VERIFY(fake.desk.get<ChannelsDialog>("channelsDialog") != nullptr);
}

void TestChannels::thePaletteLeadsThereAndRollBackStays()
{
    FakeConsole fake;
    FakeChannels channels(fake.services.router, twoChannels());
    QVERIFY(fake.connect());
    fake.desk.key(Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(fake.desk.get<QLineEdit>("paletteEdit") != nullptr);
    QVERIFY(type(fake.desk.window(), "paletteEdit", QStringLiteral("alert channels")));
    QTest::keyClick(fake.desk.get<QLineEdit>("paletteEdit"), Qt::Key_Return);
    QTRY_VERIFY(fake.desk.get<ChannelsDialog>("channelsDialog") != nullptr);
    QTRY_VERIFY(fake.desk.get<Button>("addChannel")->isEnabled());
    QVERIFY(fake.desk.press("addChannel"));
    QTRY_VERIFY(fake.desk.get<ChannelEditor>("channelEditor") != nullptr);
    QVERIFY(fake.desk.press("rollBackButton"));
    QTRY_VERIFY(fake.desk.get<QDialog>("rollBackDialog") != nullptr);
    QVERIFY(fake.desk.get<ChannelEditor>("channelEditor")->isVisible());
}

QTEST_MAIN(TestChannels)
#include "tst_channels.moc"
