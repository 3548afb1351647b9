// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/localrollbacks.h"

#include "app/router/routerules.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"
#include "models/core/refusals.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *JournalName = "rollbacks.journal";
constexpr std::chrono::seconds SilentPause{1}; // between two tries while the store does not answer
// The same request, which the store took all the same, was begun no longer before it was done here.
constexpr std::chrono::seconds AskedBefore{10};
// What the store refuses although it answers is tried again after that.
constexpr std::chrono::seconds RefusedPause{5};

Result<RollbacksOrder> orderOf(const HttpRequest &request) {
    if (request.path.starts_with("/api/v1/shift-policies/")) return readPolicyRollback(request);
    if (request.path.starts_with("/api/v1/user-groups/")) return readGroupRollback(request);
    return readRollbacks(request);
}

Json keyToJson(const RequestKey &key) {
    return {{"subject", key.subject},
            {"method", key.method},
            {"path", key.path},
            {"key", key.key},
            {"body_hash", key.bodyHash}};
}

std::optional<RequestKey> keyFromJson(const Json &json) {
    if (!json.is_object()) return std::nullopt;
    return RequestKey{json.value("subject", ""), json.value("method", ""), json.value("path", ""),
                      json.value("key", ""), json.value("body_hash", "")};
}

// How many users of these batches are on the target, of batch after batch.
std::size_t usersMoved(const GroupCover &cover, std::optional<std::size_t> only) {
    const std::size_t members = cover.members ? cover.members->size() : 0;
    std::size_t users = 0;
    for (std::size_t batch = 0; cover.moved && batch < cover.moved->size(); ++batch) {
        if (!(*cover.moved)[batch] || (only && *only != batch)) continue;
        const std::size_t first = std::min(members, batch * cover.batchSize);
        users += std::min(members - first, cover.batchSize);
    }
    return users;
}

LocalRollback::Policy policyBack(const PolicyCover &cover, Percentage target) {
    return {cover.id, cover.name, cover.percentage, std::min(cover.percentage, target)};
}

} // namespace

LocalRollbacks::LocalRollbacks(Service &service, RouterState &state, ShiftBook &book, ShiftActs &acts)
    : m_service(service)
    , m_state(state)
    , m_book(book)
    , m_catchUp(state, acts)
    , m_waiting(prometheus::BuildGauge()
                    .Name("crossfade_rollbacks_unstored")
                    .Help("Rollbacks that this router has done and its store does not know of yet")
                    .Register(service.metrics())
                    .Add({})) {
    state.setWithoutStore(*this);
}

Result<void> LocalRollbacks::open() {
    const std::filesystem::path file = std::filesystem::path(m_service.dataDirectory()) / JournalName;
    auto journal = RollbackJournal::open(file);
    if (!journal) return fail(journal.error());
    m_journal = std::move(*journal);
    const std::lock_guard lock(m_mutex);
    for (const auto &[id, record] : m_journal->records()) {
        if (takeRecord(record)) continue;
        // It stays in the journal: the program that wrote it can read it.
        logError("a rollback that waits for the store cannot be read", {{"id", id}});
    }
    if (!m_kept.empty())
        logWarning("rollbacks that are not stored yet are in force", {{"count", m_kept.size()}});
    lowerCeilings();
    return {};
}

bool LocalRollbacks::takeRecord(const Json &record) {
    const auto rollback = record.find("rollback");
    auto read = rollback == record.end() ? std::nullopt : localRollbackFromJson(*rollback);
    if (!read) return false;
    Kept kept{std::move(*read), std::nullopt};
    if (const auto key = record.find("key"); key != record.end()) kept.key = keyFromJson(*key);
    m_kept.push_back(std::make_shared<const Kept>(std::move(kept)));
    return true;
}

void LocalRollbacks::addRoutes(RouteTable &routes) {
    routes.loop("GET", "/api/v1/rollbacks/unstored", readable(), [this](const HttpRequest &) { return list(); });
}

Service::Dependency LocalRollbacks::dependency() {
    Service::Dependency dependency{"rollback_journal", [this]() -> Result<void> {
                                       for (const KeptPtr &one : kept()) {
                                           if (!one->error.empty())
                                               return fail(ErrorKind::Unavailable,
                                                           "a rollback cannot be stored: " + one->error);
                                       }
                                       return {};
                                   }};
    dependency.tell = [this] {
        const std::size_t count = kept().size();
        return count == 0 ? std::string() : std::to_string(count) + " done here and not stored yet";
    };
    return dependency;
}

std::vector<LocalRollbacks::KeptPtr> LocalRollbacks::kept() const {
    const std::lock_guard lock(m_mutex);
    return m_kept;
}

