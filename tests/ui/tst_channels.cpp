// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakechannels.h"
#include "tests/ui/fakeconsole.h"

#include "models/items/text.h"
#include "ui/channels/channeleditor.h"
#include "ui/channels/channelsdialog.h"
#include "ui/frame/commandpalette.h"
#include "ui/shared/buttons.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Create = "POST /api/v1/channels";
const char *const Replace = "PUT /api/v1/channels/*";
const char *const Remove = "DELETE /api/v1/channels/*";
const char *const TestOfOps = "POST /api/v1/channels/c-ops/test";

std::vector<Json> twoChannels()
{
    return {channelJson("c-ops", "ops room", deliveryJson("d-1", "SENT", 1)),
            channelJson("c-night", "<b>night</b>", deliveryJson("d-2", "FAILED", 20, "answered 503"))};
}

struct Desk {
    FakePair services;
    FakeChannels channels;
    ChannelsSession session;
    std::unique_ptr<ChannelsDialog> dialog;

    explicit Desk(std::vector<Json> rows = twoChannels(), const QStringList &roles = {QStringLiteral("admin")})
        : services(roles)
        , channels(services.router, std::move(rows))
        , session(&services.connection)
    {
    }
    bool open()
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && services.router.hasStream() && session.phase() == LoadPhase::Ready; }))
            return false;
        dialog = std::make_unique<ChannelsDialog>(&session);
        dialog->show();
        return QTest::qWaitFor([&] { return session.phase() == LoadPhase::Ready && !session.isStale(); });
    }
    // Opens the editor by its button; null if it does not come.
    ChannelEditor *edit(const char *button)
    {
        if (!click(dialog.get(), button))
            return nullptr;
        return find<ChannelEditor>(dialog.get(), "channelEditor");
    }
    template <class Widget>
    Widget *get(const char *name) { return find<Widget>(dialog.get(), name); }
    bool press(const char *name) { return click(dialog.get(), name); }
    bool write(const char *name, const QString &text) { return type(dialog.get(), name, text); }
    QString noteOf(QWidget *in) { return in->findChild<QLabel *>(QStringLiteral("dialogNote"), Qt::FindDirectChildrenOnly)->text(); }
    QString note() { return noteOf(dialog.get()); }
    int asked(const char *route) { return static_cast<int>(services.router.asked(route).size()); }
    Json body(const char *route) { return services.router.asked(route).last().body; }
    QStringList names()
    {
        QStringList list;
        for (const ChannelRow &row : session.model()->rows())
            list << toText(row.name);
        return list;
    }
    bool choose(const QString &name)
    {
        auto *table = get<TableView>("channelsTable");
        for (int row = 0; table && row < table->model()->rowCount(); ++row) {
            const QModelIndex index = table->model()->index(row, ChannelModel::Name);
            if (index.data().toString() != name)
                continue;
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
            return table->currentIndex().row() == row;
        }
        return false;
    }
};

// As a person chooses: the keyboard on the closed box.
void chooseKind(QWidget *editor, const QString &text)
{
    auto *box = editor->findChild<QComboBox *>(QStringLiteral("channelKind"));
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Home);
    for (int i = 0; i < box->count() && box->currentText() != text; ++i)
        QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), text);
}

QString problemAtField(QWidget *editor, const char *name)
{
    for (const FormField *field : editor->findChildren<FormField *>())
        if (field->editor()->objectName() == QLatin1String(name))
            return field->problem();
    return QStringLiteral("no such field");
}

bool factSaysOf(FactList *list, const QString &text)
{
    for (const Fact &fact : list->facts())
        if ((fact.strong + QLatin1Char(' ') + fact.text).contains(text))
            return true;
    return false;
}

// Everything that a person, or a reader of the screen, could read of it.
bool shows(QWidget *root, const QString &text)
{
    for (QWidget *widget : root->findChildren<QWidget *>()) {
        const auto *edit = qobject_cast<QLineEdit *>(widget);
        if (edit && edit->displayText().contains(text))
            return true;
        const auto *label = qobject_cast<QLabel *>(widget);
        if ((label && label->text().contains(text)) || widget->toolTip().contains(text) || widget->accessibleDescription().contains(text))
            return true;
    }
    return false;
}

