// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repair tasks for all differences of a filter.
#include "tests/ui/consistencydesk.h"
#include "ui/shared/factlist.h"
#include "ui/shared/stateview.h"

#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr const char *Repairs = "POST /api/v1/repairs";

struct ProposeDesk : ConsistencyDesk {
    using ConsistencyDesk::ConsistencyDesk;
    bool open()
    {
        return click(page.get(), "proposeRepairs") && find<QDialog>(nullptr, "proposeDialog") != nullptr;
    }
    QPushButton *confirm() { return find<QPushButton>(nullptr, "proposeConfirm"); }
    bool counted(const char *count)
    {
        return QTest::qWaitFor([&] { return confirm() && confirm()->text().contains(QLatin1String(count)); });
    }
    QString note() { return find<QLabel>(nullptr, "proposeNote")->text(); }
    QString facts()
    {
        QStringList lines;
        for (const Fact &fact : find<FactList>(nullptr, "proposeFacts")->facts())
            lines << fact.strong + QLatin1Char(' ') + fact.text;
        return lines.join(QLatin1Char('\n'));
    }
    Json sent() { return services.comparator.asked(Repairs).last().body; }
};

} // namespace

class TestPropose : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void theFilterIsThatOfTheGroupWhichIsLookedAt()
    {
        ProposeDesk desk;
        QVERIFY(desk.connect());
        QTRY_VERIFY(desk.isLoaded(desk.cell(0, 0)));
        desk.tree()->setCurrentIndex(desk.group(1));
        QVERIFY(desk.open());
        QVERIFY(desk.counted("4 difference"));
        QCOMPARE(find<QComboBox>(nullptr, "proposeField")->currentText(), QStringLiteral("display_name"));
        QTRY_COMPARE(find<QComboBox>(nullptr, "proposeField")->count(), 5); // any and the four there are
        QVERIFY2(desk.facts().contains(QStringLiteral("4 entities")), qPrintable(desk.facts()));
        QVERIFY(!desk.confirm()->isEnabled());
        shoot(find<QWidget>(nullptr, "proposeDialog"), "propose");
        QVERIFY(type(find<QDialog>(nullptr, "proposeDialog"), "reasonEdit", QStringLiteral("LEGACY is right")));
        desk.services.comparator.on(Repairs, [](const FakeRequest &) {
            return FakeAnswer{201, listOf(Json::array({repairJson("rep-1", "100400", "PENDING", nullptr),
                                                       repairJson("rep-2", "100401", "PENDING", nullptr)}))};
        });
        QTest::keyClick(find<QDialog>(nullptr, "proposeDialog"), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(find<QPushButton>(nullptr, "proposeShow"));
        QCOMPARE(desk.sent(), Json({{"filter", {{"field", "display_name"}}}, {"expected_count", 4}, {"reason", "LEGACY is right"}}));
        QVERIFY(desk.note().contains(QStringLiteral("2 repair task")));
        shoot(find<QWidget>(nullptr, "proposeDialog"), "propose-done");
        QSignalSpy opened(desk.page.get(), &Page::openRequested);
        QVERIFY(click(nullptr, "proposeShow"));
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][1].toString(), QStringLiteral("repair:rep-1"));
        shoot(desk.page.get(), "propose-page");
    }

    void anotherNumberIsToldAndCountedAnew()
    {
        ProposeDesk desk;
        QVERIFY(desk.connect());
        desk.tree()->setCurrentIndex(desk.group(2));
        QVERIFY(desk.open());
        QVERIFY(desk.counted("2 difference"));
        QVERIFY(type(find<QDialog>(nullptr, "proposeDialog"), "reasonEdit", QStringLiteral("why not")));
        desk.services.comparator.on(Repairs, [](const FakeRequest &) {
            FakeAnswer answer = problem(409, "3 can be decided on, not the expected 2");
            answer.body["code"] = "COUNT_CHANGED";
            answer.body["values"] = {"3", "2"};
            return answer;
        });
        desk.services.comparator.on("GET /api/v1/differences", [](const FakeRequest &) {
            Json items = Json::array();
            for (int at = 0; at < 4; ++at)
                items.push_back(fieldDifference("phone", at));
            items[3]["repair_status"] = "APPROVED";
            return FakeAnswer{200, Json{{"items", items}, {"next_cursor", nullptr}, {"total", 4}}};
        });
        QVERIFY(click(nullptr, "proposeConfirm"));
        QVERIFY(desk.counted("3 difference"));
        QVERIFY2(desk.note().contains(QStringLiteral("it is 3, not 2")), qPrintable(desk.note()));
        QVERIFY(desk.facts().contains(QStringLiteral("1 more have a task")));
        shoot(find<QWidget>(nullptr, "proposeDialog"), "propose-changed");
        desk.services.comparator.on(Repairs, [](const FakeRequest &) { return problem(409, "seen at different times"); });
        QVERIFY(click(nullptr, "proposeConfirm"));
        QTRY_VERIFY(desk.note().contains(QStringLiteral("seen at different times")));
        QCOMPARE(desk.sent()["expected_count"], Json(3));
        QVERIFY(desk.confirm()->isEnabled());
    }

    void tooManyAreNotProposed()
    {
        ProposeDesk desk;
        QVERIFY(desk.connect());
        desk.tree()->setCurrentIndex(desk.group(0)); // 2 300
        QVERIFY(desk.open());
        QTRY_VERIFY(find<QLabel>(nullptr, "proposeTooMany"));
        QVERIFY(type(find<QDialog>(nullptr, "proposeDialog"), "reasonEdit", QStringLiteral("all")));
        QVERIFY(!desk.confirm()->isEnabled());
        QVERIFY(desk.confirm()->toolTip().contains(QStringLiteral("narrow")));
        // Two pages tell as much.
        QVERIFY(desk.services.comparator.asked("GET /api/v1/differences").size() <= 6);
    }

    void whatCannotBeProposedSaysWhy()
    {
        ProposeDesk desk;
        QVERIFY(desk.connect());
        QVERIFY(type(desk.page.get(), "differenceFilter", QStringLiteral("anais")));
        auto *button = find<QPushButton>(desk.page.get(), "proposeRepairs");
        QTRY_VERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(QStringLiteral("text")));
        ProposeDesk viewer({QStringLiteral("viewer")});
        QVERIFY(viewer.connect());
        QVERIFY(!find<QPushButton>(viewer.page.get(), "proposeRepairs")->isEnabled());
    }
};

QTEST_MAIN(TestPropose)
#include "tst_propose.moc"