void LocalRollbacks::lowerCeilings() {
    Ceilings ceilings;
    for (const KeptPtr &one : m_kept)
        ceilings = lowest(std::move(ceilings), ceilingsOf(one->rollback));
    m_state.setCeilings(std::move(ceilings));
    m_waiting.Set(static_cast<double>(m_kept.size()));
}

Result<std::optional<HttpResponse>> LocalRollbacks::firstAnswer(const RequestKey &key) const {
    for (const KeptPtr &one : kept()) {
        if (!one->key || one->key->text() != key.text()) continue;
        if (one->key->bodyHash != key.bodyHash)
            return fail(refused(refusals::KeyOfAnother, {},
                                {{"header:Idempotency-Key", "was used with another body"}}));
        return std::optional(answerOf(*one));
    }
    return std::optional<HttpResponse>();
}

Result<HttpResponse> LocalRollbacks::act(const HttpRequest &request, const Act &act) {
    const auto order = orderOf(request);
    if (!order) return fail(order.error());
    auto rollback = plan(*order);
    if (!rollback) return fail(rollback.error());
    rollback->id = act.id;
    rollback->at = std::chrono::floor<Milliseconds>(m_service.store().environment().now());
    rollback->actor = request.principal.subject;
    rollback->requestId = request.requestId;
    rollback->reason = request.reason;
    Kept kept{std::move(*rollback), act.key};
    HttpResponse answer = answerOf(kept);
    if (auto done = keep(std::move(kept)); !done) return fail(done.error());
    return answer;
}

// On disk first; then it is in force, and told.
Result<void> LocalRollbacks::keep(Kept kept) {
    const Json rollback = localRollbackToJson(kept.rollback);
    const auto again = localRollbackFromJson(rollback);
    if (!again || *again != kept.rollback)
        return fail(ErrorKind::Internal, "the rollback cannot be kept without the store");
    {
        const std::lock_guard lock(m_journalMutex);
        const Json record{{"rollback", rollback}, {"key", kept.key ? keyToJson(*kept.key) : Json()}};
        if (auto added = m_journal->add(kept.rollback.id, record); !added) {
            logError("a rollback was not kept without the store", {{"error", added.error().message}});
            return added;
        }
    }
    killPoint("rollback.kept");
    const auto made = std::make_shared<const Kept>(std::move(kept));
    {
        const std::lock_guard lock(m_mutex);
        m_kept.push_back(made);
        lowerCeilings();
    }
    logWarning("rolled back without the store", {{"id", made->rollback.id},
                                                 {"actor", made->rollback.actor},
                                                 {"request_id", made->rollback.requestId},
                                                 {"policies", made->rollback.policies.size()},
                                                 {"groups", made->rollback.groups.size()}});
    m_service.broadcast("rollback.local", {{"rollback", told(*made)}});
    return {};
}

Result<LocalRollback> LocalRollbacks::plan(const RollbacksOrder &order) const {
    // Step by step it would need the runner, and that the store.
    if (order.mode == RollbackMode::Stepwise)
        return fail(ErrorKind::Conflict, "a stepwise rollback needs the store");
    const SnapshotPtr snapshot = m_state.snapshot();
    LocalRollback plan;
    plan.scope = order.scope();
    plan.target = order.target;
    plan.epoch = snapshot->epoch();
    if (!order.groups) {
        if (auto planned = planPolicies(order, *snapshot, plan); !planned) return fail(planned.error());
    }
    if (order.groups || order.all) {
        if (auto planned = planGroups(order, *snapshot, plan); !planned) return fail(planned.error());
    }
    plan.endsMaster = order.all && snapshot->switches().master == Master::New;
    plan.endsForwardOnly = snapshot->switches().forwardOnly;
    return plan;
}

Result<void> LocalRollbacks::planPolicies(const RollbacksOrder &order, const Snapshot &snapshot,
                                          LocalRollback &plan) const {
    if (order.all) {
        for (const PolicyCover &cover : snapshot.policies()) {
            const ShiftBook::RecordPtr record = m_book.record(cover.id);
            if (record ? concernedByAll(*record, order.target) : cover.percentage > order.target)
                plan.policies.push_back(policyBack(cover, order.target));
        }
        return {};
    }
    for (const std::string &id : order.policyIds) {
        const PolicyCover *cover = snapshot.policy(id);
        const ShiftBook::RecordPtr record = m_book.record(id);
        // It keeps none of the others from going back.
        if (!cover || (record && !fits(record->status.state, ShiftCommand::Rollback))) continue;
        plan.policies.push_back(policyBack(*cover, order.target));
    }
    if (plan.policies.empty()) return fail(ErrorKind::Conflict, "the policy moves nobody here");
    return {};
}

