// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/ruletransfer.h"

#include "app/router/revisions.h"
#include "app/router/routerules.h"
#include "app/router/routingtables.h"
#include "app/router/ruleslist.h"
#include "app/service/crypto.h"
#include "app/service/zones.h"
#include "models/routing/rulecolumns.h"

#include <map>
#include <set>

namespace crossfade {

// What was found out about an import before its transaction.
struct ImportPlan {
    bool dryRun = false;
    std::map<std::string, std::size_t, std::less<>> rowOfId; // of the rules it names
    revisions::Newest checked;                               // what it was checked against
    std::vector<SnapshotChange> changes;
    Json answer; // but for the epoch
};

namespace {

using ImportPlanPtr = std::shared_ptr<const ImportPlan>;

constexpr std::size_t MostFileBytes = 96U << 20;
constexpr std::int64_t ExportedAtOnce = 2'000;

enum class FileFormat { Csv, Json };

FileFormat formatOfBody(const HttpRequest &request)
{
    return request.header("content-type").starts_with("text/csv") ? FileFormat::Csv : FileFormat::Json;
}

const char *formatWord(FileFormat format) { return format == FileFormat::Csv ? "csv" : "json"; }

Result<FileFormat> wantedFormat(const HttpRequest &request)
{
    const std::string word = request.queryText("format").value_or("json");
    if (word == "csv") return FileFormat::Csv;
    if (word == "json") return FileFormat::Json;
    return invalid("?format", "must be one of csv json");
}

// The pieces of an export: of a store full of rules a page of them is in memory.
class RuleExport {
public:
    RuleExport(Store &store, RuleSelection selection, FileFormat format)
        : m_store(store), m_selection(std::move(selection)), m_csv(format == FileFormat::Csv)
    {
    }
    std::string head() const
    {
        std::string text;
        if (m_csv) appendRuleHead(text);
        return m_csv ? text : std::string("{\"rules\":[");
    }
    HttpResponse::Piece next()
    {
        if (m_ended) return std::optional<std::string>();
        std::string text;
        std::int64_t rules = 0;
        auto read = m_store.read([&](Database &db) {
            return eachRuleAfter(m_after, ExportedAtOnce, m_selection, db, [&](const Rule &rule) {
                append(text, rule);
                ++rules;
            });
        });
        if (!read) return fail(read.error());
        m_ended = rules < ExportedAtOnce;
        if (m_ended && !m_csv) text += "\n]}\n";
        return std::optional(std::move(text));
    }

private:
    void append(std::string &text, const Rule &rule)
    {
        if (m_csv)
            appendRule(text, rule);
        else
            text += (m_after.empty() ? "\n" : ",\n") + ruleText(rule);
        m_after = rule.id;
    }

