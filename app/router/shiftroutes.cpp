// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftroutes.h"

#include "app/router/rollbackorder.h"
#include "app/router/routerules.h"
#include "app/router/stillnewby.h"
#include "app/router/unreadablepolicy.h"
#include "models/shift/takeover.h"

#include <algorithm>

namespace crossfade {

namespace {

RouteRules act(bool reasonRequired) {
    RouteRules rules = changeable(Operators);
    rules.reasonRequired = reasonRequired;
    return rules;
}

// Those that a rollback of everything concerns: all that fit and are not there yet.
Result<std::vector<PolicyRecord>> everything(Database &db, const RollbacksOrder &many,
                                             std::vector<std::string> &unreadable) {
    auto records = shiftrecords::all(db, &unreadable);
    if (!records) return records;
    std::erase_if(*records, [&](const PolicyRecord &record) { return !concernedByAll(record, many.target); });
    return records;
}

// The named ones; those that there are not are refused, each by itself.
Result<std::vector<PolicyRecord>> named(Database &db, const RollbacksOrder &many,
                                        std::vector<std::string> &unreadable, RefusedRollbacks &refused) {
    std::vector<PolicyRecord> records;
    for (std::size_t i = 0; i < many.policyIds.size(); ++i) {
        auto record = shiftrecords::find(db, many.policyIds[i]);
        if (!record && record.error().kind == ErrorKind::NotFound) {
            refused.add({{"policy_id", many.policyIds[i]},
                         {"policy_name", nullptr},
                         {"from_percentage", nullptr},
                         {"to_percentage", nullptr},
                         {"state", nullptr}},
                        invalid("/policy_ids/" + std::to_string(i), record.error().message).value());
            continue;
        }
        if (!record && shiftrecords::unreadable(db, many.policyIds[i])) {
            unreadable.push_back(many.policyIds[i]);
            continue;
        }
        if (!record) return fail(record.error());
        records.push_back(std::move(*record));
    }
    return records;
}

Json rolledBackItem(const std::string &id, const std::string &name, Percentage from, Percentage to,
                    ShiftState state) {
    return Json{{"policy_id", id},
                {"policy_name", name},
                {"from_percentage", from.percent()},
                {"to_percentage", to.percent()},
                {"state", shiftStateWord(state)},
                {"refused", nullptr}};
}

} // namespace

ShiftRoutes::ShiftRoutes(const Environment &environment, RouterState &state, ShiftBook &book,
                         ShiftActs &acts)
    : m_environment(environment)
    , m_state(state)
    , m_book(book)
    , m_acts(acts) {}

void ShiftRoutes::addRead(RouteTable &routes, const char *pattern, RouteRules rules, Read handler) {
    routes.read("GET", pattern, std::move(rules),
                [this, handler](const HttpRequest &request, Database &db) {
                    return (this->*handler)(request, db);
                });
}

void ShiftRoutes::addWrite(RouteTable &routes, const char *pattern, RouteRules rules,
                           Write handler) {
    routes.write("POST", pattern, std::move(rules),
                 [this, handler](const HttpRequest &request, WriteTransaction &tx) {
                     return (this->*handler)(request, tx);
                 });
}

// What takes users back at once, also where the store does not answer.
void ShiftRoutes::addKept(RouteTable &routes, const char *pattern, RouteRules rules, Write handler) {
    routes.keptWrite(
        "POST", pattern, first(std::move(rules)),
        [this, handler](const HttpRequest &request, WriteTransaction &tx) {
            return (this->*handler)(request, tx);
        },
        m_state.withoutStore());
}

void ShiftRoutes::addRoutes(RouteTable &routes) {
    addRead(routes, "/api/v1/shift-policies/{id}/shift", readable(), &ShiftRoutes::shift);
    // A lower target is a rollback.
    addKept(routes, "/api/v1/shift-policies/{id}/shift", act(false), &ShiftRoutes::start);
    addWrite(routes, "/api/v1/shift-policies/{id}/suspend", act(false), &ShiftRoutes::suspend);
    addWrite(routes, "/api/v1/shift-policies/{id}/resume", act(false), &ShiftRoutes::resume);
    addKept(routes, "/api/v1/shift-policies/{id}/rollback", act(true), &ShiftRoutes::rollBack);
    addWrite(routes, "/api/v1/shift-policies/{id}/override", act(true), &ShiftRoutes::override);
    addWrite(routes, "/api/v1/shift-policies/{id}/finalize", act(true), &ShiftRoutes::finalize);
    addRead(routes, "/api/v1/shift-policies/{id}/history", readableList(), &ShiftRoutes::history);
    addRead(routes, "/api/v1/shift-policies/{id}/guards", readable(), &ShiftRoutes::guards);
    addRead(routes, "/api/v1/shift-policies/{id}/gates", readable(), &ShiftRoutes::gates);
    addKept(routes, "/api/v1/rollbacks", act(true), &ShiftRoutes::rollBackMany);
}

Result<HttpResponse> ShiftRoutes::shift(const HttpRequest &request, Database &db) const {
    const auto record = shiftrecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const ShiftBook::ViewPtr view = m_book.view(record->policy.id);
    return HttpResponse::object(shiftToJson(*record, view.get(), m_environment.now()),
                                record->shiftVersion);
}

Result<HttpResponse> ShiftRoutes::history(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto record = shiftrecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const auto before = page->afterNumber();
    if (!before) return fail(before.error());
    std::vector<std::int64_t> seqs;
    const auto entries =
        shiftrecords::history(db, record->policy.id, *before, page->limit + 1, seqs);
    if (!entries) return fail(entries.error());
    const auto total = shiftrecords::historyCount(db, record->policy.id);
    if (!total) return fail(total.error());
    const auto shown =
        std::min<std::size_t>(entries->size(), static_cast<std::size_t>(page->limit));
    Json items = Json::array();
    for (std::size_t i = 0; i < shown; ++i)
        items.push_back(shiftrecords::historyToJson((*entries)[i]));
    std::optional<std::string> more;
    if (entries->size() > shown) more = std::to_string(seqs[shown - 1]);
    return HttpResponse::json(pageAnswer(*page, std::move(items), more, *total));
}

Result<HttpResponse> ShiftRoutes::guards(const HttpRequest &request, Database &db) const {
    const auto record = shiftrecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const ShiftBook::ViewPtr view = m_book.view(record->policy.id);
    return HttpResponse::json(guardsToJson(record->policy, view.get(), true));
}

Result<HttpResponse> ShiftRoutes::gates(const HttpRequest &request, Database &db) const {
    const auto record = shiftrecords::find(db, request.parameter("id"));
    if (!record) return fail(record.error());
    const ShiftBook::ViewPtr view = m_book.view(record->policy.id);
    return HttpResponse::json(gatesToJson(*record, view.get(), m_environment.now()));
}

Result<HttpResponse> ShiftRoutes::obeyed(const HttpRequest &request, WriteTransaction &tx,
                                         const ShiftOrder &order) {
    const auto before = shiftrecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    const auto transition = obey(before->policy, before->status, order, tx.now());
    if (!transition) return fail(transition.error());
    const auto after = m_acts.carryOut(tx, *before, *transition, request.reason, &order);
    if (!after) return fail(after.error());
    const ShiftBook::ViewPtr view = m_book.view(after->policy.id);
    Json json = shiftToJson(*after, view.get(), tx.now());
    const bool back =
        order.command == ShiftCommand::Rollback || after->status.percentage < before->status.percentage;
    if (back) {
        const auto ended = m_state.endForwardOnly(tx, request.reason);
        if (!ended) return fail(ended.error());
        json["forward_only_ended"] = *ended;
        json["still_new_by"] = stillNewBy(m_state, tx, {false, {after->policy.id}, {}});
    }
    return HttpResponse::object(json, after->shiftVersion);
}

Result<HttpResponse> ShiftRoutes::start(const HttpRequest &request, WriteTransaction &tx) {
    ShiftOrder order;
    if (!request.body.empty()) {
        const auto body = request.json();
        if (!body) return fail(body.error());
        JsonReader in(*body);
        order.target = in.optionalPercentage("target_percentage");
        order.startAt = in.optionalInstant("start_at");
        in.ignore("reason");
        if (auto error = in.finish()) return fail(*error);
    }
    const auto before = shiftrecords::find(tx.db(), request.parameter("id"));
    if (!before) return fail(before.error());
    // A lower target is a rollback, and a rollback needs a reason.
    const bool lowers = order.target && *order.target < before->status.percentage;
    if (lowers && request.reason.find_first_not_of(" \t\r\n") == std::string::npos)
        return invalid("/reason", "is required to lower the percentage");
    const auto covers = RouterState::policyCovers(tx.db());
    if (!covers) return fail(covers.error());
    if (const auto full = ShiftActs::tooManyWith(covers->size()); full && !ShiftActs::coverOf(*before))
        return fail(*full);
    order.takesOver = takenOverBy(before->policy.targetSystem, *covers);
    const bool starts = !order.startAt && !ShiftActs::coverOf(*before);
    if (order.takesOver && starts) {
        // One that cannot be read is no reason: its approvals are nobody's any more.
        const auto from = shiftrecords::find(tx.db(), order.takesOver->id);
        if (!from && from.error().kind == ErrorKind::Unavailable) return fail(from.error());
        if (from) {
            if (auto enough = asksEnough(before->policy, from->policy); !enough) return fail(enough.error());
        }
    }
    return obeyed(request, tx, order);
}

Result<HttpResponse> ShiftRoutes::suspend(const HttpRequest &request, WriteTransaction &tx) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    ShiftOrder order;
    order.command = ShiftCommand::Suspend;
    return obeyed(request, tx, order);
}

