// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/restclient.h"
#include "models/items/text.h"
#include "models/session/connectionssession.h"
#include "models/session/jsonread.h"
#include "ui/connections/sandboxpane.h"
#include "ui/shared/buttons.h"

#include <QLabel>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace crossfade;

namespace {

constexpr int StartMs = 60'000;

double numberOf(const Json &value)
{
    if (value.is_boolean())
        return value.get<bool>() ? 1 : 0;
    return value.is_number() ? value.get<double>() : -1;
}

QWidget *child(QWidget &pane, const char *name)
{
    return pane.findChild<QWidget *>(QLatin1String(name));
}

} // namespace

// A real sandbox, real clicks; what they did is asked of the sandbox by another client.
class TestSandboxPane : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QVERIFY(m_dir.isValid());
        m_session.sandbox()->setProgram(QStringLiteral(CROSSFADE_BIN_DIR "/crossfade-sandbox"));
        m_session.sandbox()->setArguments({QStringLiteral("--users"), QStringLiteral("2000")});
        m_pane.resize(700, 600);
        m_pane.show();
    }

    void nothingCanBeBrokenBeforeItRuns()
    {
        QVERIFY(!child(m_pane, "practiceNewErrors")->isVisible());
        QVERIFY(!child(m_pane, "sandboxStop")->isEnabled());
    }

    void aChoiceReachesThePlatform()
    {
        QTest::mouseClick(child(m_pane, "sandboxStart"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(child(m_pane, "practiceNewErrors")->isVisible(), StartMs);
        QTRY_VERIFY_WITH_TIMEOUT(child(m_pane, "practiceNewErrors")->isEnabled(), StartMs);
        QTest::mouseClick(child(m_pane, "practiceNewErrors"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(faultOf("NEW", "error_rate"), 30.0, 5'000);
        QCOMPARE(faultOf("LEGACY", "error_rate"), 0.0);
        QTest::mouseClick(child(m_pane, "practiceLegacyOutage"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(faultOf("LEGACY", "outage"), 1.0, 5'000);
        QTest::mouseClick(child(m_pane, "practiceLegacyHealthy"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(faultOf("LEGACY", "outage"), 0.0, 5'000);
        QTest::mouseClick(child(m_pane, "practiceNewHealthy"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(faultOf("NEW", "error_rate"), 0.0, 5'000);
    }

    void theLoadFollows()
    {
        QTest::mouseClick(child(m_pane, "practiceLoad2"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(numberOf(jsonAt(jsonAt(status(), "load"), "rate")), 100.0, 5'000);
    }

    void whatAnotherClientChangesIsShown()
    {
        RestCall call;
        call.path = QStringLiteral("/api/v1/sandbox/faults/NEW");
        call.body = {{"error_rate", 0}, {"latency_ms", 500}, {"outage", false}};
        QVERIFY(ask(std::move(call), true).has_value());
        auto *slow = qobject_cast<QAbstractButton *>(child(m_pane, "practiceNewSlow"));
        QTRY_VERIFY_WITH_TIMEOUT(slow->isChecked(), 5'000);
        QCOMPARE(faultOf("NEW", "latency_ms"), 500.0); // showing it is not choosing it again
    }

    void differencesArePlantedAndCounted()
    {
        QTest::mouseClick(child(m_pane, "practicePlant"), Qt::LeftButton);
        auto *text = m_pane.findChild<QLabel *>(QStringLiteral("practicePlanted"));
        QTRY_VERIFY_WITH_TIMEOUT(text->text().startsWith(QStringLiteral("18 ")), 10'000);
        QTest::mouseClick(child(m_pane, "practicePlant"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(text->text().startsWith(QStringLiteral("36 ")), 10'000);
    }

    void stoppedThereIsNothingToBreak()
    {
        QTest::mouseClick(child(m_pane, "sandboxStop"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!child(m_pane, "practiceNewErrors")->isVisible(), 10'000);
    }

private:
    Result<RestReply> ask(RestCall call, bool put)
    {
        const Json &control = jsonAt(m_session.sandbox()->facts(), "control");
        RestClient client(QUrl(toText(jsonText(control, "url"))));
        client.setToken(QByteArray::fromStdString(jsonText(control, "token")));
        const auto answer = put ? client.put(std::move(call)) : client.get(std::move(call));
        if (!QTest::qWaitFor([&] { return answer.isFinished(); }, 5'000))
            return fail(ErrorKind::Timeout, "no answer");
        return answer.result();
    }
    Json status()
    {
        RestCall call;
        call.path = QStringLiteral("/api/v1/sandbox/status");
        const auto reply = ask(std::move(call), false);
        return reply ? reply->body : Json();
    }
    // −1: the platform said nothing; an outage is 1.
    double faultOf(const char *platform, const char *field)
    {
        return numberOf(jsonAt(jsonAt(jsonAt(status(), "faults"), platform), field));
    }

    QTemporaryDir m_dir;
    Connection m_connection;
    QSettings m_settings{m_dir.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat};
    Profiles m_profiles{&m_settings};
    ConnectionsSession m_session{&m_connection, &m_profiles};
    SandboxPane m_pane{&m_session};
};

QTEST_MAIN(TestSandboxPane)
#include "tst_sandboxpane.moc"
