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

namespace crossfade {

namespace {

constexpr std::size_t MostFileBytes = 96U << 20;
constexpr std::size_t MostExported = 200'000; // an import takes a part of it at a time

enum class FileFormat { Csv, Json };

// What was found out about an import before its transaction.
struct ImportPlan {
    bool dryRun = false;
    std::int64_t epoch = 0; // of the rules it was checked against
    RuleImportReport report;
    std::string digest;
};
using ImportPlanPtr = std::shared_ptr<const ImportPlan>;

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

// Rules one after the other, up to what an import would take.
class ExportWriter {
public:
    explicit ExportWriter(FileFormat format) : m_csv(format == FileFormat::Csv)
    {
        if (m_csv)
            appendRuleHead(m_text);
        else
            m_text = "{\"rules\":[";
    }
    bool add(const Rule &rule)
    {
        if (m_csv)
            appendRule(m_text, rule);
        else
            m_text += (m_rules > 0 ? ",\n" : "\n") + dumpJson(ruleToJson(rule));
        ++m_rules;
        return fits();
    }
    bool fits() const { return m_rules <= MostExported && m_text.size() <= MostFileBytes; }
    std::string take()
    {
        if (!m_csv) m_text += "\n]}\n";
        return std::move(m_text);
    }

private:
    bool m_csv;
    std::size_t m_rules = 0;
    std::string m_text;
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

HttpResponse importAnswer(const ImportPlan &plan, const RuleImportReport &report, std::int64_t epoch)
{
    Json json = importReportToJson(report);
    json["dry_run"] = plan.dryRun;
    json["sha256"] = plan.digest;
    json["epoch"] = epoch;
    return HttpResponse::json(json);
}

Result<std::vector<RulePtr>> storedRules(Database &db)
{
    std::vector<RulePtr> rules;
    auto read = db.each("SELECT " + std::string(routingtables::RuleColumns) + " FROM rule ORDER BY id", {},
                        [&](const SqlRow &row) {
                            rules.push_back(std::make_shared<const Rule>(routingtables::ruleOf(row)));
                            return true;
                        });
    if (!read) return fail(read.error());
    return rules;
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
    ExportWriter out(*format);
    auto read = m_store.read([&](Database &db) {
        return eachListedRule(request, db, [&](const Rule &rule) { return out.add(rule); });
    });
    if (!read) return fail(read.error());
    if (!out.fits())
        return invalid("?q", "the export is too large (more than " + std::to_string(MostExported) + " rules or " +
                                 std::to_string(MostFileBytes >> 20) + " MiB); choose fewer rules");
    HttpResponse response;
    response.contentType = *format == FileFormat::Csv ? "text/csv; charset=utf-8" : "application/json";
    response.body = out.take();
    response.setHeader("Content-Disposition",
                       std::string("attachment; filename=\"crossfade-rules.") + formatWord(*format) + '"');
    return response;
}

Result<RuleImportReport> RuleTransferModule::report(const HttpRequest &request,
                                                    std::span<const RulePtr> existing,
                                                    const Snapshot &snapshot) const
{
    const Environment &environment = m_store.environment();
    RuleImport import({existing, environment.now(), request.principal.subject, environment.newId, zoneTable});
    const auto take = [&](const Json &fields, std::size_t row) { return import.add(fields, row); };
    auto read = formatOfBody(request) == FileFormat::Csv ? readRulesCsv(request.body, take)
                                                     : readRulesJson(request.body, take);
    if (!read) return fail(read.error());
    return import.finish(snapshot);
}

// Somebody changed rules since they were looked at. The warnings may be about the rules of a moment ago.
Result<RuleImportReport> RuleTransferModule::reportOfStored(const HttpRequest &request, Database &db) const
{
    const auto rules = storedRules(db);
    if (!rules) return fail(rules.error());
    return report(request, *rules, *m_state.snapshot());
}

Result<void> RuleTransferModule::prepare(const HttpRequest &request) const
{
    const auto dryRun = request.queryBoolean("dry_run");
    if (!dryRun) return fail(dryRun.error());
    const SnapshotPtr snapshot = m_state.snapshot();
    auto found = report(request, snapshot->allRules(), *snapshot);
    if (!found) return fail(found.error());
    ImportPlan plan{dryRun->value_or(false), snapshot->epoch(), std::move(*found), sha256Hex(request.body)};
    if (!plan.dryRun && plan.report.errorCount > 0) return fail(importRefusal(request, plan.report));
    request.prepared = std::make_shared<const ImportPlan>(std::move(plan));
    return {};
}

Result<HttpResponse> RuleTransferModule::import(const HttpRequest &request, WriteTransaction &tx) const
{
    const auto *prepared = std::any_cast<ImportPlanPtr>(&request.prepared);
    if (!prepared) return fail(ErrorKind::Internal, "an import that was not prepared");
    const ImportPlan &plan = **prepared;
    if (plan.dryRun) return importAnswer(plan, plan.report, plan.epoch);
    const auto newest = revisions::newestEpoch(tx.db());
    if (!newest) return fail(newest.error());
    if (*newest <= plan.epoch) {
        if (auto stored = store(request, plan.report, plan.digest, tx); !stored) return fail(stored.error());
        return importAnswer(plan, plan.report, tx.epoch());
    }
    const auto again = reportOfStored(request, tx.db());
    if (!again) return fail(again.error());
    if (again->errorCount > 0) return fail(importRefusal(request, *again));
    if (auto stored = store(request, *again, plan.digest, tx); !stored) return fail(stored.error());
    return importAnswer(plan, *again, tx.epoch());
}

Result<void> RuleTransferModule::store(const HttpRequest &request, const RuleImportReport &report,
                                       const std::string &digest, WriteTransaction &tx) const
{
    std::vector<SnapshotChange> changes;
    changes.reserve(report.changes.size());
    for (const RuleRowChange &change : report.changes)
        changes.emplace_back(RuleChange{change.before, change.after});
    if (!changes.empty()) {
        auto done = m_state.change(tx, changes, {RuleCause, request.reason});
        if (!done) return done;
        // One event, whatever the number of rules: whoever keeps them reads them anew.
        tx.emit("rules.imported", {{"created", report.created}, {"updated", report.updated}});
    }
    // Which rules those are stands in the revisions of this epoch.
    tx.audit({"rule.import", "rules", "rules", {},
              {{"format", formatWord(formatOfBody(request))},
               {"rows", report.rows},
               {"created", report.created},
               {"updated", report.updated},
               {"unchanged", report.unchanged},
               {"sha256", digest},
               {"epoch", tx.epoch()}},
              request.reason});
    return {};
}

} // namespace crossfade