FakeAnswer hangs(const FakeRequest &)
{
    return {200, Json::object(), true};
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
    void addingOneSendsOnlyWhatItsKindHas();
    void mailHasItsOwnFields();
    void eachKindShowsItsFields();
    void mistakesAreSaidWhileTyping();
    void secretsAreKeptUnlessWrittenAnew();
    void aSecretCanBeRemoved();
    void somebodyElseWasFirst();
    void refusedFieldsAreSaidAtTheirPlace();
    void aTakenNameKeepsTheInput();
    void nothingClosesWhileItIsOnItsWay();
    void withoutAnAnswerNothingIsClaimed();
    void aTestSaysWhatCameOfIt();
    void oneTestAtATime();
    void deletingAsksFirst();
    void whoMayDoWhat();
    void changesOfOthersAreSeen();
    void anotherTargetKnowsNothing();
    void whatCanBeUsedHasAName();
    void theDrawerSaysWhoIsTold();
    void thePaletteLeadsThereAndRollBackStays();
};

void TestChannels::withoutAnyTheFirstIsOffered()
{
    Desk desk({});
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
    Desk desk;
    desk.channels.setDeliveries({deliveryJson("d-2", "FAILED", 20, "answered 503"), deliveryJson("d-1", "SENT", 1)});
    QVERIFY(desk.open());
    QCOMPARE(desk.names(), QStringList({QStringLiteral("<b>night</b>"), QStringLiteral("ops room")}));
    QVERIFY(desk.choose(QStringLiteral("<b>night</b>")));
    auto *facts = desk.get<FactList>("channelFacts");
    QVERIFY(factSaysOf(facts, QStringLiteral("Where https://oapi.dingtalk.com")));
    QVERIFY(factSaysOf(facts, QStringLiteral("Secret stored")));
    QVERIFY(factSaysOf(facts, QStringLiteral("Alerts Guard tripped, from MEDIUM on")));
    QVERIFY(factSaysOf(facts, QStringLiteral("answered 503")));
    auto *table = desk.get<TableView>("deliveriesTable");
    QTRY_VERIFY(table != nullptr && table->model()->rowCount() == 2);
    QCOMPARE(table->model()->index(0, DeliveryModel::Said).data().toString(), QStringLiteral("answered 503"));
    QCOMPARE(table->model()->index(1, DeliveryModel::State).data().toString(), QStringLiteral("TOLD"));
    shoot(desk.dialog.get(), "channels");
}

void TestChannels::deliveriesComeByHundreds()
{
    Desk desk;
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
    Desk desk;
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

void TestChannels::addingOneSendsOnlyWhatItsKindHas()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    QVERIFY(desk.write("channelName", QStringLiteral("on call")));
    QVERIFY(desk.write("channelUrl", QStringLiteral("https://hooks.example.com/services/T0/B0/thekey")));
    QVERIFY(desk.write("channelSecret", QStringLiteral("thesecret")));
    QVERIFY(desk.press("channelSeverityHIGH"));
    auto *types = desk.get<QListWidget>("channelTypes");
    types->setFocus();
    QTest::keyClick(types, Qt::Key_Home);
    QTest::keyClick(types, Qt::Key_Space);
    QVERIFY(!shows(editor, QStringLiteral("thekey")) && !shows(editor, QStringLiteral("thesecret")));
    QVERIFY(desk.get<Button>("saveChannel")->isEnabled());
    QTest::keyClick(desk.get<QLineEdit>("channelName"), Qt::Key_Return);
    QTRY_COMPARE(desk.asked(Create), 1);
    const Json expected{{"name", "on call"}, {"kind", "WEBHOOK"}, {"url", "https://hooks.example.com/services/T0/B0/thekey"},
                        {"secret", "thesecret"}, {"min_severity", "HIGH"}, {"types", Json::array({"GUARD_TRIPPED"})},
                        {"active", true}};
    QVERIFY2(desk.body(Create) == expected, dumpJson(desk.body(Create)).c_str());
    QTRY_VERIFY(desk.get<ChannelEditor>("channelEditor") == nullptr);
    QTRY_COMPARE(desk.note(), QStringLiteral("on call is saved. A test shows whether it arrives."));
    QCOMPARE(desk.get<TableView>("channelsTable")->currentIndex().siblingAtColumn(ChannelModel::Name).data().toString(),
             QStringLiteral("on call"));
    QVERIFY(!shows(desk.dialog.get(), QStringLiteral("thekey")) && !shows(desk.dialog.get(), QStringLiteral("thesecret")));
}

