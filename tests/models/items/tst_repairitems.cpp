// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/assignmentrulemodel.h"
#include "models/items/mappingmodels.h"
#include "models/items/repairmodel.h"
#include "models/items/repairtally.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace crossfade;

namespace {

const InboxOwner Me{"me", {"operator"}};

RepairRow task(const std::string &id, const std::string &status, const std::string &action = "UPDATE")
{
    RepairRow row;
    row.id = id;
    row.entityType = "USER";
    row.entityId = id;
    row.status = status;
    row.action = action;
    row.targetPlatform = "NEW";
    row.requestedBy = "you";
    row.requestedAt = instantFromMs(1'000);
    row.version = "1";
    return row;
}

AssignmentRule rule(const std::string &type, std::optional<DifferenceType> difference, const std::string &field,
                    const std::string &person)
{
    return {type, field, difference, {person, ""}};
}

QStringList people(const AssignmentRuleModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all << model.index(row, AssignmentRuleModel::To).data().toString();
    return all;
}

} // namespace

class TestRepairItems : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aStopIsReadFromWhatTheComparatorSays()
    {
        const auto stop = deletionStop("LEGACY is empty, and held 300 rows last time: nothing was deleted. If it is meant, "
                                       "POST /api/v1/repairs/7/execute with \"confirm_deletes\": 42, the deletions of this "
                                       "mapping that are open");
        QVERIFY(stop.has_value());
        QCOMPARE(stop->why, std::string("LEGACY is empty, and held 300 rows last time"));
        QCOMPARE(stop->open, std::int64_t{42});
        QVERIFY(!deletionStop("NEW refused the statement: \"confirm_deletes\": 3"));
        QVERIFY(!deletionStop("x: nothing was deleted. If it is meant, ask with \"confirm_deletes\": none"));
        QVERIFY(!deletionStop(""));
    }

    void mineAreThoseOfMyRolesToo()
    {
        RepairRow row = task("a", "ASSIGNED");
        row.assignedRole = "operator";
        QVERIFY(belongsTo(row, RepairInbox::Mine, Me));
        QVERIFY(!belongsTo(row, RepairInbox::Mine, {"me", {"approver"}}));
        row.assignedTo = "you"; // a person has it: not everybody of the role
        QVERIFY(!belongsTo(row, RepairInbox::Mine, Me));
        row.assignedTo = "me";
        QVERIFY(belongsTo(row, RepairInbox::Mine, Me));
        QVERIFY(!belongsTo(row, RepairInbox::Unassigned, Me));
    }

