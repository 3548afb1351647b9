// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/differencessession.h"
#include "models/session/rulessession.h"
#include "tests/models/session/largetable.h"

#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

// A hundred thousand rows: the window never stands still for long.
class TestLargeTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rulesComeInPagesAndOneChangeIsCheap()
    {
        FakeService router(ServiceName::Router, {QStringLiteral("operator")});
        FakeService comparator(ServiceName::Comparator, {QStringLiteral("viewer")});
        const Beats beats(&router, &comparator);
        setUpRouter(router);
        router.on("GET /api/v1/rules", [](const FakeRequest &request) {
            FakeAnswer answer;
            answer.bytes = pageOfRules(request.item("cursor").toInt());
            return answer;
        });
        Connection connection;
        RulesSession session(&connection);
        QElapsedTimer all;
        all.start();
        const Heartbeat whileLoading;
        connection.open(targetOf(router, comparator));
        // Not QTRY_…: it would go on for twice as long, past the time a test may take.
        QVERIFY(QTest::qWaitFor([&session] { return session.phase() == LoadPhase::Ready; }, 200'000));
        const qint64 loading = all.elapsed();
        QCOMPARE(session.model()->rowCount(), Many);
        qInfo("loading %d rules: %lld ms, the loop away for %lld ms, of which it worked %lld", Many,
              static_cast<long long>(loading), static_cast<long long>(whileLoading.worstMs()),
              static_cast<long long>(whileLoading.worstWorkMs()));
        QCOMPARE_LT(whileLoading.worstWorkMs(), stallMs());
        QTRY_VERIFY_WITH_TIMEOUT(router.hasStream() && connection.reach(ServiceName::Router) == Reach::Live, 20'000);
        // One rule changes somewhere: the event is taken up, nothing is read anew.
        const qsizetype asked = router.asked("GET /api/v1/rules").size();
        Heartbeat heart;
        Json changed = ruleJson("r77777", "renamed", "user-77777", "NEW", 5, 2);
        QElapsedTimer took;
        took.start();
        router.push("rule.changed", Json{{"id", "r77777"}, {"deleted", false}, {"rule", changed}});
        const auto isShown = [&session] {
            const QModelIndex name = session.model()->indexOf(QStringLiteral("r77777"), RuleModel::Name);
            return name.data().toString() == QStringLiteral("renamed");
        };
        QTRY_VERIFY_WITH_TIMEOUT(session.edits().saved("r77777")->version == "2", 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(isShown(), 20'000);
        qInfo("a change among %d rules: %lld ms, the loop away for %lld ms, of which it worked %lld", Many,
              static_cast<long long>(took.elapsed()), static_cast<long long>(heart.worstMs()),
              static_cast<long long>(heart.worstWorkMs()));
        QCOMPARE_LT(heart.worstWorkMs(), stallMs());
        QCOMPARE(router.asked("GET /api/v1/rules").size(), asked);
        QVERIFY2(took.elapsed() * 6 < loading,
                 qPrintable(QStringLiteral("%1 of %2 ms").arg(took.elapsed()).arg(loading)));
    }

    // An import by somebody else: the rows are shown anew a few times, not once an event.
    void aFloodOfChangesIsShownTogether()
    {
        FakeService router(ServiceName::Router, {QStringLiteral("operator")});
        FakeService comparator(ServiceName::Comparator, {QStringLiteral("viewer")});
        const Beats beats(&router, &comparator);
        setUpRouter(router);
        Connection connection;
        RulesSession session(&connection);
        connection.open(targetOf(router, comparator));
        QTRY_VERIFY_WITH_TIMEOUT(session.phase() == LoadPhase::Ready && router.hasStream(), 20'000);
        const int before = session.model()->rowCount();
        int shown = 0;
        connect(&session, &RulesSession::changed, this, [&shown] { ++shown; });
        constexpr int Events = 1'000;
        for (int i = 0; i < Events; ++i)
            router.push("rule.changed", Json{{"id", "n" + std::to_string(i)}, {"deleted", false},
                                             {"rule", ruleJson("n" + std::to_string(i), "new-" + std::to_string(i), "u", "NEW", 5)}});
        QTRY_COMPARE_WITH_TIMEOUT(session.model()->rowCount(), before + Events, 60'000);
        qInfo("%d changes were shown in %d steps", Events, shown);
        QVERIFY2(shown < Events / 2, qPrintable(QString::number(shown)));
    }

    void differencesAreReadOnlyWhereTheyAreLookedAt()
    {
        FakeService router(ServiceName::Router, {QStringLiteral("viewer")});
        FakeService comparator(ServiceName::Comparator, {QStringLiteral("operator")});
        const Beats beats(&router, &comparator);
        setUpComparator(comparator);
        comparator.on("GET /api/v1/differences/summary",
                      Json{{"total", Many},
                           {"groups", Json::array({{{"key", "email"}, {"count", Many}, {"top_cause", "TRAILING_SPACE"}, {"top_cause_share", 97}}})}});
        comparator.on("GET /api/v1/differences/anchors", [](const FakeRequest &request) {
            Json anchors = Json::array();
            const int count = request.item("count").toInt();
            for (int at = 0; at < count; ++at)
                anchors.push_back(Json{{"offset", Many / count * at}, {"cursor", "at-" + std::to_string(Many / count * at)}});
            return FakeAnswer{200, Json{{"anchors", anchors}}};
        });
        comparator.on("GET /api/v1/differences", [](const FakeRequest &request) {
            const int from = request.item("cursor").mid(3).toInt();
            const int end = std::min(Many, from + request.item("limit").toInt());
            Json rows = Json::array();
            for (int i = from; i < end; ++i)
                rows.push_back(fieldDifference("email", i));
            return FakeAnswer{200, Json{{"items", rows}, {"total", Many}, {"next_cursor", "at-" + std::to_string(end)}}};
        });
        Connection connection;
        DifferencesSession session(&connection);
        connection.open(targetOf(router, comparator));
        QTRY_COMPARE_WITH_TIMEOUT(session.model()->rowCount(), 1, 20'000);
        const QModelIndex group = session.model()->index(0, 0);
        QCOMPARE(session.model()->rowCount(group), Many);
        QCOMPARE(comparator.asked("GET /api/v1/differences").size(), 0); // nobody has looked yet
        // To the middle and to the end, as one who drags the scroll bar.
        Heartbeat heart;
        for (const int row : {0, Many / 2, Many - 1}) {
            const auto text = [&] {
                QString all;
                for (int column = 0; column < session.model()->columnCount(group); ++column)
                    all += session.model()->index(row, column, group).data().toString();
                return all;
            };
            const QString expected = QString::fromStdString(fieldDifference("email", row)["entity_id"].get<std::string>());
            QTRY_VERIFY2_WITH_TIMEOUT(text().contains(expected), qPrintable(text()), 20'000);
        }
        const qsizetype asked = comparator.asked("GET /api/v1/differences").size();
        qInfo("three places among %d: %lld requests, the loop away for %lld ms", Many, static_cast<long long>(asked),
              static_cast<long long>(heart.worstMs()));
        QVERIFY2(asked <= 9, qPrintable(QString::number(asked)));
    }
};

QTEST_GUILESS_MAIN(TestLargeTables)
#include "tst_largetables.moc"