    Store &m_store;
    const RuleSelection m_selection;
    const bool m_csv;
    std::string m_after;
    bool m_ended = false;
};

Error importRefusal(const HttpRequest &request, const RuleImportReport &report)
{
    const bool csv = formatOfBody(request) == FileFormat::Csv;
    Error error{ErrorKind::Invalid, "nothing was imported: " + std::to_string(report.errorCount) +
                                        (report.errorCount == 1 ? " mistake" : " mistakes") + " in " +
                                        std::to_string(report.rows) + " rows",
                {}, {}};
    for (const RuleRowError &one : report.errors) {
        std::string pointer = csv ? "/rows/" + std::to_string(one.row) : "/rules/" + std::to_string(one.row - 1);
        if (!one.column.empty()) pointer += "/" + one.column;
        error.fields.push_back({std::move(pointer), "row " + std::to_string(one.row) + ": " + one.message});
    }
    return error;
}

HttpResponse importAnswer(const ImportPlan &plan, std::int64_t epoch)
{
    Json json = plan.answer;
    json["epoch"] = epoch;
    return HttpResponse::json(json);
}

Result<void> readRows(const HttpRequest &request, const RuleRowSink &sink)
{
    return formatOfBody(request) == FileFormat::Csv ? readRulesCsv(request.body, sink)
                                                    : readRulesJson(request.body, sink);
}

// The rules the file names, each with its row. What is wrong with the file shows when it is read for good.
std::map<std::string, std::size_t, std::less<>> namedRules(const HttpRequest &request)
{
    std::map<std::string, std::size_t, std::less<>> rows;
    std::size_t left = RuleImportLimits().rows;
    static_cast<void>(readRows(request, [&](const Json &fields, std::size_t row) -> Result<void> {
        if (left-- == 0) return fail(ErrorKind::TooLarge, "enough");
        const auto id = fields.find("id");
        if (id != fields.end() && id->is_string()) rows.emplace(id->get_ref<const std::string &>(), row);
        return {};
    }));
    return rows;
}

// The rules of the import that somebody changed since it was checked.
Result<RuleImportReport> changedMeanwhile(const ImportPlan &plan, Database &db)
{
    RuleImportReport report;
    const auto changed = revisions::rulesChangedSince(db, plan.checked.seq);
    if (!changed) return fail(changed.error());
    std::set<std::size_t> rows;
    for (const std::string &id : *changed) {
        if (const auto named = plan.rowOfId.find(id); named != plan.rowOfId.end()) rows.insert(named->second);
    }
    report.rows = plan.answer.at("rows").get<std::size_t>();
    report.errorCount = rows.size();
    for (const std::size_t row : rows) {
        if (report.errors.size() < RuleImportLimits().told)
            report.errors.push_back({row, "id", "somebody changed the rule while the file was read: import it again"});
    }
    return report;
}

} // namespace

void RuleTransferModule::addRoutes(RouteTable &routes)
{
    std::vector<std::string> filters = ruleFilters();
    filters.emplace_back("format");
    routes.work("GET", "/api/v1/rules/export", readable(std::move(filters)), [this](const HttpRequest &request) {
        auto exported = exportRules(request);
        return exported ? std::move(*exported) : HttpResponse::problem(exported.error(), request.requestId);
    });
    RouteRules upload = changeable(Operators, {"dry_run"});
    upload.bodyLimit = MostFileBytes;
    upload.streamsBody = true;
    upload.turn = Turn::Alone;
    upload.contentTypes = "application/json,text/csv";
    routes.preparedWrite(
        "POST", "/api/v1/rules/import", upload,
        [this](const HttpRequest &request) { return prepare(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return import(request, tx); });
}

Result<HttpResponse> RuleTransferModule::exportRules(const HttpRequest &request) const
{
    const auto format = wantedFormat(request);
    if (!format) return fail(format.error());
    auto selection = ruleSelection(request);
    if (!selection) return fail(selection.error());
    const auto file = std::make_shared<RuleExport>(m_store, std::move(*selection), *format);
    HttpResponse response;
    response.contentType = *format == FileFormat::Csv ? "text/csv; charset=utf-8" : "application/json";
    response.body = file->head();
    response.rest = [file] { return file->next(); };
    response.setHeader("Content-Disposition",
                       std::string("attachment; filename=\"crossfade-rules.") + formatWord(*format) + '"');
    return response;
}

Result<RuleImportReport> RuleTransferModule::report(const HttpRequest &request,
                                                    std::span<const RulePtr> existing) const
{
    const Environment &environment = m_store.environment();
    RuleImport import({existing, environment.now(), request.principal.subject, environment.newId, zoneTable,
                       m_maps.pairs()});
    auto read = readRows(request, [&](const Json &fields, std::size_t row) { return import.add(fields, row); });
    if (!read) return fail(read.error());
    // The warnings may be about the rules of a moment ago.
    return import.finish(*m_state.snapshot());
}

Result<void> RuleTransferModule::prepare(const HttpRequest &request) const
{
    const auto dryRun = request.queryBoolean("dry_run");
    if (!dryRun) return fail(dryRun.error());
    ImportPlan plan;
    plan.dryRun = dryRun->value_or(false);
    plan.rowOfId = namedRules(request);
    std::vector<std::string> ids;
    for (const auto &[id, row] : plan.rowOfId)
        ids.push_back(id);
    std::vector<RulePtr> existing;
    auto read = m_store.read([&](Database &db) -> Result<void> {
        const auto newest = revisions::newest(db);
        if (!newest) return fail(newest.error());
        auto rules = routingtables::rulesOf(db, ids);
        if (!rules) return fail(rules.error());
        plan.checked = *newest;
        existing = std::move(*rules);
        return {};
    });
    if (!read) return read;
    const auto found = report(request, existing);
    if (!found) return fail(found.error());
    if (!plan.dryRun && found->errorCount > 0) return fail(importRefusal(request, *found));
    plan.changes.reserve(found->changes.size());
    for (const RuleRowChange &change : found->changes)
        plan.changes.emplace_back(RuleChange{change.before, change.after});
    plan.answer = importReportToJson(*found);
    plan.answer["dry_run"] = plan.dryRun;
    plan.answer["sha256"] = sha256Hex(request.body);
    request.prepared = std::make_shared<const ImportPlan>(std::move(plan));
    return {};
}

Result<HttpResponse> RuleTransferModule::import(const HttpRequest &request, WriteTransaction &tx) const
{
    const auto *prepared = std::any_cast<ImportPlanPtr>(&request.prepared);
    if (!prepared) return fail(ErrorKind::Internal, "an import that was not prepared");
    const ImportPlan &plan = **prepared;
    if (plan.dryRun) return importAnswer(plan, plan.checked.epoch);
    const auto changed = changedMeanwhile(plan, tx.db());
    if (!changed) return fail(changed.error());
    if (changed->errorCount > 0) return fail(importRefusal(request, *changed));
    if (auto stored = store(request, plan, tx); !stored) return fail(stored.error());
    return importAnswer(plan, tx.epoch());
}

Result<void> RuleTransferModule::store(const HttpRequest &request, const ImportPlan &plan, WriteTransaction &tx) const
{
    if (!plan.changes.empty()) {
        auto done = m_state.change(tx, plan.changes, {RuleCause, request.reason});
        if (!done) return done;
        // One event, whatever the number of rules: whoever keeps them reads them anew.
        tx.emit("rules.imported", {{"created", plan.answer.at("created")}, {"updated", plan.answer.at("updated")}});
    }
    // Which rules those are stands in the revisions of this epoch.
    Json after{{"format", formatWord(formatOfBody(request))}, {"epoch", tx.epoch()}};
    for (const char *count : {"rows", "created", "updated", "unchanged", "sha256"})
        after[count] = plan.answer.at(count);
    tx.audit({"rule.import", "rules", "rules", {}, std::move(after), request.reason});
    return {};
}

} // namespace crossfade
