// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/enginemodule.h"

#include "app/router/engineacks.h"
#include "app/router/enginerecords.h"
#include "app/router/routerules.h"

#include <algorithm>
#include <any>

namespace crossfade {

namespace {

constexpr std::size_t AcksBodyLimit = 256 << 10;
constexpr std::chrono::seconds WatchEvery{1};

HttpResponse acksAnswer(std::size_t stored, bool overtaken, const std::optional<RuleEpoch> &newest, Instant now) {
    return HttpResponse::json({{"stored", stored},
                               {"overtaken", overtaken},
                               {"received_at", formatInstant(now)},
                               {"epoch", newest ? newest->epoch : 0}});
}

// Who makes up names without end fills nothing.
Result<void> mayStore(Database &db, const std::vector<EngineInstance> &known,
                      const std::vector<EngineInstance> &changes) {
    std::int64_t added = 0;
    for (const EngineInstance &one : changes)
        added += std::ranges::find(known, one.name, &EngineInstance::name) == known.end() ? 1 : 0;
    if (added == 0) return {};
    const auto all = enginerecords::count(db);
    if (!all) return fail(all.error());
    const std::int64_t own = static_cast<std::int64_t>(known.size()) + added;
    if (own > enginerecords::MostOfAgent)
        return invalid("/instances", "would be more than " + std::to_string(enginerecords::MostOfAgent) +
                                         " with those that are gone; they are forgotten in an hour");
    if (*all + added > enginerecords::MostOfAll)
        return invalid("/instances", "would be more than " + std::to_string(enginerecords::MostOfAll) + " of all agents");
    return {};
}

Json optionalTime(const std::optional<Instant> &at) {
    return at ? Json(formatInstant(*at)) : Json();
}

Result<Json> engineJson(const EngineInstance &one, RuleEpochs &epochs, Instant now) {
    const auto missed = epochs.firstAfter(one.acknowledged);
    if (!missed) return fail(missed.error());
    const auto behind = epochs.countAfter(one.acknowledged);
    if (!behind) return fail(behind.error());
    const Milliseconds lag = *missed ? std::max(Milliseconds(0), now - (*missed)->storedAt) : Milliseconds(0);
    Json refused;
    if (one.refused)
        refused = {{"epoch", *one.refused}, {"reason", one.refusal}, {"at", optionalTime(one.refusedAt)}};
    return Json{{"agent_id", one.agentId},
                {"instance", one.name},
                {"address", one.address},
                {"boot", one.bootId},
                {"acknowledged_epoch", one.acknowledged},
                {"acknowledged_at", optionalTime(one.acknowledgedAt)},
                {"converged_epoch", one.converged ? Json(*one.converged) : Json()},
                {"refused", refused},
                {"lag_epochs", *behind},
                {"lag_seconds", static_cast<double>(lag.count()) / 1'000},
                {"drift", driftJson(one.drift)},
                {"heard_at", formatInstant(one.heardAt)},
                {"gone_at", optionalTime(one.goneAt)}};
}

} // namespace

EngineModule::EngineModule(Service &service)
    : m_service(service)
    , m_watch(service.store(), service.leadership(), service.metrics()) {}

void EngineModule::addRoutes(RouteTable &routes) {
    routes.read("GET", "/api/v1/engine", readableList(),
                [this](const HttpRequest &request, Database &db) { return list(request, db); });
    RouteRules intake = changeable({Role::Agent});
    intake.bodyLimit = AcksBodyLimit;
    // Nothing is answered from memory: it is read what is stored, and written only what is new. Not where previews
    // run: an acknowledgement that waits for them looks like drift.
    routes.loopOrKeyed("/api/v1/agents/{id}/acks", intake, nullptr,
                       [this](const HttpRequest &request) { return prepare(request); }, keep);
}

Result<void> EngineModule::start() {
    m_service.everyAlone(WatchEvery, [this] { m_watch.look(); });
    return {};
}

Result<void> EngineModule::prepare(const HttpRequest &request) const {
    const std::string id = request.parameter("id");
    if (request.principal.subject != id)
        return fail(ErrorKind::Forbidden, "this token is of the agent " + request.principal.subject);
    const auto body = request.json();
    if (!body) return fail(body.error());
    return m_service.store().read([&](Database &db) -> Result<void> {
        const auto clock = db.query("SELECT epoch FROM clock");
        if (!clock) return fail(clock.error());
        auto reports = readEngineReports(*body, clock->front().integer(0));
        if (!reports) return fail(reports.error());
        const auto known = enginerecords::ofAgent(db, id);
        if (!known) return fail(known.error());
        const Instant now = m_service.store().environment().now();
        if (!engineChanges(*known, *reports, id, now).empty()) {
            request.prepared = std::make_shared<EngineReports>(std::move(*reports));
            return {};
        }
        const auto newest = RuleEpochs(db).newest();
        if (!newest) return fail(newest.error());
        request.prepared = acksAnswer(0, isOvertaken(*known, *reports), *newest, now);
        return {};
    });
}

Result<HttpResponse> EngineModule::keep(const HttpRequest &request, WriteTransaction &tx) {
    // With a key its answer is to be kept, though nothing else is.
    if (auto *nothing = std::any_cast<HttpResponse>(&request.prepared)) return *nothing;
    const auto reports = std::any_cast<std::shared_ptr<EngineReports>>(request.prepared);
    const std::string id = request.parameter("id");
    const auto known = enginerecords::ofAgent(tx.db(), id);
    if (!known) return fail(known.error());
    const auto changes = engineChanges(*known, *reports, id, tx.now());
    if (auto may = mayStore(tx.db(), *known, changes); !may) return fail(may.error());
    for (const EngineInstance &one : changes) {
        if (auto stored = enginerecords::put(tx.db(), one); !stored) return fail(stored.error());
    }
    const auto newest = RuleEpochs(tx.db()).newest();
    if (!newest) return fail(newest.error());
    return acksAnswer(changes.size(), isOvertaken(*known, *reports), *newest, tx.now());
}

Result<HttpResponse> EngineModule::list(const HttpRequest &request, Database &db) const {
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    // No name of an instance holds a slash.
    const std::string after = page->after.value_or("/");
    const std::size_t slash = after.rfind('/');
    if (slash == std::string::npos) return invalid("?cursor", "is not a cursor of this service");
    const auto rows = enginerecords::after(db, after.substr(0, slash), after.substr(slash + 1), page->limit + 1);
    if (!rows) return fail(rows.error());
    const auto total = enginerecords::count(db);
    if (!total) return fail(total.error());
    RuleEpochs epochs(db);
    const auto newest = epochs.newest();
    if (!newest) return fail(newest.error());
    Json items = Json::array();
    std::optional<std::string> more;
    for (const EngineInstance &one : *rows) {
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            more = items.back().at("agent_id").get<std::string>() + "/" + items.back().at("instance").get<std::string>();
            break;
        }
        auto item = engineJson(one, epochs, m_service.store().environment().now());
        if (!item) return fail(item.error());
        items.push_back(std::move(*item));
    }
    Json answer = pageAnswer(*page, std::move(items), more, *total);
    answer["epoch"] = *newest ? (*newest)->epoch : 0;
    answer["epoch_stored_at"] = *newest ? Json(formatInstant((*newest)->storedAt)) : Json();
    return HttpResponse::json(answer);
}

} // namespace crossfade
