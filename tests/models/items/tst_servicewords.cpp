// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/servicewords.h"

#include "models/consistency/checkalert.h"
#include "models/consistency/repairaction.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "tests/models/items/markingtranslator.h"

#include <QTest>

#include <algorithm>

using namespace crossfade;

namespace {

std::string sentence(RepairAction action, Platform target)
{
    RepairPlan plan;
    plan.action = action;
    plan.target = target;
    return repairSentence(plan, "USER", "u of 7", {"email", "phone"});
}

} // namespace

class TestServiceWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void codes()
    {
        QCOMPARE(wordText(QStringLiteral("FOR_APPROVAL")), QStringLiteral("FOR APPROVAL"));
        QCOMPARE(wordText(QStringLiteral("NEW")), QStringLiteral("NEW"));
        QCOMPARE(alertTypeText("GUARD_TRIPPED"), QStringLiteral("Guard tripped"));
        QCOMPARE(alertTypeText("DISK_FULL"), QStringLiteral("DISK FULL")); // raised by somebody else's program
        test::MarkingTranslator marker;
        QCOMPARE(wordText(QStringLiteral("REJECTED")), QStringLiteral("~REJECTED"));
        QCOMPARE(wordText(QStringLiteral("NEW")), QStringLiteral("NEW")); // a name
        QCOMPARE(alertTypeText("ROLLED_BACK"), QStringLiteral("~Rolled back"));
    }

    void alerts()
    {
        QCOMPARE(alertText("logins: authentication_success_rate tripped: 86.2 % is not >= 99 %, n = 29"),
                 QStringLiteral("logins: success rate: 86.2 %, must be ≥ 99 %, n = 29"));
        QCOMPARE(alertText("a: b: authorization_latency p95 was not measured for a minute: no sample in the window"),
                 QStringLiteral("a: b: p95 latency: no sample in the window"));
        QCOMPARE(alertText("logins: PROMQL «max(up{a=\"b: c\"})» tripped: 0.95 is not <= 0.8"),
                 QStringLiteral("logins: max(up{a=\"b: c\"}): 0.95, must be ≤ 0.8"));
        QCOMPARE(alertText("logins: ann asks to raise 10 % to 20 %, answer until 2026-11-22T08:00:00.000Z"),
                 QStringLiteral("logins: ann asks to raise 10 % to 20 %, answer until ")
                     + fullTime(instantFromMs(1'795'334'400'000)));
        QVERIFY(fullTime(instantFromMs(1'795'334'400'000)).startsWith(QStringLiteral("22 Nov 2026 ")));
        QCOMPARE(alertText("<b>disk</b>: 3 % left"), QStringLiteral("<b>disk</b>: 3 % left"));
        QCOMPARE(alertText(""), QString());
    }

    void questions()
    {
        const test::MarkingTranslator runner("RunnerWords");
        QVERIFY(alertText("logins: ann asks to raise 10 % to 20 %, answer until noon").startsWith(QStringLiteral("logins: ~ann")));
        QVERIFY(alertText("stores: ann asks to move batch 3, 20 users, answer until noon")
                    .startsWith(QStringLiteral("stores: ~ann asks to move batch 3")));
        const test::MarkingTranslator marker;
        QCOMPARE(alertTypeText("APPROVAL_REQUESTED"), QStringLiteral("~Approval asked for"));
        QCOMPARE(channelErrorText("not told: 1000 alerts wait for this channel already"),
                 QStringLiteral("~not told: 1000 alerts wait for this channel already"));
        QVERIFY(alertText("ann asks for the master switch, answer until noon: it is time").startsWith(QStringLiteral("~ann")));
    }

    // What the comparator really says of its checks.
    void alertsOfChecks()
    {
        test::MarkingTranslator marker;
        RunOutcome outcome{"users %1", "FAILED", true, CheckStatus::Failed, std::nullopt,
                           Percentage::fromHundredths(9'950), "the source is down"};
        QCOMPARE(alertText(alertFor(outcome)->message), QStringLiteral("~The check users %1 failed: the source is down"));
        outcome.state = "FINISHED";
        outcome.consistency = Percentage::fromHundredths(9'910);
        QCOMPARE(alertText(alertFor(outcome)->message),
                 QStringLiteral("~The check users %1 found 99.1 % consistent, below its threshold of 99.5 %."));
        outcome.status = CheckStatus::Partial;
        QVERIFY(alertText(alertFor(outcome)->message).startsWith(QStringLiteral("~The check users %1 could not judge")));
        QCOMPARE(alertText(repairAssigned("USER", "u of 7", "ann", "bob").message),
                 QStringLiteral("~The repair of USER u of 7 was assigned to ann by bob."));
    }

    // Alerts that were stored under a former name read as the same; only the present name is offered.
    void namesOfTypes()
    {
        QCOMPARE(alertTypeText("CHECK_FAILED"), QStringLiteral("Check failed"));
        QCOMPARE(alertTypeText("DATA_CONSISTENCY_CHECK_FAILED"), QStringLiteral("Check failed"));
        QCOMPARE(alertTypeText("CONSISTENCY_BELOW_THRESHOLD"), QStringLiteral("Consistency below threshold"));
        QCOMPARE(alertTypeText("DATA_INCONSISTENCY"), QStringLiteral("Consistency below threshold"));
        QCOMPARE(alertTypeText("REPAIR_ASSIGNED"), QStringLiteral("Repair assigned"));
        const std::vector<std::string> known = knownAlertTypes();
        QCOMPARE(std::ranges::count(known, std::string("CHECK_FAILED")), 0);
        QCOMPARE(std::ranges::count(known, std::string("DATA_CONSISTENCY_CHECK_FAILED")), 1);
        test::MarkingTranslator marker;
        QCOMPARE(channelErrorText("not taken for a@b: 550 no"), QStringLiteral("~not taken for a@b: 550 no"));
        QVERIFY(alertText("the stored channel chat cannot be read and can only be deleted: it is not JSON; it is told nothing")
                    .startsWith(QStringLiteral("~The stored channel chat cannot be read")));
    }

    void repairs()
    {
        test::MarkingTranslator marker;
        QCOMPARE(repairText(sentence(RepairAction::Update, Platform::New)),
                 QStringLiteral("~Update email, phone of USER u of 7 on NEW to what LEGACY holds."));
        QCOMPARE(repairText(sentence(RepairAction::Insert, Platform::New)),
                 QStringLiteral("~Insert USER u of 7 into NEW as LEGACY holds it."));
        QCOMPARE(repairText(sentence(RepairAction::Delete, Platform::Legacy)),
                 QStringLiteral("~Delete USER u of 7 from LEGACY: NEW does not hold it."));
        QCOMPARE(repairText("written and seen equal"), QStringLiteral("~written and seen equal"));
        QCOMPARE(repairText("Repaired: Insert USER 7 into NEW as LEGACY holds it."),
                 QStringLiteral("~Repaired: ~Insert USER 7 into NEW as LEGACY holds it."));
    }

    void fields()
    {
        QCOMPARE(fieldProblemText("must have 1 to 100 bytes"), QStringLiteral("must have 1 to 100 bytes"));
        test::MarkingTranslator marker;
        QCOMPARE(fieldProblemText("must be a number from 0 to 100"), QStringLiteral("~must be a number from 0 to 100"));
        QCOMPARE(fieldProblemText("must be above 0"), QStringLiteral("~must be above 0"));
    }
};

QTEST_GUILESS_MAIN(TestServiceWords)
#include "tst_servicewords.moc"
