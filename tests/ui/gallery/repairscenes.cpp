// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Repairs, who gets them, and the mappings they go by.
#include "tests/ui/gallery/tst_gallery.h"

#include "ui/shared/buttons.h"

#include <QComboBox>

namespace crossfade::test {

void TestGallery::mappings()
{
    Gallery &g = *m_gallery;
    g.page("consistency");
    g.press("openMappings");
    g.until("the mappings", [&] { return find<Button>(g.window(), "editMapping") && find<Button>(g.window(), "editMapping")->isEnabled(); });
    g.shoot(QStringLiteral("65-mappings"));
    g.expectRollBackOver("mappingsDialog");
    g.press("newMapping");
    g.seen("mappingEditor");
    g.shoot(QStringLiteral("66-mapping-new"));
    g.press("mappingCancel");
    g.until("it is closed", [&] { return find<QDialog>(g.window(), "mappingEditor") == nullptr; });
    g.press("editMapping");
    g.seen("mappingFields");
    g.choose("mappingFields", QString());
    g.press("addPair");
    g.shoot(QStringLiteral("67-mapping-mistake"));
    g.press("removePair");
    g.press("mappingCancel");
    g.closeDialogs();
    g.closeDialogs(); // one asks first
}

void TestGallery::repairs()
{
    Gallery &g = *m_gallery;
    g.page("repairs");
    g.choose("repairList", QString());
    g.seen("statementView");
    g.shoot(QStringLiteral("70-repairs"));
    g.press("assignRepair");
    g.seen("assignDialog");
    g.shoot(QStringLiteral("71-assign"));
    g.expectRollBackOver("assignDialog");
    g.closeDialogs();
    g.write("reasonEdit", QStringLiteral("seen and understood"));
    g.press("approveRepair");
    g.until("verified", [&] {
        const Json list = g.comparator().get("/api/v1/repairs?limit=5").json;
        return list.is_object() && !list.value("items", Json::array()).empty() &&
               list.at("items").front().value("status", std::string()) == "VERIFIED";
    });
    g.press("inboxDone");
    g.choose("repairList", QString());
    g.shoot(QStringLiteral("72-verified"));
}

// More to decide on: what was planted is found anew and given to be repaired.
void TestGallery::manyRepairs()
{
    Gallery &g = *m_gallery;
    Json ids = Json::array();
    const Json found = g.comparator().get("/api/v1/differences?limit=200&resolved=false").json;
    QStringList entities;
    for (const Json &difference : found.value("items", Json::array()))
        if (const QString entity = toText(difference.value("entity_id", std::string()));
            ids.size() < 14 && difference.at("repair_id").is_null() && !entities.contains(entity)) {
            entities << entity;
            ids.push_back(difference.at("id"));
        }
    expect("repairs", g.comparator().post("/api/v1/repairs", Json{{"difference_ids", ids}, {"reason", "found by the nightly check"}}), 201);
    g.page("repairs");
    g.press("inboxOpen");
    g.until("the tasks", [&] {
        auto *list = find<QAbstractItemView>(g.window(), "repairList");
        return list && list->model()->rowCount() > 5;
    });
    auto *list = find<QAbstractItemView>(g.window(), "repairList");
    QVERIFY(list != nullptr);
    list->setFocus();
    for (int row = 0; row < 3; ++row) {
        list->setCurrentIndex(list->model()->index(row, 2));
        QTest::keyClick(list, Qt::Key_Space);
    }
    g.shoot(QStringLiteral("72a-marked"));
    g.press("markedApprove");
    g.seen("markedDialog");
    g.shoot(QStringLiteral("72b-marked-approve"));
    g.expectRollBackOver("markedDialog");
    g.closeDialogs();
    g.press("markedClear");
    g.press("decideByFilter");
    g.seen("bulkFacts");
    g.shoot(QStringLiteral("72c-by-filter"));
    g.expectRollBackOver("bulkDialog");
    g.press("bulkLater");
    g.write("bulkCount", QStringLiteral("1"));
    g.shoot(QStringLiteral("72d-by-filter-later"));
    g.closeDialogs();
    g.write("reasonEdit", QStringLiteral("at a quiet hour"));
    g.press("scheduleRepair");
    g.seen("scheduleDialog");
    g.shoot(QStringLiteral("72e-later"));
    g.press("confirmButton");
    g.until("it is scheduled", [&] { return find<Button>(g.window(), "scheduleRepair") == nullptr; });
    g.shoot(QStringLiteral("72f-scheduled"));
    g.press("inboxDone");
    g.choose("repairList", QStringLiteral("VERIFIED"));
    g.press("undoRepair");
    g.seen("undoDialog");
    g.shoot(QStringLiteral("72g-undo"));
    g.closeDialogs();
    g.press("inboxOpen");
}

void TestGallery::assignmentRules()
{
    Gallery &g = *m_gallery;
    g.page("repairs");
    g.press("openAssignment");
    g.until("the rules", [&] { return find<Button>(g.window(), "addAssignmentRule") && find<Button>(g.window(), "addAssignmentRule")->isEnabled(); });
    g.shoot(QStringLiteral("72h-assignment-none"));
    g.expectRollBackOver("assignmentRulesDialog");
    g.press("addAssignmentRule");
    g.seen("assignmentRuleEditor");
    g.press("assignApprovers");
    g.shoot(QStringLiteral("72i-assignment-editor"));
    g.press("assignmentRuleOk");
    g.press("addAssignmentRule");
    g.write("assignTo", QStringLiteral("ann"));
    g.press("assignmentRuleOk");
    g.shoot(QStringLiteral("72j-assignment"));
    g.press("assignmentClose");
    g.seen("loseRulesBox");
    g.press("questionYes");
}

} // namespace crossfade::test
