// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwords.h"
#include "models/items/guardmodel.h"
#include "models/items/historymodel.h"
#include "models/items/keyedroles.h"
#include "models/items/policygatemodel.h"
#include "models/items/policymodel.h"
#include "models/items/policywords.h"
#include "models/items/timetext.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace crossfade;

namespace {

const Instant Now = instantFromMs(1'763'733'860'000);

Instant in(std::int64_t seconds)
{
    return Now + Seconds(seconds);
}

PolicyRow policy(const char *id, const char *name, const char *state, double percentage)
{
    PolicyRow row;
    row.policy = newPolicyTemplate();
    row.policy.id = id;
    row.policy.name = name;
    row.shift.state = state;
    row.shift.percentage = percentage;
    return row;
}

GuardRow guard(const char *id, const char *verdict, std::optional<double> value, std::int64_t judgedAt)
{
    GuardRow row;
    row.guard.id = id;
    row.guard.threshold = 99.5;
    row.verdict = verdict;
    row.value = value;
    row.samples = 18'204;
    row.judgedAt = in(judgedAt);
    return row;
}

QStringList names(const QAbstractItemModel &model)
{
    QStringList all;
    for (int i = 0; i < model.rowCount(); ++i)
        all << model.index(i, 0).data().toString();
    return all;
}

} // namespace

class TestShiftModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void policiesStandByNameAndKeepTheirPlace();
    void countdownsMoveOnlyWhatCounts();
    void chipsSayStateAndTime_data();
    void chipsSayStateAndTime();
    void whatComesNext_data();
    void whatComesNext();
    void aJudgementJoinsItsSparkline();
    void anOldJudgementIsIgnored();
    void guardsInWords_data();
    void guardsInWords();
    void relativeGuardsSayWhatDecided();
    void historyIsNewestFirstAndGrowsOnce();
    void gatesKeepTheirOrder();
    void theFormKnowsTheServicesRules();
    void commandsFollowTheTable();
    void approvalsInWords();
    void aWalkThatWentOnIsWhatWasTold();
    void whatChangedIsNotWhatWasTold();
};

void TestShiftModels::policiesStandByNameAndKeepTheirPlace()
{
    PolicyModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({policy("2", "logins", "DRAFT", 0), policy("1", "admin", "HELD", 10)}, Now);
    QCOMPARE(names(model), (QStringList{QStringLiteral("admin"), QStringLiteral("logins")}));
    const QPersistentModelIndex logins = model.indexOf("2");
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.put(policy("3", "lookups", "DRAFT", 0), Now);
    model.put(policy("2", "zlogins", "STABILIZING", 25), Now);
    QCOMPARE(names(model), (QStringList{QStringLiteral("admin"), QStringLiteral("lookups"), QStringLiteral("zlogins")}));
    QCOMPARE(logins.data().toString(), QStringLiteral("zlogins"));
    QVERIFY(reset.isEmpty()); // selection and scroll survive
    model.remove("1");
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.runningCount(), 1);
}

void TestShiftModels::countdownsMoveOnlyWhatCounts()
{
    PolicyModel model;
    PolicyRow walking = policy("1", "a", "STABILIZING", 25);
    walking.shift.stabilizationEndsAt = in(192);
    model.setRows({walking, policy("2", "b", "DRAFT", 0)}, Now);
    QCOMPARE(model.index(0, 0).data(PolicyModel::ChipTextRole).toString(), QStringLiteral("STABILIZING 03:12"));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setNow(in(12));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(model.index(0, 0).data(PolicyModel::ChipTextRole).toString(), QStringLiteral("STABILIZING 03:00"));
}

void TestShiftModels::chipsSayStateAndTime_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("cause");
    QTest::addColumn<int>("left");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *state, const char *cause, int left, const char *text) {
        QTest::newRow(name) << QString::fromLatin1(state) << QString::fromLatin1(cause) << left << QString::fromUtf8(text);
    };
    row("time left", "STABILIZING", "", 61, "STABILIZING 01:01 left");
    row("past its end", "STABILIZING", "", -5, "STABILIZING 00:00 left");
    row("held by a cause", "HELD", "NO_EVIDENCE", 0, "HELD · no evidence");
    row("underscores", "ROLLBACK_PROPOSED", "", 0, "ROLLBACK PROPOSED");
    row("a word of a newer service", "DREAMING_ON", "", 0, "DREAMING ON");
}

