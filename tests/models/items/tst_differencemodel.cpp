// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/differencefieldmodel.h"
#include "models/items/differencemodel.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace crossfade;

namespace {

const Instant Now = instantFromMs(1'795'269'731'000);

DifferenceRow row(int at, std::optional<std::string> field = "email")
{
    DifferenceRow made;
    made.id = "d" + std::to_string(at);
    made.entityType = "USER";
    made.entityId = std::to_string(1000 + at);
    made.field = std::move(field);
    made.type = "DIFFERENT";
    made.legacyValue = "a";
    made.newValue = "b";
    return made;
}

std::vector<DifferenceRow> rows(int from, int count)
{
    std::vector<DifferenceRow> made;
    for (int at = from; at < from + count; ++at)
        made.push_back(row(at));
    return made;
}

DifferenceGroup group(const char *key, std::int64_t count)
{
    return {std::string(key), count, "TRAILING_SPACE", 97.9};
}

} // namespace

class TestDifferenceModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aTimeOfAnotherDayIsNotTakenForOneOfToday()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGroups(DifferenceGrouping::Field, {group("email", 2)}, Now);
        auto made = rows(0, 2);
        made[0].foundAt = Now;
        made[1].foundAt = instantFromMs(toMs(Now) - 3 * 86'400'000LL);
        const QModelIndex parent = model.index(0, 0);
        model.setPage(0, 0, made);
        const QString today = model.index(0, DifferenceModel::Found, parent).data().toString();
        const QString before = model.index(1, DifferenceModel::Found, parent).data().toString();
        QVERIFY2(today.contains(QLatin1Char(':')), qPrintable(today));
        QVERIFY2(!before.isEmpty() && !before.contains(QLatin1Char(':')), qPrintable(before));
    }

    void groupsHaveTheirCountsAndCauses()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGroups(DifferenceGrouping::Field,
                        {group("email", 3), {std::nullopt, 2, "ROW", 100}}, Now);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("email"));
        QCOMPARE(model.index(0, 0).data(DifferenceModel::GroupDetailRole).toString(),
                 QStringLiteral("3 · trailing space in 97 %"));
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("(whole row)"));
        QCOMPARE(model.rowCount(model.index(0, 0)), 3);
        QCOMPARE(model.index(2, 0, model.index(0, 0)).parent(), model.index(0, 0));
    }

    void rowsAreAskedForOnceAndShownWhenTheyCome()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGroups(DifferenceGrouping::Field, {group("email", 3)}, Now);
        // The tester looks at rows by itself: ask anew.
        model.forgetPage(0, 0);
        QSignalSpy wanted(&model, &DifferenceModel::wanted);
        const QModelIndex first = model.index(0, 0, model.index(0, 0));
        QCOMPARE(first.data().toString(), QStringLiteral("…"));
        QCOMPARE(first.siblingAtRow(2).data().toString(), QStringLiteral("…"));
        QCOMPARE(wanted.count(), 1);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setPage(0, 0, rows(0, 3));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(first.data().toString(), QStringLiteral("user 1000"));
        QCOMPARE(model.indexOf(QStringLiteral("d2")).row(), 2);
    }

    void pagesBeginAtAnchors()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGroups(DifferenceGrouping::Flat, {group("", 10)}, Now);
        model.setPageStarts(0, {0, 4, 8});
        QCOMPARE(model.pageCount(0), 3);
        QCOMPARE(model.pageSize(0, 2), 2);
        model.setPage(0, 1, rows(4, 4));
        QCOMPARE(model.index(4, 0).data(DifferenceModel::IdRole).toString(), QStringLiteral("d4"));
        QCOMPARE(model.index(7, 0).data(DifferenceModel::IdRole).toString(), QStringLiteral("d7"));
        QVERIFY(!model.index(3, 0).data(DifferenceModel::LoadedRole).toBool());
        // More rows than the page holds are cut, fewer leave places that say so.
        model.setPage(0, 2, rows(8, 5));
        QCOMPARE(model.index(9, 0).data(DifferenceModel::IdRole).toString(), QStringLiteral("d9"));
        model.setPage(0, 0, rows(0, 2));
        QCOMPARE(model.index(3, 0).data().toString(), QStringLiteral("no longer listed"));
    }

    void aNewerStateChangesItsRowOnly()
    {
        DifferenceModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setGroups(DifferenceGrouping::Flat, {group("", 3)}, Now);
        model.setPage(0, 0, rows(0, 3));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        DifferenceRow newer = row(1);
        newer.resolved = true;
        model.update(newer);
        model.update(row(77));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(1, DifferenceModel::Repair).data().toString(), QStringLiteral("resolved"));
    }

    void onlySoManyPagesAreKept()
    {
        DifferenceModel model;
        const int pages = DifferenceModel::MaxPages + 5;
        model.setGroups(DifferenceGrouping::Flat, {group("", pages)}, Now);
        std::vector<int> starts;
        for (int at = 0; at < pages; ++at)
            starts.push_back(at);
        model.setPageStarts(0, starts);
        for (int at = 0; at < pages; ++at)
            model.setPage(0, at, rows(at, 1));
        QVERIFY(!model.index(0, 0).data(DifferenceModel::LoadedRole).toBool());
        QVERIFY(model.index(5, 0).data(DifferenceModel::LoadedRole).toBool());
        QVERIFY(!model.indexOf(QStringLiteral("d0")).isValid());
    }

    void nothingNullAndNoRowAreToldApart()
    {
        DifferenceModel model;
        model.setGroups(DifferenceGrouping::Flat, {group("", 3)}, Now);
        DifferenceRow null = row(0);
        null.legacyValue = std::nullopt;
        null.newValue = "";
        DifferenceRow missing = row(1, std::nullopt);
        missing.type = "MISSING";
        missing.newPresent = false;
        DifferenceRow words = row(2);
        words.legacyValue = "NULL";
        model.setPage(0, 0, {null, missing, words});
        const auto cell = [&](int at, int column) { return model.index(at, column).data().toString(); };
        QCOMPARE(cell(0, DifferenceModel::Legacy), QStringLiteral("NULL"));
        QVERIFY(!model.index(0, DifferenceModel::Legacy).data(DifferenceModel::LegacyRole).isValid());
        QVERIFY(model.index(2, DifferenceModel::Legacy).data(DifferenceModel::LegacyRole).isValid());
        QCOMPARE(cell(0, DifferenceModel::New), QStringLiteral("empty string"));
        QCOMPARE(cell(1, DifferenceModel::Legacy), QStringLiteral("present"));
        QCOMPARE(cell(1, DifferenceModel::New), QStringLiteral("no row"));
    }

    void fieldsThatDifferComeFirst()
    {
        DifferenceFieldModel model(DifferenceFieldModel::Purpose::Repair);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFields({{"id", "1", "1", true, false, {}}, {"email", "a", "b", false, false, "d1"},
                         {"city", std::nullopt, "", false, false, "d2"}},
                        true, true);
        QStringList lines;
        for (int at = 0; at < model.rowCount(); ++at)
            lines << QStringList{model.index(at, 0).data().toString(), model.index(at, 1).data().toString(),
                                 model.index(at, 2).data().toString()}
                         .join(QStringLiteral(" | "));
        QCOMPARE(lines, QStringList({QStringLiteral("email | a | b"), QStringLiteral("city | NULL | empty string"),
                                     QStringLiteral("id | 1 | unchanged")}));
        model.setFields({{"id", "1", std::nullopt, false, false, {}}}, true, false);
        QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("no row"));
    }
};

QTEST_GUILESS_MAIN(TestDifferenceModel)
#include "tst_differencemodel.moc"
