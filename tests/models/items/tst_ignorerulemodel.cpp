// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ignorerulemodel.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace crossfade;

namespace {

IgnoreRuleRow ignoreRule(const char *id, const char *field, std::int64_t hidden)
{
    IgnoreRuleRow rule;
    rule.id = id;
    rule.dataType = "USER";
    rule.field = field;
    rule.reason = "agreed";
    rule.hidden = hidden;
    return rule;
}

} // namespace

class TestIgnoreRuleModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void aPatternFitsItsEntityAlone_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("pattern");
        QTest::newRow("plain") << QByteArray("100482") << QByteArray("100482");
        QTest::newRow("a star is one") << QByteArray("a*b") << QByteArray("a\\*b");
        QTest::newRow("a question mark is one") << QByteArray("?") << QByteArray("\\?");
        QTest::newRow("a backslash is one") << QByteArray("a\\*") << QByteArray("a\\\\\\*");
    }
    void aPatternFitsItsEntityAlone()
    {
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, pattern);
        QCOMPARE(QByteArray::fromStdString(entityPatternOf(id.toStdString())), pattern);
    }

    void rulesAreRefreshedByTheirIds()
    {
        IgnoreRuleModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const Instant now = instantFromMs(1'790'000'000'000);
        model.setRows({ignoreRule("a", "email", 3), ignoreRule("b", "phone", 1)}, now);
        const QPersistentModelIndex phone = model.index(1, IgnoreRuleModel::Scope);
        IgnoreRuleRow counted = ignoreRule("b", "phone", 7);
        counted.beingApplied = true;
        model.setRows({counted}, now);
        QCOMPARE(phone.row(), 0); // still the one that was chosen
        QCOMPARE(model.index(0, IgnoreRuleModel::Hidden).data(Qt::EditRole).toInt(), 7);
        QVERIFY(model.index(0, IgnoreRuleModel::Hidden).data().toString().endsWith(QStringLiteral("…")));
        QCOMPARE(phone.data().toString(), QStringLiteral("user · phone"));
        QVERIFY(model.rowOf("b") && !model.rowOf("a"));
    }

    void whatARuleHidesIsSaidInFull()
    {
        IgnoreRuleRow rule = ignoreRule("a", "email", 0);
        rule.entityPattern = "7*";
        rule.type = "MISSING";
        rule.cause = "TRAILING_SPACE";
        rule.ofValues = true;
        rule.checkId = "c1";
        QCOMPARE(ignoreScopeText(rule),
                 QStringLiteral("user · email · entity 7* · MISSING · trailing space · certain values · of one check"));
    }
};

QTEST_GUILESS_MAIN(TestIgnoreRuleModel)
#include "tst_ignorerulemodel.moc"
