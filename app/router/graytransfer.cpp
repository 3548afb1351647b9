// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/graytransfer.h"

#include "app/router/graylistsroutes.h"
#include "app/router/routerules.h"
#include "app/service/crypto.h"
#include "models/routing/grayfile.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostGrayFileBytes = 8U << 20;
constexpr std::int64_t ExportedAtOnce = 5'000;

struct GrayImportPlan {
    bool dryRun = false;
    bool replaces = false; // what the file does not name goes
    bool csv = false;
    GrayFile file;
    std::string digest;
};
using GrayImportPlanPtr = std::shared_ptr<const GrayImportPlan>;

// What an import would do to a list.
struct GrayImportChanges {
    std::vector<SnapshotChange> changes;
    std::int64_t added = 0;
    std::int64_t removed = 0;
};

bool isCsv(const HttpRequest &request) { return request.header("content-type").starts_with("text/csv"); }

Result<bool> wantsCsv(const HttpRequest &request)
{
    const std::string word = request.queryText("format").value_or("json");
    if (word == "csv" || word == "json") return word == "csv";
    return invalid("?format", "must be one of csv json");
}

Error grayRefusal(const GrayImportPlan &plan)
{
    Error error{ErrorKind::Invalid, "nothing was imported: " + std::to_string(plan.file.errorCount) +
                                        (plan.file.errorCount == 1 ? " mistake" : " mistakes") + " in " +
                                        std::to_string(plan.file.rows) + " rows",
                {}, {}};
    for (const GrayRowError &one : plan.file.errors)
        error.fields.push_back({plan.csv ? "/rows/" + std::to_string(one.row) + "/id"
                                         : "/entries/" + std::to_string(one.row - 1),
                                "row " + std::to_string(one.row) + ": " + one.message});
    return error;
}

Result<GrayImportChanges> changesOf(Database &db, const std::string &list, const GrayImportPlan &plan)
{
    const std::vector<std::string> &ids = plan.file.ids;
    std::vector<bool> known(ids.size());
    std::vector<std::string> others;
    auto read = db.each("SELECT id FROM gray_entry WHERE list_name = ?", {list}, [&](const SqlRow &row) {
        std::string id = row.text(0);
        const auto it = std::ranges::lower_bound(ids, id);
        if (it != ids.end() && *it == id)
            known[static_cast<std::size_t>(it - ids.begin())] = true;
        else if (plan.replaces)
            others.push_back(std::move(id));
        return others.size() <= MostGrayRows;
    });
    if (!read) return fail(read.error());
    GrayImportChanges found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!known[i]) found.changes.emplace_back(GrayEntryChange{list, ids[i], true});
    }
    found.added = static_cast<std::int64_t>(found.changes.size());
    found.removed = static_cast<std::int64_t>(others.size());
    for (std::string &id : others)
        found.changes.emplace_back(GrayEntryChange{list, std::move(id), false});
    return found;
}

Result<void> mayImport(const listtables::GrayListRow &row, const GrayImportChanges &found)
{
    if (found.changes.size() > MostGrayRows)
        return invalid("?replace", "would change more than " + std::to_string(MostGrayRows) +
                                       " entries at once: take entries off in parts first");
    if (row.entries + found.added - found.removed > GrayListsModule::MostEntries)
        return invalid("/entries",
                       "would make it more than " + std::to_string(GrayListsModule::MostEntries) + " entries");
    return {};
}

Json reportJson(const GrayImportPlan &plan, const GrayImportChanges &found, const listtables::GrayListRow &row)
{
    Json errors = Json::array();
    for (const GrayRowError &error : plan.file.errors)
        errors.push_back({{"row", error.row}, {"column", "id"}, {"message", error.message}});
    return {{"dry_run", plan.dryRun},
            {"rows", plan.file.rows},
            {"added", found.added},
            {"removed", found.removed},
            {"unchanged", static_cast<std::int64_t>(plan.file.ids.size()) - found.added},
            {"errors", std::move(errors)},
            {"errors_total", plan.file.errorCount},
            {"sha256", plan.digest},
            {"entries", row.entries},
            {"version", row.list.version}};
}

// The pieces of an export, one page of entries each.
class GrayExport {
public:
    GrayExport(Store &store, std::string list, bool csv) : m_store(store), m_list(std::move(list)), m_csv(csv) {}