    void aTallySaysWhatIsLeftOut()
    {
        RepairRow own = task("own", "PENDING");
        own.requestedBy = "me";
        own.secondPerson = true;
        RepairRow others = task("others", "ASSIGNED", "DELETE");
        others.assignedTo = "you";
        RepairRow scheduled = task("later", "APPROVED");
        scheduled.executeAt = instantFromMs(2'000);
        RepairRow undoing = task("undoing", "FAILED");
        undoing.undo = RepairRow::Undo{"EXECUTING", "you", {}, "", "", ""};
        RepairRow written = task("written", "FAILED");
        written.repairedFields = {"email"};
        const std::vector<RepairRow> rows{task("plain", "PENDING", "INSERT"), own, others, scheduled, undoing, written,
                                          task("done", "VERIFIED")};
        const RepairTally approve = tallyOf(rows, RepairVerdict::Approve, Me);
        QCOMPARE(approve.count, std::int64_t{2});
        QCOMPARE(approve.inserts, std::int64_t{1});
        QCOMPARE(approve.deletes, std::int64_t{1});
        QCOMPARE(approve.ofOthers, std::int64_t{1});
        QCOMPARE(approve.ownRequests, std::int64_t{1});
        QCOMPARE(approve.notNow, std::int64_t{4});
        // To reject one's own needs nobody else; what waits for its time can be called off.
        const RepairTally reject = tallyOf(rows, RepairVerdict::Reject, Me);
        QCOMPARE(reject.count, std::int64_t{5});
        QCOMPARE(reject.ownRequests, std::int64_t{0});
        const RepairTally undo = tallyOf(rows, RepairVerdict::Undo, Me);
        QCOMPARE(undo.count, std::int64_t{2}); // verified, and failed with something written
        QCOMPARE(undo.sample, (std::vector<std::string>{"USER written", "USER done"}));
    }

    void statesHaveWordsOfTheirOwn()
    {
        RepairRow row = task("a", "APPROVED");
        QCOMPARE(repairStateWord(row), QStringLiteral("APPROVED"));
        row.executeAt = instantFromMs(5'000);
        QCOMPARE(repairStateWord(row), QStringLiteral("SCHEDULED"));
        row = task("a", "VERIFIED");
        row.undo = RepairRow::Undo{"REQUESTED", "me", {}, "", "", ""};
        QCOMPARE(repairStateWord(row), QStringLiteral("UNDOING"));
        QVERIFY(!row.canBeUndone());
    }

    void marksSurviveARefreshAndGoWithTheirTask()
    {
        RepairModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy marks(&model, &RepairModel::marksChanged);
        model.setRows({task("a", "PENDING"), task("b", "PENDING"), task("c", "PENDING")}, instantFromMs(0));
        QVERIFY(model.setData(model.index(0, RepairModel::Mark), true));
        model.setMarked(QStringLiteral("c"), true);
        QCOMPARE(model.marked(), (std::vector<std::string>{"a", "c"}));
        QCOMPARE(marks.count(), 2);
        model.setRows({task("n", "PENDING"), task("c", "VERIFIED"), task("b", "PENDING")}, instantFromMs(0));
        QCOMPARE(model.marked(), std::vector<std::string>{"c"});
        QCOMPARE(model.rowOf(QStringLiteral("c"))->status, std::string("VERIFIED"));
        model.put(task("z", "PENDING"));
        QCOMPARE(model.rowOf(QStringLiteral("z"))->id, std::string("z"));
        model.clearMarks();
        QCOMPARE(model.markCount(), 0);
        QVERIFY(!model.setData(model.index(0, RepairModel::Entity), true));
    }

    void manyTasksAreFoundAndSorted()
    {
        std::vector<RepairRow> rows;
        for (int at = 0; at < 100'000; ++at) {
            rows.push_back(task(std::to_string(at), at % 2 == 0 ? "PENDING" : "VERIFIED"));
            rows.back().requestedAt = instantFromMs(1'000 * ((at * 7'919) % 100'000));
        }
        RepairModel model;
        RepairFilter filter;
        filter.setSourceModel(&model);
        filter.sort(RepairModel::Age, Qt::DescendingOrder);
        model.setRows(rows, instantFromMs(0));
        QCOMPARE(filter.rowCount(), 50'000);
        for (int row = 1; row < filter.rowCount(); row += 997) { // the oldest first
            const auto at = [&](int place) {
                return filter.index(place, RepairModel::Age).data(Qt::EditRole).toLongLong();
            };
            QVERIFY(at(row - 1) >= at(row));
        }
        QCOMPARE(model.rowOf(QStringLiteral("99999"))->id, std::string("99999"));
        filter.setInbox(RepairInbox::Done, Me);
        QCOMPARE(filter.rowCount(), 50'000);
    }

    void rulesAreOrderedAndStepsTakenBack()
    {
        AssignmentRuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setStored({rule("USER", {}, "", "ann"), rule("ROLE", {}, "", "bob"), rule("", {}, "", "cid")});
        QVERIFY(!model.isEdited());
        model.move(0, 2);
        QCOMPARE(people(model), QStringList({QStringLiteral("bob"), QStringLiteral("cid"), QStringLiteral("ann")}));
        // All are taken by the second before the third is asked.
        QCOMPARE(shadowedBy(model.rules(), 2), std::optional<std::size_t>(1));
        QVERIFY(model.index(2, AssignmentRuleModel::To).data(Qt::ToolTipRole).toString().contains(QStringLiteral("rule 2")));
        model.move(2, 0);
        QCOMPARE(people(model).front(), QStringLiteral("ann"));
        model.insert(1, rule("USER", DifferenceType::Different, "email", "dee"));
        QCOMPARE(shadowedBy(model.rules(), 1), std::optional<std::size_t>(0));
        model.replace(0, rule("USER", DifferenceType::Missing, "", "ann"));
        QVERIFY(!shadowedBy(model.rules(), 1));
        model.remove(3);
        QCOMPARE(model.rowCount(), 3);
        QVERIFY(model.isEdited());
        for (int step = 0; step < 5; ++step)
            model.undo();
        QVERIFY(!model.isEdited());
        QVERIFY(!model.canUndo());
        QCOMPARE(people(model), QStringList({QStringLiteral("ann"), QStringLiteral("bob"), QStringLiteral("cid")}));
    }

    void mistakesOfAMappingStandAtTheirField()
    {
        MappedField good;
        good.name = good.legacyColumn = good.newColumn = "email";
        MappedField bad = good;
        bad.name = "state";
        bad.legacyColumn = bad.newColumn = "state";
        bad.tolerance = 1;
        setValueMap(bad, {{"A", "1"}, {"A", "2"}});
        Mapping mapping;
        mapping.dataType = "USER";
        mapping.legacyTable = {"0199aaaa-0000-7000-8000-000000000001", "users", "id", {}, {}};
        mapping.newTable = {"0199aaaa-0000-7000-8000-000000000002", "accounts", "id", {}, {}};
        mapping.keyKind = KeyKind::Integer;
        mapping.fields = {good, bad};
        const std::vector<FieldError> problems = mappingProblems(mapping);
        MappingFieldModel fields;
        QAbstractItemModelTester tester(&fields, QAbstractItemModelTester::FailureReportingMode::QtTest);
        fields.setFields(mapping.fields);
        fields.setProblems(problems);
        QVERIFY(fields.problemsOf(0).empty());
        std::vector<std::string> pointers;
        for (const FieldError &problem : fields.problemsOf(1))
            pointers.push_back(problem.pointer);
        QVERIFY(std::ranges::find(pointers, "/tolerance") != pointers.end());
        QVERIFY(std::ranges::find(pointers, "/value_map/1/legacy") != pointers.end());
        ValueMapModel pairs;
        QAbstractItemModelTester pairTester(&pairs, QAbstractItemModelTester::FailureReportingMode::QtTest);
        pairs.setPairs(bad.valueMap.pairs());
        pairs.setProblems(fields.problemsOf(1));
        QCOMPARE(pairs.index(0, 0).data(Qt::ToolTipRole).toString(), QString());
        QVERIFY(!pairs.index(1, 0).data(Qt::ToolTipRole).toString().isEmpty());
        mapping.fields = {good};
        QVERIFY(mappingProblems(mapping).empty());
    }

    void aNullIsNoEmptyText()
    {
        ValueMapModel pairs;
        QAbstractItemModelTester tester(&pairs, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy edited(&pairs, &ValueMapModel::edited);
        pairs.append();
        const QModelIndex legacy = pairs.index(0, ValueMapModel::Legacy);
        QVERIFY(pairs.setData(legacy, QStringLiteral("J")));
        pairs.setNull(pairs.index(0, ValueMapModel::New), true);
        QCOMPARE(pairs.pairs(), (std::vector<ValuePair>{{"J", std::nullopt}}));
        // An editor that was opened on NULL and left changes nothing.
        QVERIFY(pairs.setData(pairs.index(0, ValueMapModel::New), QString()));
        QCOMPARE(pairs.pairs().front().fresh, std::optional<std::string>());
        pairs.setNull(pairs.index(0, ValueMapModel::New), false);
        QCOMPARE(pairs.pairs().front().fresh, std::optional<std::string>(""));
        QCOMPARE(edited.count(), 4);
    }
};

QTEST_MAIN(TestRepairItems)
#include "tst_repairitems.moc"
