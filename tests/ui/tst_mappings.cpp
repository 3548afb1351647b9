// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/pagetest.h"
#include "ui/consistency/mappingsdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>

#include <memory>

using namespace crossfade;
using namespace crossfade::test;

namespace {

const char *const LegacySource = "0199aaaa-0000-7000-8000-000000000001";
const char *const NewSource = "0199aaaa-0000-7000-8000-000000000002";

Json fieldJson(const char *name, const char *fresh, const char *kind)
{
    return {{"name", name}, {"legacy_column", name}, {"new_column", fresh}, {"kind", kind}, {"scale", nullptr},
            {"transforms", Json::array()}, {"sensitive", false}, {"ignored", false}, {"value_map", Json::array()},
            {"legacy_time_zone", nullptr}, {"new_time_zone", nullptr}, {"tolerance", nullptr}};
}

Json tableJson(const char *source, const char *table, const Json &key)
{
    return {{"source_id", source}, {"table", table}, {"key", key}, {"more_keys", Json::array()}, {"changed_column", nullptr}};
}

Json mappingJson()
{
    Json state = fieldJson("state", "status", "TEXT");
    state["value_map"] = Json::array({{{"legacy", "A"}, {"new", "active"}}, {{"legacy", nullptr}, {"new", "none"}}});
    return {{"id", "m1"}, {"data_type", "USER"}, {"legacy", tableJson(LegacySource, "users", "id")},
            {"new", tableJson(NewSource, "accounts", "id")}, {"key_kind", "INTEGER"},
            {"fields", Json::array({fieldJson("email", "email", "TEXT"), state, fieldJson("seen", "seen_at", "TIMESTAMP")})},
            {"authoritative", "LEGACY"}, {"safe_repairs", Json::array({"UPDATE"})},
            {"created_at", "2026-11-21T12:00:00.000Z"}, {"updated_at", "2026-11-21T12:00:00.000Z"}, {"version", 3}};
}

struct Desk {
    FakePair services;
    std::vector<Json> mappings{mappingJson()};
    std::unique_ptr<MappingsDialog> dialog;

    explicit Desk(const QStringList &roles = {QStringLiteral("operator")})
        : services(roles)
    {
        FakeService &comparator = services.comparator;
        comparator.on("GET /api/v1/sources", listOf(Json::array({{{"id", LegacySource}, {"name", "old"}, {"kind", "MARIADB"}},
                                                                 {{"id", NewSource}, {"name", "new"}, {"kind", "POSTGRESQL"}}})));
        comparator.on("GET /api/v1/mappings", [this](const FakeRequest &) { return FakeAnswer{200, listOf(Json(mappings))}; });
        comparator.on("GET /api/v1/sources/*", [](const FakeRequest &request) {
            Json columns = Json::array();
            if (request.item("table") == QStringLiteral("users") || request.item("table") == QStringLiteral("accounts"))
                for (const char *name : {"id", "email", "state", "seen"})
                    columns.push_back({{"name", name}, {"type", "text"}, {"nullable", true}, {"key", false}});
            return FakeAnswer{200, Json{{"columns", columns}}};
        });
        comparator.on("POST /api/v1/sources/*", [](const FakeRequest &request) { // of a query
            if (!request.body.contains("query"))
                return FakeAnswer{422, Json::object()};
            Json columns = Json::array();
            for (const char *name : {"id", "mail_of_query"})
                columns.push_back({{"name", name}, {"type", "text"}, {"nullable", true}, {"key", false}});
            return FakeAnswer{200, Json{{"columns", columns}}};
        });
        comparator.on("POST /api/v1/mappings/suggest", [](const FakeRequest &request) {
            Json draft = mappingJson();
            draft["data_type"] = request.body["data_type"];
            draft["fields"] = Json::array({fieldJson("email", "email", "TEXT"), fieldJson("seen", "seen", "TIMESTAMP")});
            for (const char *name : {"id", "created_at", "updated_at", "version"})
                draft.erase(name);
            return FakeAnswer{200, Json{{"mapping", draft},
                                        {"unpaired_legacy", Json::array({{{"column", "fax"}, {"reason", "no column of that name"}}})},
                                        {"unpaired_new", Json::array()}}};
        });
        comparator.on("POST /api/v1/mappings", [this](const FakeRequest &request) {
            Json made = request.body;
            made["id"] = "m2";
            made["version"] = 1;
            mappings.push_back(made);
            return FakeAnswer{201, made};
        });
        comparator.on("PUT /api/v1/mappings/m1", [this](const FakeRequest &request) {
            Json changed = request.body;
            changed["id"] = "m1";
            changed["version"] = 4;
            mappings.front() = changed;
            return FakeAnswer{200, changed};
        });
    }
    bool open()
    {
        services.open();
        if (!QTest::qWaitFor([&] { return services.isLive() && services.comparator.hasStream(); }))
            return false;
        dialog = std::make_unique<MappingsDialog>(&services.connection);
        dialog->show();
        return QTest::qWaitFor([&] { return get<StateView>("mappingsState")->state() != StateView::State::Loading; });
    }
    QDialog *edit(const char *button)
    {
        return press(button) ? get<QDialog>("mappingEditor") : nullptr;
    }
    template <class Widget>
    Widget *get(const char *name) { return find<Widget>(dialog.get(), name); }
    bool press(const char *name) { return click(dialog.get(), name); }
    bool write(const char *name, const QString &text) { return type(dialog.get(), name, text); }
    QAbstractItemView *fields() { return get<QAbstractItemView>("mappingFields"); }
    void chooseField(int row) { fields()->setCurrentIndex(fields()->model()->index(row, 0)); }
    QString text(const char *name)
    {
        auto *label = get<QLabel>(name);
        return label ? label->text() : QString();
    }
    // The mistake told at an editor.
    QString problemAt(const char *name)
    {
        auto *editor = get<QWidget>(name);
        auto *field = editor ? qobject_cast<FormField *>(editor->parentWidget()) : nullptr;
        return field ? field->problem() : QString();
    }
    void choose(const char *box, const QString &data)
    {
        auto *combo = get<QComboBox>(box);
        combo->setCurrentIndex(combo->findData(data));
    }
    QList<FakeRequest> asked(const char *route) { return services.comparator.asked(route); }
};

} // namespace

