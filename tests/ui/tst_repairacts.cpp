// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is decided on many tasks at once, taken back, put off, or confirmed although it looks like a loss.
#include "tests/models/session/fakedata.h"
#include "tests/ui/pagetest.h"
#include "ui/repairs/lateredit.h"
#include "ui/repairs/repairspage.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/factlist.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QStyleOptionViewItem>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const Stop = "LEGACY is empty, and held 300 rows last time: nothing was deleted. If it is meant, POST "
                         "/api/v1/repairs/x/execute with \"confirm_deletes\": 3, the deletions of this mapping that are open";

Json taskJson(const char *id, const char *entity, const char *status, const char *action = "UPDATE")
{
    Json task = repairJson(id, entity, status, nullptr);
    task["action"] = action;
    task["requested_by"] = "operator-9";
    task["second_person"] = false;
    task["assigned_role"] = nullptr;
    task["execute_at"] = nullptr;
    task["undo"] = nullptr;
    task["repaired_fields"] = Json::array();
    return task;
}

Json stopAnswer(int open)
{
    std::string text(Stop);
    text.replace(text.find(": 3,"), 4, ": " + std::to_string(open) + ",");
    return problem(409, text, {{"/confirm_deletes", "must be " + std::to_string(open)}}).body;
}

struct Desk {
    FakePair services;
    std::map<std::string, Json> tasks;
    std::unique_ptr<RepairsSession> session;
    std::unique_ptr<RepairsPage> page;

    explicit Desk(std::vector<Json> rows, const QStringList &roles = {QStringLiteral("operator"), QStringLiteral("approver")})
        : services(roles)
    {
        setUpComparator(services.comparator);
        for (Json &row : rows)
            tasks[row["id"].get<std::string>()] = row;
        // As the comparator filters: by state, change, side and text.
        services.comparator.on("GET /api/v1/repairs", [this](const FakeRequest &request) {
            Json found = Json::array();
            for (const auto &[id, task] : tasks) {
                bool fits = true;
                for (const char *part : {"status", "action", "target_platform", "entity_type"})
                    if (const QString wanted = request.item(part); !wanted.isEmpty())
                        fits = fits && task[part].get<std::string>() == wanted.toStdString();
                if (const QString text = request.item("q"); !text.isEmpty())
                    fits = fits && QString::fromStdString(task["entity_id"].get<std::string>()).contains(text);
                if (fits)
                    found.push_back(task);
            }
            return FakeAnswer{200, listOf(found)};
        });
        services.comparator.on("POST /api/v1/repairs/*", [this](const FakeRequest &request) { return act(request); });
        session = std::make_unique<RepairsSession>(&services.connection);
        page = std::make_unique<RepairsPage>(session.get());
        page->resize(pageSize());
        page->show();
    }
    FakeAnswer act(const FakeRequest &request)
    {
        const std::string id = request.path.section(QLatin1Char('/'), -2, -2).toStdString();
        const QString verb = request.path.section(QLatin1Char('/'), -1);
        Json &task = tasks[id];
        if (verb == QLatin1String("approve") && request.body.contains("execute_at")) {
            task["status"] = "APPROVED";
            task["execute_at"] = request.body["execute_at"];
        } else if (verb == QLatin1String("approve")) {
            task["status"] = "EXECUTING";
        } else if (verb == QLatin1String("reject")) {
            task["status"] = "REJECTED";
        } else if (verb == QLatin1String("assign")) {
            task["status"] = "ASSIGNED";
            task["assigned_role"] = request.body.value("assigned_role", Json());
            task["assigned_to"] = request.body.value("assigned_to", Json());
        } else if (verb == QLatin1String("undo")) {
            task["undo"] = Json{{"status", "REQUESTED"}, {"requested_by", "operator-1"}, {"reason", request.body.value("reason", "")}};
        }
        task["version"] = task["version"].get<int>() + 1;
        return {200, task};
    }
    bool connect()
    {
        services.open();
        return QTest::qWaitFor([&] {
            return services.isLive() && session->phase() == LoadPhase::Ready && services.comparator.hasStream();
        });
    }
    QAbstractItemView *table() { return page->findChild<QAbstractItemView *>(QStringLiteral("repairList")); }
    void show(const char *id) { page->showObject(QStringLiteral("repair:") + QString::fromLatin1(id)); }
    QString status() { return find<Chip>(page.get(), "repairStatus")->text(); }
    QList<FakeRequest> asked(const char *id, const char *verb)
    {
        return services.comparator.asked(("POST /api/v1/repairs/" + std::string(id) + "/" + verb).c_str());
    }
    void answer(const char *id, const char *verb, FakeAnswer with)
    {
        services.comparator.on(("POST /api/v1/repairs/" + std::string(id) + "/" + verb).c_str(),
                               [with](const FakeRequest &) { return with; });
    }
    QString text(const char *name)
    {
        auto *label = find<QLabel>(page.get(), name);
        return label ? label->text() : QString();
    }
    template <class Widget>
    Widget *get(const char *name) { return find<Widget>(page.get(), name); }
    bool press(const char *name) { return click(page.get(), name); }
    bool write(const char *name, const QString &what) { return type(page.get(), name, what); }
    // By Space, row by row.
    void mark(const QStringList &entities)
    {
        for (int row = 0; row < table()->model()->rowCount(); ++row) {
            if (!entities.contains(table()->model()->index(row, RepairModel::Entity).data().toString()))
                continue;
            table()->setCurrentIndex(table()->model()->index(row, RepairModel::Entity));
            table()->setFocus();
            QTest::keyClick(table(), Qt::Key_Space);
        }
    }
};

