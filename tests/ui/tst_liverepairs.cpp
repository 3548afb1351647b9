// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs, assignment rules and mappings of the console over a real comparator and real databases.
#include "tests/support/http.h"
#include "tests/ui/consoledesk.h"

#include "models/items/assignmentrulemodel.h"
#include "models/items/repairmodel.h"
#include "models/session/sandboxprocess.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/factlist.h"
#include "ui/shared/fields.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>

#include <algorithm>
#include <set>
#include <tuple>

using namespace crossfade;
using namespace crossfade::test;

namespace {

constexpr int Soon = 30'000;
constexpr int Later = 120'000;
constexpr int Planted = 12;

} // namespace

class TestLiveRepairs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { failOnWarnings(); }
    void cleanup();
    void aDifferenceIsIgnoredAndShownAgain();
    void markedTasksAreRepairedAndUndone();
    void oneIsApprovedForLaterAndCalledOff();
    void theRestIsApprovedByFilter();
    void assignmentRulesAreStored();
    void aMappingIsSuggestedAndRefusedAtItsField();

private:
    const Json &facts() { return m_desk->console().connections()->sandbox()->facts(); }
    TestClient client(const char *who)
    {
        return TestClient(facts().at("comparator").at("url").get<std::string>(),
                          facts().at("comparator_tokens").at(who).get<std::string>());
    }
    TestClient control()
    {
        TestClient client(facts().at("control").at("url").get<std::string>(),
                          facts().at("control").at("token").get<std::string>());
        client.setTimeout(std::chrono::seconds(45));
        return client;
    }
    Json items(const std::string &path)
    {
        const Json answer = client("operator").get(path).json;
        return answer.is_object() ? answer.value("items", Json::array()) : Json::array();
    }
    int countOf(const char *status)
    {
        return static_cast<int>(items(std::string("/api/v1/repairs?limit=1000&status=") + status).size());
    }
    QString statusOf(const std::string &id)
    {
        const Json repair = client("operator").get("/api/v1/repairs/" + id).json;
        return repair.is_object() ? QString::fromStdString(repair.value("status", std::string())) : QString();
    }
    QAbstractItemView *table() { return m_desk->get<QAbstractItemView>("repairList"); }
    QString text(const char *name)
    {
        auto *label = m_desk->get<QLabel>(name);
        return label ? label->text() : QString();
    }
    void choose(const std::string &id)
    {
        m_desk->window()->currentPage()->showObject(QStringLiteral("repair:") + QString::fromStdString(id));
    }

    std::unique_ptr<ConsoleDesk> m_desk;
    std::vector<std::string> m_marked;
};

void TestLiveRepairs::cleanup()
{
    for (QWidget *top : QApplication::topLevelWidgets())
        if (top != m_desk->window() && top->isVisible() && qobject_cast<QDialog *>(top))
            top->hide(); // what a failed test has left open
}

void TestLiveRepairs::initTestCase()
{
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    m_desk = std::make_unique<ConsoleDesk>();
    auto *connections = m_desk->console().connections();
    connections->sandbox()->setArguments({QStringLiteral("--users"), QStringLiteral("2000")});
    connections->connectTo(Profiles::sandboxId());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->isLive(), Later);
    QCOMPARE(control().post("/api/v1/sandbox/plant", Json{{"count", Planted}, {"kinds", Json::array()}, {"seed", 11}}).status, 200);
    const std::string check = facts().at("check_id").get<std::string>();
    const TestAnswer run = client("operator").post("/api/v1/checks/" + check + "/run", Json{{"scope", "FULL"}});
    QCOMPARE(run.status, 202);
    const std::string path = "/api/v1/runs/" + run.json.at("id").get<std::string>();
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(client("operator").get(path).json.value("state", std::string())),
                              QStringLiteral("FINISHED"), Later);
    Json ids = Json::array();
    std::set<std::string> entities;
    for (const Json &difference : items("/api/v1/differences?limit=1000&resolved=false"))
        if (entities.insert(difference.at("entity_id").get<std::string>()).second)
            ids.push_back(difference.at("id"));
    QVERIFY(ids.size() >= 6);
    const TestAnswer made = client("operator").post("/api/v1/repairs", Json{{"difference_ids", ids}, {"reason", "planted"}});
    QVERIFY2(made.status == 201, made.body.c_str());
    m_desk->window()->showPage(QStringLiteral("repairs"));
    QTRY_COMPARE_WITH_TIMEOUT(table() ? table()->model()->rowCount() : 0, static_cast<int>(made.json.at("items").size()), Soon);
}

