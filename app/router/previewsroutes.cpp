// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewsroutes.h"

#include "app/router/listtables.h"
#include "app/router/previewchanges.h"
#include "app/router/routerules.h"
#include "models/routing/holding.h"

namespace crossfade {

namespace {

constexpr std::chrono::minutes Kept{30};

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
            {"stranded_writes", nullptr},
            {"sample_to_new", preview.toNew.sample},
            {"sample_to_legacy", preview.toLegacy.sample},
            {"expires_at", formatInstant(preview.expiresAt)}};
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

HttpResponse answerOr(Result<HttpResponse> answer, const HttpRequest &request)
{
    return answer ? std::move(*answer) : HttpResponse::problem(answer.error(), request.requestId);
}

} // namespace

void PreviewsModule::addRoutes(RouteTable &routes)
{
    routes.work("POST", "/api/v1/previews", changeable(Readers),
                [this](const HttpRequest &request) { return answerOr(create(request), request); });
    routes.work("GET", "/api/v1/previews/{id}/members", readableList({"direction"}),
                [this](const HttpRequest &request) { return answerOr(members(request), request); });
}

Result<HttpResponse> PreviewsModule::create(const HttpRequest &request)
{
    const auto body = request.json();
    if (!body) return fail(body.error());
    const Environment &environment = m_store.environment();
    auto preview = std::make_shared<StoredPreview>();
    auto read = m_store.read([&](Database &db) -> Result<void> {
        preview->before = m_state.snapshot();
        auto question = readPreviewQuestion(*body, db, *preview->before, m_state.policyLookup(),
                                            m_state.groupLookup());
        if (!question) return fail(question.error());
        preview->at = question->at.value_or(environment.now());
        preview->after = std::make_shared<const Snapshot>(
            afterChanges(*preview->before, question->changes, preview->before->epoch(), preview->at));
        const auto held = listtables::heldSet(db);
        if (!held) return fail(held.error());
        if (held->version > 1) preview->held = 0;
        preview->systemId = std::move(question->systemId);
        return {};
    });
    if (!read) return fail(read.error());
    preview->id = environment.newId();
    preview->users = m_directory.ids();
    if (!computePreview(*preview, m_cancelled))
        return fail(ErrorKind::Unavailable, "the service is stopping");
    const Instant now = environment.now();
    preview->expiresAt = now + Kept;
    m_previews.add(preview, now);
    return HttpResponse::json(previewJson(*preview), 201);
}

Result<HttpResponse> PreviewsModule::members(const HttpRequest &request)
{
    const auto page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto directions = directionsOf(request);
    if (!directions) return fail(directions.error());
    const PreviewPtr preview = m_previews.find(request.parameter("id"), m_store.environment().now());
    if (!preview) return fail(ErrorKind::NotFound, "there is no such preview, or no longer");
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
        pageAnswer(std::move(items), next, countOf(*preview, *directions)));
}

} // namespace crossfade
