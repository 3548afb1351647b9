// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/checkmodel.h"
#include "models/items/repairmodel.h"
#include "models/items/timetext.h"
#include "models/items/tracemodel.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include <utility>

using namespace crossfade;

namespace {

const Instant Now = instantFromMs(1'795'269'731'000);

CheckRow check(const char *id, const char *state, const char *status, double value)
{
    CheckRow row;
    row.id = id;
    row.name = id;
    RunRow run;
    run.id = std::string("run-") + id;
    run.checkId = id;
    run.state = state;
    run.status = status;
    run.consistencyPercentage = value;
    run.rowsTotal = 1000;
    row.lastRun = run;
    return row;
}

RepairRow repair(const char *id, const char *status, const char *assigned, int age)
{
    RepairRow row;
    row.id = id;
    row.entityType = "USER";
    row.entityId = id;
    row.status = status;
    row.assignedTo = assigned;
    row.action = "UPDATE";
    row.targetPlatform = "NEW";
    row.fields = {{"email", "a", "b", false}, {"city", "x", "x", false}};
    row.requestedAt = Now - Seconds(age);
    return row;
}

} // namespace

class TestCheckModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aCheckPassesOnlyWhenAWholeRunProvedIt_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("status");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("word");
        const auto add = [](const char *name, const char *state, const char *status, double value, const char *word) {
            QTest::newRow(name) << QString::fromLatin1(state) << QString::fromLatin1(status) << value << QString::fromLatin1(word);
        };
        add("at the threshold", "FINISHED", "SUCCESS", 99.5, "PASS");
        add("just below", "FINISHED", "SUCCESS", 99.49, "BELOW");
        add("a part is a bound, no pass", "FINISHED", "PARTIAL", 99.9, "PARTIAL");
        add("a part below is below", "FINISHED", "PARTIAL", 90, "BELOW");
        add("failed", "FAILED", "FAILED", 100, "FAILED");
        add("under the threshold in the comparator's words", "FINISHED", "FAILED", 98, "BELOW");
        add("cancelled", "CANCELLED", "", 100, "CANCELLED");
        add("running", "RUNNING", "", 0, "RUNNING");
        add("paused", "PAUSED", "", 0, "PAUSED");
    }
    void aCheckPassesOnlyWhenAWholeRunProvedIt()
    {
        QFETCH(QString, state);
        QFETCH(QString, status);
        QFETCH(double, value);
        QFETCH(QString, word);
        const CheckRow row = check("c", state.toLatin1().constData(), status.toLatin1().constData(), value);
        QCOMPARE(QString::fromStdString(checkState(row)), word);
    }

    // 99 of 100 rows that were drawn prove nothing under 99.5 %, and all of them nothing above it; nor do two bad ids.
    void aRunOfSomeRowsIsWhatItsStatusSaysAndItsRateIsNotTheChecks()
    {
        for (const auto &[scope, found] : {std::pair("SAMPLE", 99.0), std::pair("SAMPLE", 100.0), std::pair("IDS", 0.0)}) {
            CheckRow row = check("c", "FINISHED", "PARTIAL", found);
            row.lastRun->scope = scope;
            row.trend = {99.7};
            QCOMPARE(checkState(row), std::string("PARTIAL"));
            QCOMPARE(row.consistency(), std::optional<double>(99.7));
            row.lastRun->status = "FAILED";
            QCOMPARE(checkState(row), std::string("BELOW"));
            row.trend.clear();
            QCOMPARE(row.consistency(), std::optional<double>());
        }
    }

    void progressGoesToItsCheck()
    {
        CheckModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({check("a", "FINISHED", "SUCCESS", 99.9), check("b", "FINISHED", "SUCCESS", 98)}, Now);
        RunRow run = *check("b", "RUNNING", "", 0).lastRun;
        run.rowsDone = 999;
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setRun(run);
        model.setRun(run);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(1, CheckModel::State).data().toString(), QStringLiteral("RUNNING 99 %"));
        QCOMPARE(model.index(0, CheckModel::State).data().toString(), QStringLiteral("PASS"));
        QCOMPARE(model.passing(), 1);
    }

    void percentagesAreRoundedDown()
    {
        QCOMPARE(percentText(99.999), QStringLiteral("99.99\u202f%"));
        QCOMPARE(percentText(99.51), QStringLiteral("99.51\u202f%"));
        QCOMPARE(percentText(100), QStringLiteral("100.00\u202f%"));
        QCOMPARE(percentText(std::nullopt), QStringLiteral("—"));
        QCOMPARE(countText(10'000'017), QStringLiteral("10\u202f000\u202f017"));
        QCOMPARE(durationText(192), QStringLiteral("03:12"));
        QCOMPARE(ageText(Now - Seconds(41 * 60), Now), QStringLiteral("41 min"));
    }

    void inboxesSortAndFilter()
    {
        RepairModel model;
        RepairFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({repair("young", "PENDING", "", 10), repair("old", "ASSIGNED", "me", 5000),
                       repair("bad", "FAILED", "me", 60), repair("done", "VERIFIED", "me", 90)},
                      Now);
        filter.sort(RepairModel::Age, Qt::AscendingOrder);
        const auto entities = [&] {
            QStringList all;
            for (int at = 0; at < filter.rowCount(); ++at)
                all << filter.index(at, RepairModel::Task).data(RepairModel::IdRole).toString();
            return all;
        };
        filter.setInbox(RepairInbox::Mine, InboxOwner{"me", {}});
        QCOMPARE(entities().size(), 2);
        QVERIFY(!entities().contains(QStringLiteral("done")));
        filter.setInbox(RepairInbox::Unassigned, InboxOwner{"me", {}});
        QCOMPARE(entities(), QStringList{QStringLiteral("young")});
        // The task one looks at stays, whatever becomes of it.
        filter.setPinned(QStringLiteral("young"));
        model.put(repair("young", "VERIFIED", "", 10));
        QCOMPARE(entities(), QStringList{QStringLiteral("young")});
        filter.setPinned({});
        QCOMPARE(entities(), QStringList());
        QCOMPARE(model.counts(InboxOwner{"me", {}})[static_cast<std::size_t>(RepairInbox::Done)], 2);
        QCOMPARE(model.index(0, RepairModel::Change).data().toString(), QStringLiteral("NEW: email"));
    }

    void theTraceMarksWhatDecidesAndWhatTheEditsChange()
    {
        TraceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const std::vector<TraceLine> now{{"1", "master is LEGACY", false, false, "OFF"},
                                         {"3", "user rule", false, false, "none"},
                                         {"11", "default platform", true, true, "LEGACY"}};
        std::vector<TraceLine> edited = now;
        edited[1] = {"3", "user rule", true, true, "ticket"};
        edited[2].decides = false;
        model.setLines(now, now, edited);
        QCOMPARE(model.decidingRow(), 2);
        QVERIFY(!model.index(0, 0).data(TraceModel::EditedRole).toBool());
        QVERIFY(model.index(1, 0).data(TraceModel::EditedRole).toBool());
        model.setLines(now);
        QVERIFY(!model.index(1, 0).data(TraceModel::EditedRole).toBool());
        model.setLines({});
        QCOMPARE(model.decidingRow(), -1);
    }
};

QTEST_GUILESS_MAIN(TestCheckModel)
#include "tst_checkmodel.moc"