void TestLiveRepairs::aDifferenceIsIgnoredAndShownAgain()
{
    const auto hidden = [this] {
        const Json page = client("operator").get("/api/v1/differences?limit=1&resolved=false&ignored=ONLY").json;
        return page.is_object() ? page.value("total", -1) : -1;
    };
    QCOMPARE(hidden(), 0);
    Json chosen;
    for (const Json &difference : items("/api/v1/differences?limit=1000&resolved=false"))
        if (difference.at("field_name").is_string())
            chosen = difference;
    QVERIFY(chosen.is_object());
    m_desk->window()->showPage(QStringLiteral("consistency"));
    m_desk->window()->currentPage()->showObject(QStringLiteral("difference:") +
                                                QString::fromStdString(chosen.at("id").get<std::string>()));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("ignoreDifference") && m_desk->get<Button>("ignoreDifference")->isEnabled(), Soon);
    QVERIFY(m_desk->press("ignoreDifference"));
    auto *dialog = m_desk->get<QDialog>("ignoreDialog");
    QVERIFY(dialog);
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("both are right")));
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_COMPARE_WITH_TIMEOUT(hidden(), 1, Soon);
    // The comparator tells that it has hidden one: the open view says by which rule, the list how many.
    QTRY_VERIFY_WITH_TIMEOUT(text("differenceIgnored").contains(QStringLiteral("both are right")), Soon);
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("showNewer"), Soon);
    QVERIFY(m_desk->press("showNewer"));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("onlyHidden"), Soon);
    QCOMPARE(m_desk->get<Button>("onlyHidden")->text(), QStringLiteral("1 hidden"));
    QVERIFY(m_desk->press("openIgnoreRules"));
    auto *rules = m_desk->get<QAbstractItemView>("ignoreRulesTable");
    QTRY_VERIFY_WITH_TIMEOUT((rules = m_desk->get<QAbstractItemView>("ignoreRulesTable")) && rules->model()->rowCount() == 1, Soon);
    rules->setCurrentIndex(rules->model()->index(0, 0));
    QVERIFY(m_desk->press("deleteIgnoreRule"));
    dialog = m_desk->get<QDialog>("deleteIgnoreRuleDialog");
    QVERIFY(dialog);
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_COMPARE_WITH_TIMEOUT(hidden(), 0, Soon);
    QVERIFY(m_desk->press("ignoreRulesClose"));
    m_desk->window()->showPage(QStringLiteral("repairs"));
    QTRY_VERIFY(table());
}

void TestLiveRepairs::markedTasksAreRepairedAndUndone()
{
    table()->setFocus();
    for (int row = 0; row < table()->model()->rowCount() && m_marked.size() < 2; ++row) {
        const QModelIndex index = table()->model()->index(row, RepairModel::Entity);
        if (!index.siblingAtColumn(RepairModel::Change).data().toString().startsWith(QStringLiteral("NEW: ")) ||
            index.siblingAtColumn(RepairModel::Change).data().toString().endsWith(QStringLiteral(" row")))
            continue; // updates only
        m_marked.push_back(index.data(RepairModel::IdRole).toString().toStdString());
        table()->setCurrentIndex(index);
        QTest::keyClick(table(), Qt::Key_Space);
    }
    QCOMPARE(m_marked.size(), std::size_t{2});
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("markedApprove") && m_desk->get<Button>("markedApprove")->isEnabled(), Soon);
    QVERIFY(m_desk->press("markedApprove"));
    auto *dialog = m_desk->get<QDialog>("markedDialog");
    QVERIFY(dialog);
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("seen and understood")));
    QVERIFY(click(dialog, "confirmButton"));
    for (const std::string &id : m_marked)
        QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QStringLiteral("VERIFIED"), Soon);
    QTRY_VERIFY_WITH_TIMEOUT(text("markedText").startsWith(QStringLiteral("2 of 2 done")), Soon);
    choose(m_marked.front());
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("undoRepair") && m_desk->get<Button>("undoRepair")->isEnabled(), Soon);
    QVERIFY(m_desk->press("undoRepair"));
    dialog = m_desk->get<QDialog>("undoDialog");
    QVERIFY(dialog);
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("it was right before")));
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(m_marked.front()), QStringLiteral("UNDONE"), Soon);
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->get<Chip>("repairStatus")->text(), QStringLiteral("UNDONE"), Soon);
    QCOMPARE(statusOf(m_marked.back()), QStringLiteral("VERIFIED"));
}

