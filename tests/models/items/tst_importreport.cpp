// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/importreport.h"

#include "models/core/csv.h"
#include "models/core/jsonitems.h"
#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/routing/rulecolumns.h"
#include "models/routing/ruleimport.h"
#include "tests/models/items/markingtranslator.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace crossfade;

namespace {

ImportReport mixed()
{
    ImportReport report;
    report.lines = {{ImportLine::Kind::Error, 1200, "priority", "must be a whole number from 0 to 1000000"},
                    {ImportLine::Kind::Error, 7, "", "must be an object"},
                    {ImportLine::Kind::Warning, 3, "<b>one</b>", "The rule never applies: its window ends before it starts."},
                    {ImportLine::Kind::Create, 4, "two", "ann \xE2\x86\x92 NEW"},
                    {ImportLine::Kind::Update, 5, "three", "priority, active"}};
    return report;
}

QStringList lines(const ImportReportModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < ImportReportModel::ColumnCount; ++column)
            cells << model.index(row, column).data().toString();
        all << cells.join(QLatin1Char('|'));
    }
    return all;
}

QStringList heads(const ImportReportModel &model)
{
    QStringList all;
    for (int column = 0; column < ImportReportModel::ColumnCount; ++column)
        all << model.headerData(column, Qt::Horizontal).toString();
    return all;
}

Rule rule(const char *id, Platform platform, int priority)
{
    Rule one;
    one.id = id;
    one.name = std::string("rule ") + id;
    one.target = "ann";
    one.platform = platform;
    one.priority = priority;
    return one;
}

// Every sentence the router can say about a file.
std::vector<std::string> messages()
{
    std::vector<std::string> all;
    for (const char *csv : {"a,b\nc\n", "a\"\n", "\"a\"b\n", "\"a", "a\rb", "\xFF\n", "id,id\n", "colour\n", "", "id,reason,id\n"}) {
        const auto read = readRulesCsv(csv, [](const Json &, std::size_t) { return Result<void>(); });
        all.push_back(read.error().fields.empty() ? read.error().message : read.error().fields[0].message);
    }
    const CsvLimits small{2, 1};
    for (const char *csv : {"abc\n", "a,b\n"})
        all.push_back(readCsv(csv, [](auto, std::size_t) { return Result<void>(); }, small).error().message);
    for (const char *json : {"{\"rules\":[1", "{\"rules\":[x]}", "{\"rules\":5}", "{}"}) {
        const auto read = readRulesJson(json, [](const Json &, std::size_t) { return Result<void>(); });
        all.push_back(read.error().fields.empty() ? read.error().message : read.error().fields[0].message);
    }
    const RulePtr stored = std::make_shared<const Rule>(rule("r1", Platform::New, 5));
    const std::vector<RulePtr> existing{stored};
    RuleImportLimits limits;
    limits.rows = 5;
    limits.perTarget = 1;
    const Json fresh{{"config_name", "n"}, {"config_type", "USER_BASED"}, {"target_entity", "ann"}, {"target_platform", "NEW"}};
    RuleImport import({existing, instantFromMs(5), "bob", [] { return std::string("new"); }, {}}, limits);
    for (const Json &row : {Json{{"id", "r1"}, {"version", 7}}, Json{{"id", "r1"}}, Json{{"id", "r2"}, {"version", 0}}, fresh, fresh})
        static_cast<void>(import.add(row, 2));
    all.push_back(import.add(fresh, 3).error().message);
    const RuleImportReport report = import.finish(Snapshot());
    for (const RuleRowError &error : report.errors)
        all.push_back(error.message);
    return all;
}