void TestChannels::mailHasItsOwnFields()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    chooseKind(editor, QStringLiteral("Mail"));
    QVERIFY(desk.write("channelName", QStringLiteral("mailboxes")));
    QVERIFY(desk.write("channelServer", QStringLiteral("mail.example.com:587")));
    QVERIFY(desk.write("channelFrom", QStringLiteral("crossfade@example.com")));
    QVERIFY(desk.write("channelTo", QStringLiteral("ops@example.com, night@example.com")));
    shoot(editor, "channel-editor-mail");
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Create), 1);
    const Json body = desk.body(Create);
    QVERIFY(body["to"] == Json::array({"ops@example.com", "night@example.com"}));
    QCOMPARE(body["tls"].get<std::string>(), std::string("STARTTLS"));
    QVERIFY(!body.contains("url") && !body.contains("secret"));
    QVERIFY(body["types"].empty());
}

void TestChannels::eachKindShowsItsFields()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    const auto seen = [&](const char *name) { return editor->findChild<QWidget *>(QLatin1String(name))->isVisible(); };
    for (const auto &[kind, mail, secret] : {std::tuple("Webhook", false, true), std::tuple("Slack", false, false),
                                             std::tuple("DingTalk", false, true), std::tuple("WeCom", false, false),
                                             std::tuple("Feishu", false, true), std::tuple("Mail", true, true)}) {
        chooseKind(editor, QLatin1String(kind));
        QCOMPARE(seen("channelUrl"), !mail);
        for (const char *field : {"channelServer", "channelTls", "channelUser", "channelFrom", "channelTo"})
            QCOMPARE(seen(field), mail);
        QCOMPARE(seen("channelSecret"), secret);
        QVERIFY(!seen("channelRemoveSecret")); // nothing is stored
    }
}

void TestChannels::mistakesAreSaidWhileTyping()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    QVERIFY(desk.write("channelUrl", QStringLiteral("ftp://example.com")));
    QCOMPARE(problemAtField(editor, "channelUrl"), QStringLiteral("must be an http or https URL"));
    QCOMPARE(problemAtField(editor, "channelName"), QString());
    QVERIFY(!desk.noteOf(editor).isEmpty()); // beside Save, too
    QVERIFY(!desk.get<Button>("saveChannel")->isEnabled());
    shoot(editor, "channel-editor-mistake");
    QVERIFY(desk.write("channelUrl", QStringLiteral("https://example.com/x")));
    QCOMPARE(problemAtField(editor, "channelUrl"), QString());
    QVERIFY(desk.write("channelName", QStringLiteral("a")));
    QVERIFY(desk.get<Button>("saveChannel")->isEnabled());
    QCOMPARE(desk.noteOf(editor), QString());
    QVERIFY(desk.write("channelName", QString()));
    QCOMPARE(problemAtField(editor, "channelName"), QStringLiteral("is needed"));
    QCOMPARE(desk.asked(Create), 0);
}