void TestShiftModels::chipsSayStateAndTime()
{
    QFETCH(QString, state);
    QFETCH(QString, cause);
    QFETCH(int, left);
    QFETCH(QString, text);
    ShiftRow shift;
    shift.state = state.toStdString();
    shift.heldCause = cause.toStdString();
    if (left != 0)
        shift.stabilizationEndsAt = in(left);
    QCOMPARE(shiftChipText(shift, Now, false), text);
    ShiftRow waits;
    waits.state = "SCHEDULED";
    waits.startsAt = in(3'600);
    QCOMPARE(shiftChipText(waits, Now, true), QStringLiteral("SCHEDULED · ") + shortTime(in(3'600), Now));
}

void TestShiftModels::whatComesNext_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<int>("earliest");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *action, int earliest, const char *text) {
        QTest::newRow(name) << QString::fromLatin1(action) << earliest << QString::fromUtf8(text);
    };
    row("a step with its time", "STEP", 60, "Next: 30\u202F% at .* or later");
    row("a step whose time is past", "STEP", -60, "Next: 30\u202F% as soon as all gates are open");
    row("an approval", "APPROVAL", 0, "Next: 30\u202F% when approved");
    row("a person", "OPERATOR", 0, "Next: an operator decides");
    row("nothing", "NONE", 0, "Next: nothing until a target is applied");
}

void TestShiftModels::whatComesNext()
{
    QFETCH(QString, action);
    QFETCH(int, earliest);
    QFETCH(QString, expected);
    ShiftRow shift;
    shift.next.action = action.toStdString();
    shift.next.percentage = 30;
    if (earliest != 0)
        shift.next.earliestAt = in(earliest);
    const QRegularExpression pattern(QRegularExpression::anchoredPattern(expected));
    QVERIFY2(pattern.match(nextText(shift, Now)).hasMatch(), qUtf8Printable(nextText(shift, Now)));
}

void TestShiftModels::aJudgementJoinsItsSparkline()
{
    GuardModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({guard("success", "PASS", 99.9, 0), guard("p95", "PASS", 99.8, 0)}, Now);
    for (int i = 1; i <= 200; ++i)
        model.judge({guard("success", i < 200 ? "PASS" : "BREACH", i % 7 == 0 ? std::nullopt : std::optional(99.0), i)}, Now);
    QCOMPARE(model.rows()[0].recent.size(), std::size_t{180}); // no more than the service keeps
    QVERIFY(model.rows()[1].recent.empty());
    QCOMPARE(model.index(0, GuardModel::Verdict).data().toString(), QStringLiteral("BREACH"));
    QCOMPARE(model.index(0, GuardModel::Verdict).data(Qt::EditRole).toString(), QStringLiteral("BREACH"));
    QCOMPARE(model.index(0, GuardModel::Now).data(ItemEmphasisRole).toInt(), ItemRed);
    QCOMPARE(model.index(0, 0).data(ItemRowTintRole).toString(), QStringLiteral("BREACH"));
    const QVariantList line = model.index(0, GuardModel::Trend).data(ItemSparklineRole).toList();
    QVERIFY(std::ranges::any_of(line, [](const QVariant &v) { return !v.isValid(); })); // a gap, not 0
    QCOMPARE(model.summary(), QStringLiteral("1 PASS · 1 BREACH"));
}

void TestShiftModels::anOldJudgementIsIgnored()
{
    GuardModel model;
    model.setRows({guard("success", "PASS", 99.9, 100)}, Now);
    model.judge({guard("success", "BREACH", 1.0, 100), guard("success", "BREACH", 1.0, 90), guard("unknown", "PASS", 1, 200)}, Now);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, GuardModel::Verdict).data().toString(), QStringLiteral("PASS"));
    QVERIFY(model.rows()[0].recent.empty());
}

void TestShiftModels::guardsInWords_data()
{
    QTest::addColumn<int>("metric");
    QTest::addColumn<double>("threshold");
    QTest::addColumn<bool>("below");
    QTest::addColumn<QString>("mustBe");
    QTest::newRow("a rate") << int(Metric::SuccessRate) << 99.5 << false << QStringLiteral("≥\u202F99.50\u202F%");
    QTest::newRow("a latency") << int(Metric::Latency) << 1400.0 << true << QStringLiteral("≤\u202F1\u202F400\u202Fms");
    QTest::newRow("a short latency") << int(Metric::Latency) << 2.5 << true << QStringLiteral("≤\u202F2.5\u202Fms");
    QTest::newRow("dead letters") << int(Metric::DeadLetters) << 1200.0 << true << QStringLiteral("≤\u202F1\u202F200");
    QTest::newRow("a score") << int(Metric::Satisfaction) << 4.0 << false << QStringLiteral("≥\u202F4.00");
}