void TestLiveRepairs::oneIsApprovedForLaterAndCalledOff()
{
    QVERIFY(m_desk->press("inboxForApproval"));
    QTRY_VERIFY_WITH_TIMEOUT(table()->model()->rowCount() > 2, Soon);
    const std::string id = table()->model()->index(0, 0).data(RepairModel::IdRole).toString().toStdString();
    choose(id);
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("scheduleRepair"), Soon);
    QVERIFY(m_desk->press("scheduleRepair"));
    auto *dialog = m_desk->get<QDialog>("scheduleDialog");
    QVERIFY(dialog);
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("at a quiet hour")));
    QVERIFY(click(dialog, "confirmButton"));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Chip>("repairStatus")->text().startsWith(QStringLiteral("SCHEDULED for")), Soon);
    QCOMPARE(statusOf(id), QStringLiteral("APPROVED"));
    QVERIFY(type(m_desk->window()->currentPage(), "reasonEdit", QStringLiteral("not today")));
    QVERIFY(m_desk->press("rejectRepair"));
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(id), QStringLiteral("REJECTED"), Soon);
}

void TestLiveRepairs::theRestIsApprovedByFilter()
{
    const int open = countOf("PENDING") + countOf("ASSIGNED");
    QVERIFY(open >= 2);
    QVERIFY(m_desk->press("decideByFilter"));
    auto *dialog = m_desk->get<QDialog>("bulkDialog");
    QVERIFY(dialog);
    auto *facts = m_desk->get<FactList>("bulkFacts");
    QTRY_VERIFY_WITH_TIMEOUT((facts = m_desk->get<FactList>("bulkFacts")) && !facts->facts().empty(), Soon);
    QTRY_COMPARE_WITH_TIMEOUT(facts->facts().front().strong, QStringLiteral("%1 repairs").arg(open), Soon);
    // Somebody else decides on one of them meanwhile.
    const std::string other = items("/api/v1/repairs?limit=1&status=PENDING").at(0).at("id").get<std::string>();
    QCOMPARE(client("approver").post("/api/v1/repairs/" + other + "/reject", Json{{"reason", "not this one"}}).status, 200);
    QVERIFY(type(dialog, "bulkCount", QString::number(open)));
    QVERIFY(type(dialog, "reasonEdit", QStringLiteral("all looked at")));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("bulkConfirm")->isEnabled(), Soon);
    QVERIFY(click(dialog, "bulkConfirm"));
    const QString changed = QStringLiteral("%1 can be decided on, not the expected %2").arg(open - 1).arg(open);
    QTRY_VERIFY2_WITH_TIMEOUT(text("bulkNote").contains(changed), qPrintable(text("bulkNote")), Soon);
    QCOMPARE(countOf("APPROVED") + countOf("EXECUTING"), 0); // nothing was done
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<FactList>("bulkFacts"), Soon);
    QVERIFY(type(dialog, "bulkCount", QString::number(open - 1)));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("bulkConfirm")->isEnabled(), Soon);
    QVERIFY(click(dialog, "bulkConfirm"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_desk->get<QDialog>("bulkDialog"), Soon);
    QTRY_COMPARE_WITH_TIMEOUT(countOf("PENDING") + countOf("ASSIGNED") + countOf("APPROVED") + countOf("EXECUTING"), 0, Later);
    // What the stream told is what the list shows.
    QVERIFY(m_desk->press("inboxForApproval"));
    QTRY_VERIFY_WITH_TIMEOUT(!table() || table()->model()->rowCount() <= 1, Soon); // the one that is looked at may stay
}

