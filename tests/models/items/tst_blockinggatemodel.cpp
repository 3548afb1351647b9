// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/blockinggatemodel.h"
#include "models/items/text.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace crossfade;

namespace {

PolicyRow policy(const char *name, const char *state, std::vector<std::string> gates, const char *why = "")
{
    PolicyRow row;
    row.policy.id = std::string("id-") + name;
    row.policy.name = name;
    row.shift.state = state;
    row.shift.next.blockedBy = std::move(gates);
    row.shift.next.detail = why;
    return row;
}

QStringList lines(const BlockingGateModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < BlockingGateModel::ColumnCount; ++column)
            cells << model.index(row, column).data().toString();
        all << cells.join(QLatin1Char('|'));
    }
    return all;
}

} // namespace

class TestBlockingGateModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aRowForEachGateOfEachShiftThatRuns()
    {
        BlockingGateModel model;
        QAbstractItemModelTester tester(&model);
        model.setPolicies({policy("logins", "STABILIZING", {"STABILIZATION", "SAMPLES"}, "3 s more"),
                           policy("lookups", "DRAFT", {"WINDOW"}, "never started"),
                           policy("admin", "EVALUATING", {}, "every gate is green")});
        QCOMPARE(lines(model), QStringList({QStringLiteral("logins|stabilization|3 s more"),
                                            QStringLiteral("logins|samples|")}));
    }

    void aShiftHeldByATrippedGuardNamesTheGuards()
    {
        BlockingGateModel model;
        QAbstractItemModelTester tester(&model);
        PolicyRow held = policy("logins", "HELD", {});
        held.shift.heldDetail = "success rate: 3 of 3 windows over";
        model.setPolicies({held});
        QCOMPARE(lines(model), QStringList({QStringLiteral("logins|guards|success rate: 3 of 3 windows over")}));
    }

    void aSelectionSurvivesWhatGoesAroundIt()
    {
        BlockingGateModel model;
        QAbstractItemModelTester tester(&model);
        model.setPolicies({policy("a", "EVALUATING", {"WINDOW"}), policy("b", "EVALUATING", {"TRAFFIC"})});
        const QPersistentModelIndex kept = model.index(1, BlockingGateModel::Gate);
        model.setPolicies({policy("b", "EVALUATING", {"TRAFFIC", "CONSISTENCY"}, "no traffic")});
        QVERIFY(kept.isValid());
        QCOMPARE(kept.row(), 0);
        QCOMPARE(kept.data(BlockingGateModel::PolicyIdRole).toString(), QStringLiteral("id-b"));
        model.setPolicies({});
        QCOMPARE(model.rowCount(), 0);
    }

    void textOfTheServiceIsNoMarkup()
    {
        BlockingGateModel model;
        model.setPolicies({policy("<b>x</b>", "EVALUATING", {"WINDOW"}, "<i>why</i>")});
        QCOMPARE(model.index(0, BlockingGateModel::Policy).data().toString(), QStringLiteral("<b>x</b>"));
        QCOMPARE(model.index(0, BlockingGateModel::Why).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("&lt;i&gt;why&lt;/i&gt;"));
    }
};

QTEST_GUILESS_MAIN(TestBlockingGateModel)
#include "tst_blockinggatemodel.moc"
