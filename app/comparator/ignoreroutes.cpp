// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/ignorestore.h"
#include "app/comparator/ignoresweep.h"
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"

#include <chrono>

namespace crossfade {

namespace {

constexpr std::chrono::hours EndsAtMost{10 * 366 * 24};

// Whether a mapping of the data type has the field as a sensitive one.
Result<bool> isSensitive(Database &db, const IgnoreRule &rule)
{
    const auto mappings = db.query("SELECT body FROM mappings WHERE data_type = ?", {rule.dataType});
    if (!mappings) return fail(mappings.error());
    for (const SqlRow &row : *mappings) {
        const Json body = jsonOrNull(row, 0);
        for (const Json &field : body.value("fields", Json::array())) {
            if (field.value("name", "") == rule.field && field.value("sensitive", false)) return true;
        }
    }
    return false;
}

// The rule of a body; what is wrong with it is named, but a value that must not be told.
Result<IgnoreRule> readRule(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    IgnoreRule rule = readIgnoreRule(in);
    if (rule.endsAt && *rule.endsAt <= tx.now()) in.reject("ends_at", "must not be over: delete the rule to end it now");
    if (rule.endsAt && *rule.endsAt > tx.now() + EndsAtMost) in.reject("ends_at", "must be within ten years; leave it out for never");
    if (!rule.checkId.empty()) {
        const auto known = tx.db().query("SELECT id FROM checks WHERE id = ?", {rule.checkId});
        if (!known) return fail(known.error());
        if (known->empty()) in.reject("check_id", "there is no check " + rule.checkId);
    }
    if (!keepsValuesSecret(rule)) {
        const Result<bool> sensitive = isSensitive(tx.db(), rule);
        if (!sensitive) return fail(sensitive.error());
        if (*sensitive)
            in.reject(rule.legacy.kind == IgnoredValue::Kind::Any ? "new" : "legacy",
                      "the field " + rule.field + " is sensitive: a value of it is named by its fingerprint alone");
    }
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return rule;
}

// What each change of the rules comes with.
void tellChange(WriteTransaction &tx, IgnoreSweep &sweep, const Json &rule)
{
    tx.emit("ignore_rule.changed", {{"rule", rule}});
    tx.afterCommit([&sweep] { sweep.wake(); });
}

// Room for one more beside the others that hide something; `id` is not counted.
Result<void> checkRoomForRule(WriteTransaction &tx, const std::string &id)
{
    const auto count = tx.db().query("SELECT count(*) FROM ignore_rules WHERE ended = 0 AND id <> ?", {id});
    if (!count) return fail(count.error());
    if (count->front().integer(0) < static_cast<std::int64_t>(MostIgnoreRules)) return {};
    return fail(ErrorKind::Conflict, "there are " + std::to_string(MostIgnoreRules) + " ignore rules already: end one first");
}

Result<HttpResponse> createRule(IgnoreSweep &sweep, const HttpRequest &request, WriteTransaction &tx)
{
    const Result<IgnoreRule> rule = readRule(request, tx);
    if (!rule) return fail(rule.error());
    const std::string id = tx.newId();
    if (Result<void> room = checkRoomForRule(tx, id); !room) return fail(room.error());
    const std::int64_t now = toMs(tx.now());
    const auto done = tx.db().execute(
        "INSERT INTO ignore_rules (id, rule, check_id, reason, ends_at, created_by, created_at, changed_by, updated_at, "
        "version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {id, dumpJson(ignoreRuleJson(*rule)), rule->checkId.empty() ? SqlValue(nullptr) : SqlValue(rule->checkId),
         request.reason, rule->endsAt ? SqlValue(toMs(*rule->endsAt)) : SqlValue(nullptr), tx.actor().subject, now,
         tx.actor().subject, now});
    if (!done) return fail(done.error());
    if (Result<void> noted = ignores::noteChange(tx.db()); !noted) return fail(noted.error());
    const Result<Json> after = ignores::ruleJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"ignore_rule.create", "ignore_rule", id, nullptr, *after, request.reason});
    tellChange(tx, sweep, *after);
    return HttpResponse::object(*after, 1, 201);
}

Result<HttpResponse> replaceRule(IgnoreSweep &sweep, const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = ignores::ruleJson(tx.db(), id);
    if (!before) return fail(before.error());
    const std::int64_t version = before->at("version").get<std::int64_t>();
    if (Result<void> same = checkVersion(request, version); !same) return fail(same.error());
    const Result<IgnoreRule> rule = readRule(request, tx);
    if (!rule) return fail(rule.error());
    // One whose time was over begins anew.
    if (Result<void> room = checkRoomForRule(tx, id); !room) return fail(room.error());
    const auto done = tx.db().execute(
        "UPDATE ignore_rules SET rule = ?, check_id = ?, reason = ?, ends_at = ?, ended = 0, changed_by = ?, updated_at = "
        "?, version = version + 1 WHERE id = ?",
        {dumpJson(ignoreRuleJson(*rule)), rule->checkId.empty() ? SqlValue(nullptr) : SqlValue(rule->checkId),
         request.reason, rule->endsAt ? SqlValue(toMs(*rule->endsAt)) : SqlValue(nullptr), tx.actor().subject,
         toMs(tx.now()), id});
    if (!done) return fail(done.error());
    if (Result<void> noted = ignores::noteChange(tx.db()); !noted) return fail(noted.error());
    const Result<Json> after = ignores::ruleJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"ignore_rule.update", "ignore_rule", id, *before, *after, request.reason});
    tellChange(tx, sweep, *after);
    return HttpResponse::object(*after, version + 1);
}

// Ends it: what it hid comes back. What runs told of it stays.
Result<HttpResponse> removeRule(IgnoreSweep &sweep, const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = ignores::ruleJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (Result<void> same = checkVersion(request, before->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    const auto done = tx.db().execute("DELETE FROM ignore_rules WHERE id = ?", {id});
    if (!done) return fail(done.error());
    tx.audit({"ignore_rule.delete", "ignore_rule", id, *before, nullptr, request.reason});
    if (Result<void> noted = ignores::noteChange(tx.db()); !noted) return fail(noted.error());
    Json told = *before;
    told["ended"] = true;
    tellChange(tx, sweep, told);
    return HttpResponse::noContent();
}

Result<HttpResponse> listRules(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM ignore_rules");
    if (!total) return fail(total.error());
    const auto rows = db.query("SELECT " + ignores::ruleColumns() + " FROM ignore_rules r WHERE r.id > ? ORDER BY r.id LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0), ignores::ruleRowJson);
}

} // namespace

void addIgnoreRoutes(RouteTable &routes, IgnoreSweep &sweep)
{
    const std::string all = "/api/v1/ignore-rules";
    const std::string one = all + "/{id}";
    RouteRules making = changeRules(Operators, false);
    making.reasonRequired = true;
    RouteRules changing = changeRules(Operators, true);
    changing.reasonRequired = true;
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor"}), listRules);
    routes.write("POST", all, making, [&sweep](const HttpRequest &request, WriteTransaction &tx) {
        return createRule(sweep, request, tx);
    });
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return ignores::ruleJson(db, request.parameter("id")).map([](const Json &rule) {
            return HttpResponse::object(rule, rule.at("version").get<std::int64_t>());
        });
    });
    routes.write("PUT", one, changing, [&sweep](const HttpRequest &request, WriteTransaction &tx) {
        return replaceRule(sweep, request, tx);
    });
    routes.write("DELETE", one, changeRules(Operators, true), [&sweep](const HttpRequest &request, WriteTransaction &tx) {
        return removeRule(sweep, request, tx);
    });
}

} // namespace crossfade
