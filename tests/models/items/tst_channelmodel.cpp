// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/channelmodel.h"
#include "models/items/channelwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "tests/models/items/markingtranslator.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace crossfade;

namespace {

const Instant Now = instantFromMs(1'795'269'731'000);

DeliveryRow delivery(const char *id, const char *state, std::int64_t attempts, const char *error = "")
{
    DeliveryRow row;
    row.id = id;
    row.alertType = "GUARD_TRIPPED";
    row.occasion = "RAISED";
    row.state = state;
    row.attempts = attempts;
    row.error = error;
    row.createdAt = Now;
    return row;
}

ChannelRow channel(const char *id, const char *name, const char *version = "1")
{
    ChannelRow row;
    row.id = id;
    row.name = name;
    row.kind = "SLACK";
    row.address = "https://hooks.slack.com";
    row.minSeverity = "MEDIUM";
    row.version = version;
    return row;
}

ChannelInput mailInput()
{
    ChannelInput input;
    input.name = "on call";
    input.kind = "EMAIL";
    input.server = "mail.example.com:587";
    input.from = "crossfade@example.com";
    input.to = {"ops@example.com", "night@example.com"};
    return input;
}

QString problemsOf(const ChannelInput &input, bool isNew = true)
{
    QStringList list;
    for (const FieldError &one : channelProblems(input, isNew))
        list << toText(one.pointer + " " + one.message);
    return list.join(QLatin1Char('|'));
}

QString shown(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestChannelModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aRowSaysWhereAndHowItGoes()
    {
        ChannelModel model;
        QAbstractItemModelTester tester(&model);
        ChannelRow mail = channel("c2", "<b>night</b>");
        mail.kind = "EMAIL";
        mail.to = {"ops@example.com", "night@example.com"};
        mail.types = {"GUARD_TRIPPED", "DISK_FULL"};
        mail.lastDelivery = delivery("d", "FAILED", 20, "answered 503");
        model.setRows({channel("c1", "ops"), mail});
        QCOMPARE(shown(model, 0, ChannelModel::Name), QStringLiteral("<b>night</b>"));
        QCOMPARE(shown(model, 0, ChannelModel::Kind), QStringLiteral("Mail"));
        QCOMPARE(shown(model, 0, ChannelModel::Where), QStringLiteral("ops@example.com, night@example.com"));
        QCOMPARE(shown(model, 0, ChannelModel::Types), QStringLiteral("Guard tripped, DISK FULL"));
        QCOMPARE(shown(model, 0, ChannelModel::State), QStringLiteral("FAILED"));
        QCOMPARE(shown(model, 1, ChannelModel::State), QStringLiteral("NOT TRIED"));
        QCOMPARE(model.index(1, ChannelModel::State).data(Qt::EditRole).toString(), QStringLiteral("UNTRIED"));
        QCOMPARE(shown(model, 1, ChannelModel::Where), QStringLiteral("https://hooks.slack.com"));
        QCOMPARE(shown(model, 1, ChannelModel::Severity), QStringLiteral("MEDIUM"));
        QCOMPARE(shown(model, 1, ChannelModel::Types), QStringLiteral("all"));
    }

    void theStateIsThatOfTheLastTelling_data()
    {
        QTest::addColumn<bool>("active");
        QTest::addColumn<QString>("last");
        QTest::addColumn<int>("attempts");
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("failing");
        QTest::newRow("off") << false << "FAILED" << 20 << "OFF" << false;
        QTest::newRow("never") << true << "" << 0 << "UNTRIED" << false;
        QTest::newRow("sent") << true << "SENT" << 1 << "SENT" << false;
        QTest::newRow("tried again") << true << "PENDING" << 3 << "RETRYING" << true;
        QTest::newRow("given up") << true << "FAILED" << 20 << "FAILED" << true;
        QTest::newRow("waits") << true << "PENDING" << 0 << "PENDING" << false;
    }
    void theStateIsThatOfTheLastTelling()
    {
        QFETCH(const bool, active);
        QFETCH(const QString, last);
        QFETCH(const int, attempts);
        ChannelRow row = channel("c", "c");
        row.active = active;
        if (!last.isEmpty())
            row.lastDelivery = delivery("d", last.toLatin1().constData(), attempts, "answered 500");
        QTEST(toText(channelState(row)), "state");
        QTEST(isFailing(row), "failing");
    }

    void theyStandByNameInWhateverOrderTheyCome()
    {
        std::vector<std::string> ids{"1", "2", "3", "4"};
        do {
            ChannelModel model;
            QAbstractItemModelTester tester(&model);
            for (const std::string &id : ids)
                model.put(channel(id.c_str(), ("name " + id).c_str()));
            for (int row = 0; row < 4; ++row)
                QCOMPARE(shown(model, row, ChannelModel::Name), QStringLiteral("name %1").arg(row + 1));
        } while (std::ranges::next_permutation(ids).found);
    }

    void whatIsOlderTakesNothingBack()
    {
        ChannelModel model;
        QAbstractItemModelTester tester(&model);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.put(channel("c", "ten", "10"));
        model.put(channel("c", "nine", "9"));
        QCOMPARE(shown(model, 0, ChannelModel::Name), QStringLiteral("ten"));
        QCOMPARE(changes.size(), 0);
        model.put(channel("c", "eleven", "11"));
        QCOMPARE(shown(model, 0, ChannelModel::Name), QStringLiteral("eleven"));
        QCOMPARE(changes.size(), 1);
        ChannelRow off = channel("d", "d");
        off.active = false;
        model.put(off);
        QCOMPARE(model.told(), 1);
        model.remove("c");
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(model.rowOf("c") == nullptr);
        QVERIFY(model.rowOf("d") != nullptr);
        model.put(ChannelRow());
        QCOMPARE(model.rowCount(), 1);
    }

    void deliveriesGrowByPages()
    {
        DeliveryModel model; // without a tester, which would ask for more itself
        QSignalSpy wanted(&model, &DeliveryModel::moreWanted);
        model.setRows({delivery("1", "SENT", 1), delivery("2", "PENDING", 4, "answered 503")}, true, Now);
        QVERIFY(model.canFetchMore({}));
        model.fetchMore({});
        model.fetchMore({});
        QCOMPARE(wanted.size(), 1); // one at a time
        model.moreFailed();
        QVERIFY(model.canFetchMore({}));
        model.append({delivery("2", "PENDING", 4, "answered 503"), delivery("3", "FAILED", 20, "answered 500")}, false, Now);
        QCOMPARE(model.rowCount(), 3); // none of them twice
        QVERIFY(!model.canFetchMore({}));
        QCOMPARE(shown(model, 0, DeliveryModel::When), timeOfDay(Now));
        QCOMPARE(shown(model, 1, DeliveryModel::State), QStringLiteral("RETRYING"));
        QCOMPARE(shown(model, 2, DeliveryModel::Attempts), QStringLiteral("20"));
        QCOMPARE(shown(model, 2, DeliveryModel::Said), QStringLiteral("answered 500"));
    }

    void aDeliveryIsToldInWords()
    {
        DeliveryRow row = delivery("d", "PENDING", 2, "no answer within 10000 ms");
        row.nextAttemptAt = Now + Seconds(60);
        QCOMPARE(deliveryErrorText(row, Now),
                 QStringLiteral("no answer within 10000 ms; tried again at ") + timeOfDay(*row.nextAttemptAt));
        QCOMPARE(deliveryErrorText(row, Now + Seconds(61)), QStringLiteral("no answer within 10000 ms; tried again now"));
        QCOMPARE(deliveryAlertText(row), QStringLiteral("Guard tripped"));
        row.occasion = "REMINDED";
        QCOMPARE(deliveryAlertText(row), QStringLiteral("Guard tripped, still open"));
        row.occasion = "TEST";
        QCOMPARE(deliveryAlertText(row), QStringLiteral("a test"));
        ChannelRow ops = channel("c", "ops %1");
        QCOMPARE(lastDeliveryText(ops, Now), QStringLiteral("nothing was told yet"));
        ops.lastDelivery = delivery("d", "FAILED", 20, "refused it with 93000: invalid %2 url");
        QCOMPARE(failingText(ops, Now), QStringLiteral("ops %1 does not take alerts: refused it with 93000: invalid %2 url"));
    }

    void whatAChannelAnsweredIsSaidInTheConsolesLanguage_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("source");
        QTest::newRow("status") << "answered 503" << "~answered 503";
        QTest::newRow("code") << "refused it with 93000: a %1: b" << "~refused it with 93000: a %1: b";
        QTest::newRow("code alone") << "refused it with -1" << "~refused it with -1";
        QTest::newRow("timeout") << "no answer within 10000 ms" << "~no answer within 10000 ms";
        QTest::newRow("foreign") << "answered something that is not its own" << "~answered something that is not its own";
        QTest::newRow("refused") << "Couldn't connect to server" << "~Couldn't connect to server";
        QTest::newRow("mail") << "Failed to connect to 127.0.0.1 port 25 after 0 ms: Couldn't connect to server"
                              << "~no connection to 127.0.0.1 port 25";
    }
    void whatAChannelAnsweredIsSaidInTheConsolesLanguage()
    {
        QFETCH(const QString, said);
        test::MarkingTranslator marker;
        QTEST(channelErrorText(toUtf8(said)), "source");
        QCOMPARE(alertText("a channel could not be told: " + toUtf8(said)),
                 QStringLiteral("~A channel could not be told: ") + channelErrorText(toUtf8(said)));
    }