    std::string head() const
    {
        std::string text;
        if (m_csv) appendGrayHead(text);
        return m_csv ? text : std::string("{\"entries\":[");
    }
    HttpResponse::Piece next()
    {
        if (m_ended) return std::optional<std::string>();
        std::string text;
        std::int64_t rows = 0;
        auto read = m_store.read([&](Database &db) {
            return db.each("SELECT id, result, added_at, added_by FROM gray_entry WHERE list_name = ? AND id > ? "
                           "ORDER BY id LIMIT ?",
                           {m_list, m_after, ExportedAtOnce}, [&](const SqlRow &row) {
                               append(text, row);
                               ++rows;
                               return true;
                           });
        });
        if (!read) return fail(read.error());
        m_ended = rows < ExportedAtOnce;
        if (m_ended && !m_csv) text += "\n]}\n";
        return std::optional(std::move(text));
    }

private:
    void append(std::string &text, const SqlRow &row)
    {
        const GrayFileEntry entry{row.text(0), grayResultFromWord(row.text(1)).value_or(GrayResult::Unchecked),
                                  instantFromMs(row.integer(2)), row.text(3)};
        if (m_csv)
            appendGrayEntry(text, entry);
        else
            text += (m_after.empty() ? "\n" : ",\n") + dumpJson(grayFileEntryToJson(entry));
        m_after = entry.id;
    }

    Store &m_store;
    const std::string m_list;
    const bool m_csv;
    std::string m_after;
    bool m_ended = false;
};

} // namespace

void GrayTransferModule::addRoutes(RouteTable &routes)
{
    routes.work("GET", "/api/v1/gray-lists/{name}/export", readable({"format"}), [this](const HttpRequest &request) {
        auto exported = exportEntries(request);
        return exported ? std::move(*exported) : HttpResponse::problem(exported.error(), request.requestId);
    });
    RouteRules upload = changeable(Operators, {"dry_run", "replace"});
    upload.bodyLimit = MostGrayFileBytes;
    upload.streamsBody = true;
    upload.turn = Turn::Alone;
    upload.contentTypes = "application/json,text/csv";
    routes.preparedWrite(
        "POST", "/api/v1/gray-lists/{name}/import", upload,
        [this](const HttpRequest &request) { return prepare(request); },
        [this](const HttpRequest &request, WriteTransaction &tx) { return import(request, tx); });
}

Result<HttpResponse> GrayTransferModule::exportEntries(const HttpRequest &request) const
{
    const auto csv = wantsCsv(request);
    if (!csv) return fail(csv.error());
    const std::string name = request.parameter("name");
    auto known = m_store.read([&](Database &db) -> Result<void> {
        const auto row = listtables::grayList(db, name);
        if (!row) return fail(row.error());
        return {};
    });
    if (!known) return fail(known.error());
    const auto file = std::make_shared<GrayExport>(m_store, name, *csv);
    HttpResponse response;
    response.contentType = *csv ? "text/csv; charset=utf-8" : "application/json";
    response.body = file->head();
    response.setHeader("Content-Disposition", "attachment; filename=\"crossfade-gray-list." +
                                                  std::string(*csv ? "csv" : "json") + '"');
    response.rest = [file] { return file->next(); };
    return response;
}

Result<void> GrayTransferModule::prepare(const HttpRequest &request) const
{
    const auto dryRun = request.queryBoolean("dry_run");
    if (!dryRun) return fail(dryRun.error());
    const auto replaces = request.queryBoolean("replace");
    if (!replaces) return fail(replaces.error());
    auto file = isCsv(request) ? readGrayCsv(request.body) : readGrayJson(request.body);
    if (!file) return fail(file.error());
    GrayImportPlan plan{dryRun->value_or(false), replaces->value_or(false), isCsv(request), std::move(*file),
                        sha256Hex(request.body)};
    if (!plan.dryRun && plan.file.errorCount > 0) return fail(grayRefusal(plan));
    request.prepared = std::make_shared<const GrayImportPlan>(std::move(plan));
    return {};
}

Result<HttpResponse> GrayTransferModule::import(const HttpRequest &request, WriteTransaction &tx) const
{
    const auto *prepared = std::any_cast<GrayImportPlanPtr>(&request.prepared);
    if (!prepared) return fail(ErrorKind::Internal, "an import that was not prepared");
    const GrayImportPlan &plan = **prepared;
    auto row = listtables::grayList(tx.db(), request.parameter("name"));
    if (!row) return fail(row.error());
    auto found = changesOf(tx.db(), row->list.name, plan);
    if (!found) return fail(found.error());
    if (auto allowed = mayImport(*row, *found); !allowed) return fail(allowed.error());
    if (!plan.dryRun) {
        const Json about{{"format", plan.csv ? "csv" : "json"}, {"rows", plan.file.rows}, {"added", found->added},
                         {"removed", found->removed}, {"sha256", plan.digest}};
        auto stored = storeGrayEntries(m_state, tx, *row, std::move(found->changes),
                                       {"gray_list.import", about, request.reason});
        if (!stored) return fail(stored.error());
    }
    return HttpResponse::object(reportJson(plan, *found, *row), row->list.version);
}

} // namespace crossfade