std::vector<std::string> warnings()
{
    std::vector<std::string> all;
    const auto add = [&all](const Snapshot &snapshot, const Rule &one, Effort effort = EffortOfOneRule) {
        for (const RuleWarning &warning : ruleWarnings(snapshot, one, instantFromMs(100'000), effort))
            all.push_back(warning.message);
    };
    const Snapshot one = Snapshot().changed(RuleChange{nullptr, std::make_shared<const Rule>(rule("r1", Platform::New, 5))}, 1);
    add(one, rule("r2", Platform::Legacy, 9));
    add(one, rule("r2", Platform::Legacy, 1));
    add(one, rule("r2", Platform::Legacy, 1), Effort{});
    Rule never = rule("r3", Platform::New, 1);
    never.window = {instantFromMs(9), instantFromMs(8)};
    add(one, never);
    never.window = {std::nullopt, instantFromMs(8)};
    add(one, never);
    Switches switches;
    switches.master = Master::Legacy;
    add(one.changed(switches, 2), rule("r4", Platform::New, 1));
    switches.master = Master::Off;
    switches.forwardOnly = true;
    add(one.changed(switches, 2), rule("r4", Platform::New, 1));
    // A rule that takes the reads of a user or of some users and leaves the writes.
    RequestMapRow view{"view", "GET", "/a/{id}", "viewing", Operation::Read, {}, IdSource{IdPlace::Header, "X-User"}, false, {}};
    RequestMapRow edit{"edit", "PUT", "/a/{id}", "editing", Operation::Update, {}, IdSource{IdPlace::Header, "X-User"}, false, {}};
    const ReadWritePairs pairs(std::vector{view, edit});
    Rule system = rule("r5", Platform::New, 1);
    system.type = RuleType::System;
    system.target = "viewing";
    switches = {};
    switches.defaultPlatform = Platform::Legacy;
    PolicyCover share;
    share.id = "p";
    share.targetSystem = "editing";
    share.percentage = Percentage::fromHundredths(500);
    const Snapshot quiet = Snapshot().changed(switches, 1);
    // A change of the map that brings the other half of what a rule takes.
    const Snapshot taken = quiet.changed(RuleChange{nullptr, std::make_shared<const Rule>(system)}, 2);
    const ReadWritePairs none;
    for (const std::size_t left : {1'000U, 1U}) {
        Effort effort{left};
        for (const RuleWarning &warning : changeWarnings({taken, none}, {taken, pairs}, instantFromMs(100'000), effort))
            all.push_back(warning.message);
    }
    for (const Snapshot &snapshot : {quiet, quiet.changed(PolicyChange{"p", share}, 2)}) {
        for (const std::size_t left : {1'000U, 1U}) {
            Effort effort{left};
            for (const RuleWarning &warning : ruleWarnings(snapshot, system, instantFromMs(100'000), effort, pairs))
                all.push_back(warning.message);
        }
    }
    return all;
}

} // namespace

class TestImportReport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void eachPartHasItsLines()
    {
        ImportReportModel model;
        QAbstractItemModelTester tester(&model);
        model.setReport(mixed());
        QCOMPARE(lines(model), QStringList({QStringLiteral("4|two|new: ann → NEW"), QStringLiteral("5|three|changes priority, active")}));
        QCOMPARE(heads(model), QStringList({QStringLiteral("Row"), QStringLiteral("Rule"), QStringLiteral("What would change")}));
        model.setPart(ImportReportModel::Part::Errors);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ImportReportModel::Subject).data().toString(), QStringLiteral("priority"));
        QCOMPARE(model.index(0, ImportReportModel::Subject).data(ItemEmphasisRole).toInt(), ItemRed);
        QCOMPARE(model.index(1, ImportReportModel::Subject).data().toString(), QStringLiteral("the whole row"));
        QCOMPARE(heads(model)[1], QStringLiteral("Column"));
        model.setPart(ImportReportModel::Part::Warnings);
        QCOMPARE(lines(model), QStringList(QStringLiteral("3|<b>one</b>|The rule never applies: its window ends before it starts.")));
        model.setReport({});
        QCOMPARE(model.rowCount(), 0);
    }

    void tooltipsArePlainText()
    {
        ImportReportModel model;
        ImportReport report;
        report.lines = {{ImportLine::Kind::Create, 1, "x", "<img src=x>"}};
        model.setReport(report);
        QCOMPARE(model.index(0, 0).data(Qt::ToolTipRole).toString(), QStringLiteral("new: &lt;img src=x&gt;"));
    }

    // Of what the models really say, so that a sentence reworded there is noticed here.
    void everySentenceOfTheRouterCanBeTranslated()
    {
        const std::vector<std::string> said = messages();
        QCOMPARE(said.size(), std::size_t(25));
        test::MarkingTranslator marker;
        for (const std::string &message : said)
            QVERIFY2(importText(message).contains(QLatin1Char('~')), message.c_str());
        // Place and mistake are two texts.
        QCOMPARE(importText("line 2, column 3: the text is not UTF-8"), QStringLiteral("~line 2, column 3: ~the text is not UTF-8"));
        QCOMPARE(importText("row 4: must be true or false"), QStringLiteral("~row 4: ~must be true or false"));
    }

    void everyWarningCanBeTranslated()
    {
        const std::vector<std::string> said = warnings();
        QVERIFY(said.size() >= 12);
        test::MarkingTranslator marker;
        for (const std::string &message : said)
            QVERIFY2(importText(message).startsWith(QLatin1Char('~')), message.c_str());
    }

    void whatIsNotKnownStays()
    {
        QCOMPARE(importText("a newer router says %1 so"), QStringLiteral("a newer router says %1 so"));
        QCOMPARE(importText("line 1, column 2: %2 <b>"), QStringLiteral("line 1, column 2: %2 <b>"));
    }
};

QTEST_GUILESS_MAIN(TestImportReport)
#include "tst_importreport.moc"
