// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulefilter.h"
#include "models/items/rulewords.h"
#include "tests/models/items/rulefound.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const Instant Now = instantFromMs(1'795'269'731'000); // 2026-11-21

RuleRow rule(const char *id, const char *name, const char *target, int priority,
             Platform platform = Platform::New)
{
    RuleRow row;
    row.id = id;
    row.input.name = name;
    row.input.target = target;
    row.input.priority = priority;
    row.input.platform = platform;
    return row;
}

std::vector<RuleRowPtr> pointers(const std::vector<RuleRow> &rows)
{
    std::vector<RuleRowPtr> all;
    for (const RuleRow &row : rows)
        all.push_back(std::make_shared<const RuleRow>(row));
    return all;
}

// Few names, users and bounds, so that much of it meets.
RuleRow anyRule(std::mt19937 &random)
{
    const auto any = [&random](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    RuleRow row = rule(("r" + std::to_string(any(30))).c_str(), ("n" + std::to_string(any(5))).c_str(),
                       ("u" + std::to_string(any(4))).c_str(), any(4), any(2) ? Platform::New : Platform::Legacy);
    row.input.kind = static_cast<RuleType>(any(3));
    row.input.active = any(5) > 0;
    if (any(3) == 0)
        row.input.window.end = Now + Seconds(any(100));
    if (any(3) == 0)
        row.input.window.start = Now - Seconds(any(100));
    if (row.input.kind == RuleType::Time && any(2) == 0)
        row.input.recurrence = WeeklyWindow{static_cast<std::uint8_t>(1 + any(127)), any(1'440), any(1'440), "UTC"};
    if (any(6) == 0)
        row.edit = RuleEdit::Deleted;
    return row;
}

QStringList lines(const QAbstractItemModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (const int column : {0, 1, 2, 3, 4, 5})
            cells << model.index(row, column).data().toString();
        all << cells.join(QStringLiteral(" | "));
    }
    return all;
}

} // namespace

class TestRuleModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void showsRulesAsLines()
    {
        RuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        RuleRow ended = rule("b", "ticket", "m.petrova", 100);
        ended.input.window.end = Now - Seconds(86'400);
        ended.input.active = false;
        RuleRow gone = rule("c", "old", "k.yamada", 120, Platform::Both);
        gone.edit = RuleEdit::Deleted;
        model.setRows(pointers({rule("a", "vip", "a.schneider", 10, Platform::Legacy), ended, gone}), Now);
        const QStringList shown = lines(model);
        QCOMPARE(shown[0], QStringLiteral("10 | on | vip | a.schneider | LEGACY | always"));
        QVERIFY2(shown[1].startsWith(QStringLiteral("100 | off | ticket | m.petrova | NEW | ended ")),
                 qPrintable(shown[1]));
        QCOMPARE(shown[2], QStringLiteral("120 | on | old | k.yamada | BOTH | will be deleted"));
    }

    void refreshKeepsPersistentRows()
    {
        RuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(pointers({rule("a", "one", "u1", 1), rule("b", "two", "u2", 2), rule("c", "three", "u3", 3)}),
                      Now);
        const QPersistentModelIndex kept(model.index(1, RuleModel::Name));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        // a goes, d comes first, b and c change places, b gets another name.
        model.setRows(pointers({rule("d", "four", "u4", 4), rule("c", "three", "u3", 3), rule("b", "deux", "u2", 2)}),
                      Now);
        QCOMPARE(resets.count(), 0);
        QVERIFY(kept.isValid());
        QCOMPARE(kept.row(), 2);
        QCOMPARE(kept.data().toString(), QStringLiteral("deux"));
        QCOMPARE(lines(model).size(), 3);
        model.setRows({}, Now);
        QVERIFY(!kept.isValid());
    }

    void mergesAnyListIntoAnyOther()
    {
        RuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const std::vector<std::vector<const char *>> lists = {
            {"a", "b", "c", "d"}, {"d", "c", "b", "a"}, {"e", "d", "f"}, {"f"}, {},
            {"a", "x", "b", "y"}, {"y", "a"}, {"a", "y", "z"}};
        for (const auto &list : lists) {
            std::vector<RuleRow> rows;
            for (const char *id : list)
                rows.push_back(rule(id, id, "u", 1));
            model.setRows(pointers(rows), Now);
            QCOMPARE(model.rowCount(), static_cast<int>(list.size()));
            for (int at = 0; at < model.rowCount(); ++at)
                QCOMPARE(model.index(at, RuleModel::Name).data().toString(),
                         QString::fromLatin1(list[static_cast<std::size_t>(at)]));
        }
    }

    void togglesAskAndDoNotAct()
    {
        RuleModel model;
        model.setRows(pointers({rule("a", "one", "u1", 1)}), Now);
        QSignalSpy asked(&model, &RuleModel::toggled);
        const QModelIndex cell = model.index(0, RuleModel::Active);
        QVERIFY(cell.flags() & Qt::ItemIsEditable);
        QVERIFY(model.setData(cell, false, Qt::EditRole));
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][1].toBool(), false);
        QCOMPARE(cell.data(RuleModel::ActiveRole).toBool(), true);
        model.setEditable(false);
        QVERIFY(!(cell.flags() & Qt::ItemIsEditable));
        QVERIFY(!model.setData(cell, false, Qt::EditRole));
    }

    void filterShowsOneKindSortedByPriorityThenName()
    {
        RuleModel model;
        RuleRow system = rule("s", "office", "back", 5);
        system.input.kind = RuleType::System;
        RuleFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.sort(RuleModel::Priority);
        model.setRows(pointers({rule("a", "zeta", "u1", 100), rule("b", "alpha", "u2", 100),
                       rule("c", "nine", "u3", 9), system}),
                      Now);
        const auto names = [&] {
            QStringList all;
            for (int row = 0; row < filter.rowCount(); ++row)
                all << filter.index(row, RuleModel::Name).data().toString();
            return all;
        };
        QCOMPARE(names(), QStringList({QStringLiteral("nine"), QStringLiteral("alpha"),
                                       QStringLiteral("zeta")}));
        filter.setText(QStringLiteral("U2"));
        QCOMPARE(names(), QStringList({QStringLiteral("alpha")}));
        filter.setText({});
        filter.setKind(RuleType::System);
        QCOMPARE(names(), QStringList({QStringLiteral("office")}));
    }

    void inputIsCheckedLikeTheService_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<int>("what");
        QTest::newRow("no name") << QStringLiteral("/config_name") << 0;
        QTest::newRow("control character in the name") << QStringLiteral("/config_name") << 1;
        QTest::newRow("no user") << QStringLiteral("/target_entity") << 2;
        QTest::newRow("id with a blank") << QStringLiteral("/target_entity") << 3;
        QTest::newRow("priority below zero") << QStringLiteral("/priority") << 4;
        QTest::newRow("end before start") << QStringLiteral("/end_time") << 5;
        QTest::newRow("reason too long") << QStringLiteral("/reason") << 6;
    }
    void inputIsCheckedLikeTheService()
    {
        QFETCH(QString, pointer);
        QFETCH(int, what);
        RuleInput input = rule("a", "name", "user", 1).input;
        QVERIFY(ruleProblems(input).empty());
        switch (what) {
        case 0: input.name.clear(); break;
        case 1: input.name = "a\nb"; break;
        case 2: input.target.clear(); break;
        case 3: input.target = "a b"; break;
        case 4: input.priority = -1; break;
        case 5: input.window = {Now, Now - Seconds(1)}; break;
        default: input.reason = std::string(1'001, 'x');
        }
        const std::vector<FieldError> problems = ruleProblems(input);
        QCOMPARE(problems.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(problems[0].pointer), pointer);
        QVERIFY(ruleFieldText(problems[0].message) != QString::fromStdString(problems[0].message));
    }

    void findingsNameWhatNeverDecides()
    {
        RuleRow ended = rule("a", "ended", "u1", 1);
        ended.input.window.end = Now;
        const RuleRow first = rule("b", "first", "u2", 1, Platform::Legacy);
        const RuleRow same = rule("c", "same", "u2", 2, Platform::Legacy);
        const RuleRow against = rule("d", "against", "u2", 3, Platform::New);
        RuleRow longer = rule("e", "longer", "u3", 2);
        RuleRow shorter = rule("f", "shorter", "u3", 1);
        shorter.input.window.end = Now + Seconds(60);
        RuleRow off = rule("g", "off", "u2", 4);
        off.input.active = false;
        QStringList found;
        for (const RuleFinding &finding :
             findingsOf({ended, first, same, against, longer, shorter, off}, Now))
            found << QString::fromStdString(finding.ruleName + " " + finding.code + " " +
                                            finding.otherName);
        found.sort();
        QCOMPARE(found, QStringList({QStringLiteral("against CONTRADICTED same"),
                                     QStringLiteral("ended NEVER_APPLIES "),
                                     QStringLiteral("same SHADOWED first")}));
    }

    // Whatever comes, changes and goes, and however time passes: what was kept up to date says what a new check says.
    void findingsKeptUpToDateAreThoseOfACheckOfAll()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 40; ++round) {
            RuleFindings kept;
            std::map<std::string, RuleRow> rules;
            Instant now = Now;
            for (int step = 0; step < 60; ++step) {
                const RuleRow row = anyRule(random);
                if (random() % 4 == 0) {
                    kept.remove(row.id);
                    rules.erase(row.id);
                } else {
                    kept.put(std::make_shared<const RuleRow>(row));
                    rules[row.id] = row;
                }
                now = now + Seconds(random() % 5);
                if (random() % 20 == 0)
                    now = now + Seconds(86'400);
                kept.settle(now);
                std::vector<RuleRow> all;
                for (const auto &[id, rule] : rules)
                    all.push_back(rule);
                const std::vector<RuleFinding> expected = findingsOf(all, now);
                QCOMPARE(kept.size(), expected.size());
                for (std::size_t at = 0; at < expected.size(); ++at)
                    QVERIFY2(kept[at] == expected[at], kept[at].ruleName.c_str());
            }
        }
    }

    // One by one and many at once: what is shown is the rules of the kind and text, sorted, and what is kept of a row
    // stays with it.
    void filterKeepsOrderAndRowsThroughAnyChange()
    {
        std::mt19937 random(11);
        RuleModel model;
        RuleFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        filter.sort(RuleModel::Priority);
        for (int step = 0; step < 600; ++step) {
            QPersistentModelIndex kept(filter.index(filter.rowCount() / 2, RuleModel::Name));
            const QString keptId = kept.data(RuleModel::IdRole).toString();
            switch (random() % 6) {
            case 0: model.removeRows({anyRule(random).id, anyRule(random).id}); break;
            case 1: filter.setText(random() % 2 ? QStringLiteral("n1") : QString()); break;
            case 2:
                filter.sort(static_cast<int>(random() % RuleModel::ColumnCount),
                            random() % 2 ? Qt::AscendingOrder : Qt::DescendingOrder);
                break;
            default: {
                std::map<std::string, RuleRow> rows;
                for (unsigned i = random() % 8; i > 0; --i) {
                    const RuleRow row = anyRule(random);
                    rows[row.id] = row;
                }
                std::vector<RuleRow> put;
                for (const auto &[id, row] : rows)
                    put.push_back(row);
                model.putRows(pointers(put), Now);
            }
            }
            QStringList expected;
            QStringList shown;
            for (const RuleRow &row : model.rows())
                if (row.input.kind == filter.kind() && (filter.text().isEmpty() || row.input.name == "n1"))
                    expected << QString::fromStdString(row.id);
            for (int row = 0; row < filter.rowCount(); ++row) {
                const QModelIndex index = filter.index(row, RuleModel::Name);
                shown << index.data(RuleModel::IdRole).toString();
                QCOMPARE(filter.mapFromSource(filter.mapToSource(index)), index);
            }
            if (shown.contains(keptId) && !keptId.isEmpty())
                QCOMPARE(kept.data(RuleModel::IdRole).toString(), keptId);
            shown.sort();
            expected.sort();
            QCOMPARE(shown, expected);
        }
        QCOMPARE(model.count(RuleType::User) + model.count(RuleType::System) + model.count(RuleType::Time),
                 model.rowCount());
    }
};

QTEST_GUILESS_MAIN(TestRuleModel)
#include "tst_rulemodel.moc"
