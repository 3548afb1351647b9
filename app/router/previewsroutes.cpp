// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewsroutes.h"

#include "app/router/listtables.h"
#include "app/router/previewfile.h"
#include "app/router/routerules.h"
#include "app/service/log.h"
#include "models/routing/holding.h"
#include "models/routing/routingjson.h"

#include <future>
#include <thread>

namespace crossfade {

namespace {

constexpr std::chrono::minutes Kept{30};
// How long a preview "now" may be one of a moment ago; its answer says of when it is.
constexpr std::chrono::seconds SameMoment{5};
// How long an answer waits until the other replicas can know of it.
constexpr std::chrono::seconds ShareTime{1};
// How long a replica that is asked for another's preview waits to hear of what that one knew.
constexpr std::chrono::seconds CatchUpTime{2};
constexpr std::chrono::milliseconds CatchUpPause{20};

// The cover that the only change gives another percentage, and nothing else.
const PolicyCover *onlyPercentage(const PreviewQuestion &question, const Snapshot &snapshot)
{
    if (question.changes.size() != 1) return nullptr;
    const auto *change = std::get_if<PolicyChange>(&question.changes.front());
    const PolicyCover *before = change && change->after ? snapshot.policy(change->id) : nullptr;
    if (!before) return nullptr;
    PolicyCover same = *before;
    same.percentage = change->after->percentage;
    return same == *change->after ? &*change->after : nullptr;
}

Json countJson(const DirectionCount &count)
{
    Json reasons = Json::object();
    for (std::size_t i = 0; i < ReasonCount; ++i) {
        if (count.byReason[i] > 0)
            reasons[std::string(reasonWord(static_cast<Reason>(i)))] = count.byReason[i];
    }
    return {{"count", count.count}, {"by_reason", std::move(reasons)}};
}

// Writes not yet synced back are unknown as long as nothing counts them, held users until somebody has said
// who they are: never 0.
Json previewJson(const StoredPreview &preview)
{
    return {{"id", preview.id},
            {"epoch", preview.before->epoch()},
            {"system_id", preview.systemId.empty() ? Json() : Json(preview.systemId)},
            {"at", formatInstant(preview.at)},
            {"known_users", preview.users->size()},
            {"to_new", countJson(preview.toNew)},
            {"to_legacy", countJson(preview.toLegacy)},
            {"held", preview.held ? Json(*preview.held) : Json()},
            {"stranded_writes", preview.strandedWrites ? Json(*preview.strandedWrites) : Json()},
            {"sample_to_new", preview.toNew.sample},
            {"sample_to_legacy", preview.toLegacy.sample},
            {"expires_at", formatInstant(preview.expiresAt)}};
}

// Of the rules that would be new or other ones, and of the switches: what a dry run says of each.
Json previewWarnings(const PreviewQuestion &question, const Snapshot &before, const Snapshot &after,
                     const ReadWritePairs &pairs, Instant now)
{
    constexpr std::size_t MostTold = 100;
    Effort effort = EffortOfOneRule;
    Json list = Json::array();
    for (const SnapshotChange &change : question.changes) {
        if (const auto *switches = std::get_if<Switches>(&change)) {
            const Snapshot with = before.changed(*switches, before.epoch());
            Effort ofSwitches = EffortOfOneRule;
            for (Json &warning : warningsToJson(changeWarnings({before, pairs}, {with, pairs}, now, ofSwitches))) {
                warning["config_name"] = "";
                list.push_back(std::move(warning));
            }
        }
        const auto *ofRule = std::get_if<RuleChange>(&change);
        if (!ofRule || !ofRule->after) continue;
        for (Json &warning : warningsToJson(ruleWarnings(after, *ofRule->after, now, effort, pairs))) {
            if (list.size() == MostTold) return list;
            warning["config_name"] = ofRule->after->name;
            list.push_back(std::move(warning));
        }
    }
    return list;
}

Json memberJson(const StoredPreview &preview, std::string_view user)
{
    const Move move = moveOf(preview.pair(), user);
    return {{"user_id", user},
            {"from", platformWord(move.from)},
            {"to", platformWord(move.to)},
            {"reason", reasonWord(move.reason)}};
}

// Both directions without the parameter.
Result<std::vector<Direction>> directionsOf(const HttpRequest &request)
{
    const auto word = request.queryText("direction");
    if (!word) return std::vector{Direction::ToNew, Direction::ToLegacy};
    if (*word == "NEW") return std::vector{Direction::ToNew};
    if (*word == "LEGACY") return std::vector{Direction::ToLegacy};
    return invalid("?direction", "must be one of NEW LEGACY");
}

bool movesAny(const StoredPreview &preview, std::size_t index, const std::vector<Direction> &directions)
{
    for (const Direction direction : directions) {
        if (preview.moves(index, direction)) return true;
    }
    return false;
}

std::int64_t countOf(const StoredPreview &preview, const std::vector<Direction> &directions)
{
    std::uint64_t count = 0;
    for (const Direction direction : directions)
        count += (direction == Direction::ToNew ? preview.toNew : preview.toLegacy).count;
    return static_cast<std::int64_t>(count);
}

// All of them in one file; there are no pages of it.
Result<bool> wantsFile(const HttpRequest &request)
{
    const std::string format = request.queryText("format").value_or("json");
    if (format != "json" && format != "csv") return invalid("?format", "must be one of csv json");
    for (const char *paging : {"limit", "cursor"}) {
        if (format == "csv" && request.queryText(paging))
            return invalid("?" + std::string(paging), "must not stand beside format=csv: the file holds all");
    }
    return format == "csv";
}

HttpResponse fileOf(const PreviewPtr &preview, std::vector<Direction> directions)
{
    const auto file = std::make_shared<PreviewFile>(preview, std::move(directions));
    HttpResponse response;
    response.contentType = "text/csv; charset=utf-8";
    response.setHeader("Content-Disposition", "attachment; filename=\"crossfade-preview.csv\"");
    response.body = file->piece().value_or(std::string());
    response.rest = [file]() -> HttpResponse::Piece { return file->piece(); };
    return response;
}

HttpResponse answerOr(Result<HttpResponse> answer, const HttpRequest &request)
{
    return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
}

} // namespace

void PreviewsModule::addRoutes(RouteTable &routes)
{
    routes.work("POST", "/api/v1/previews", changeable(Readers),
                [this](const HttpRequest &request) { return answerOr(create(request), request); });
    routes.work("GET", "/api/v1/previews/{id}/members", readableList({"direction", "format"}),
                [this](const HttpRequest &request) { return answerOr(members(request), request); });
}

Result<PreviewsModule::Asked> PreviewsModule::ask(const Json &body, std::optional<Instant> at)
{
    Asked asked{std::make_shared<StoredPreview>(), {}, {}};
    StoredPreview &preview = *asked.preview;
    auto read = m_store.read([&](Database &db) -> Result<void> {
        preview.before = m_state.snapshot();
        auto question = readPreviewQuestion(body, db, *preview.before, m_state.policyLookup(), m_state.groupLookup());
        if (!question) return fail(question.error());
        preview.at = at.value_or(question->at.value_or(m_store.environment().now()));
        preview.after = std::make_shared<const Snapshot>(
            afterChanges(*preview.before, question->changes, preview.before->epoch(), preview.at));
        const auto held = listtables::heldSet(db);
        if (!held) return fail(held.error());
        if (held->version > 1) preview.held = 0;
        const auto routing = previewrecords::routingVersion(db, *preview.before);
        if (!routing) return fail(routing.error());
        asked.routing = routing->value_or("");
        asked.question = std::move(*question);
        preview.systemId = asked.question.systemId;
        return {};
    });
    if (!read) return fail(read.error());
    preview.users = m_directory.ids();
    preview.strandedWrites = strandedWrites(m_probes.syncs(), m_store.environment().now());
    return asked;
}

Result<HttpResponse> PreviewsModule::create(const HttpRequest &request)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    const Environment &environment = m_store.environment();
    const auto asked = ask(*body, std::nullopt);
    if (!asked) return fail(asked.error());
    StoredPreview &preview = *asked->preview;
    preview.id = environment.newId();
    if (!compute(preview, asked->question)) return fail(ErrorKind::Unavailable, "the service is stopping");
    const Instant now = environment.now();
    preview.expiresAt = now + Kept;
    m_previews.add(asked->preview, now);
    if (!m_service.leadership().replica().empty()) share(request, *asked);
    Json answer = previewJson(preview);
    answer["warnings"] = previewWarnings(asked->question, *preview.before, *preview.after, *m_maps.pairs(), now);
    return HttpResponse::json(answer, 201);
}

