// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/ruleimport.h"
#include "models/routing/rulecolumns.h"
#include "tests/models/core/zonetables.h"
#include "tests/models/routing/make.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace crossfade::test {

namespace {

using Rows = std::vector<Json>;

// The rules of a store, and imports into it.
struct Store {
    std::vector<RulePtr> rules; // by id
    Snapshot snapshot = quiet();
    int ids = 0;

    explicit Store(const std::vector<Rule> &all = {})
    {
        for (const Rule &rule : all)
            put(std::make_shared<const Rule>(rule));
    }
    void put(const RulePtr &rule)
    {
        std::erase_if(rules, [&](const RulePtr &one) { return one->id == rule->id; });
        rules.push_back(rule);
        std::ranges::sort(rules, {}, [](const RulePtr &one) { return one->id; });
        snapshot = snapshot.changed(RuleChange{nullptr, rule}, 2);
    }
    RuleImport begin(const RuleImportLimits &limits = {})
    {
        const auto zones = [](std::string_view name) { return name == "Europe/Berlin" ? berlin() : nullptr; };
        return RuleImport({rules, at(500), "bob", [this] { return "new-" + std::to_string(++ids); }, zones}, limits);
    }
    RuleImportReport look(const Rows &rows, const RuleImportLimits &limits = {})
    {
        RuleImport import = begin(limits);
        for (std::size_t i = 0; i < rows.size(); ++i)
            EXPECT_TRUE(import.add(rows[i], i + 1).has_value());
        return import.finish(snapshot);
    }
    RuleImportReport import(const Rows &rows)
    {
        RuleImportReport report = look(rows);
        for (const RuleRowChange &change : report.changes) {
            if (change.before) snapshot = snapshot.changed(RuleChange{change.before, nullptr}, 3);
            put(change.after);
        }
        return report;
    }
    const Rule *rule(const std::string &id) const
    {
        for (const RulePtr &one : rules) {
            if (one->id == id) return one.get();
        }
        return nullptr;
    }
};

Json rowOf(const Rule &rule) { return ruleToJson(rule); }

Json newRow(const std::string &user)
{
    return {{"config_name", "rule of " + user}, {"config_type", "USER_BASED"},
            {"target_entity", user},            {"target_platform", "NEW"}};
}

std::string csvOf(const Store &store)
{
    std::string text;
    appendRuleHead(text);
    for (const RulePtr &rule : store.rules)
        appendRule(text, *rule);
    return text;
}

RuleImportReport lookAtCsv(Store &store, const std::string &text)
{
    RuleImport import = store.begin();
    const auto read = readRulesCsv(text, [&](const Json &fields, std::size_t row) { return import.add(fields, row); });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return import.finish(store.snapshot);
}

// Rules of different ids, with texts that are hard on CSV.
rc::Gen<Store> anyStore()
{
    return rc::gen::exec([] {
        std::map<std::string, Rule> rules;
        for (Rule &rule : *rc::gen::container<std::vector<Rule>>(anyRule())) {
            rule.reason = *rc::gen::element<std::string>("", "=1+1", "'=1", "a,\"b\"\r\nc", "\xC3\xA4", "\t", " x ");
            rule.name = *rc::gen::element<std::string>("n", "-n", "'n", "@n,", "\"n\"");
            rule.version = *rc::gen::inRange(1, 4);
            if (rule.type == RuleType::Time && *rc::gen::arbitrary<bool>())
                rule.recurrence = Recurrence{weekly(*rc::gen::element<std::uint8_t>(Mon, WorkDays, Daily), "22:00", "06:00", "Europe/Berlin"), berlin()};
            rules[rule.id] = std::move(rule);
        }
        Store store;
        for (const auto &[id, rule] : rules)
            store.put(std::make_shared<const Rule>(rule));
        return store;
    });
}

// Rows over the ids of a store and a few others; some are wrong.
rc::Gen<Rows> anyRows()
{
    return rc::gen::exec([] {
        Rows rows;
        for (const Rule &rule : *rc::gen::container<std::vector<Rule>>(anyRule())) {
            Json row = *rc::gen::arbitrary<bool>() ? rowOf(rule) : ruleInputToJson(rule);
            switch (*rc::gen::inRange(0, 8)) {
            case 0: row["id"] = nullptr; break;
            case 1: row["priority"] = -1; break;
            case 2: row.erase("config_name"); break;
            case 3: row["version"] = *rc::gen::inRange(1, 4); break;
            default: row.erase("version"); break;
            }
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

} // namespace

TEST(RuleImport, CreatesUpdatesAndLeavesAlone)
{
    Store store({userRule("r1", "ann", Platform::New), userRule("r2", "bob", Platform::New)});
    const Json changed{{"id", "r1"}, {"target_platform", "LEGACY"}};
    const RuleImportReport report = store.import({changed, rowOf(*store.rule("r2")), newRow("cat")});
    EXPECT_EQ(report.rows, 3U);
    EXPECT_EQ(report.updated, 1U);
    EXPECT_EQ(report.unchanged, 1U);
    EXPECT_EQ(report.created, 1U);
    EXPECT_EQ(report.errorCount, 0U);
    const Rule &updated = *store.rule("r1");
    EXPECT_EQ(updated.platform, Platform::Legacy);
    EXPECT_EQ(updated.reason, "because r1"); // a field that is left out stays
    EXPECT_EQ(updated.version, 2);
    EXPECT_EQ(updated.createdAt, Instant());
    EXPECT_EQ(updated.updatedAt, at(500));
    EXPECT_EQ(updated.changedBy, "bob");
    EXPECT_EQ(store.rule("r2")->version, 1);
    EXPECT_EQ(store.rule("r2")->changedBy, "ann");
    const Rule &created = *store.rule("new-1");
    EXPECT_EQ(created.version, 1);
    EXPECT_EQ(created.createdAt, at(500));
    EXPECT_EQ(created.priority, 100);
    EXPECT_EQ(changedFields(report.changes.at(0)), std::vector<std::string>{"target_platform"});
    EXPECT_TRUE(changedFields(report.changes.at(1)).empty());
}

TEST(RuleImport, NullGoesBackToTheDefault)
{
    Rule rule = userRule("r1", "ann", Platform::New);
    rule.priority = 3;
    rule.window = {at(1), at(2)};
    Store store({rule});
    store.import({{{"id", "r1"}, {"priority", nullptr}, {"reason", nullptr}, {"end_time", nullptr}}});
    EXPECT_EQ(store.rule("r1")->priority, 100);
    EXPECT_EQ(store.rule("r1")->reason, "");
    EXPECT_EQ(store.rule("r1")->window, (TimeWindow{at(1), std::nullopt}));
}

TEST(RuleImport, TheIdDecidesWhichRuleItIs)
{
    Store store({userRule("r1", "ann", Platform::New)});
    Json foreign = newRow("cat");
    foreign["id"] = "of-another-store";
    foreign["version"] = 7; // the other store's
    Json empty = newRow("dan");
    empty["id"] = "";
    EXPECT_EQ(store.import({foreign, empty}).created, 2U);
    ASSERT_NE(store.rule("of-another-store"), nullptr);
    EXPECT_EQ(store.rule("of-another-store")->version, 1);
    EXPECT_NE(store.rule("new-1"), nullptr);
    // The second time it is one of ours.
    foreign.erase("version");
    EXPECT_EQ(store.import({foreign}).unchanged, 1U);
}

TEST(RuleImport, AnOldVersionIsAMistake)
{
    Rule rule = userRule("r1", "ann", Platform::New);
    rule.version = 3;
    Store store({rule});
    const auto errorOf = [&](const Json &version) {
        const auto report = store.look({{{"id", "r1"}, {"version", version}, {"priority", 1}}});
        return report.errors.empty() ? std::string() : report.errors[0].column + ": " + report.errors[0].message;
    };
    EXPECT_EQ(errorOf(3), "");
    EXPECT_EQ(errorOf(nullptr), "");
    EXPECT_EQ(errorOf(2), "version: somebody changed the rule meanwhile: it is at version 3");
    EXPECT_EQ(errorOf(4), "version: somebody changed the rule meanwhile: it is at version 3");
    for (const Json &bad : {Json(0), Json(-1), Json(1.5), Json("3"), Json(true)})
        EXPECT_EQ(errorOf(bad), "version: must be a whole number from 1") << bad;
    // Even where nothing else differs.
    Json same = rowOf(rule);
    same["version"] = 2;
    EXPECT_EQ(store.look({same}).errorCount, 1U);
}

TEST(RuleImport, MistakesNameRowAndColumn)
{
    Store store({userRule("r1", "ann", Platform::New)});
    Json noName = newRow("a");
    noName.erase("config_name");
    Json badTarget = newRow("a b");
    badTarget["priority"] = 5'000'000;
    Json time = newRow("a");
    time["config_type"] = "TIME_BASED";
    Json unknown = newRow("a");
    unknown["colour"] = "red";
    Json badId = newRow("a");
    badId["id"] = "a:b";
    Json numberId = newRow("a");
    numberId["id"] = 7;
    const RuleImportReport report =
        store.import({{{"id", "r1"}, {"active", "yes"}}, {{"id", "r1"}, {"priority", 1}}, noName, badTarget, time, unknown,
                      badId, numberId, Json(5), newRow("good")});
    std::vector<std::string> found;
    for (const RuleRowError &error : report.errors)
        found.push_back(std::to_string(error.row) + " " + error.column);
    EXPECT_EQ(found, (std::vector<std::string>{"1 active", "2 id", "3 config_name", "4 target_entity", "4 priority",
                                               "5 target_entity", "6 colour", "7 id", "8 id", "9 "}));
    EXPECT_EQ(report.errors[1].message, "stands in row 1 already");
    EXPECT_EQ(report.errorCount, 10U);
    EXPECT_EQ(report.created, 1U); // the one that is right, and still nothing of it
    EXPECT_TRUE(report.changes.empty());
    EXPECT_EQ(store.rules.size(), 1U);
}

TEST(RuleImport, HasBounds)
{
    Store store;
    RuleImportLimits limits;
    limits.rows = 3;
    RuleImport import = store.begin(limits);
    for (std::size_t row = 1; row <= 3; ++row)
        EXPECT_TRUE(import.add(newRow("u" + std::to_string(row)), row).has_value());
    const auto more = import.add(newRow("x"), 4);
    ASSERT_FALSE(more.has_value());
    EXPECT_EQ(more.error().kind, ErrorKind::TooLarge);

    limits = {};
    limits.perTarget = 2;
    limits.told = 1;
    const auto same = store.look({newRow("a"), newRow("a"), newRow("a"), newRow("a"), newRow("b")}, limits);
    EXPECT_EQ(same.errorCount, 2U);
    ASSERT_EQ(same.errors.size(), 1U);
    EXPECT_EQ(same.errors[0].row, 3U);
    EXPECT_EQ(same.errors[0].column, "target_entity");
    // Rules that stay as they are do not count.
    Store full({userRule("r1", "a", Platform::New), userRule("r2", "a", Platform::New), userRule("r3", "a", Platform::New)});
    EXPECT_EQ(full.look({rowOf(*full.rule("r1")), rowOf(*full.rule("r2")), rowOf(*full.rule("r3"))}, limits).errorCount, 0U);
}

TEST(RuleImport, WarnsOfTheRulesAsTheyWouldBe)
{
    Store store({userRule("r1", "ann", Platform::New)});
    Json first = newRow("ann");
    first["priority"] = 1;
    first["target_platform"] = "LEGACY";
    const RuleImportReport against = store.look({first});
    ASSERT_EQ(against.warningCount, 2U);
    EXPECT_EQ(against.warnings[0].warning.code, "SHADOWS");
    EXPECT_EQ(against.warnings[0].warning.ruleId, "r1");
    EXPECT_EQ(against.warnings[0].row, 1U);
    // The other row of the file takes what it would contradict away.
    EXPECT_EQ(store.look({first, {{"id", "r1"}, {"active", false}}}).warningCount, 0U);
    // Two rows of the file are held against each other.
    Json second = newRow("cat");
    second["target_platform"] = "BOTH";
    EXPECT_EQ(store.look({newRow("cat"), second}).warningCount, 4U);
    // What concerns every row alike is said once.
    store.snapshot = store.snapshot.changed(switchesOf(Master::Legacy, Platform::Legacy), 9);
    const RuleImportReport master = store.look({newRow("x"), newRow("y")});
    ASSERT_EQ(master.warningCount, 1U);
    EXPECT_EQ(master.warnings[0].warning.code, "MASTER_DECIDES");
}

TEST(RuleImport, aThousandRecurringRulesAreComparedWithinBounds)
{
    // A minute of Monday each: none ever meets another, and to see that of every pair would take minutes.
    Rows rows;
    for (int i = 0; i < 1'000; ++i)
        rows.push_back({{"config_name", "minute " + std::to_string(i)},
                        {"config_type", "TIME_BASED"},
                        {"target_platform", "NEW"},
                        {"recurrence", {{"weekdays", {"MON"}}, {"from", timeOfDayText(i)}, {"to", timeOfDayText(i + 1)},
                                        {"time_zone", "Europe/Berlin"}}}});
    Store store;
    const RuleImportReport report = store.look(rows);
    EXPECT_EQ(report.created, 1'000U);
    ASSERT_EQ(report.warningCount, 1U) << "said once for all rows";
    EXPECT_EQ(report.warnings[0].warning.code, "NOT_COMPARED");
    rows.resize(50);
    EXPECT_EQ(store.look(rows).warningCount, 0U) << "of fewer every pair is looked at";
}

TEST(RuleColumns, HaveEveryFieldOfARule)
{
    const Rule rule = userRule("r1", "ann", Platform::New);
    std::vector<std::string> fields;
    const Json whole = ruleToJson(rule);
    for (const auto &[name, value] : whole.items())
        fields.push_back(name);
    std::vector<std::string> columns;
    for (const RuleColumn &column : RuleColumns)
        columns.emplace_back(column.name);
    std::ranges::sort(columns);
    EXPECT_EQ(columns, fields);
    const Json input = ruleInputToJson(rule);
    for (const auto &[name, value] : input.items())
        EXPECT_EQ(ruleColumn(name)->use, RuleColumn::Use::Input) << name;
}

TEST(RuleColumns, CellsAreReadAsTheirFields)
{
    Json seen;
    std::size_t number = 0;
    const auto keep = [&](const Json &fields, std::size_t row) -> Result<void> {
        seen = fields;
        number = row;
        return {};
    };
    ASSERT_TRUE(readRulesCsv("priority,active,config_name,reason,version\r\n\r\n7,FALSE,007,,x\r\n", keep).has_value());
    EXPECT_EQ(seen, (Json{{"priority", 7}, {"active", false}, {"config_name", "007"}, {"reason", nullptr}, {"version", "x"}}));
    EXPECT_EQ(number, 3U);
    ASSERT_TRUE(readRulesJson(R"({"rules":[{"priority":1},{"priority":2}]})", keep).has_value());
    EXPECT_EQ(seen, Json({{"priority", 2}}));
    EXPECT_EQ(number, 2U);
}

TEST(RuleColumns, TheFirstLineMustNameColumns)
{
    const auto errorOf = [](std::string_view text) {
        const auto read = readRulesCsv(text, [](const Json &, std::size_t) { return Result<void>(); });
        return read ? Error() : read.error();
    };
    EXPECT_EQ(errorOf("").kind, ErrorKind::Malformed);
    EXPECT_EQ(errorOf("\n\n").kind, ErrorKind::Malformed);
    EXPECT_EQ(errorOf("id,colour\n").fields.at(0).pointer, "/columns/colour");
    EXPECT_EQ(errorOf("id,reason,id\n").fields.at(0).pointer, "/columns/id");
    EXPECT_EQ(errorOf("ann,NEW\n").kind, ErrorKind::Invalid);
    EXPECT_EQ(errorOf("id,reason\na\n").message, "line 2, column 2: the record has 1 cells where the first has 2");
}

RC_GTEST_PROP(RuleImport, AnExportChangesNothing, ())
{
    Store store = *anyStore();
    const RuleImportReport csv = lookAtCsv(store, csvOf(store));
    RC_ASSERT(csv.errorCount == 0U);
    RC_ASSERT(csv.unchanged == store.rules.size());
    RC_ASSERT(csv.changes.empty());
    Rows rows;
    for (const RulePtr &rule : store.rules)
        rows.push_back(rowOf(*rule));
    RC_ASSERT(store.look(rows).unchanged == store.rules.size());
}

RC_GTEST_PROP(RuleImport, AnExportBringsTheRulesIntoAnotherStore, ())
{
    Store store = *anyStore();
    Store other;
    const RuleImportReport report = lookAtCsv(other, csvOf(store));
    for (const RuleRowChange &change : report.changes)
        other.put(change.after);
    RC_ASSERT(other.rules.size() == store.rules.size());
    for (std::size_t i = 0; i < store.rules.size(); ++i) {
        RC_ASSERT(other.rules[i]->id == store.rules[i]->id);
        RC_ASSERT(ruleInputToJson(*other.rules[i]) == ruleInputToJson(*store.rules[i]));
    }
}

RC_GTEST_PROP(RuleImport, DoesWhatTheDryRunSaid, ())
{
    Store store = *anyStore();
    const Rows rows = *anyRows();
    const RuleImportReport said = store.look(rows);
    const std::size_t before = store.rules.size();
    const RuleImportReport done = store.import(rows);
    RC_ASSERT(done.created == said.created);
    RC_ASSERT(done.updated == said.updated);
    RC_ASSERT(done.unchanged == said.unchanged);
    RC_ASSERT(done.errors == said.errors);
    RC_ASSERT(done.warningCount == said.warningCount);
    if (said.errorCount > 0) {
        RC_ASSERT(store.rules.size() == before);
        return;
    }
    RC_ASSERT(said.created + said.updated + said.unchanged == rows.size());
    RC_ASSERT(store.rules.size() == before + said.created);
    // And once more: only rows without an id make new rules.
    Rows named;
    for (const Json &row : rows) {
        if (row.contains("id") && !row.at("id").is_null()) named.push_back(row);
    }
    for (Json &row : named)
        row.erase("version");
    RC_ASSERT(store.look(named).unchanged == named.size());
}

} // namespace crossfade::test
