// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The page of the rules over a hundred thousand of them.
#include "tests/models/session/largetable.h"
#include "tests/ui/rulesdesk.h"

using namespace crossfade;
using namespace crossfade::test;

class TestLargeRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    // What comes, changes and goes is shown where it belongs; the selected rule stays selected, and the window alive.
    void aChangeAmongManyIsShownWithoutAStop()
    {
        RulesDesk desk;
        FakeService &router = desk.services.router;
        const Beats beats(&router, &desk.services.comparator);
        router.on("GET /api/v1/rules", [](const FakeRequest &request) {
            FakeAnswer answer;
            answer.bytes = pageOfRules(request.item("cursor").toInt());
            return answer;
        });
        {
            const Heartbeat heart;
            desk.services.open();
            QVERIFY(QTest::qWaitFor([&] { return desk.rules->phase() == LoadPhase::Ready; }, 200'000));
            qInfo("loading: the loop away for %lld ms, of which it worked %lld",
                  static_cast<long long>(heart.worstMs()), static_cast<long long>(heart.worstWorkMs()));
            QCOMPARE_LT(heart.worstWorkMs(), stallMs());
        }
        QTRY_VERIFY_WITH_TIMEOUT(desk.services.isLive() && router.hasStream(), 20'000);
        QAbstractItemView *table = desk.table();
        QCOMPARE(table->model()->rowCount(), Many);
        desk.page->showObject(QStringLiteral("rule:r50000"));
        const QString selected = table->currentIndex().data(RuleModel::IdRole).toString();
        QCOMPARE(selected, QStringLiteral("r50000"));
        const qsizetype asked = router.asked("GET /api/v1/rules").size();
        const auto push = [&](const char *id, const char *name, int priority) {
            router.push(
                "rule.changed",
                Json{{"id", id}, {"deleted", false}, {"rule", ruleJson(id, name, "anybody", "NEW", priority, 2)}});
        };
        const auto at = [&](int row) { return table->model()->index(row, RuleModel::Name).data().toString(); };
        const Heartbeat heart;
        push("r77777", "an early one", 1); // from the middle to the top
        QTRY_COMPARE_WITH_TIMEOUT(at(0), QStringLiteral("an early one"), 20'000);
        push("r77777", "a late one", 999'999); // and to the end
        QTRY_COMPARE_WITH_TIMEOUT(at(Many - 1), QStringLiteral("a late one"), 20'000);
        push("fresh", "a new one", 2);
        QTRY_COMPARE_WITH_TIMEOUT(at(0), QStringLiteral("a new one"), 20'000);
        router.push("rule.changed", Json{{"id", "r33333"}, {"deleted", true}});
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), Many, 20'000);
        qInfo("four changes: the loop away for %lld ms, of which it worked %lld",
              static_cast<long long>(heart.worstMs()), static_cast<long long>(heart.worstWorkMs()));
        QCOMPARE_LT(heart.worstWorkMs(), stallMs());
        QCOMPARE(table->currentIndex().data(RuleModel::IdRole).toString(), selected);
        QCOMPARE(router.asked("GET /api/v1/rules").size(), asked);
    }
};

QTEST_MAIN(TestLargeRules)
#include "tst_largerules.moc"