std::string PreviewsModule::fingerprintOf(const IdSetPtr &users)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_printed == users) return m_fingerprint;
    }
    std::string fingerprint = previewrecords::fingerprintOf(*users);
    const std::lock_guard lock(m_mutex);
    m_printed = users;
    m_fingerprint = fingerprint;
    return fingerprint;
}

// A preview does not depend on it: what the store refuses, or takes long for, only this replica knows.
void PreviewsModule::share(const HttpRequest &request, const Asked &asked)
{
    if (asked.routing.empty()) return;
    const StoredPreview &preview = *asked.preview;
    const PreviewRecord record{preview.id,
                               preview.at,
                               preview.expiresAt,
                               asked.routing,
                               fingerprintOf(preview.users),
                               previewrecords::fingerprintOf(asked.question),
                               request.body};
    const auto stored = std::make_shared<std::promise<void>>();
    auto waited = stored->get_future();
    m_store.write(
        request.actor(),
        [record](WriteTransaction &tx) -> Result<Json> {
            if (auto kept = previewrecords::store(tx.db(), record, tx.now()); !kept) return fail(kept.error());
            return Json();
        },
        [stored](const Result<Json> &done) {
            if (!done) logWarning("a preview is known to this replica alone", {{"error", done.error().message}});
            stored->set_value();
        });
    waited.wait_for(ShareTime);
}

