// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of rules while others edit the same rules, and refreshes while others save.
#include "models/session/rulessession.h"

#include "tests/models/session/fakedata.h"

#include <QSignalSpy>
#include <QTest>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *List = "GET /api/v1/rules";

struct Desk {
    FakeService router{ServiceName::Router, {QStringLiteral("operator")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("operator")}};
    Connection connection;
    RulesSession rules{&connection};
    std::vector<RuleConflict> conflicts;

    Desk()
    {
        router.on(List, listOf(Json::array({ruleJson("r1", "one", "u1", "NEW", 10), ruleJson("r2", "two", "u2", "NEW", 20)})));
        QObject::connect(&rules, &RulesSession::conflict, &rules,
                         [this](const RuleConflict &conflict) { conflicts.push_back(conflict); });
    }
    bool open()
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([&] {
            return rules.phase() == LoadPhase::Ready && router.hasStream() && connection.reach(ServiceName::Router) == Reach::Live;
        });
    }
    void changedByOthers(const char *id, const std::string &target, int version)
    {
        const Json rule = ruleJson(id, "one", target, "NEW", 10, version);
        router.push("rule.changed", Json{{"rule", rule}, {"id", id}, {"deleted", false}});
    }
    void deletedByOthers(const char *id)
    {
        router.push("rule.changed", Json{{"rule", nullptr}, {"id", id}, {"deleted", true}});
    }
    const RuleRow *row(const char *id) { return rules.model()->rowOf(QString::fromLatin1(id)); }
    QStringList ids()
    {
        QStringList all;
        for (const RuleRow &row : rules.model()->rows())
            all << QString::fromStdString(row.id);
        all.sort();
        return all;
    }
};

RuleInput targeting(RuleInput input, const char *target)
{
    input.target = target;
    return input;
}

} // namespace

class TestRulesSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The change names the version that was looked at, so that the router refuses it.
    void aChangeIsOneOfWhatWasLookedAt()
    {
        Desk desk;
        QVERIFY(desk.open());
        const auto seen = desk.rules.edits().base("r1");
        desk.changedByOthers("r1", "theirs", 2);
        QTRY_COMPARE(desk.row("r1")->input.target, std::string("theirs"));
        desk.rules.change(QStringLiteral("r1"), targeting(seen->input, "mine"), seen);
        desk.router.on("PUT /api/v1/rules/r1", [](const FakeRequest &) { return problem(412, "version 2 is stored"); });
        desk.router.on("GET /api/v1/rules/r1", ruleJson("r1", "one", "theirs", "NEW", 10, 2));
        desk.rules.save({});
        QTRY_COMPARE(desk.conflicts.size(), 1U);
        QCOMPARE(desk.router.asked("PUT /api/v1/rules/r1").first().headers["if-match"], QByteArray("\"1\""));
        QCOMPARE(desk.conflicts[0].base.target, std::string("u1"));
        QCOMPARE(desk.conflicts[0].theirs->input.target, std::string("theirs"));
        QCOMPARE(desk.conflicts[0].mine.target, std::string("mine"));
        QVERIFY(!desk.conflicts[0].deletes);
        // Without a change of one's own there is no edit, whatever others did.
        desk.rules.keepTheirs(desk.conflicts[0]);
        desk.rules.change(QStringLiteral("r1"), seen->input, seen);
        QCOMPARE(desk.rules.edits().count(), 0);
        QCOMPARE(desk.row("r1")->input.target, std::string("theirs"));
    }

    void aChangeOfARuleThatIsGoneIsKeptAndAsked()
    {
        Desk desk;
        QVERIFY(desk.open());
        const auto seen = desk.rules.edits().base("r1");
        desk.deletedByOthers("r1");
        QTRY_COMPARE(desk.ids(), QStringList{QStringLiteral("r2")});
        desk.rules.change(QStringLiteral("r1"), targeting(seen->input, "mine"), seen);
        QCOMPARE(desk.rules.edits().count(), 1);
        QVERIFY(desk.row("r1") && desk.row("r1")->input.target == "mine");
        desk.rules.save({});
        QCOMPARE(desk.conflicts.size(), 1U);
        QVERIFY(!desk.conflicts[0].theirs);
        QVERIFY(!desk.rules.isSaving());
        QVERIFY(desk.router.asked("POST /api/v1/rules").isEmpty()); // nothing comes back unasked
        desk.router.on("POST /api/v1/rules", ruleJson("r9", "one", "mine", "NEW", 10));
        desk.rules.resolve(desk.conflicts[0], desk.conflicts[0].mine);
        desk.rules.save({});
        QTRY_COMPARE(desk.ids(), (QStringList{QStringLiteral("r2"), QStringLiteral("r9")}));
        // Another time it is given up.
        const auto two = desk.rules.edits().base("r2");
        desk.deletedByOthers("r2");
        QTRY_COMPARE(desk.ids(), QStringList{QStringLiteral("r9")});
        desk.rules.change(QStringLiteral("r2"), targeting(two->input, "mine"), two);
        desk.rules.remove(QStringLiteral("r2"));
        QCOMPARE(desk.rules.edits().count(), 0);
        QCOMPARE(desk.ids(), QStringList{QStringLiteral("r9")});
    }

    void aDeletionOfWhatIsGoneIsDone()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.rules.remove(QStringLiteral("r1"));
        QCOMPARE(desk.rules.edits().count(), 1);
        // Nobody told: it is seen in the next list.
        desk.router.on(List, listOf(Json::array({ruleJson("r2", "two", "u2", "NEW", 20)})));
        desk.rules.refresh();
        QTRY_COMPARE(desk.ids(), QStringList{QStringLiteral("r2")});
        QCOMPARE(desk.rules.edits().count(), 0);
        // And if only the router knows, its word counts.
        desk.rules.remove(QStringLiteral("r2"));
        desk.rules.save({});
        QTRY_COMPARE(desk.rules.edits().count(), 0);
        QTRY_VERIFY(desk.ids().isEmpty());
        QCOMPARE(desk.router.asked("DELETE /api/v1/rules/r2").size(), 1);
        QVERIFY(desk.router.asked("POST /api/v1/rules").isEmpty());
        QVERIFY(desk.conflicts.empty());
    }

    void theEventOfAnOwnDeletionMayComeFirst()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on("DELETE /api/v1/rules/r1", [&](const FakeRequest &) {
            desk.deletedByOthers("r1");
            return FakeAnswer{200, Json::object()};
        });
        desk.rules.remove(QStringLiteral("r1"));
        QSignalSpy saved(&desk.rules, &RulesSession::saved);
        desk.rules.save({});
        QTRY_COMPARE(saved.size(), 1);
        QTRY_COMPARE(desk.ids(), QStringList{QStringLiteral("r2")});
        QVERIFY(desk.rules.canUndo());
    }

    void aDeletionOfWhatOthersChangedIsAskedAsOne()
    {
        Desk desk;
        QVERIFY(desk.open());
        desk.router.on("DELETE /api/v1/rules/r1", [](const FakeRequest &request) {
            return request.headers["if-match"].contains("1") ? problem(412, "version 2 is stored") : FakeAnswer{200, Json::object()};
        });
        desk.router.on("GET /api/v1/rules/r1", ruleJson("r1", "one", "theirs", "NEW", 10, 2));
        desk.rules.remove(QStringLiteral("r1"));
        desk.rules.save({});
        QTRY_COMPARE(desk.conflicts.size(), 1U);
        QVERIFY(desk.conflicts[0].deletes);
        desk.rules.keepTheirs(desk.conflicts[0]);
        QCOMPARE(desk.rules.edits().count(), 0);
        QCOMPARE(desk.row("r1")->input.target, std::string("theirs"));
        // Chosen again, on what is there now, it goes.
        desk.rules.remove(QStringLiteral("r1"));
        desk.rules.save({});
        QTRY_COMPARE(desk.ids(), QStringList{QStringLiteral("r2")});
    }

    // Pages are read one after the other; what is told meanwhile is newer than those read before.
    void whatIsToldDuringARefreshHolds()
    {
        Desk desk;
        QVERIFY(desk.open());
        bool held = true;
        desk.router.on(List, [&](const FakeRequest &request) {
            if (request.item("cursor").isEmpty())
                return FakeAnswer{200, Json{{"items", Json::array({ruleJson("r1", "one", "u1", "NEW", 10),
                                                                   ruleJson("r2", "two", "u2", "NEW", 20)})},
                                            {"next_cursor", "c2"}, {"total", 3}}};
            return FakeAnswer{200, listOf(Json::array({ruleJson("r3", "three", "u3", "NEW", 30)})), held};
        });
        desk.rules.refresh();
        QTRY_COMPARE(desk.router.asked(List).size(), 3); // one at first, then two pages
        desk.deletedByOthers("r1");
        desk.changedByOthers("r2", "newer", 2);
        desk.changedByOthers("r8", "made", 1);
        QTRY_COMPARE(desk.ids(), (QStringList{QStringLiteral("r2"), QStringLiteral("r8")}));
        held = false;
        desk.router.release();
        QTRY_VERIFY(desk.row("r3"));
        QCOMPARE(desk.ids(), (QStringList{QStringLiteral("r2"), QStringLiteral("r3"), QStringLiteral("r8")}));
        QCOMPARE(desk.row("r2")->input.target, std::string("newer"));
    }
};

QTEST_GUILESS_MAIN(TestRulesSession)
#include "tst_rulessession.moc"