void TestShiftModels::guardsInWords()
{
    QFETCH(int, metric);
    QFETCH(double, threshold);
    QFETCH(bool, below);
    QFETCH(QString, mustBe);
    Guard guard;
    guard.metric = static_cast<Metric>(metric);
    guard.threshold = threshold;
    guard.comparison = below ? Comparison::AtMost : Comparison::AtLeast;
    QCOMPARE(mustBeText(guard), mustBe);
    guard.tolerance = 0.5;
    const bool latency = guard.metric == Metric::Latency;
    if (latency || guard.metric == Metric::SuccessRate)
        QCOMPARE(mustBeText(guard), latency ? QStringLiteral("≤\u202FLEGACY +\u202F0.5\u202F%")
                                            : QStringLiteral("≥\u202FLEGACY \u2212\u202F0.5\u202Fpp"));
    guard.tolerance = 0;
    guard.platform = Platform::Legacy;
    QCOMPARE(mustBeText(guard), mustBe.left(2) + QStringLiteral("NEW"));
    QCOMPARE(measureText(guard.metric, std::nullopt), QStringLiteral("—"));
    QCOMPARE(measureText(guard.metric, std::nan("")), QStringLiteral("—"));
}

void TestShiftModels::relativeGuardsSayWhatDecided()
{
    GuardRow row = guard("success", "BREACH", 97.0, 100);
    row.guard.tolerance = 0.5;
    row.samples = 812;
    row.pValue = 0.00031;
    QCOMPARE(evidenceText(row, Now), QStringLiteral("n = 812 · p = 0.00031"));
    row.pValue = 0.00000001;
    QCOMPARE(evidenceText(row, Now), QStringLiteral("n = 812 · p < 0.0001"));
    row.verdict = "TOO_FEW";
    row.pValue.reset();
    row.detail = "n = 12 on LEGACY, needs 100";
    QCOMPARE(evidenceText(row, Now), QStringLiteral("n = 12 on LEGACY, needs 100"));
    GuardModel model;
    model.setRows({row}, Now);
    QVERIFY(!model.index(0, GuardModel::Trend).data(ItemSparklineThresholdRole).isValid());
}

void TestShiftModels::historyIsNewestFirstAndGrowsOnce()
{
    HistoryModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    HistoryRow row;
    row.result = "SUCCESS";
    for (int i = 0; i < 5; ++i) {
        row.id = std::to_string(i);
        row.at = in(i * 10);
        row.from = i * 5;
        row.to = i * 5 + 5;
        model.put(row);
        model.put(row); // the event and the reading tell the same
    }
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.index(0, HistoryModel::Change).data().toString(), QStringLiteral("20 → 25\u202F%"));
    row.from = row.to;
    QCOMPARE(changeText(row.from, row.to), QStringLiteral("25\u202F%"));
}

void TestShiftModels::gatesKeepTheirOrder()
{
    PolicyGateModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({{"WINDOW", "OPEN", "", {}}, {"GUARDS", "BLOCKED", "p95", {}}});
    model.setRows({{"WINDOW", "OPEN", "", {}}, {"STABILIZATION", "BLOCKED", "1:00", in(60)}, {"GUARDS", "OPEN", "", {}}});
    QCOMPARE(names(model), (QStringList{QStringLiteral("window and freeze"), QStringLiteral("stabilization"), QStringLiteral("guards")}));
    QCOMPARE(model.blockedCount(), 1);
}

void TestShiftModels::theFormKnowsTheServicesRules()
{
    ShiftPolicy policy = newPolicyTemplate();
    QVERIFY(!policyProblems(policy).empty()); // no name yet
    policy.name = "logins";
    QCOMPARE(policyProblems(policy).size(), std::size_t{0});
    policy.guards[0].threshold = 100.5;
    policy.guards[1].breaches = 5;
    policy.guards[1].windows = 3;
    QStringList pointers;
    for (const FieldError &problem : policyProblems(policy))
        pointers << QString::fromStdString(problem.pointer);
    QVERIFY(pointers.contains(QStringLiteral("/guards/0/threshold")));
    QVERIFY(pointers.contains(QStringLiteral("/guards/1/breaches")));
}

