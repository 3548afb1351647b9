// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"
#include "ui/repairs/assignmentrulesdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>

#include <memory>

using namespace crossfade;
using namespace crossfade::test;

namespace {

Json ruleJson(const Json &type, const Json &difference, const Json &field, const Json &person, const Json &role)
{
    return {{"data_type", type}, {"difference_type", difference}, {"field", field}, {"assigned_to", person}, {"assigned_role", role}};
}

struct Desk {
    FakePair services;
    Json rules = Json::array();
    int version = 1;
    std::string changedBy = "operator-1";
    std::unique_ptr<AssignmentRulesDialog> dialog;

    explicit Desk(Json stored = Json::array({ruleJson("USER", nullptr, "email", "ann", nullptr),
                                             ruleJson(nullptr, nullptr, nullptr, nullptr, "approver")}),
                  const QStringList &roles = {QStringLiteral("operator")})
        : services(roles)
        , rules(std::move(stored))
    {
        services.comparator.on("GET /api/v1/assignment-rules", [this](const FakeRequest &) { return FakeAnswer{200, list()}; });
        services.comparator.on("PUT /api/v1/assignment-rules", [this](const FakeRequest &request) {
            if (request.headers.value("if-match").replace("\"", "").toInt() != version)
                return problem(412, "somebody changed it");
            rules = request.body["rules"];
            ++version;
            return FakeAnswer{200, list()};
        });
    }
    Json list() const
    {
        return {{"rules", rules}, {"updated_at", nullptr}, {"changed_by", changedBy}, {"version", version}};
    }
    bool open()
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && services.comparator.hasStream(); }))
            return false;
        dialog = std::make_unique<AssignmentRulesDialog>(&services.connection,
                                                         QStringList{QStringLiteral("ROLE"), QStringLiteral("USER")});
        dialog->show();
        return QTest::qWaitForWindowActive(dialog.get()) &&
               QTest::qWaitFor([&] { return get<StateView>("assignmentRulesState")->state() != StateView::State::Loading; });
    }
    template <class Widget>
    Widget *get(const char *name) { return find<Widget>(dialog.get(), name); }
    bool press(const char *name) { return click(dialog.get(), name); }
    bool write(const char *name, const QString &text) { return type(dialog.get(), name, text); }
    QAbstractItemView *table() { return dialog->findChild<QAbstractItemView *>(QStringLiteral("assignmentRulesTable")); }
    QStringList people()
    {
        QStringList all;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            all << table()->model()->index(row, AssignmentRuleModel::To).data().toString();
        return all;
    }
    void choose(int row) { table()->setCurrentIndex(table()->model()->index(row, AssignmentRuleModel::To)); }
    QString text(const char *name)
    {
        auto *label = get<QLabel>(name);
        return label ? label->text() : QString();
    }
};

} // namespace

class TestAssignmentRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void rulesAreAddedOrderedAndSaved()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people(), QStringList({QStringLiteral("ann"), QStringLiteral("all approvers")}));
        QVERIFY(!desk.get<Button>("assignmentSave")->isEnabled());
        QVERIFY(desk.press("addAssignmentRule"));
        auto *editor = desk.get<QDialog>("assignmentRuleEditor");
        QVERIFY(editor);
        QVERIFY(!find<Button>(editor, "assignmentRuleOk")->isEnabled()); // to nobody
        find<QComboBox>(editor, "ruleDataType")->setCurrentText(QStringLiteral("ROLE"));
        QVERIFY(type(editor, "ruleField", QStringLiteral("permissions")));
        find<QComboBox>(editor, "ruleDifference")->setCurrentIndex(1);
        QVERIFY(type(editor, "assignTo", QStringLiteral("bob")));
        // A whole row differs in no field.
        QVERIFY(!find<Button>(editor, "assignmentRuleOk")->isEnabled());
        find<QComboBox>(editor, "ruleDifference")->setCurrentIndex(3);
        shoot(editor, "assignment-editor");
        QVERIFY(click(editor, "assignmentRuleOk"));
        QTRY_COMPARE(desk.people().size(), 3);
        // The rule for all stands before it: it would never apply.
        QVERIFY(desk.table()->model()->index(2, AssignmentRuleModel::To).data(Qt::ToolTipRole).toString().contains(QStringLiteral("never applies")));
        desk.choose(2);
        desk.table()->setFocus();
        QTest::keyClick(desk.table(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(desk.people(), QStringList({QStringLiteral("ann"), QStringLiteral("bob"), QStringLiteral("all approvers")}));
        shoot(desk.dialog.get(), "assignment-rules");
        QVERIFY(desk.write("reasonEdit", QStringLiteral("bob knows roles")));
        QVERIFY(desk.press("assignmentSave"));
        QTRY_VERIFY2(desk.text("assignmentNote").startsWith(QStringLiteral("Saved")), qPrintable(desk.text("assignmentNote")));
        QCOMPARE(desk.rules.size(), std::size_t{3});
        QCOMPARE(dumpJson(desk.rules[1]), dumpJson(ruleJson("ROLE", "DIFFERENT", "permissions", "bob", nullptr)));
        QVERIFY(!desk.get<Button>("assignmentSave")->isEnabled());
    }

    void aRepairIsTriedAgainstWhatIsEdited()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 2);
        desk.get<QComboBox>("tryDataType")->setCurrentText(QStringLiteral("USER"));
        QVERIFY(desk.write("tryFields", QStringLiteral("phone, email")));
        QCOMPARE(desk.text("tryFound"), QStringLiteral("Rule 1: it goes to ann."));
        QVERIFY(desk.write("tryFields", QStringLiteral("phone")));
        QCOMPARE(desk.text("tryFound"), QStringLiteral("Rule 2: it goes to all approvers."));
        desk.choose(1);
        QVERIFY(desk.press("removeAssignmentRule"));
        QCOMPARE(desk.text("tryFound"), QStringLiteral("No rule fits: it stays unassigned."));
        QTest::keyClick(desk.dialog.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(desk.text("tryFound"), QStringLiteral("Rule 2: it goes to all approvers."));
        // A missing row differs in no field: the first rule is for none.
        desk.get<QComboBox>("tryDifference")->setCurrentIndex(1);
        QCOMPARE(desk.text("tryFound"), QStringLiteral("Rule 2: it goes to all approvers."));
        QVERIFY(!desk.get<QLineEdit>("tryFields")->isEnabled());
    }

    void whatSomebodyElseSavedIsToldAndEditsAreKept()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 2);
        desk.choose(0);
        QVERIFY(desk.press("assignmentRuleDown"));
        desk.rules = Json::array({ruleJson(nullptr, nullptr, nullptr, "eve", nullptr)});
        desk.changedBy = "eve";
        desk.version = 5;
        QVERIFY(desk.press("assignmentSave"));
        QTRY_VERIFY2(desk.text("assignmentNote").contains(QStringLiteral("eve changed the list meanwhile")),
                     qPrintable(desk.text("assignmentNote")));
        QCOMPARE(desk.people().front(), QStringLiteral("all approvers"));
        QVERIFY(desk.press("assignmentTheirs"));
        QCOMPARE(desk.people(), QStringList{QStringLiteral("eve")});
        QVERIFY(!desk.get<QWidget>("assignmentTheirs"));
        // Told by an event: without edits it is simply shown.
        desk.rules = Json::array();
        desk.version = 6;
        desk.services.comparator.push("assignment_rules.changed", Json{{"rules", 0}, {"version", 6}});
        QTRY_COMPARE(desk.get<StateView>("assignmentRulesState")->stateName(), QStringLiteral("empty"));
        shoot(desk.dialog.get(), "assignment-none");
    }

    void anEditedRuleIsFoundWhereItIsByNow()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 2);
        desk.choose(0);
        QVERIFY(desk.press("editAssignmentRule"));
        auto *editor = desk.get<QDialog>("assignmentRuleEditor");
        QVERIFY(editor);
        // Somebody puts another one before it while it is being edited.
        desk.rules = Json::array({ruleJson(nullptr, nullptr, nullptr, "eve", nullptr), ruleJson("USER", nullptr, "email", "ann", nullptr)});
        desk.version = 7;
        desk.services.comparator.push("assignment_rules.changed", Json{{"rules", 2}, {"version", 7}});
        QTRY_COMPARE(desk.people(), (QStringList{QStringLiteral("eve"), QStringLiteral("ann")}));
        QVERIFY(click(editor, "assignApprovers"));
        QVERIFY(click(editor, "assignmentRuleOk"));
        QCOMPARE(desk.people(), (QStringList{QStringLiteral("eve"), QStringLiteral("all approvers")}));
    }

    void mistakesNameTheirRule()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 2);
        desk.services.comparator.on("PUT /api/v1/assignment-rules", [](const FakeRequest &) {
            return problem(422, "not so", {{"/rules/1/assigned_to", "is nobody"}});
        });
        desk.choose(0);
        QVERIFY(desk.press("assignmentRuleDown"));
        desk.choose(0);
        QVERIFY(desk.press("assignmentSave"));
        QTRY_VERIFY2(desk.text("assignmentNote").contains(QStringLiteral("Look at rule 2.")), qPrintable(desk.text("assignmentNote")));
        QCOMPARE(desk.table()->currentIndex().row(), 1);
    }

    void editsAreNotLostByEscape()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 2);
        desk.choose(0);
        QVERIFY(desk.press("removeAssignmentRule"));
        QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
        QTRY_VERIFY(desk.get<QDialog>("loseRulesBox"));
        QVERIFY(desk.press("questionNo"));
        QVERIFY(desk.dialog->isVisible());
        QVERIFY(desk.press("undoAssignmentRule"));
        QTest::keyClick(desk.dialog.get(), Qt::Key_Escape);
        QTRY_VERIFY(!desk.dialog->isVisible());
    }

    void withoutTheRightItIsForReading()
    {
        Desk desk(Json::array({ruleJson("USER", nullptr, nullptr, "ann", nullptr)}), {QStringLiteral("viewer")});
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.people().size(), 1);
        for (const char *name : {"addAssignmentRule", "editAssignmentRule", "removeAssignmentRule", "assignmentSave"})
            QVERIFY2(!desk.get<Button>(name)->isEnabled() && desk.get<Button>(name)->toolTip().contains(QStringLiteral("role")), name);
        desk.get<QComboBox>("tryDataType")->setCurrentText(QStringLiteral("USER"));
        QCOMPARE(desk.text("tryFound"), QStringLiteral("Rule 1: it goes to ann."));
    }

    void anErrorOffersToTryAgain()
    {
        Desk desk;
        desk.services.comparator.on("GET /api/v1/assignment-rules", [](const FakeRequest &) { return problem(503, "busy"); });
        QVERIFY(desk.open());
        auto *state = desk.get<StateView>("assignmentRulesState");
        QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
        QVERIFY(!desk.get<Button>("addAssignmentRule")->isEnabled()); // nobody knows what it would be added to
        desk.services.comparator.on("GET /api/v1/assignment-rules", [&desk](const FakeRequest &) { return FakeAnswer{200, desk.list()}; });
        Q_EMIT state->retry();
        QTRY_COMPARE(desk.people().size(), 2);
    }
};

QTEST_MAIN(TestAssignmentRules)
#include "tst_assignmentrules.moc"
