// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/assignmentrules.h"

#include "app/comparator/alertqueue.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostNamed = 100; // repairs in one alert; the count tells of all

struct StoredRules {
    std::vector<AssignmentRule> rules;
    Json updatedAt;
    std::string changedBy;
    std::int64_t version = 1;
};

Result<StoredRules> storedRules(Database &db)
{
    const auto rows = db.query("SELECT rules, updated_at, changed_by, version FROM assignment_rules");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store has no assignment rules");
    const SqlRow &row = rows->front();
    const Json body{{"rules", jsonOrNull(row, 0)}};
    JsonReader in(body);
    StoredRules stored{readAssignmentRules(in), timeOrNull(row, 1), row.text(2), row.integer(3)};
    if (const auto error = in.finish())
        return fail(ErrorKind::Internal, "the stored assignment rules cannot be read: " + error->message);
    return stored;
}

Json rulesJson(const StoredRules &stored)
{
    return {{"rules", assignmentRulesJson(stored.rules)},
            {"updated_at", stored.updatedAt},
            {"changed_by", stored.changedBy.empty() ? Json() : Json(stored.changedBy)},
            {"version", stored.version}};
}

Result<HttpResponse> putRules(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<StoredRules> before = storedRules(tx.db());
    if (!before) return fail(before.error());
    if (Result<void> fresh = checkVersion(request, before->version); !fresh) return fail(fresh.error());
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    const StoredRules after{readAssignmentRules(in), formatInstant(tx.now()), tx.actor().subject, before->version + 1};
    if (std::optional<Error> error = in.finish()) return fail(*error);
    const auto done = tx.db().execute(
        "UPDATE assignment_rules SET rules = ?, updated_at = ?, changed_by = ?, version = ?",
        {dumpJson(assignmentRulesJson(after.rules)), toMs(tx.now()), after.changedBy, after.version});
    if (!done) return fail(done.error());
    tx.audit({"assignment_rules.update", "assignment_rules", "assignment_rules", rulesJson(*before), rulesJson(after),
              request.reason});
    tx.emit("assignment_rules.changed", {{"rules", after.rules.size()}, {"version", after.version}});
    return HttpResponse::object(rulesJson(after), after.version);
}

} // namespace

Result<std::vector<AssignmentRule>> assignmentRules(Database &db)
{
    Result<StoredRules> stored = storedRules(db);
    if (!stored) return fail(stored.error());
    return std::move(stored->rules);
}

void AssignmentNews::add(const Assignee &to, const Json &repair)
{
    m_repairs[{to.person, to.role}].push_back(repair);
}

Result<void> AssignmentNews::tell(WriteTransaction &tx, const std::string &assignedBy) const
{
    for (const auto &[key, repairs] : m_repairs) {
        const Assignee to{key.first, key.second};
        const Json &first = repairs.front();
        const std::string id = first.at("id");
        Json details = to.role.empty() ? Json{{"assigned_to", to.person}} : Json{{"assigned_role", to.role}};
        CheckAlert alert;
        if (repairs.size() == 1) {
            details["repair_id"] = id;
            alert = repairAssigned(first.at("entity_type"), first.at("entity_id"), assigneeText(to), assignedBy);
        } else {
            Json ids = Json::array();
            for (std::size_t i = 0; i < std::min(repairs.size(), MostNamed); ++i)
                ids.push_back(repairs[i].at("id"));
            details["repair_ids"] = std::move(ids);
            details["count"] = repairs.size();
            alert = repairsAssigned(repairs.size(), assigneeText(to), assignedBy);
        }
        // Each assignment is told, also a second one while the alert of the first is still open.
        const std::string subject = id + ":" + std::to_string(first.at("version").get<std::int64_t>());
        if (auto told = alertqueue::add(tx, alert, subject, details, "repair"); !told) return fail(told.error());
    }
    return {};
}

void addAssignmentRoutes(RouteTable &routes)
{
    const std::string path = "/api/v1/assignment-rules";
    routes.read("GET", path, rulesFor(Readers), [](const HttpRequest &, Database &db) -> Result<HttpResponse> {
        const Result<StoredRules> stored = storedRules(db);
        if (!stored) return fail(stored.error());
        return HttpResponse::object(rulesJson(*stored), stored->version);
    });
    routes.write("PUT", path, changeRules(Operators, true), putRules);
}

} // namespace crossfade