    void aWellWrittenChannelHasNoProblem()
    {
        ChannelInput input;
        input.name = "ops";
        input.url = "https://hooks.slack.com/services/T0/B0/key";
        QCOMPARE(problemsOf(input), QString());
        QCOMPARE(problemsOf(mailInput()), QString());
        input.url.reset();
        QCOMPARE(problemsOf(input, false), QString()); // it has one
        QCOMPARE(problemsOf(input, true), QStringLiteral("/url EMPTY"));
    }

    void eachMistakeIsAtItsField_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("problem");
        const auto must = [](const char *what) { return QLatin1String(what); };
        QTest::newRow("name") << "name" << QStringLiteral("a\nb") << QString(must("/name NAME"));
        QTest::newRow("long name") << "name" << QString(101, QLatin1Char('n')) << QString(must("/name NAME"));
        QTest::newRow("no server") << "server" << QString() << QString(must("/server EMPTY"));
        QTest::newRow("path") << "server" << QStringLiteral("mail/x") << QString(must("/server must be a host, or host:port"));
        QTest::newRow("port") << "server" << QStringLiteral("mail:0") << QString(must("/server must be a host, or host:port"));
        QTest::newRow("great port") << "server" << QStringLiteral("mail:65536") << QString(must("/server must be a host, or host:port"));
        QTest::newRow("v6") << "server" << QStringLiteral("[::1]:25") << QString();
        QTest::newRow("sender") << "from" << QStringLiteral("nobody") << QString(must("/from must be a mail address"));
        QTest::newRow("two signs") << "from" << QStringLiteral("a@b@c") << QString(must("/from must be a mail address"));
        QTest::newRow("user") << "user" << QString(201, QLatin1Char('u')) << QString(must("/user LONG"));
        QTest::newRow("recipient") << "to" << QStringLiteral("<b@c>") << QString(must("/to/2 must be a mail address"));
    }
    void eachMistakeIsAtItsField()
    {
        QFETCH(const QString, field);
        QFETCH(const QString, value);
        ChannelInput input = mailInput();
        std::string &place = field == QLatin1String("name")     ? input.name
                             : field == QLatin1String("server") ? input.server
                             : field == QLatin1String("from")   ? input.from
                             : field == QLatin1String("to")     ? input.to.emplace_back()
                                                                : input.user;
        place = toUtf8(value);
        QTEST(problemsOf(input), "problem");
    }

    void addressesOfTheWeb()
    {
        ChannelInput input;
        input.name = "ops";
        for (const char *url : {"ftp://host", "https://", "https:///path", "hooks.slack.com", "https://a b"}) {
            input.url = url;
            QCOMPARE(problemsOf(input), QStringLiteral("/url must be an http or https URL"));
        }
        input.url = "https://" + std::string(2'000, 'a');
        QCOMPARE(problemsOf(input), QStringLiteral("/url must be an http or https URL"));
        input.url = "http://host/path";
        input.secret = std::string(501, 's');
        QCOMPARE(problemsOf(input), QStringLiteral("/secret LONG"));
        ChannelInput many = mailInput();
        many.to.assign(21, "a@b");
        QCOMPARE(problemsOf(many), QStringLiteral("/to must be a list of at most 20 items"));
        many.to.clear();
        QCOMPARE(problemsOf(many), QStringLiteral("/to EMPTY"));
    }

    void anEditBeginsWithWhatIsStoredButTheSecrets()
    {
        ChannelRow row = channel("c", "ops");
        row.hasSecret = true;
        row.types = {"GUARD_TRIPPED"};
        row.active = false;
        const ChannelInput input = inputOf(row);
        QVERIFY(!input.url && !input.secret);
        QCOMPARE(toText(input.kind), QStringLiteral("SLACK"));
        QCOMPARE(toText(input.minSeverity), QStringLiteral("MEDIUM"));
        QVERIFY(input.types == row.types);
        QVERIFY(!input.active);
        QVERIFY(hasSecretField("EMAIL") && hasSecretField("FEISHU") && !hasSecretField("WECOM"));
    }

    void howManyAreTold()
    {
        QCOMPARE(channelsToldText(0), QStringLiteral("No channel is told: alerts show only here."));
        QVERIFY(channelsToldText(2).startsWith(QStringLiteral("2 channel")));
        QVERIFY(std::ranges::count(knownAlertTypes(), std::string("CHANNEL_FAILED")) == 1);
    }
};

QTEST_GUILESS_MAIN(TestChannelModel)
#include "tst_channelmodel.moc"
