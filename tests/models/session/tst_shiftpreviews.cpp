// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The list behind a preview, where the router that made it is another one by now.
#include "models/session/shiftsession.h"
#include "tests/models/session/fakedata.h"

#include <QTest>

#include <optional>

using namespace crossfade;
using namespace crossfade::test;

namespace {

struct Desk {
    FakeService router{ServiceName::Router, {QStringLiteral("operator")}};
    FakeService comparator{ServiceName::Comparator, {QStringLiteral("viewer")}};
    Connection connection;
    ShiftSession session{&connection};
    QStringList lines;
    int made = 0;
    int known = 0; // the number of the one preview that the router knows; 0: none

    Desk()
    {
        setUpRouter(router);
        router.on("POST /api/v1/previews", [this](const FakeRequest &) {
            known = ++made;
            return FakeAnswer{201, Json{{"id", "p" + std::to_string(made)}, {"known_users", 2}}};
        });
        for (int number = 1; number < 4; ++number)
            router.on(("GET /api/v1/previews/p" + std::to_string(number) + "/members").c_str(),
                      [this, number](const FakeRequest &) {
                          if (number != known) return problem(404, "there is no such preview, or no longer");
                          return FakeAnswer{
                              200,
                              listOf(Json::array(
                                  {{{"user_id", "jo"}, {"from", "LEGACY"}, {"to", "NEW"}, {"reason", "PERCENTAGE"}}}))};
                      });
        QObject::connect(&connection, &Connection::activity, [this](const QString &line) { lines << line; });
    }
    bool open()
    {
        connection.open(targetOf(router, comparator));
        return QTest::qWaitFor([this] { return connection.reach(ServiceName::Router) == Reach::Live; }, 20'000);
    }
    std::string preview()
    {
        std::optional<std::string> id;
        session.preview({"policy"}, 20, &session, [&id](const Result<RulePreview> &preview) {
            id = preview ? preview->id : std::string("failed");
        });
        return QTest::qWaitFor([&id] { return id.has_value(); }, 20'000) ? *id : std::string();
    }
    // "jo", or what is said instead.
    std::string members(const std::string &id)
    {
        std::optional<std::string> told;
        session.previewMembers(id, true, &session, [&told](const Result<std::vector<MovedUser>> &users) {
            told = !users ? users.error().message : users->empty() ? std::string() : users->front().userId;
        });
        return QTest::qWaitFor([&told] { return told.has_value(); }, 20'000) ? *told : std::string("no answer");
    }
};

} // namespace

class TestShiftPreviews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void whatTheRouterForgotIsMadeAnew()
    {
        Desk desk;
        QVERIFY(desk.open());
        const std::string id = desk.preview();
        QCOMPARE(id, std::string("p1"));
        QCOMPARE(desk.members(id), std::string("jo"));
        QCOMPARE(desk.made, 1);
        desk.known = 0; // another replica, or half an hour later
        QCOMPARE(desk.members(id), std::string("jo"));
        QCOMPARE(desk.made, 2);
        const auto asked = desk.router.asked("POST /api/v1/previews");
        QVERIFY(asked.last().body == asked.first().body); // of the same changes
        QCOMPARE(desk.lines.size(), 1);
        // From then on the new one is asked for by the old name.
        QCOMPARE(desk.members(id), std::string("jo"));
        QCOMPARE(desk.made, 2);
    }

    void whatNobodyMadeHereIsNotFound()
    {
        Desk desk;
        QVERIFY(desk.open());
        QVERIFY(desk.members("p3").find("no such preview") != std::string::npos);
        QCOMPARE(desk.made, 0);
    }

    // A router that forgets at once is asked once more, not for ever.
    void itIsTriedOnce()
    {
        Desk desk;
        QVERIFY(desk.open());
        const std::string id = desk.preview();
        desk.router.on("POST /api/v1/previews", [&desk](const FakeRequest &) {
            ++desk.made;
            desk.known = 0;
            return FakeAnswer{201, Json{{"id", "p" + std::to_string(desk.made)}, {"known_users", 2}}};
        });
        desk.known = 0;
        QVERIFY(desk.members(id).find("no such preview") != std::string::npos);
        QCOMPARE(desk.made, 2);
    }
};

QTEST_GUILESS_MAIN(TestShiftPreviews)
#include "tst_shiftpreviews.moc"
