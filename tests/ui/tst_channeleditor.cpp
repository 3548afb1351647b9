// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/channelsdesk.h"

#include <QCheckBox>
#include <QComboBox>
#include <QListWidget>
#include <QPointer>

#include <tuple>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Create = "POST /api/v1/channels";
const char *const Replace = "PUT /api/v1/channels/*";

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

} // namespace

class TestChannelEditor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

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
};

void TestChannelEditor::addingOneSendsOnlyWhatItsKindHas()
{
    ChannelsDesk desk;
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

void TestChannelEditor::mailHasItsOwnFields()
{
    ChannelsDesk desk;
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

void TestChannelEditor::eachKindShowsItsFields()
{
    ChannelsDesk desk;
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

void TestChannelEditor::mistakesAreSaidWhileTyping()
{
    ChannelsDesk desk;
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

void TestChannelEditor::secretsAreKeptUnlessWrittenAnew()
{
    ChannelsDesk desk;
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

void TestChannelEditor::aSecretCanBeRemoved()
{
    ChannelsDesk desk;
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

void TestChannelEditor::somebodyElseWasFirst()
{
    ChannelsDesk desk;
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

void TestChannelEditor::refusedFieldsAreSaidAtTheirPlace()
{
    ChannelsDesk desk;
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

void TestChannelEditor::aTakenNameKeepsTheInput()
{
    ChannelsDesk desk;
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

void TestChannelEditor::nothingClosesWhileItIsOnItsWay()
{
    ChannelsDesk desk;
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

void TestChannelEditor::withoutAnAnswerNothingIsClaimed()
{
    ChannelsDesk desk;
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

QTEST_MAIN(TestChannelEditor)
#include "tst_channeleditor.moc"