void TestShiftModels::commandsFollowTheTable()
{
    ShiftRow shift = policy("1", "a", "STABILIZING", 25).shift;
    QVERIFY(fitsState(ShiftCommand::Suspend, shift));
    QVERIFY(fitsState(ShiftCommand::Rollback, shift));
    QVERIFY(!isDeletable(shift));
    shift.state = "FINALIZED";
    for (const ShiftCommand command : {ShiftCommand::Shift, ShiftCommand::Suspend, ShiftCommand::Resume, ShiftCommand::Rollback})
        QVERIFY(!fitsState(command, shift));
    shift.state = "ROLLED_BACK";
    shift.percentage = 0;
    QVERIFY(isDeletable(shift));
    QVERIFY(!fitsState(ShiftCommand::Rollback, shift)); // nobody is left on NEW
    shift.state = "A_NEWER_STATE";
    QVERIFY(!fitsState(ShiftCommand::Shift, shift));
}

void TestShiftModels::approvalsInWords()
{
    ApprovalRow row;
    row.kind = "ROLLBACK";
    row.state = "OPEN";
    row.policyName = "logins";
    row.fromPercentage = 35;
    row.deadline = in(221);
    row.defaultAction = "APPROVE";
    row.requestedBy = "runner";
    QCOMPARE(approvalQuestion(row), QStringLiteral("Roll back logins from 35\u202F% to 0\u202F%?"));
    ApprovalRow batch = row;
    batch.policyName = "north";
    batch.batch = BatchAsked{"g1", 1, 100};
    QCOMPARE(approvalQuestion(batch), QStringLiteral("Take batch 2 of the group north back?"));
    batch.kind = "SHIFT_STEP";
    QCOMPARE(approvalQuestion(batch), QStringLiteral("Move batch 2 of the group north?"));
    QVERIFY(approvalEffect(batch).contains(QStringLiteral("100")));
    QCOMPARE(approvalName(batch), QStringLiteral("north"));
    QCOMPARE(approvalLeft(row, Now), QStringLiteral("03:41 left"));
    QVERIFY(approvalAsked(row).endsWith(QStringLiteral(", it rolls back.")));
    QVERIFY(approvalDecided(row).isEmpty());
    row.state = "REJECTED";
    row.decidedBy = "operator-2";
    row.decidedAt = Now;
    row.decisionReason = "noise";
    QVERIFY(approvalDecided(row).startsWith(QStringLiteral("operator-2 rejected it at ")));
}

void TestShiftModels::aWalkThatWentOnIsWhatWasTold()
{
    const ShiftRow told = policy("p", "p", "STABILIZING", 25).shift;
    ShiftRow now = told;
    QVERIFY(holdsForTarget(told, now, 30));
    for (const char *state : {"EVALUATING", "AWAITING_APPROVAL", "AT_TARGET", "STABILIZING"}) {
        now.state = state;
        now.percentage = 27;
        QVERIFY2(holdsForTarget(told, now, 30), state);
    }
    const ShiftRow held = policy("p", "p", "HELD", 25).shift;
    QVERIFY(holdsForTarget(held, held, 30)); // it was told so
    QVERIFY(holdsForCommand(ShiftCommand::Suspend, told, now)); // stopping is meant wherever it is
    QVERIFY(holdsForCommand(ShiftCommand::Resume, held, held));
}

void TestShiftModels::whatChangedIsNotWhatWasTold()
{
    const ShiftRow told = policy("p", "p", "STABILIZING", 25).shift;
    ShiftRow now = told;
    for (const char *state : {"HELD", "SUSPENDED", "ROLLBACK_PROPOSED", "ROLLING_BACK", "ROLLED_BACK", "FINALIZED", "FAILED"}) {
        now.state = state;
        QVERIFY2(!holdsForTarget(told, now, 30), state);
        QVERIFY2(!holdsForCommand(ShiftCommand::Finalize, told, now), state);
    }
    now = told;
    now.percentage = 20;
    QVERIFY(!holdsForTarget(told, now, 30)); // it fell
    now.percentage = 30;
    QVERIFY(!holdsForTarget(told, now, 30)); // it is there already
    now = told;
    now.target = 50;
    QVERIFY(!holdsForTarget(told, now, 30)); // somebody sent it elsewhere
    ShiftRow held = policy("p", "p", "HELD", 25).shift;
    held.heldCause = "EVIDENCE";
    now = held;
    now.heldCause = "GUARD";
    QVERIFY(!holdsForCommand(ShiftCommand::Resume, held, now)); // for another cause now
    now = held;
    now.percentage = 20;
    QVERIFY(!holdsForCommand(ShiftCommand::Resume, held, now));
    now.state = "FINALIZED";
    QVERIFY(!holdsForCommand(ShiftCommand::Suspend, held, now));
}

QTEST_GUILESS_MAIN(TestShiftModels)
#include "tst_shiftmodels.moc"