void TestLiveRepairs::assignmentRulesAreStored()
{
    QVERIFY(m_desk->press("openAssignment"));
    auto *dialog = m_desk->get<QDialog>("assignmentRulesDialog");
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(find<Button>(dialog, "addAssignmentRule")->isEnabled(), Soon);
    QVERIFY(click(dialog, "addAssignmentRule"));
    QVERIFY(click(dialog, "assignApprovers"));
    QVERIFY(click(dialog, "assignmentRuleOk"));
    QVERIFY(click(dialog, "assignmentSave"));
    const auto stored = [this] { return client("operator").get("/api/v1/assignment-rules").json.value("rules", Json::array()); };
    QTRY_COMPARE_WITH_TIMEOUT(static_cast<int>(stored().size()), 1, Soon);
    QCOMPARE(stored()[0].at("assigned_role").get<std::string>(), std::string("approver"));
    // Somebody else adds one while the dialog is open.
    const Json now = client("operator").get("/api/v1/assignment-rules").json;
    const TestAnswer theirs = client("operator").put(
        "/api/v1/assignment-rules",
        Json{{"rules", Json::array({Json{{"data_type", "USER"}, {"assigned_to", "eve"}}, Json{{"assigned_role", "approver"}}})}},
        std::to_string(now.at("version").get<int>()));
    QVERIFY2(theirs.status == 200, theirs.body.c_str());
    auto *rules = find<QAbstractItemView>(dialog, "assignmentRulesTable");
    QTRY_COMPARE_WITH_TIMEOUT(rules->model()->rowCount(), 2, Soon);
    QCOMPARE(rules->model()->index(0, AssignmentRuleModel::To).data().toString(), QStringLiteral("eve"));
    QVERIFY(click(dialog, "assignmentClose"));
    QTRY_VERIFY(!m_desk->get<QDialog>("assignmentRulesDialog"));
}

void TestLiveRepairs::aMappingIsSuggestedAndRefusedAtItsField()
{
    m_desk->window()->showPage(QStringLiteral("consistency"));
    QVERIFY(m_desk->press("openMappings"));
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("editMapping") && m_desk->get<Button>("editMapping")->isEnabled(), Soon);
    const int before = m_desk->get<QAbstractItemView>("mappingsTable")->model()->rowCount();
    QVERIFY(before > 0);
    const Json known = items("/api/v1/mappings?limit=1").at(0);
    QVERIFY(m_desk->press("newMapping"));
    auto *editor = m_desk->get<QDialog>("mappingEditor");
    QVERIFY(editor);
    m_desk->get<QComboBox>("mappingType")->setCurrentText(QStringLiteral("COPY"));
    for (const auto &[side, box, edit] : {std::tuple("legacy", "legacySource", "legacyTable"), std::tuple("new", "newSource", "newTable")}) {
        auto *combo = m_desk->get<QComboBox>(box);
        combo->setCurrentIndex(combo->findData(QString::fromStdString(known.at(side).at("source_id").get<std::string>())));
        QVERIFY(type(editor, edit, QString::fromStdString(known.at(side).at("table").get<std::string>())));
    }
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->get<Button>("suggestMapping")->isEnabled(), Soon);
    QVERIFY(m_desk->press("suggestMapping"));
    auto *fields = m_desk->get<QAbstractItemView>("mappingFields");
    QTRY_VERIFY_WITH_TIMEOUT(fields->model()->rowCount() > 0, Soon);
    // A column that is not there is refused by the database, and told at its field.
    fields->setCurrentIndex(fields->model()->index(0, 0));
    const QString column = m_desk->get<QComboBox>("fieldNew")->currentText();
    m_desk->get<QComboBox>("fieldNew")->setCurrentText(QStringLiteral("no_such_column"));
    QTRY_VERIFY2_WITH_TIMEOUT(m_desk->get<Button>("mappingSave")->isEnabled(), qPrintable(m_desk->get<Button>("mappingSave")->toolTip()), Soon);
    QVERIFY(m_desk->press("mappingSave"));
    const auto told = [&] {
        auto *field = qobject_cast<FormField *>(m_desk->get<QComboBox>("fieldNew")->parentWidget());
        return field ? field->problem() : QString();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(told().contains(QStringLiteral("no_such_column")), qPrintable(told()), Soon);
    m_desk->get<QComboBox>("fieldNew")->setCurrentText(column);
    QVERIFY(m_desk->press("mappingSave"));
    QTRY_VERIFY2_WITH_TIMEOUT(!m_desk->get<QDialog>("mappingEditor"), qPrintable(text("mappingNote")), Soon);
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->get<QAbstractItemView>("mappingsTable")->model()->rowCount(), before + 1, Soon);
    QVERIFY(m_desk->press("mappingsClose"));
}

QTEST_MAIN(TestLiveRepairs)
#include "tst_liverepairs.moc"
