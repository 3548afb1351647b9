// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policywords.h"
#include "models/shift/policy.h"
#include "ui/shift/policyfacts.h"

#include <QLabel>
#include <QTest>

using namespace crossfade;

namespace {

QStringList shownOf(const ShiftPolicy &policy)
{
    PolicyFacts facts;
    facts.setPolicy(&policy);
    QStringList texts;
    for (const QLabel *label : facts.findChildren<QLabel *>())
        texts << label->text();
    return texts;
}

} // namespace

class TestPolicyFacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whoIsSignedInIsToldOnlyWhereHeWaits()
    {
        ShiftPolicy policy;
        QVERIFY(!shownOf(policy).contains(QStringLiteral("Who is signed in")));
        policy.moveAt = MoveAt::NextSignIn;
        const QStringList texts = shownOf(policy);
        QVERIFY2(texts.contains(QStringLiteral("Who is signed in")), qPrintable(texts.join(u'|')));
        QVERIFY(texts.contains(QStringLiteral("moves at the next sign-in")));
    }
    void aStepThatAsksForItselfShows()
    {
        ShiftPolicy policy;
        policy.steps = {{Percentage::fromHundredths(100), {}, {}, false}};
        QVERIFY(!shownOf(policy).contains(QStringLiteral("some steps")));
        policy.steps[0].approval = true;
        QVERIFY(shownOf(policy).contains(QStringLiteral("some steps")));
        policy.approval = StepApproval::EachStep;
        QVERIFY(!shownOf(policy).contains(QStringLiteral("some steps")));
    }
    void whereTheWrittenStepsEndTheStepGoesOn()
    {
        ShiftPolicy policy;
        const QString by = QStringLiteral("by ") + shortPercent(5);
        QVERIFY2(shownOf(policy).contains(by), qPrintable(shownOf(policy).join(u'|')));
        policy.steps = {{Percentage::fromHundredths(100), {}, {}}, {Percentage::fromHundredths(2000), {}, {}}};
        QVERIFY2(shownOf(policy).contains(QStringLiteral("2 set, then ") + by), qPrintable(shownOf(policy).join(u'|')));
        policy.max = Percentage::fromHundredths(2000);
        QVERIFY2(shownOf(policy).contains(QStringLiteral("2 set")), qPrintable(shownOf(policy).join(u'|')));
    }
    void aGuardSaysThatItCountsUsers()
    {
        Guard guard;
        const QString byRequests = guardText(guard);
        guard.countsUsers = true;
        QCOMPARE(guardText(guard), byRequests + QStringLiteral(", by users"));
    }
};

QTEST_MAIN(TestPolicyFacts)
#include "tst_policyfacts.moc"
