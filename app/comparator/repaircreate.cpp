// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/repaircreate.h"

#include "app/comparator/assignmentrules.h"
#include "app/comparator/repairstore.h"
#include "app/comparator/rowjson.h"
#include "models/consistency/difference.h"
#include "models/consistency/ignorerule.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/memberset.h"
#include "models/core/repairrefusals.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace crossfade {

namespace {

// The named differences of one entity.
struct Task {
    std::string checkId;
    std::string mappingId;
    std::string entityType;
    std::string entityId;
    DifferenceType type = DifferenceType::Different;
    std::vector<std::string> differenceIds;
    std::vector<std::string> fields;
    Json values = Json::object(); // field → {legacy, new, sensitive} of an update
    std::string member;           // of a set
    std::string legacyPrint;
    std::string newPrint;
    Json rows;
};

Result<SqlRow> loadDifference(Database &db, const std::string &id, const std::string &pointer)
{
    const auto rows = db.query(
        "SELECT d.check_id, d.mapping_id, d.entity_type, d.entity_id, d.field_name, "
        "d.difference_type, d.state, d.resolved, d.legacy_value, d.new_value, d.sensitive, "
        "d.legacy_print, d.new_print, d.rows, r.status, d.member FROM differences d "
        "LEFT JOIN repairs r ON r.id = d.repair_id WHERE d.id = ?",
        {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return invalid(pointer, "there is no difference " + id);
    const SqlRow &row = rows->front();
    if (row.integer(7) != 0)
        return fail(ErrorKind::Conflict, "the difference " + id + " is resolved already");
    if (row.text(6) != "CONFIRMED")
        return fail(ErrorKind::Conflict, "the difference " + id + " is " + row.text(6) +
                                             ": its row does not stand still");
    const auto status = repairStatusFromWord(row.text(14));
    if (!row.isNull(14) && status && !isFinal(*status))
        return fail(ErrorKind::Conflict,
                    "the difference " + id + " has a repair already, which is " + row.text(14));
    return row;
}

Result<void> addTo(Task &task, const SqlRow &row, const std::string &id)
{
    if (task.differenceIds.empty()) {
        task.checkId = row.text(0);
        task.mappingId = row.text(1);
        task.entityType = row.text(2);
        task.entityId = row.text(3);
        task.type = differenceTypeFromWord(row.text(5)).value_or(DifferenceType::Different);
        task.legacyPrint = row.text(11);
        task.newPrint = row.text(12);
        task.rows = jsonOrNull(row, 13);
        task.member = row.text(15);
    }
    if (task.legacyPrint != row.text(11) || task.newPrint != row.text(12))
        return fail(ErrorKind::Conflict,
                    "the differences of " + task.entityId +
                        " were seen at different times: recheck one of them first");
    task.differenceIds.push_back(id);
    if (row.text(4).empty()) return {};
    task.fields.push_back(row.text(4));
    task.values[row.text(4)] = {{"legacy", jsonOrNull(row, 8)},
                                {"new", jsonOrNull(row, 9)},
                                {"sensitive", row.integer(10) != 0}};
    return {};
}

// What was seen of one side as the other one will hold it.
Json plannedAfter(const MappedField &field, const Fingerprint &print, Platform from, const Json &seen)
{
    if (field.sensitive || !field.isOneSided()) return seen;
    return shownWritten(field, print, from, seen.is_string() ? Cell(seen.get<std::string>()) : Cell());
}

// Before and after of the fields, by what was seen.
Json plannedFields(const Task &task, const RepairRecord &repair, const Fingerprint &print)
{
    const RepairPlan &plan = repair.plan;
    const bool toNew = plan.target == Platform::New;
    const char *target = toNew ? "new" : "legacy";
    const char *source = toNew ? "legacy" : "new";
    Json fields = Json::array();
    if (plan.action == RepairAction::Update) {
        for (const MappedField &field : repair.sources.compared) {
            if (!task.values.contains(field.name)) continue;
            const Json &seen = task.values.at(field.name);
            fields.push_back({{"field", field.name},
                              {"before", seen.at(target)},
                              {"after", plannedAfter(field, print, otherPlatform(plan.target), seen.at(source))},
                              {"sensitive", seen.at("sensitive")}});
        }
        return fields;
    }
    const Json &row = task.rows.at(plan.action == RepairAction::Insert ? source : target);
    for (const MappedField &field : repair.sources.compared) {
        Json value = row.is_object() ? row.value(field.name, Json()) : Json();
        // It was seen before the field was sensitive.
        if (field.sensitive && value.is_string() && !isFingerprint(value.get<std::string>())) value = nullptr;
        const bool insert = plan.action == RepairAction::Insert;
        fields.push_back({{"field", field.name},
                          {"before", insert ? Json() : value},
                          {"after", insert ? plannedAfter(field, print, otherPlatform(plan.target), value) : Json()},
                          {"sensitive", field.sensitive}});
    }
    return fields;
}

// Values that were stored before their field was sensitive.
bool holdsWhatIsWithheld(const Task &task, const RepairRecord &repair)
{
    return std::ranges::any_of(repair.sources.compared, [&](const MappedField &field) {
        return field.sensitive && task.values.contains(field.name) && task.values.at(field.name).at("sensitive") == false;
    });
}

std::string shownMember(const Task &task)
{
    const Json &values = task.values.front();
    const Json &held = values.at(task.type == DifferenceType::Missing ? "legacy" : "new");
    return held.is_string() ? held.get<std::string>() : std::string();
}

// The statement with rows that hold nothing: its text does not depend on the values.
SqlStatement statementText(const RepairRecord &repair, const Fingerprint &print)
{
    const SourceRow empty{{repair.entityId, std::vector<Cell>(repair.sources.compared.size()), {}},
                          std::string(repair.sources.compared.size(), 'n')};
    return repairStatement(repair, print, {empty, empty}).statement;
}

// Whom a rule names, and which one it was.
struct Assigned {
    Assignee to;
    std::size_t place = 0;
};

std::optional<Assigned> assignedBy(const std::vector<AssignmentRule> &rules, const Task &task)
{
    const auto place = firstFit(rules, {task.entityType, task.type, task.fields});
    if (!place) return std::nullopt;
    return Assigned{rules[*place].to, *place};
}

Json historyOf(const WriteTransaction &tx, const std::string &reason, const std::string &subject,
               const std::optional<Assigned> &assigned)
{
    const std::string now = formatInstant(tx.now());
    Json history =
        Json::array({{{"at", now}, {"status", "PENDING"}, {"actor", subject}, {"note", reason}}});
    if (assigned)
        history.push_back({{"at", now},
                           {"status", "ASSIGNED"},
                           {"actor", "assignment-rules"},
                           {"note", "to " + assigneeText(assigned->to) + ", by rule " +
                                        std::to_string(assigned->place + 1)}});
    return history;
}

SqlValue textOrNothing(const std::string &text)
{
    return text.empty() ? SqlValue(nullptr) : SqlValue(text);
}

// Why, and by which side.
struct AskedFor {
    std::string reason;
    std::optional<Platform> authoritative;
};

Result<Json> insertTask(WriteTransaction &tx, const Context &context, const Task &task, const AskedFor &asked,
                        const std::optional<Assigned> &assigned)
{
    const Fingerprint &print = context.print;
    RepairRecord repair;
    Result<MappedSources> sources = loadMapping(tx.db(), task.mappingId);
    if (!sources) return fail(sources.error());
    repair.id = tx.newId();
    repair.entityId = task.entityId;
    repair.sources = std::move(*sources);
    repair.member = task.member;
    if (isSet(repair.sources.compared) == task.member.empty())
        return fail(ErrorKind::Conflict, "the mapping has changed since: recheck the differences first");
    narrowToMember(repair);
    for (const MappedField &field : repair.sources.compared) { // in the mapping's order
        if (task.values.contains(field.name)) repair.fields.push_back(field.name);
    }
    if (repair.fields.size() != task.fields.size() || holdsWhatIsWithheld(task, repair))
        return fail(ErrorKind::Conflict,
                    "the mapping has changed since: recheck the differences first");
    repair.plan = planRepair(task.type, asked.authoritative.value_or(repair.sources.mapping.authoritative));
    if (repair.sources.mapping.table(repair.plan.target).isQuery())
        return fail(ErrorKind::Conflict, "the rows of " + std::string(platformWord(repair.plan.target)) +
                                             " are those of a query, to which nothing can be written");
    const SqlStatement statement = statementText(repair, print);
    const std::string sentence =
        task.member.empty() ? repairSentence(repair.plan, task.entityType, task.entityId, repair.fields)
                            : memberSentence(repair.plan, task.entityType, task.entityId, repair.fields.front(), shownMember(task));
    const Json history = historyOf(tx, asked.reason, tx.actor().subject, assigned);
    const Assignee to = assigned ? assigned->to : Assignee();
    const auto done = tx.db().execute(
        "INSERT INTO repairs (id, check_id, mapping_id, entity_type, entity_id, action, "
        "target_platform, status, "
        "requested_by, requested_at, mapping, field_names, fields, statement, condition, sentence, "
        "legacy_print, "
        "new_print, reason, history, assigned_to, assigned_role, second_person, member, side_by_request, version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {repair.id, task.checkId, task.mappingId, task.entityType, task.entityId,
         std::string(repairActionWord(repair.plan.action)),
         std::string(platformWord(repair.plan.target)),
         std::string(repairStatusWord(assigned ? RepairStatus::Assigned : RepairStatus::Pending)),
         tx.actor().subject, toMs(tx.now()),
         dumpJson(mappingJson(repair.sources.mapping)), dumpJson(repair.fields),
         dumpJson(plannedFields(task, repair, print)), statement.sql, conditionOf(statement), sentence,
         task.legacyPrint, task.newPrint, asked.reason, dumpJson(history),
         textOrNothing(to.person), textOrNothing(to.role), std::int64_t{context.secondPerson}, task.member,
         std::int64_t{asked.authoritative.has_value()}});
    if (!done) return fail(done.error());
    for (const std::string &id : task.differenceIds) {
        const auto linked = tx.db().execute(
            "UPDATE differences SET repair_id = ?, version = version + 1 WHERE id = ?",
            {repair.id, id});
        if (!linked) return fail(linked.error());
    }
    const Result<Json> stored = repairJson(tx.db(), repair.id);
    if (!stored) return stored;
    tx.audit({"repair.create",
              "repair",
              repair.id,
              nullptr,
              {{"entity_id", task.entityId},
               {"sentence", sentence},
               {"assigned_to", stored->at("assigned_to")},
               {"assigned_role", stored->at("assigned_role")},
               {"authoritative", stored->at("authoritative")},
               {"difference_ids", task.differenceIds}},
              asked.reason});
    tx.emit("repair.changed", {{"repair", *stored}});
    return stored;
}

} // namespace

Result<std::vector<std::string>> repairable(Database &db, const DifferenceFilter &filter, std::int64_t expected)
{
    const std::string found = " FROM differences d LEFT JOIN repairs r ON r.id = d.repair_id" + filter.where +
                              " AND d.resolved = 0 AND d.state = 'CONFIRMED' AND d.ignored_by IS NULL AND "
                              "(d.repair_id IS NULL OR r.status IN ('VERIFIED', 'REJECTED', 'UNDONE'))";
    const auto count = db.query("SELECT count(*)" + found, filter.values);
    if (!count) return fail(count.error());
    if (const std::int64_t all = count->front().integer(0); all != expected)
        return fail(refused(refusals::CountChanged, {std::to_string(all), std::to_string(expected)}));
    const auto rows = db.query("SELECT d.id" + found + " ORDER BY d.id", filter.values);
    if (!rows) return fail(rows.error());
    std::vector<std::string> ids;
    for (const SqlRow &row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

Result<Json> createRepairs(WriteTransaction &tx, const Context &context,
                           const std::vector<std::string> &differenceIds, const std::string &reason,
                           std::optional<Platform> authoritative)
{
    std::map<std::tuple<std::string, std::string, std::string>, Task> tasks; // by check, entity and, of sets, member
    for (std::size_t i = 0; i < differenceIds.size(); ++i) {
        const std::string &id = differenceIds[i];
        const Result<SqlRow> row =
            loadDifference(tx.db(), id, "/difference_ids/" + std::to_string(i));
        if (!row) return fail(row.error());
        Task &task = tasks[{row->text(0), row->text(3), row->text(15)}];
        if (std::ranges::find(task.differenceIds, id) != task.differenceIds.end())
            return invalid("/difference_ids/" + std::to_string(i), "stands twice");
        if (Result<void> added = addTo(task, *row, id); !added) return fail(added.error());
    }
    const Result<std::vector<AssignmentRule>> rules = assignmentRules(tx.db());
    if (!rules) return fail(rules.error());
    AssignmentNews news;
    Json items = Json::array();
    for (const auto &[entity, task] : tasks) {
        const std::optional<Assigned> assigned = assignedBy(*rules, task);
        Result<Json> repair = insertTask(tx, context, task, {reason, authoritative}, assigned);
        if (!repair) return fail(repair.error());
        if (assigned) news.add(assigned->to, *repair);
        items.push_back(std::move(*repair));
    }
    if (Result<void> told = news.tell(tx, "the assignment rules"); !told) return fail(told.error());
    return items;
}

} // namespace crossfade