void TestChannels::secretsAreKeptUnlessWrittenAnew()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    auto *editor = desk.edit("editChannel");
    QVERIFY(editor != nullptr);
    for (const char *name : {"channelUrl", "channelSecret"}) {
        auto *edit = desk.get<QLineEdit>(name);
        QVERIFY(edit->text().isEmpty());
        QCOMPARE(edit->echoMode(), QLineEdit::Password);
        QCOMPARE(edit->placeholderText(), QStringLiteral("stored; leave it empty to keep it"));
    }
    QVERIFY(!desk.get<QComboBox>("channelKind")->isEnabled());
    QVERIFY(desk.write("channelName", QStringLiteral("ops floor")));
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Replace), 1);
    const FakeRequest request = desk.services.router.asked(Replace).first();
    QVERIFY(request.headers.value("if-match").contains('3'));
    QVERIFY(!request.body.contains("url") && !request.body.contains("secret"));
    QVERIFY(request.body["types"] == Json::array({"GUARD_TRIPPED"}));
    QTRY_VERIFY(desk.names().contains(QStringLiteral("ops floor")));
}

void TestChannels::aSecretCanBeRemoved()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    QVERIFY(desk.edit("editChannel") != nullptr);
    auto *box = desk.get<QCheckBox>("channelRemoveSecret");
    QVERIFY(box != nullptr);
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Space);
    QVERIFY(!desk.get<QLineEdit>("channelSecret")->isEnabled());
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Replace), 1);
    QVERIFY(desk.body(Replace)["secret"] == "");
    QTRY_VERIFY(!desk.session.model()->rowOf("c-ops")->hasSecret);
}

void TestChannels::somebodyElseWasFirst()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    auto *editor = desk.edit("editChannel");
    QVERIFY(editor != nullptr);
    Json &stored = *desk.channels.find("c-ops"); // no event comes of it in time
    stored["version"] = 7;
    stored["changed_by"] = "admin-2";
    QVERIFY(desk.write("channelName", QStringLiteral("ops floor")));
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.noteOf(editor), QStringLiteral("admin-2 changed this channel meanwhile. What you wrote is kept: "
                                                     "saving again replaces theirs."));
    QCOMPARE(toText(desk.session.model()->rowOf("c-ops")->version), QStringLiteral("7")); // read anew
    QCOMPARE(desk.get<QLineEdit>("channelName")->text(), QStringLiteral("ops floor"));
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Replace), 2);
    QVERIFY(desk.services.router.asked(Replace).last().headers.value("if-match").contains('7'));
    QTRY_VERIFY(desk.names().contains(QStringLiteral("ops floor")));
}

void TestChannels::refusedFieldsAreSaidAtTheirPlace()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    desk.services.router.on(Create, [](const FakeRequest &) {
        return problem(422, "the body is not right", {{"/to/1", "must be a mail address"}, {"/server", "is required"}, {"/odd", "is not a known field"}});
    });
    chooseKind(editor, QStringLiteral("Mail"));
    QVERIFY(desk.write("channelName", QStringLiteral("mailboxes")));
    QVERIFY(desk.write("channelServer", QStringLiteral("mail")));
    QVERIFY(desk.write("channelFrom", QStringLiteral("a@b")));
    QVERIFY(desk.write("channelTo", QStringLiteral("a@b c@d")));
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(problemAtField(editor, "channelTo"), QStringLiteral("must be a mail address"));
    QCOMPARE(problemAtField(editor, "channelServer"), QStringLiteral("is required"));
    QVERIFY(desk.noteOf(editor).contains(QStringLiteral("/odd: is not a known field")));
    QCOMPARE(desk.get<QLineEdit>("channelTo")->text(), QStringLiteral("a@b c@d"));
    QVERIFY(desk.write("channelTo", QStringLiteral("a@b")));
    QCOMPARE(problemAtField(editor, "channelTo"), QString());
    QCOMPARE(problemAtField(editor, "channelServer"), QStringLiteral("is required")); // until it is written anew
}