class TestMappings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aQueryStandsInThePlaceOfATable()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QVERIFY(!desk.get<QPlainTextEdit>("legacyQuery")); // a table: nothing of a query is shown
        QVERIFY(desk.press("legacyFromQuery"));
        auto *query = desk.get<QPlainTextEdit>("legacyQuery");
        QVERIFY(query);
        QVERIFY(!desk.get<QLineEdit>("legacyTable"));
        QVERIFY(desk.get<QLineEdit>("newTable")); // the other side stays a table
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled()); // there is none yet
        const QString text = QStringLiteral("SELECT id, mail AS email, state, seen\nFROM accounts -- two lines");
        query->setPlainText(text);
        QTRY_VERIFY(desk.asked("POST /api/v1/sources/*").size() == 1);
        QCOMPARE(QString::fromStdString(desk.asked("POST /api/v1/sources/*").first().body["query"].get<std::string>()), text);
        shoot(desk.get<QDialog>("mappingEditor"), "mapping-query");
        QVERIFY(desk.press("mappingSave"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/mappings/m1").size(), 1);
        const Json legacy = desk.asked("PUT /api/v1/mappings/m1").first().body["legacy"];
        QCOMPARE(QString::fromStdString(legacy["query"].get<std::string>()), text);
        QVERIFY(!legacy.contains("table"));
        // It is there when the mapping is opened again.
        const auto listed = [&desk] {
            const QAbstractItemModel *list = desk.get<QAbstractItemView>("mappingsTable")->model();
            bool shown = false;
            for (int column = 0; column < list->columnCount(); ++column)
                shown = shown || list->index(0, column).data().toString().startsWith(QStringLiteral("SELECT id"));
            return shown;
        };
        QTRY_VERIFY(listed());
        QTRY_VERIFY(!desk.get<QDialog>("mappingEditor"));
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QTRY_VERIFY(desk.get<QPlainTextEdit>("legacyQuery"));
        QCOMPARE(desk.get<QPlainTextEdit>("legacyQuery")->toPlainText(), text);
    }

    void aNewOneIsSuggestedAndCompletedByHand()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_COMPARE(desk.get<QAbstractItemView>("mappingsTable")->model()->rowCount(), 1);
        shoot(desk.dialog.get(), "mappings");
        QVERIFY(desk.edit("newMapping"));
        QVERIFY(!desk.get<Button>("suggestMapping")->isEnabled());
        QCOMPARE(desk.problemAt("legacyTable"), QString()); // nobody has written anything yet
        desk.get<QComboBox>("mappingType")->setCurrentText(QStringLiteral("USER"));
        desk.choose("legacySource", QString::fromLatin1(LegacySource));
        desk.choose("newSource", QString::fromLatin1(NewSource));
        QVERIFY(desk.write("legacyTable", QStringLiteral("users")));
        QVERIFY(desk.write("newTable", QStringLiteral("accounts")));
        QVERIFY(desk.press("suggestMapping"));
        QTRY_COMPARE(desk.fields()->model()->rowCount(), 2);
        QVERIFY2(desk.text("mappingNote").contains(QStringLiteral("2 field")), qPrintable(desk.text("mappingNote")));
        QVERIFY(desk.text("unpairedColumns").contains(QStringLiteral("LEGACY.fax: no column of that name")));
        QCOMPARE(desk.get<QLineEdit>("legacyKeys")->text(), QStringLiteral("id"));
        // A time field: its wall clocks and its tolerance.
        desk.chooseField(1);
        QVERIFY(desk.get<QWidget>("fieldTolerance"));
        QVERIFY(desk.write("fieldTolerance", QStringLiteral("0.5")));
        desk.get<QComboBox>("fieldLegacyZone")->setCurrentText(QStringLiteral("Europe/Berlin"));
        QCOMPARE(desk.fields()->model()->index(1, MappingFieldModel::Compared).data().toString(), QStringLiteral("±0.5 s, wall clocks"));
        shoot(desk.get<QDialog>("mappingEditor"), "mapping-suggested");
        // A text field: its value map, of which one value is NULL.
        desk.chooseField(0);
        QVERIFY(!desk.get<QWidget>("fieldTolerance"));
        QVERIFY(desk.press("addPair"));
        auto *pairs = desk.get<QAbstractItemView>("valueMap");
        QTRY_VERIFY(pairs->findChild<QLineEdit *>());
        QTest::keyClicks(pairs->findChild<QLineEdit *>(), QStringLiteral("-"));
        QTest::keyClick(pairs->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_VERIFY(!pairs->findChild<QLineEdit *>()); // it is taken over in a later turn
        pairs->setCurrentIndex(pairs->model()->index(0, ValueMapModel::New));
        QVERIFY(desk.press("nullPair"));
        QCOMPARE(pairs->model()->index(0, ValueMapModel::Legacy).data().toString(), QStringLiteral("-"));
        QCOMPARE(pairs->model()->index(0, ValueMapModel::New).data().toString(), QStringLiteral("NULL"));
        QTRY_VERIFY2(desk.get<Button>("mappingSave")->isEnabled(), qPrintable(desk.get<Button>("mappingSave")->toolTip()));
        QVERIFY(desk.press("mappingSave"));
        QTRY_VERIFY(!desk.get<QDialog>("mappingEditor"));
        const Json body = desk.asked("POST /api/v1/mappings").front().body;
        QCOMPARE(dumpJson(body["fields"][0]["value_map"]), std::string(R"([{"legacy":"-","new":null}])"));
        QCOMPARE(body["fields"][1]["tolerance"].get<double>(), 0.5);
        QCOMPARE(body["fields"][1]["legacy_time_zone"].get<std::string>(), std::string("Europe/Berlin"));
        QVERIFY(body["fields"][1]["new_time_zone"].is_null());
        QCOMPARE(body["legacy"]["key"].get<std::string>(), std::string("id"));
        QTRY_COMPARE(desk.get<QAbstractItemView>("mappingsTable")->model()->rowCount(), 2);
    }

    void mistakesAreToldAtTheirFieldWhileTyping()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled()); // nothing is edited
        desk.chooseField(2);
        QVERIFY(desk.write("fieldTolerance", QStringLiteral("a bit")));
        QVERIFY2(!desk.problemAt("fieldTolerance").isEmpty(), "no number");
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled());
        QVERIFY(desk.write("fieldTolerance", QStringLiteral("2")));
        QCOMPARE(desk.problemAt("fieldTolerance"), QString());
        desk.chooseField(1);
        QVERIFY(desk.press("addPair"));
        auto *pairs = desk.get<QAbstractItemView>("valueMap");
        QTRY_VERIFY(pairs->findChild<QLineEdit *>());
        QTest::keyClicks(pairs->findChild<QLineEdit *>(), QStringLiteral("A")); // stands in the first pair
        QTest::keyClick(pairs->findChild<QLineEdit *>(), Qt::Key_Return);
        QTRY_VERIFY(desk.get<QLabel>("valueMapProblem"));
        QVERIFY(!pairs->model()->index(2, 0).data(Qt::ToolTipRole).toString().isEmpty());
        QVERIFY(!desk.fields()->model()->index(1, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("state")));
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled());
        shoot(desk.get<QDialog>("mappingEditor"), "mapping-mistake");
        pairs->setCurrentIndex(pairs->model()->index(2, 0));
        QVERIFY(desk.press("removePair"));
        QTRY_VERIFY(desk.get<Button>("mappingSave")->isEnabled());
        QVERIFY(desk.press("mappingSave"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/mappings/m1").size(), 1);
        const FakeRequest request = desk.asked("PUT /api/v1/mappings/m1").front();
        QVERIFY(request.headers.value("if-match").contains("3"));
        QCOMPARE(request.body["fields"][2]["tolerance"].get<double>(), 2.0);
        QCOMPARE(dumpJson(request.body["fields"][1]["value_map"]), dumpJson(mappingJson()["fields"][1]["value_map"])); // as it was
        QCOMPARE(dumpJson(request.body["safe_repairs"]), std::string(R"(["UPDATE"])"));
    }

    // A mapping of sets stays one, whatever else of it is changed.
    void whatIsASetStaysOne()
    {
        Desk desk;
        Json sets = mappingJson();
        sets["data_type"] = "PERMISSION";
        sets["fields"] = Json::array({fieldJson("permission", "permission", "TEXT")});
        sets["set_field"] = "permission";
        desk.mappings.front() = sets;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QCOMPARE(desk.get<QLineEdit>("mappingSetField")->text(), QStringLiteral("permission"));
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled()); // nothing is edited
        QVERIFY(desk.write("mappingSetField", QStringLiteral("role")));
        QVERIFY2(!desk.problemAt("mappingSetField").isEmpty(), "there is no such field");
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled());
        QVERIFY(desk.write("mappingSetField", QStringLiteral("permission")));
        QCOMPARE(desk.problemAt("mappingSetField"), QString());
        QVERIFY(desk.press("authorityNew"));
        QVERIFY(desk.press("mappingSave"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/mappings/m1").size(), 1);
        const FakeRequest request = desk.asked("PUT /api/v1/mappings/m1").front();
        QCOMPARE(dumpJson(request.body["set_field"]), std::string(R"("permission")"));
        QCOMPARE(dumpJson(request.body["authoritative"]), std::string(R"("NEW")"));
    }

    void whatTheComparatorRefusesIsShownWhereItIs()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        desk.services.comparator.on("PUT /api/v1/mappings/m1", [](const FakeRequest &) {
            return problem(422, "no", {{"/fields/2/legacy_column", "there is no column last_seen"},
                                       {"/new/more_keys/0", "there is no column tenant"}});
        });
        QVERIFY(desk.edit("editMapping"));
        desk.chooseField(2);
        desk.get<QComboBox>("fieldLegacy")->setCurrentText(QStringLiteral("last_seen"));
        desk.chooseField(0);
        QVERIFY(desk.press("mappingSave"));
        QTRY_VERIFY2(desk.text("mappingNote").contains(QStringLiteral("refuses 2 place")), qPrintable(desk.text("mappingNote")));
        QCOMPARE(desk.fields()->currentIndex().row(), 2); // the one that is meant
        QCOMPARE(desk.problemAt("fieldLegacy"), QStringLiteral("there is no column last_seen"));
        QCOMPARE(desk.problemAt("newKeys"), QStringLiteral("there is no column tenant"));
        shoot(desk.get<QDialog>("mappingEditor"), "mapping-refused");
        // Written anew it is no longer scolded.
        desk.get<QComboBox>("fieldLegacy")->setCurrentText(QStringLiteral("seen"));
        QCOMPARE(desk.problemAt("fieldLegacy"), QString());
    }

    void aMappingOfSetsStaysOneWhenItIsSaved()
    {
        Desk desk;
        Json sets = mappingJson();
        sets["fields"] = Json::array({fieldJson("email", "email", "TEXT")});
        sets["set_field"] = "email";
        desk.mappings.front() = sets;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QCOMPARE(desk.get<QLineEdit>("mappingSetField")->text(), QStringLiteral("email"));
        QVERIFY(desk.press("authorityNew"));
        QVERIFY2(desk.get<Button>("mappingSave")->isEnabled(), qPrintable(desk.get<Button>("mappingSave")->toolTip()));
        QVERIFY(desk.press("mappingSave"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/mappings/m1").size(), 1);
        QCOMPARE(desk.asked("PUT /api/v1/mappings/m1")[0].body.value("set_field", std::string()), std::string("email"));
        QTRY_VERIFY(!desk.get<QDialog>("mappingEditor"));
    }

    void limitsThatAreNotEditedHereStay()
    {
        Desk desk;
        Json limited = mappingJson();
        limited["deletion_limits"] = {{"least", 1}, {"percentage", 0.25}, {"most", 5}};
        limited["auto_repair_limit"] = nullptr;
        desk.mappings.front() = limited;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(desk.edit("editMapping"));
        QVERIFY(!desk.get<Button>("mappingSave")->isEnabled()); // nothing is edited
        QVERIFY(desk.press("authorityNew"));
        QVERIFY(desk.press("mappingSave"));
        QTRY_COMPARE(desk.asked("PUT /api/v1/mappings/m1").size(), 1);
        const FakeRequest request = desk.asked("PUT /api/v1/mappings/m1").front();
        QCOMPARE(dumpJson(request.body["deletion_limits"]), dumpJson(limited["deletion_limits"]));
        QVERIFY(!request.body.contains("auto_repair_limit"));
    }

    void somebodyElsesChangeIsNotOverwritten()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        desk.services.comparator.on("PUT /api/v1/mappings/m1", [](const FakeRequest &) { return problem(412, "stale"); });
        auto *editor = desk.edit("editMapping");
        QVERIFY(editor);
        QVERIFY(desk.press("authorityNew"));
        QVERIFY(desk.press("mappingSave"));
        QTRY_VERIFY2(desk.text("mappingNote").contains(QStringLiteral("somebody changed this mapping meanwhile")),
                     qPrintable(desk.text("mappingNote")));
        QVERIFY(desk.press("mappingCancel"));
        QTRY_VERIFY(desk.get<QDialog>("loseMappingBox"));
        QVERIFY(desk.press("questionYes"));
        QTRY_VERIFY(!desk.get<QDialog>("mappingEditor"));
    }

    void deletingAsksAndSaysWhyItCannotBe()
    {
        Desk desk;
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("deleteMapping")->isEnabled());
        desk.services.comparator.on("DELETE /api/v1/mappings/m1",
                                    [](const FakeRequest &) { return problem(409, "the check users-full uses this mapping"); });
        QVERIFY(desk.press("deleteMapping"));
        QCOMPARE(desk.asked("DELETE /api/v1/mappings/m1").size(), 0);
        QVERIFY(desk.press("questionYes"));
        QTRY_VERIFY2(desk.text("mappingsNote").contains(QStringLiteral("the check users-full uses this mapping")),
                     qPrintable(desk.text("mappingsNote")));
    }

    void withoutTheRightItIsForReading()
    {
        Desk desk({QStringLiteral("viewer")});
        QVERIFY(desk.open());
        QTRY_VERIFY(desk.get<Button>("editMapping")->isEnabled());
        QVERIFY(!desk.get<Button>("newMapping")->isEnabled());
        QVERIFY(!desk.get<Button>("deleteMapping")->isEnabled());
        QCOMPARE(desk.get<Button>("editMapping")->text(), QStringLiteral("Look…"));
        QVERIFY(desk.edit("editMapping"));
        for (const char *name : {"mappingSave", "suggestMapping", "addField"})
            QVERIFY2(!desk.get<Button>(name)->isEnabled(), name);
        QCOMPARE(desk.asked("GET /api/v1/sources/*").size(), 0); // what would be refused is not asked
    }

    void anErrorAndNothingAreTold()
    {
        Desk desk;
        desk.services.comparator.on("GET /api/v1/mappings", [](const FakeRequest &) { return problem(503, "busy"); });
        QVERIFY(desk.open());
        auto *state = desk.get<StateView>("mappingsState");
        QTRY_COMPARE(state->stateName(), QStringLiteral("error"));
        desk.services.comparator.on("GET /api/v1/mappings", listOf(Json::array()));
        Q_EMIT state->retry();
        QTRY_COMPARE(state->stateName(), QStringLiteral("empty"));
        QVERIFY(state->emptyButton()->isEnabled());
    }
};

QTEST_MAIN(TestMappings)
#include "tst_mappings.moc"
