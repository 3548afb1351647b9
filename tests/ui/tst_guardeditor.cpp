// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/session/shiftdata.h"
#include "tests/ui/pagetest.h"
#include "ui/shared/buttons.h"
#include "ui/shift/guardeditor.h"
#include "ui/shift/policyeditor.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QVBoxLayout>

using namespace crossfade;
using namespace crossfade::test;

namespace {

// As a person chooses: the keyboard on the closed box.
void choose(QComboBox *combo, const QString &text)
{
    combo->setFocus();
    QTest::keyClick(combo, Qt::Key_Home);
    for (int i = 0; i < combo->count() && combo->currentText() != text; ++i)
        QTest::keyClick(combo, Qt::Key_Down);
    QCOMPARE(combo->currentText(), text);
}

Guard successOf(double threshold)
{
    Guard guard;
    guard.id = "success";
    guard.threshold = threshold;
    return guard;
}

struct Editor {
    explicit Editor(const Guard &guard) : widget(guard)
    {
        widget.setCaptionsVisible(true);
        widget.show();
    }
    QComboBox *box(const char *name) const { return widget.findChild<QComboBox *>(QLatin1String(name)); }
    QLineEdit *edit(const char *name) const { return widget.findChild<QLineEdit *>(QLatin1String(name)); }
    QDoubleSpinBox *number() const { return widget.findChild<QDoubleSpinBox *>(QStringLiteral("guardThreshold")); }
    GuardEditor widget;
};

} // namespace