void TestChannels::aTakenNameKeepsTheInput()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    desk.services.router.on(Create, [](const FakeRequest &) { return problem(409, "another channel has this name"); });
    QVERIFY(desk.write("channelName", QStringLiteral("ops room")));
    QVERIFY(desk.write("channelUrl", QStringLiteral("https://example.com/x")));
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.noteOf(editor), QStringLiteral("Not saved: another channel has this name"));
    QCOMPARE(desk.get<QLineEdit>("channelUrl")->text(), QStringLiteral("https://example.com/x"));
    QVERIFY(desk.get<Button>("saveChannel")->isEnabled());
}

void TestChannels::nothingClosesWhileItIsOnItsWay()
{
    Desk desk;
    QVERIFY(desk.open());
    QPointer<ChannelEditor> editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    QVERIFY(desk.write("channelName", QStringLiteral("on call")));
    QVERIFY(desk.write("channelUrl", QStringLiteral("https://example.com/x")));
    desk.services.router.on(Create, hangs);
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Create), 1);
    QVERIFY(!desk.get<Button>("saveChannel")->isEnabled());
    QTest::keyClick(editor, Qt::Key_Escape);
    QTest::keyClick(editor->findChild<QLineEdit *>(QStringLiteral("channelName")), Qt::Key_Return);
    QVERIFY(!editor->close());
    QVERIFY(editor->isVisible());
    FakeService &router = desk.services.router;
    router.on(Create, [](const FakeRequest &) { return FakeAnswer{201, channelJson("c-new", "on call")}; });
    router.release();
    QTRY_VERIFY(editor.isNull() || !editor->isVisible());
    QCOMPARE(desk.asked(Create), 1);
}

void TestChannels::withoutAnAnswerNothingIsClaimed()
{
    Desk desk;
    QVERIFY(desk.open());
    auto *editor = desk.edit("addChannel");
    QVERIFY(editor != nullptr);
    QVERIFY(desk.write("channelName", QStringLiteral("on call")));
    QVERIFY(desk.write("channelUrl", QStringLiteral("https://example.com/x")));
    desk.services.router.on(Create, hangs);
    QVERIFY(desk.press("saveChannel"));
    QTRY_COMPARE(desk.asked(Create), 1);
    desk.services.router.stop();
    QTRY_VERIFY_WITH_TIMEOUT(desk.noteOf(editor).startsWith(QStringLiteral("No answer: it may or may not have been saved.")), 60'000);
    QVERIFY(editor->isVisible());
}

void TestChannels::aTestSaysWhatCameOfIt()
{
    Desk desk;
    QVERIFY(desk.open());
    QVERIFY(desk.choose(QStringLiteral("ops room")));
    Json failed = deliveryJson("d-t", "FAILED", 1, "refused it with 93000: invalid webhook url");
    failed["occasion"] = "TEST";
    desk.services.router.on(TestOfOps, failed);
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room did not take the test: refused it with 93000: invalid webhook url"));
    QTRY_VERIFY(factSaysOf(desk.get<FactList>("channelFacts"), QStringLiteral("a test")));
    shoot(desk.dialog.get(), "channels-test-failed");
    desk.services.router.on(TestOfOps, deliveryJson("d-t2", "SENT", 1));
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room took the test."));
    desk.services.router.on(TestOfOps, [](const FakeRequest &) { return problem(503, "The store does not answer."); });
    QVERIFY(desk.press("testChannel"));
    QTRY_COMPARE(desk.note(), QStringLiteral("ops room: The test was not sent (The store does not answer.)"));
}

void TestChannels::oneTestAtATime()
{
    Desk desk;
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
    Desk desk;
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
        Desk desk(twoChannels(), {QLatin1String(role)});
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
    Desk desk;
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

void TestChannels::anotherTargetKnowsNothing()
{
    Desk desk;
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
    desk.services.router.on(TestOfOps, deliveryJson("d-t", "SENT", 1));
    desk.services.router.release(); // an answer of the one before
    desk.services.open();
    QTRY_VERIFY(desk.services.isLive() && desk.session.isKnown());
    QCOMPARE(desk.note(), before);
}

void TestChannels::whatCanBeUsedHasAName()
{
    Desk desk;
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