Result<PreviewPtr> PreviewsModule::known(const std::string &id)
{
    const Instant now = m_store.environment().now();
    if (PreviewPtr preview = m_previews.find(id, now)) return preview;
    std::optional<PreviewRecord> record;
    auto read = m_store.read([&](Database &db) -> Result<void> {
        auto found = previewrecords::find(db, id, now);
        if (!found) return fail(found.error());
        record = std::move(*found);
        return {};
    });
    if (!read) return fail(read.error());
    if (!record) return fail(ErrorKind::NotFound, "there is no such preview, or no longer");
    return makeAnew(*record);
}

// The same, or none: whatever it was made from must be as it was.
Result<PreviewPtr> PreviewsModule::makeAnew(const PreviewRecord &record)
{
    const auto body = parseJson(record.body);
    if (!body) return fail(body.error());
    const auto deadline = std::chrono::steady_clock::now() + CatchUpTime;
    auto asked = ask(*body, record.at);
    // This replica may be about to hear of what the other one had heard of.
    while (asked && asked->routing.empty() && std::chrono::steady_clock::now() < deadline && !m_cancelled) {
        std::this_thread::sleep_for(CatchUpPause);
        asked = ask(*body, record.at);
    }
    if (!asked && asked.error().kind != ErrorKind::Invalid) return fail(asked.error());
    const bool same = asked && asked->routing == record.routing &&
                      previewrecords::fingerprintOf(asked->question) == record.question &&
                      fingerprintOf(asked->preview->users) == record.users;
    if (!same)
        return fail(ErrorKind::NotFound, "the preview was made by another replica, and what it was made from has "
                                         "changed since: make it again");
    StoredPreview &preview = *asked->preview;
    preview.id = record.id;
    preview.expiresAt = record.expiresAt;
    asked->question.at = record.at; // of that moment, not of one about the same
    if (!compute(preview, asked->question)) return fail(ErrorKind::Unavailable, "the service is stopping");
    m_previews.add(asked->preview, m_store.environment().now());
    return PreviewPtr(asked->preview);
}

bool PreviewsModule::compute(StoredPreview &preview, const PreviewQuestion &question)
{
    const PolicyCover *wanted = onlyPercentage(question, *preview.before);
    if (!wanted) return computePreview(preview, m_cancelled);
    PolicyBucketsPtr buckets = bucketsFor(preview, wanted->id, !question.at);
    if (!buckets) return false;
    computePreview(preview, std::move(buckets), preview.before->policy(wanted->id)->percentage, wanted->percentage);
    return true;
}

// Those of the preview before, if they are of the same snapshot, users and moment; null if the service stops.
PolicyBucketsPtr PreviewsModule::bucketsFor(StoredPreview &preview, const std::string &policyId, bool anyMoment)
{
    {
        const std::lock_guard lock(m_mutex);
        const bool same = m_last.buckets && m_last.snapshot == preview.before && m_last.users == preview.users &&
                          m_last.systemId == preview.systemId && m_last.policyId == policyId;
        const Milliseconds age = preview.at - m_last.at;
        if (same && (age.count() == 0 || (anyMoment && age.count() > 0 && age < SameMoment))) {
            preview.at = m_last.at;
            return m_last.buckets;
        }
    }
    auto buckets = PolicyBuckets::of(*preview.before, policyId, preview.systemId, preview.at, *preview.users, m_cancelled);
    if (!buckets) return nullptr;
    const std::lock_guard lock(m_mutex);
    m_last = {preview.before, preview.users, preview.systemId, policyId, preview.at, buckets};
    return buckets;
}

Result<HttpResponse> PreviewsModule::members(const HttpRequest &request)
{
    const auto file = wantsFile(request);
    if (!file) return fail(file.error());
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto directions = directionsOf(request);
    if (!directions) return fail(directions.error());
    const auto found = known(request.parameter("id"));
    if (!found) return fail(found.error());
    const PreviewPtr &preview = *found;
    if (*file) return fileOf(preview, *directions);
    const IdSet &users = *preview->users;
    std::size_t index = 0;
    if (page->after) {
        index = users.lowerBound(*page->after);
        if (index < users.size() && users.at(index) == *page->after) ++index;
    }
    Json items = Json::array();
    std::optional<std::string> next;
    for (; index < users.size(); ++index) {
        if (!movesAny(*preview, index, *directions)) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            next = items.back().at("user_id").get<std::string>();
            break;
        }
        items.push_back(memberJson(*preview, users.at(index)));
    }
    return HttpResponse::json(
        pageAnswer(*page, std::move(items), next, countOf(*preview, *directions)));
}

} // namespace crossfade