Result<HttpResponse> ShiftRoutes::resume(const HttpRequest &request, WriteTransaction &tx) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    ShiftOrder order;
    order.command = ShiftCommand::Resume;
    return obeyed(request, tx, order);
}

Result<HttpResponse> ShiftRoutes::finalize(const HttpRequest &request, WriteTransaction &tx) {
    if (auto good = onlyReason(request); !good) return fail(good.error());
    ShiftOrder order;
    order.command = ShiftCommand::Finalize;
    return obeyed(request, tx, order);
}

Result<HttpResponse> ShiftRoutes::rollBack(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    ShiftOrder order;
    order.command = ShiftCommand::Rollback;
    order.target = in.optionalPercentage("target_percentage");
    order.mode = readRollbackMode(in);
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    if (const auto unreadable = shiftrecords::unreadable(tx.db(), request.parameter("id")))
        return unreadablepolicy::rollBack(m_state, tx, *unreadable, order.target.value_or(Percentage()),
                                          request.reason);
    return obeyed(request, tx, order);
}

Result<HttpResponse> ShiftRoutes::override(const HttpRequest &request, WriteTransaction &tx) {
    const auto body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    const std::string word = in.text("gate", 40, 1);
    const std::optional<Gate> gate = gateFromWord(word);
    if (!word.empty() && !gate) in.reject("gate", "is not a gate");
    in.ignore("reason");
    if (auto error = in.finish()) return fail(*error);
    ShiftOrder order;
    order.command = ShiftCommand::Override;
    order.gate = *gate;
    return obeyed(request, tx, order);
}