class TestGuardEditor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { failOnWarnings(); }

    void aGuardIsHeldAgainstTheOtherPlatform()
    {
        Editor editor(successOf(99.9));
        QVERIFY(!editor.widget.guard().isRelative());
        choose(editor.box("guardComparison"), QStringLiteral("\u2265 LEGACY"));
        QCOMPARE(editor.number()->text(), QStringLiteral("\u2212 0.50 pp"));
        QCOMPARE(editor.number()->accessibleName(), QStringLiteral("Tolerance"));
        Guard guard = editor.widget.guard();
        QCOMPARE(guard.tolerance, std::optional(0.5));
        QCOMPARE(guard.threshold, 0.0);
        QCOMPARE(guard.comparison, Comparison::AtLeast);
        // The other one is named after whose requests are judged.
        choose(editor.box("guardPlatform"), QStringLiteral("LEGACY"));
        QCOMPARE(editor.box("guardComparison")->currentText(), QStringLiteral("\u2265 NEW"));
        QVERIFY(editor.widget.guard().isRelative());
        // And back: the level it had.
        choose(editor.box("guardComparison"), QStringLiteral("\u2265"));
        QCOMPARE(editor.widget.guard().threshold, 99.9);
        QVERIFY(!editor.widget.guard().isRelative());
    }

    void aStoredOneIsShownAsItIs()
    {
        Guard stored = successOf(0);
        stored.metric = Metric::Latency;
        stored.statistic = Statistic::P99;
        stored.comparison = Comparison::AtMost;
        stored.tolerance = 12.5;
        Editor editor(stored);
        QCOMPARE(editor.box("guardComparison")->currentText(), QStringLiteral("\u2264 LEGACY"));
        QCOMPARE(editor.number()->text(), QStringLiteral("+ 12.50 %"));
        QVERIFY(editor.widget.guard() == stored);
        // No level of its own is known: the usual one, never 0 that would hold anything.
        choose(editor.box("guardComparison"), QStringLiteral("\u2264"));
        QCOMPARE(editor.widget.guard().threshold, 400.0);
    }

    void aMetricWithNothingToCompareHasNoSuchChoice()
    {
        Editor editor(successOf(99));
        QCOMPARE(editor.box("guardComparison")->count(), 3);
        choose(editor.box("guardComparison"), QStringLiteral("\u2265 LEGACY"));
        choose(editor.box("guardMetric"), QStringLiteral("request rate"));
        QCOMPARE(editor.box("guardComparison")->count(), 2);
        QVERIFY(!editor.widget.guard().isRelative());
        QVERIFY(editor.number()->prefix().isEmpty());
        choose(editor.box("guardMetric"), QStringLiteral("latency"));
        QCOMPARE(editor.box("guardComparison")->itemText(2), QStringLiteral("\u2264 LEGACY"));
    }

    void aRateMayBeOfUsers()
    {
        Editor editor(successOf(99));
        auto *statistic = editor.widget.findChild<QComboBox *>(QStringLiteral("guardStatistic"));
        choose(statistic, QStringLiteral("users"));
        QVERIFY(editor.widget.guard().countsUsers);
        QVERIFY(editor.widget.guard().statistic == Statistic::Rate);
        choose(editor.box("guardMetric"), QStringLiteral("latency"));
        QVERIFY(!editor.widget.guard().countsUsers);
        QCOMPARE(statistic->findText(QStringLiteral("users")), -1);
        Guard stored = successOf(99);
        stored.countsUsers = true;
        Editor again(stored);
        QVERIFY(again.widget.guard() == stored);
    }

    void whatSyncsHaveLeftUndoneIsKeptBelow()
    {
        Editor editor(successOf(99.5));
        choose(editor.box("guardMetric"), QStringLiteral("dead letters"));
        QVERIFY(!editor.box("guardPlatform")->isVisible());
        QVERIFY(!editor.edit("guardCheck")->isVisible());
        QCOMPARE(editor.box("guardComparison")->currentText(), QStringLiteral("\u2264"));
        QCOMPARE(editor.box("guardComparison")->count(), 2);
        editor.number()->setValue(7);
        QCOMPARE(editor.number()->text(), QStringLiteral("7"));
        const Guard guard = editor.widget.guard();
        QCOMPARE(guard.metric, Metric::DeadLetters);
        QCOMPARE(guard.comparison, Comparison::AtMost);
        QCOMPARE(guard.threshold, 7.0);
        QVERIFY(guard.checkName.empty());
    }

    void everyRowHasItsFieldsAtTheSamePlaces()
    {
        QWidget list;
        auto *column = new QVBoxLayout(&list);
        QList<GuardEditor *> rows;
        for (const Metric metric : {Metric::SuccessRate, Metric::Latency, Metric::Satisfaction, Metric::Consistency, Metric::SyncBacklog, Metric::Promql}) {
            Guard guard = successOf(50);
            guard.metric = metric;
            guard.statistic = metric == Metric::Latency ? Statistic::P95 : metric == Metric::Satisfaction ? Statistic::Mean : Statistic::Rate;
            rows << new GuardEditor(guard, &list);
            column->addWidget(rows.last());
        }
        rows.first()->setCaptionsVisible(true);
        list.resize(908, 400);
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        for (const char *name : {"guardComparison", "guardThreshold", "removeGuard"})
            for (const GuardEditor *row : std::as_const(rows)) {
                const auto *field = row->findChild<QWidget *>(QLatin1String(name));
                const auto *first = rows.first()->findChild<QWidget *>(QLatin1String(name));
                QVERIFY(field->isVisible());
                QCOMPARE(field->mapTo(row, QPoint()).x(), first->mapTo(rows.first(), QPoint()).x());
                QCOMPARE(field->width(), first->width());
            }
        QVERIFY(rows.at(3)->findChild<QLineEdit *>(QStringLiteral("guardCheck"))->isVisible());
        QVERIFY(!rows.at(3)->findChild<QComboBox *>(QStringLiteral("guardPlatform"))->isVisible());
        QVERIFY(!rows.at(2)->findChild<QLineEdit *>(QStringLiteral("guardCheck"))->isVisible());
    }

    void anExpressionHasALineOfItsOwn()
    {
        Editor editor(successOf(99.9));
        QVERIFY(!editor.edit("guardExpression")->isVisible());
        choose(editor.box("guardMetric"), QStringLiteral("PromQL"));
        QVERIFY(editor.edit("guardExpression")->isVisible());
        QVERIFY(!editor.box("guardPlatform")->isVisible());
        QCOMPARE(editor.box("guardComparison")->count(), 2);
        auto *tryIt = editor.widget.findChild<Button *>(QStringLiteral("tryExpression"));
        QVERIFY(!tryIt->isEnabled());
        editor.widget.setSources({QStringLiteral("main")});
        QCOMPARE(editor.box("guardSource")->currentText(), QStringLiteral("main")); // the only one
        const QString expression = QStringLiteral("max(cpu{job=\"<b>a</b>\"}) %1");
        QTest::keyClicks(editor.edit("guardExpression"), expression);
        QVERIFY(tryIt->isEnabled());
        choose(editor.box("guardComparison"), QStringLiteral("\u2264"));
        editor.number()->setValue(-0.000125);
        QCOMPARE(editor.number()->text(), QStringLiteral("-0.000125"));
        Guard guard = editor.widget.guard();
        QCOMPARE(guard.metric, Metric::Promql);
        QCOMPARE(guard.source, std::string("main"));
        QCOMPARE(guard.expression, expression.toStdString());
        QCOMPARE(guard.threshold, -0.000125);
        QCOMPARE(guard.comparison, Comparison::AtMost);
        QCOMPARE(guard.minSamples, std::uint64_t{0});
        QTest::keyClicks(editor.edit("guardSamplesExpression"), QStringLiteral("count(cpu)"));
        guard = editor.widget.guard();
        QVERIFY(guard.countsSamples());
        QVERIFY(guard.minSamples >= 1);
        choose(editor.box("guardMetric"), QStringLiteral("success rate"));
        guard = editor.widget.guard();
        QVERIFY(guard.expression.empty() && guard.source.empty() && guard.samplesExpression.empty());
        QVERIFY(!editor.edit("guardExpression")->isVisible());
    }

    void aStoredExpressionStaysAsItWasWritten()
    {
        Guard stored = successOf(-12.5);
        stored.metric = Metric::Promql;
        stored.minSamples = 0;
        stored.source = "gone";
        stored.expression = "sum(\n  up\n)";
        Editor editor(stored);
        QVERIFY(editor.widget.guard() == stored);
        editor.widget.setSources({QStringLiteral("main"), QStringLiteral("other")});
        QVERIFY(editor.widget.guard() == stored); // a source that is gone is not replaced in silence
        choose(editor.box("guardSource"), QStringLiteral("other"));
        QCOMPARE(editor.widget.guard().source, std::string("other"));
    }

    void whatATrialSaidIsPlainTextAndOfThisExpressionOnly()
    {
        Guard stored = successOf(1);
        stored.metric = Metric::Promql;
        stored.minSamples = 0;
        stored.source = "main";
        stored.expression = "up";
        Editor editor(stored);
        editor.widget.setSources({QStringLiteral("main")});
        QSignalSpy asked(&editor.widget, &GuardEditor::tryAsked);
        QVERIFY(click(&editor.widget, "tryExpression"));
        QCOMPARE(asked.size(), 1);
        auto *result = editor.widget.findChild<QLabel *>(QStringLiteral("trialResult"));
        editor.widget.showTrial(QStringLiteral("<b>answered 400</b>"), false);
        QCOMPARE(result->text(), QStringLiteral("<b>answered 400</b>"));
        QCOMPARE(result->textFormat(), Qt::PlainText);
        QTest::keyClicks(editor.edit("guardExpression"), QStringLiteral("x"));
        QVERIFY(result->text().isEmpty());
        editor.widget.setTryObstacle(QStringLiteral("It is on its way."));
        QVERIFY(!editor.widget.findChild<Button *>(QStringLiteral("tryExpression"))->isEnabled());
    }

    void theRouterIsAskedForSourcesAndForTheAnswer()
    {
        FakePair services;
        setUpShifts(services.router);
        services.router.on("GET /api/v1/metric-sources",
                           Json{{"items", {{{"name", "main"}}, {{"name", "second"}}}}, {"version", 1}});
        ShiftSession session(&services.connection);
        services.open();
        QTRY_VERIFY(services.isLive() && session.phase() == LoadPhase::Ready);
        PolicyEditor editor(&session, nullptr);
        editor.show();
        QVERIFY(services.router.asked("GET /api/v1/metric-sources").isEmpty()); // nobody needs them yet
        QVERIFY(click(&editor, "addGuard"));
        auto *guards = editor.findChildren<GuardEditor *>().last();
        choose(guards->findChild<QComboBox *>(QStringLiteral("guardMetric")), QStringLiteral("PromQL"));
        auto *source = guards->findChild<QComboBox *>(QStringLiteral("guardSource"));
        QTRY_COMPARE(source->count(), 2);
        choose(source, QStringLiteral("second"));
        auto *expression = guards->findChild<QLineEdit *>(QStringLiteral("guardExpression"));
        expression->setFocus();
        QTest::keyClicks(expression, QStringLiteral("a&b"));
        services.router.on("POST /api/v1/metric-sources/try",
                           Json{{"value", 0.25}, {"at", at(0)}, {"samples", nullptr}, {"error", nullptr}, {"took_seconds", 0.034}});
        QVERIFY(click(guards, "tryExpression"));
        auto *result = guards->findChild<QLabel *>(QStringLiteral("trialResult"));
        QTRY_VERIFY(result->text().startsWith(QStringLiteral("0.25 · ")));
        QVERIFY(result->text().endsWith(QStringLiteral(" · 34 ms")));
        const auto asked = services.router.asked("POST /api/v1/metric-sources/try");
        QCOMPARE(asked.size(), 1);
        QVERIFY(asked.first().body == (Json{{"source", "second"}, {"expression", "a&b"}}));
        shoot(&editor, "shift-editor-promql");
        services.router.on("POST /api/v1/metric-sources/try",
                           Json{{"value", nullptr}, {"at", nullptr}, {"samples", nullptr}, {"error", "answered 400: <b>no</b>"}, {"took_seconds", 0.01}});
        QVERIFY(click(guards, "tryExpression"));
        QTRY_COMPARE(result->text(), QStringLiteral("answered 400: <b>no</b>"));
        services.router.on("POST /api/v1/metric-sources/try", [](const FakeRequest &) {
            return problem(409, "another expression is being tried: try again in a moment");
        });
        QVERIFY(click(guards, "tryExpression"));
        QTRY_VERIFY(result->text().contains(QLatin1String("another expression is being tried")));
        QVERIFY(click(guards, "tryExpression")); // it can be tried again
        QVERIFY(click(&editor, "cancelButton")); // whose answer nobody waits for
    }
};

QTEST_MAIN(TestGuardEditor)
#include "tst_guardeditor.moc"