QString factsOf(FactList *list)
{
    if (!list) return {}; // it is being looked for
    QStringList lines;
    for (const Fact &fact : list->facts())
        lines << fact.strong + QLatin1Char(' ') + fact.text;
    return lines.join(QLatin1Char('\n'));
}

} // namespace

class TestRepairActs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void markedTasksAreDecidedOnTogether()
    {
        Json own = taskJson("t-own", "4", "PENDING");
        own["requested_by"] = "operator-1";
        own["second_person"] = true;
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING"), taskJson("t-2", "2", "PENDING", "DELETE"), taskJson("t-3", "3", "PENDING"), own});
        QVERIFY(desk.connect());
        QVERIFY(!desk.get<QWidget>("markedApprove"));
        desk.mark({QStringLiteral("user 1"), QStringLiteral("user 2"), QStringLiteral("user 4")});
        QTRY_COMPARE(desk.text("markedText"), QStringLiteral("3 marked"));
        shoot(desk.page.get(), "repairs-marked");
        QVERIFY(desk.press("markedApprove"));
        const QString facts = factsOf(desk.get<FactList>("markedFacts"));
        QVERIFY2(facts.contains(QStringLiteral("2 repairs")), qPrintable(facts));
        QVERIFY2(facts.contains(QStringLiteral("1 delete a row")), qPrintable(facts));
        QVERIFY2(facts.contains(QStringLiteral("1 are left out: you asked for them yourself")), qPrintable(facts));
        auto *dialog = desk.get<QDialog>("markedDialog");
        shoot(dialog, "repairs-marked-approve");
        QVERIFY(!find<Button>(dialog, "confirmButton")->isEnabled()); // a reason first
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("as agreed")));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_VERIFY2(desk.text("markedText").startsWith(QStringLiteral("2 of 2 done")), qPrintable(desk.text("markedText")));
        QCOMPARE(desk.asked("t-1", "approve").size(), 1);
        QCOMPARE(desk.asked("t-2", "approve").size(), 1);
        QCOMPARE(desk.asked("t-2", "approve")[0].body["reason"].get<std::string>(), std::string("as agreed"));
        QCOMPARE(desk.asked("t-own", "approve").size(), 0);
        QCOMPARE(desk.asked("t-3", "approve").size(), 0);
        QCOMPARE(desk.session->model()->markCount(), 0);
    }

    void allThatAreListedAreMarkedAtOnce()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING"), taskJson("t-2", "2", "PENDING"), taskJson("t-3", "31", "PENDING"),
                                    taskJson("t-4", "4", "VERIFIED")});
        QVERIFY(desk.connect());
        QTRY_COMPARE(desk.table()->model()->rowCount(), 3); // the open ones
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_A, Qt::ControlModifier);
        QTRY_COMPARE(desk.text("markedText"), QStringLiteral("3 marked"));
        QVERIFY(desk.asked("t-1", "approve").isEmpty()); // A alone would have
    }

    void whatIsRefusedKeepsItsMark()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING"), taskJson("t-2", "2", "PENDING")});
        QVERIFY(desk.connect());
        desk.answer("t-2", "reject", problem(409, "operator-2 approved it first"));
        desk.mark({QStringLiteral("user 1"), QStringLiteral("user 2")});
        QVERIFY(desk.press("markedReject"));
        auto *dialog = desk.get<QDialog>("markedDialog");
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("not these")));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_VERIFY2(desk.text("markedText").contains(QStringLiteral("1 of 2 done")), qPrintable(desk.text("markedText")));
        QVERIFY2(desk.text("markedText").contains(QStringLiteral("user 2: operator-2 approved it first")),
                 qPrintable(desk.text("markedText")));
        QCOMPARE(desk.session->model()->markCount(), 2);
        QVERIFY(desk.press("markedClear"));
        QTRY_VERIFY(!desk.get<QWidget>("markedReject"));
    }

    void aFilterDecidesOnAsManyAsWereTyped()
    {
        Json own = taskJson("t-own", "14", "PENDING");
        own["requested_by"] = "operator-1";
        own["second_person"] = true;
        Desk desk(std::vector<Json>{taskJson("t-1", "11", "PENDING"), taskJson("t-2", "12", "ASSIGNED"), taskJson("t-3", "13", "VERIFIED"),
                   taskJson("t-4", "21", "PENDING"), own});
        desk.services.comparator.on("POST /api/v1/repairs/bulk", [](const FakeRequest &request) {
            if (request.body["expected_count"] != 3)
                return FakeAnswer{409, Json{{"type", "about:blank"}, {"title", "Conflict"}, {"status", 409},
                                            {"detail", "the filter finds 3"}, {"code", "COUNT_CHANGED"},
                                            {"values", Json::array({"3", "2"})}, {"request_id", "r"}}};
            return FakeAnswer{200, Json{{"action", "APPROVE"}, {"count", 3}, {"repair_ids", Json::array()}}};
        });
        QVERIFY(desk.connect());
        QVERIFY(desk.press("decideByFilter"));
        QVERIFY(desk.write("bulkText", QStringLiteral("1")));
        auto *state = desk.get<StateView>("bulkState");
        QTRY_COMPARE(state->stateName(), QStringLiteral("full"));
        QVERIFY(desk.write("bulkText", QStringLiteral("1")));
        const auto facts = [&] { return factsOf(desk.get<FactList>("bulkFacts")); };
        QTRY_VERIFY2(facts().contains(QStringLiteral("3 repairs")), qPrintable(facts()));
        QVERIFY(desk.write("bulkText", QStringLiteral("11")));
        QTRY_VERIFY2(facts().contains(QStringLiteral("1 repairs")), qPrintable(facts()));
        // One more comes up between the look and the decision.
        desk.tasks.erase("t-4");
        QVERIFY(desk.write("bulkText", QStringLiteral("1")));
        QTRY_VERIFY2(facts().contains(QStringLiteral("2 repairs")), qPrintable(facts()));
        QVERIFY2(facts().contains(QStringLiteral("1 are left out: you asked for them yourself")), qPrintable(facts()));
        desk.tasks["t-5"] = taskJson("t-5", "15", "PENDING");
        auto *confirm = desk.get<Button>("bulkConfirm");
        QVERIFY(!confirm->isEnabled());
        QVERIFY(desk.write("bulkCount", QStringLiteral("3")));
        auto *dialog = desk.get<QDialog>("bulkDialog");
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("nightly run, all looked at")));
        QVERIFY(!confirm->isEnabled()); // it is another number
        QVERIFY(desk.write("bulkCount", QStringLiteral("2")));
        QTRY_VERIFY(confirm->isEnabled());
        shoot(dialog, "repairs-by-filter");
        QTest::keyClick(desk.get<QLineEdit>("bulkCount"), Qt::Key_Return); // alone it decides nothing
        QCOMPARE(desk.services.comparator.asked("POST /api/v1/repairs/bulk").size(), 0);
        QVERIFY(click(dialog, "bulkConfirm"));
        QTRY_VERIFY2(desk.text("bulkNote").contains(QStringLiteral("3 can be decided on, not the expected 2")),
                     qPrintable(desk.text("bulkNote")));
        QTRY_VERIFY2(facts().contains(QStringLiteral("3 repairs")), qPrintable(facts()));
        QVERIFY(!confirm->isEnabled());
        shoot(dialog, "repairs-by-filter-changed");
        QVERIFY(desk.write("bulkCount", QStringLiteral("3")));
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(!desk.get<QDialog>("bulkDialog"));
        const auto asked = desk.services.comparator.asked("POST /api/v1/repairs/bulk");
        QCOMPARE(asked.size(), 2);
        QCOMPARE(dumpJson(asked[1].body["filter"]), std::string(R"({"q":"1"})"));
        QCOMPARE(asked[1].body["action"].get<std::string>(), std::string("APPROVE"));
        QVERIFY(asked[0].headers.value("idempotency-key") != asked[1].headers.value("idempotency-key"));
    }

    void aDecisionNobodyAnsweredIsAskedForAsTheSame()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING")});
        desk.services.comparator.on("POST /api/v1/repairs/bulk", [](const FakeRequest &) { return problem(503, "busy"); });
        QVERIFY(desk.connect());
        QVERIFY(desk.press("decideByFilter"));
        auto *dialog = desk.get<QDialog>("bulkDialog");
        QVERIFY(click(dialog, "bulkReject"));
        QTRY_COMPARE(desk.get<StateView>("bulkState")->stateName(), QStringLiteral("full"));
        QVERIFY(desk.write("bulkCount", QStringLiteral("1")));
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("no")));
        QVERIFY(!desk.get<QWidget>("bulkWhen")); // what is rejected is never carried out
        QVERIFY(click(dialog, "bulkConfirm"));
        QTRY_VERIFY2(desk.text("bulkNote").contains(QStringLiteral("busy")), qPrintable(desk.text("bulkNote")));
        QVERIFY(dialog->isVisible());
        QCOMPARE(desk.services.comparator.asked("POST /api/v1/repairs/bulk")[0].body["action"].get<std::string>(), std::string("REJECT"));
    }

    void aVerifiedRepairIsUndone()
    {
        Json verified = taskJson("t-1", "1", "VERIFIED");
        verified["repaired_fields"] = Json::array({"email"});
        Desk desk(std::vector<Json>{verified});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_COMPARE(desk.status(), QStringLiteral("VERIFIED"));
        QVERIFY(!desk.get<QWidget>("approveRepair"));
        QVERIFY(QTest::qWaitForWindowActive(desk.page.get()));
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_U);
        auto *dialog = desk.get<QDialog>("undoDialog");
        QVERIFY(dialog);
        shoot(dialog, "repairs-undo");
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("it was the other way round")));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_COMPARE(desk.status(), QStringLiteral("UNDOING"));
        QVERIFY(!desk.get<Button>("undoRepair")->isEnabled());
        QVERIFY(desk.text("repairUndo").startsWith(QStringLiteral("operator-1 asked to undo it")));
        Json undone = desk.tasks["t-1"];
        undone["status"] = "UNDONE";
        undone["undo"]["status"] = "DONE";
        undone["version"] = 9;
        desk.services.comparator.push("repair.changed", Json{{"repair", undone}});
        QTRY_COMPARE(desk.status(), QStringLiteral("UNDONE"));
        QVERIFY(!desk.get<QWidget>("undoRepair"));
    }

    void aSecondPersonIsAskedForBeforeItIsTried()
    {
        Json own = taskJson("t-1", "1", "PENDING");
        own["requested_by"] = "operator-1";
        own["second_person"] = true;
        Json done = taskJson("t-2", "2", "VERIFIED");
        done["requested_by"] = "operator-1";
        done["second_person"] = true;
        Desk desk(std::vector<Json>{own, done});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_VERIFY(desk.get<Button>("approveRepair"));
        QVERIFY(!desk.get<Button>("approveRepair")->isEnabled());
        QVERIFY(desk.get<Button>("approveRepair")->toolTip().contains(QStringLiteral("a second person")));
        QVERIFY(desk.get<Button>("rejectRepair")->isEnabled()); // one's own wish can be taken back
        desk.show("t-2");
        QTRY_VERIFY(desk.get<Button>("undoRepair"));
        QVERIFY(!desk.get<Button>("undoRepair")->isEnabled());
    }

    void aLossIsConfirmedByItsNumber()
    {
        Json failed = taskJson("t-1", "1", "FAILED", "DELETE");
        failed["error"] = Stop;
        Desk desk(std::vector<Json>{failed});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_COMPARE(desk.status(), QStringLiteral("FAILED"));
        QVERIFY2(desk.text("repairResult").startsWith(QStringLiteral("LEGACY is empty, and held 300 rows last time. Nothing was deleted")),
                 qPrintable(desk.text("repairResult")));
        QVERIFY(!desk.text("repairResult").contains(QStringLiteral("POST")));
        desk.answer("t-1", "execute", {409, stopAnswer(5)});
        QVERIFY(desk.press("approveRepair"));
        auto *dialog = desk.get<QDialog>("confirmDeletesDialog");
        QVERIFY(dialog);
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("the old rows really are gone")));
        QVERIFY(!find<Button>(dialog, "confirmButton")->isEnabled());
        QVERIFY(type(dialog, "confirmCount", QStringLiteral("2")));
        QVERIFY(!find<Button>(dialog, "confirmButton")->isEnabled());
        QVERIFY(type(dialog, "confirmCount", QStringLiteral("3")));
        shoot(dialog, "repairs-confirm-deletes");
        QVERIFY(click(dialog, "confirmButton"));
        // More are open by now: nothing is confirmed before the new number is typed.
        QTRY_VERIFY2(find<QLabel>(dialog, "dialogNote")->text().contains(QStringLiteral("type 5")),
                     qPrintable(find<QLabel>(dialog, "dialogNote")->text()));
        QVERIFY(!find<Button>(dialog, "confirmButton")->isEnabled());
        QCOMPARE(desk.asked("t-1", "execute")[0].body["confirm_deletes"].get<int>(), 3);
        Json approved = desk.tasks["t-1"];
        approved["status"] = "APPROVED";
        approved["error"] = nullptr;
        approved["version"] = 7;
        desk.answer("t-1", "execute", {200, approved});
        QVERIFY(type(dialog, "confirmCount", QStringLiteral("5")));
        QTest::keyClick(dialog, Qt::Key_Return); // alone it confirms nothing
        QCOMPARE(desk.asked("t-1", "execute").size(), 1);
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(desk.status(), QStringLiteral("APPROVED"));
        QCOMPARE(desk.asked("t-1", "execute")[1].body["confirm_deletes"].get<int>(), 5);
        QTRY_VERIFY(!desk.get<QDialog>("confirmDeletesDialog"));
    }

    void aRefusedTryAsksAtOnce()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "STALE", "DELETE")});
        QVERIFY(desk.connect());
        desk.answer("t-1", "execute", {409, stopAnswer(3)});
        desk.show("t-1");
        QTRY_VERIFY(desk.get<Button>("approveRepair"));
        QVERIFY(desk.press("approveRepair"));
        QTRY_VERIFY(desk.get<QDialog>("confirmDeletesDialog"));
        QVERIFY(desk.asked("t-1", "execute")[0].body.value("confirm_deletes", Json()).is_null());
    }

    void theUndoOfAnInsertIsConfirmedToo()
    {
        Json inserted = taskJson("t-1", "1", "VERIFIED", "INSERT");
        inserted["undo"] = Json{{"status", "FAILED"}, {"requested_by", "operator-2"}, {"error", Stop}};
        Desk desk(std::vector<Json>{inserted});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_VERIFY(desk.get<Button>("undoRepair"));
        QVERIFY(desk.text("repairUndo").startsWith(QStringLiteral("It was not undone. LEGACY is empty")));
        QVERIFY(desk.press("undoRepair"));
        auto *dialog = desk.get<QDialog>("confirmDeletesDialog");
        QVERIFY(dialog);
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("meant")));
        QVERIFY(type(dialog, "confirmCount", QStringLiteral("3")));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_COMPARE(desk.asked("t-1", "undo").size(), 1);
        QCOMPARE(desk.asked("t-1", "undo")[0].body["confirm_deletes"].get<int>(), 3);
    }

    void whatItsDatabaseRefusesForNowSaysWhatItWaitsFor()
    {
        Json task = taskJson("t-1", "1", "APPROVED", "INSERT");
        task["put_off"] = "a foreign key refuses it";
        Desk desk(std::vector<Json>{task});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_VERIFY2(desk.text("repairResult").contains(QStringLiteral("Waits for other repairs of the same database: a foreign key")),
                     qPrintable(desk.text("repairResult")));
        shoot(desk.page.get(), "repairs-put-off");
    }

    void anApprovalForLaterCanBeCalledOff()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING")});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_VERIFY(desk.get<Button>("scheduleRepair"));
        QVERIFY(desk.press("scheduleRepair"));
        auto *dialog = desk.get<QDialog>("scheduleDialog");
        QVERIFY(dialog);
        auto *when = find<LaterEdit>(dialog, "laterEdit");
        QVERIFY(when && when->problem().isEmpty());
        shoot(dialog, "repairs-later");
        const Instant then = when->instant();
        QVERIFY(toMs(then) > QDateTime::currentMSecsSinceEpoch());
        QVERIFY(type(dialog, "reasonEdit", QStringLiteral("at night")));
        QVERIFY(click(dialog, "confirmButton"));
        QTRY_COMPARE(desk.asked("t-1", "approve").size(), 1);
        QCOMPARE(desk.asked("t-1", "approve")[0].body["execute_at"].get<std::string>(), formatInstant(then));
        QTRY_VERIFY2(desk.status().startsWith(QStringLiteral("SCHEDULED for")), qPrintable(desk.status()));
        QVERIFY(!desk.get<QWidget>("approveRepair"));
        QCOMPARE(desk.get<Button>("rejectRepair")->text(), QStringLiteral("Call it off"));
        shoot(desk.page.get(), "repairs-scheduled");
        QVERIFY(desk.write("reasonEdit", QStringLiteral("not tonight")));
        QVERIFY(desk.press("rejectRepair"));
        QTRY_COMPARE(desk.status(), QStringLiteral("REJECTED"));
    }

    void aRoleOwnsTasksToo()
    {
        Json ofRole = taskJson("t-1", "1", "ASSIGNED");
        ofRole["assigned_role"] = "approver";
        Json ofOthers = taskJson("t-2", "2", "ASSIGNED");
        ofOthers["assigned_role"] = "admin";
        Desk desk(std::vector<Json>{ofRole, ofOthers, taskJson("t-3", "3", "PENDING")});
        QVERIFY(desk.connect());
        QVERIFY(desk.press("inboxMine"));
        QTRY_COMPARE(desk.table()->model()->rowCount(), 1);
        QCOMPARE(desk.table()->model()->index(0, RepairModel::Entity).data().toString(), QStringLiteral("user 1"));
        desk.show("t-3");
        QTRY_VERIFY(desk.get<Button>("assignRepair"));
        QVERIFY(desk.press("assignRepair"));
        QVERIFY(desk.press("assignApprovers"));
        QVERIFY(!desk.get<QWidget>("assignTo"));
        shoot(desk.get<QWidget>("assignDialog"), "repairs-assign-role");
        QVERIFY(desk.press("assignOk"));
        QTRY_COMPARE(desk.asked("t-3", "assign").size(), 1);
        QCOMPARE(desk.asked("t-3", "assign")[0].body["assigned_role"].get<std::string>(), std::string("approver"));
        QVERIFY(!desk.asked("t-3", "assign")[0].body.contains("assigned_to"));
    }

    void withoutTheRightNothingCanBeDecided()
    {
        Desk desk(std::vector<Json>{taskJson("t-1", "1", "PENDING"), taskJson("t-2", "2", "VERIFIED")}, {QStringLiteral("viewer")});
        QVERIFY(desk.connect());
        desk.show("t-1");
        QTRY_VERIFY(desk.get<Button>("approveRepair"));
        for (const char *name : {"approveRepair", "rejectRepair", "assignRepair", "scheduleRepair", "decideByFilter"})
            QVERIFY2(!desk.get<Button>(name)->isEnabled() && desk.get<Button>(name)->toolTip().contains(QStringLiteral("role")), name);
        desk.mark({QStringLiteral("user 1")});
        QTRY_VERIFY(desk.get<Button>("markedApprove"));
        for (const char *name : {"markedApprove", "markedReject", "markedUndo", "markedAssign"})
            QVERIFY2(!desk.get<Button>(name)->isEnabled(), name);
        desk.show("t-2");
        QTRY_VERIFY(desk.get<Button>("undoRepair"));
        QVERIFY(!desk.get<Button>("undoRepair")->isEnabled());
    }
};

QTEST_MAIN(TestRepairActs)
#include "tst_repairacts.moc"
