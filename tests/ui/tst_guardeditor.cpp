// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"

#include "ui/shift/guardeditor.h"

#include <QComboBox>
#include <QDoubleSpinBox>

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
};

QTEST_MAIN(TestGuardEditor)
#include "tst_guardeditor.moc"