Result<void> LocalRollbacks::planGroups(const RollbacksOrder &order, const Snapshot &snapshot, LocalRollback &plan) {
    if (order.all) {
        for (const GroupCover &cover : snapshot.groups())
            plan.groups.push_back({cover.id, cover.name, std::nullopt, usersMoved(cover, std::nullopt)});
        return {};
    }
    for (const std::string &id : order.groupIds) {
        const GroupCover *cover = snapshot.group(id);
        if (!cover) continue;
        const bool there = !order.batch ||
                           (cover->moved && *order.batch < cover->moved->size() && (*cover->moved)[*order.batch]);
        if (!there) return fail(ErrorKind::Conflict, "the batch has nobody to take back");
        plan.groups.push_back({cover->id, cover->name, order.batch, usersMoved(*cover, order.batch)});
    }
    if (plan.groups.empty()) return fail(ErrorKind::Conflict, "the group moves nobody here");
    return {};
}

Json LocalRollbacks::told(const Kept &kept) const {
    Json json = localRollbackToJson(kept.rollback);
    json["stored"] = false;
    json["error"] = kept.error.empty() ? Json() : Json(kept.error);
    json["detail"] = "rolled back at this router; not yet stored, will be stored when the database answers";
    return json;
}

HttpResponse LocalRollbacks::answerOf(const Kept &kept) const {
    Kept first = kept;
    first.error.clear(); // as it was answered
    return HttpResponse::json(told(first), 202);
}

HttpResponse LocalRollbacks::list() const {
    Json items = Json::array();
    for (const KeptPtr &one : kept())
        items.push_back(told(*one));
    const auto total = static_cast<std::int64_t>(items.size());
    return HttpResponse::json(pageAnswer(PageRequest(), std::move(items), std::nullopt, total));
}

Result<void> LocalRollbacks::noteStored(WriteTransaction &tx, const std::string &id) {
    return RollbackCatchUp::noteStored(tx, id);
}

void LocalRollbacks::look() {
    if (std::chrono::steady_clock::now() < m_nextTry) return;
    for (const KeptPtr &one : kept()) {
        if (std::chrono::steady_clock::now() < one->again) continue;
        const auto stored = store(one);
        if (!stored && stored.error().kind == ErrorKind::Unavailable) { // for this one, for all of them
            m_nextTry = std::chrono::steady_clock::now() + SilentPause;
            return;
        }
        if (!stored) {
            couldNot(one, stored.error());
            continue;
        }
        const std::lock_guard lock(m_journalMutex);
        if (auto ended = m_journal->end(one->rollback.id); !ended)
            logWarning("a rollback that is stored stays in the journal", {{"error", ended.error().message}});
    }
}

Result<void> LocalRollbacks::store(const KeptPtr &kept) {
    const LocalRollback &rollback = kept->rollback;
    const auto work = [&](WriteTransaction &tx) -> Result<Json> {
        if (auto done = m_catchUp.store(tx, rollback); !done) return fail(done.error());
        // What the client was told stays what this key answers, from whatever replica.
        if (kept->key) {
            auto answered =
                replaceAnswer(tx.db(), *kept->key, rollback.at - AskedBefore, tx.now(), answerOf(*kept));
            if (!answered) return fail(answered.error());
        }
        tx.afterCommit([this, id = rollback.id] {
            killPoint("rollback.stored");
            forget(id);
        });
        return Json();
    };
    const auto written = m_service.store().writeAndWait({rollback.actor, rollback.requestId}, work, Turn::First);
    if (!written) return fail(written.error());
    logInfo("a rollback done without the store is stored", {{"id", rollback.id}});
    return {};
}

void LocalRollbacks::forget(const std::string &id) {
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_kept, [&](const KeptPtr &one) { return one->rollback.id == id; });
    lowerCeilings();
}

// The store answers and does not take it: it stays in force here, and is for somebody to look at.
void LocalRollbacks::couldNot(const KeptPtr &kept, const Error &error) {
    const bool known = kept->error == error.message;
    Kept next = *kept;
    next.error = error.message;
    next.again = std::chrono::steady_clock::now() + RefusedPause;
    {
        const std::lock_guard lock(m_mutex);
        const auto place = std::ranges::find(m_kept, kept);
        if (place != m_kept.end()) *place = std::make_shared<const Kept>(std::move(next));
    }
    if (known) return;
    logError("a rollback cannot be stored", {{"id", kept->rollback.id}, {"error", error.message}});
    const auto raised = m_service.store().writeAndWait({"runner", {}}, [&](WriteTransaction &tx) -> Result<Json> {
        auto done = RollbackCatchUp::alert(tx, kept->rollback, "it is in force at one router only: " + error.message);
        if (!done) return fail(done.error());
        return Json();
    });
    if (!raised) logWarning("nobody was told of it", {{"error", raised.error().message}});
}

} // namespace crossfade