// Of a record that cannot be read at least the users go back: what decides is the cover.
Result<void> ShiftRoutes::lowerCovers(WriteTransaction &tx, const std::vector<std::string> &ids,
                                      Percentage target, const std::string &reason, Json &items) {
    for (const std::string &id : ids) {
        const auto before = unreadablepolicy::lower(m_state, tx, id, target, reason);
        if (!before) return fail(before.error());
        if (*before)
            items.push_back(rolledBackItem(id, (*before)->name, (*before)->percentage, target,
                                           ShiftState::RolledBack));
    }
    return {};
}

Result<HttpResponse> ShiftRoutes::rollBackMany(const HttpRequest &request, WriteTransaction &tx) {
    const auto many = readRollbacks(request);
    if (!many) return fail(many.error());
    std::vector<std::string> unreadable;
    RefusedRollbacks refused; // of those that are named: they keep nobody else from going back
    const auto records =
        many->all ? everything(tx.db(), *many, unreadable) : named(tx.db(), *many, unreadable, refused);
    if (!records) return fail(records.error());
    const auto switches = RouterState::switches(tx.db());
    if (!switches) return fail(switches.error());
    Json items = Json::array();
    for (const PolicyRecord &before : *records) {
        const ShiftOrder order = rollbackOf(before, many->target, many->mode);
        const auto transition = obey(before.policy, before.status, order, tx.now());
        if (!transition) {
            refused.add(rolledBackItem(before.policy.id, before.policy.name, before.status.percentage,
                                       before.status.percentage, before.status.state),
                        transition.error());
            continue;
        }
        const auto after = m_acts.carryOut(tx, before, *transition, request.reason, &order);
        if (!after) return fail(after.error());
        items.push_back(rolledBackItem(after->policy.id, after->policy.name,
                                       before.status.percentage, after->status.percentage,
                                       after->status.state));
    }
    if (auto lowered = lowerCovers(tx, unreadable, many->target, request.reason, items); !lowered)
        return fail(lowered.error());
    if (const Error *first = refused.first(); first && items.empty() && unreadable.empty()) return fail(*first);
    refused.moveTo(items);
    Json groups = Json::array();
    if (many->all || many->groups) {
        auto back = m_state.groupRollback()(tx, many->all ? nullptr : &many->groupIds, request.reason);
        if (!back) return fail(back.error());
        groups = std::move(*back);
    }
    Switches after = *switches;
    if (many->all && after.master == Master::New) after.master = Master::Off;
    after.forwardOnly = false;
    if (!sameChoice(after, *switches)) {
        auto set = m_state.setSwitches(tx, after, {"ROLLBACK", request.reason});
        if (!set) return fail(set.error());
    }
    const RolledBackScope scope{many->all, many->policyIds, many->groupIds};
    return HttpResponse::json({{"epoch", tx.epoch()},
                               {"items", items},
                               {"groups", groups},
                               {"still_new_by", stillNewBy(m_state, tx, scope)},
                               {"master_from", masterWord(switches->master)},
                               {"master_to", masterWord(after.master)},
                               {"forward_only_ended", switches->forwardOnly && !after.forwardOnly}});
}

} // namespace crossfade
