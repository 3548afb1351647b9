// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/dispatcher.h"

#include "app/service/log.h"
#include "models/core/ids.h"
#include "models/core/refusals.h"

#include <algorithm>
#include <exception>

namespace crossfade {

namespace {

constexpr std::size_t MostReasonCharacters = 1'000;
constexpr std::chrono::seconds MostQueued{10};
// A body of this size takes milliseconds to parse: other connections must not wait for it.
constexpr std::size_t MostBodyOnLoop = 32 << 10;
constexpr std::size_t MostBodyWithReason = 1 << 20;

Error overloaded()
{
    return refused(refusals::Overloaded);
}

// Libraries may throw (memory): that must cost one request, not the service.
HttpResponse guarded(const HttpRequest &request, const std::function<HttpResponse()> &handler)
{
    try {
        return handler();
    } catch (const std::exception &exception) {
        logError("a request failed",
                 {{"path", request.path}, {"request_id", request.requestId},
                  {"error", exception.what()}});
        return HttpResponse::problem({ErrorKind::Internal, "the request failed", {}, {}},
                                     request.requestId);
    }
}

HttpResponse::Piece guardedPiece(const HttpResponse::Rest &rest)
{
    try {
        return rest();
    } catch (const std::exception &exception) {
        logError("an answer was cut off", {{"error", exception.what()}});
        return fail(ErrorKind::Internal, "the request failed");
    }
}

Result<void> guardedTake(BodySink &sink, std::string_view piece)
{
    try {
        return sink.take(piece);
    } catch (const std::exception &exception) {
        logError("an upload failed", {{"error", exception.what()}});
        return fail(ErrorKind::Internal, "the request failed");
    }
}

std::size_t characters(std::string_view utf8)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Error reasonError(std::string message)
{
    std::string sentence = "/reason " + message;
    return {ErrorKind::Invalid, std::move(sentence), {{"/reason", std::move(message)}}, {}};
}

// The body is parsed for it, so only where a reason counts.
bool mayHoldReason(const Route &route, const HttpRequest &request)
{
    // What is larger was let in as an upload, and has its reason in the header.
    if (request.body.size() > MostBodyWithReason) return false;
    const bool acts = route.runs == Runs::Write || route.runs == Runs::Work;
    return (acts || route.rules.reasonRequired) && request.header("content-type").starts_with("application/json") &&
           request.body.find("\"reason\"") != std::string::npos;
}

// What watches the service must not wait behind slow work (verifications, foreign databases).
bool isQuick(const Route &route)
{
    return !route.pattern.starts_with("/api/");
}

std::vector<std::string> topicsOf(const HttpRequest &request)
{
    std::vector<std::string> topics;
    std::string_view text;
    const auto given = request.queryText("topics");
    if (given) text = *given;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (comma > 0) topics.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return topics;
}

} // namespace

std::optional<Error> Dispatcher::readReason(Admission &admission)
{
    HttpRequest &request = admission.request;
    const std::string sent = request.header("x-reason");
    if (!sent.empty()) {
        auto decoded = percentDecode(sent);
        if (!decoded)
            return Error{ErrorKind::Malformed, "X-Reason is not percent-encoded UTF-8",
                         {{"header:X-Reason", "must be percent-encoded UTF-8"}}, {}};
        request.reason = std::move(*decoded);
    } else if (mayHoldReason(*admission.route, request)) {
        const auto body = parseJson(request.body);
        if (!body) return body.error();
        const auto field = body->is_object() ? body->find("reason") : body->end();
        if (body->is_object() && field != body->end() && !field->is_null()) {
            if (!field->is_string()) return reasonError("must be a text");
            request.reason = field->get<std::string>();
        }
    }
    if (characters(request.reason) > MostReasonCharacters)
        return reasonError("must have at most 1000 characters");
    if (admission.route->rules.reasonRequired && isBlank(request.reason))
        return reasonError("is required");
    return std::nullopt;
}

void Dispatcher::run(Admission admission, std::function<void(Answer)> answer)
{
    if (admission.refusal) return answer({std::move(*admission.refusal), nullptr});
    const bool hasKey = admission.request.method == "POST" && !admission.request.header("idempotency-key").empty();
    // One that memory cannot answer at all has the write alone.
    if (admission.route->keyed && (hasKey || !admission.route->onLoop)) admission.route = admission.route->keyed.get();
    // An idempotency key is kept with the hash of the body.
    const bool hashes = hasKey && admission.route->runs == Runs::Write;
    const bool parses = admission.request.header("x-reason").empty() &&
                        mayHoldReason(*admission.route, admission.request);
    if (admission.request.body.size() <= MostBodyOnLoop || (!parses && !hashes)) return runNow(std::move(admission), std::move(answer));
    const std::string requestId = admission.request.requestId;
    const auto later = std::make_shared<Admission>(std::move(admission));
    // Readers may all be waiting for the store.
    if (later->route->withoutStore &&
        m_delayed.at(DelayedActs::Clock::now(), [this, later, answer] { runNow(std::move(*later), answer); }))
        return;
    if (!m_parts.readers.submit([this, later, answer] { runNow(std::move(*later), answer); }))
        answer({HttpResponse::problem(overloaded(), requestId), nullptr});
}

void Dispatcher::runNow(Admission admission, std::function<void(Answer)> answer)
{
    const bool reads = admission.route->runs == Runs::Read;
    if (!reads && admission.request.method != "GET") {
        if (const auto error = readReason(admission))
            admission.refusal = HttpResponse::problem(*error, admission.request.requestId);
    }
    const auto shared = std::make_shared<const Admission>(std::move(admission));
    const Answered measured = [this, shared, answer = std::move(answer)](Answer result) {
        m_parts.metrics.observe(shared->route->pattern, shared->request.method,
                                result.response.status,
                                std::chrono::steady_clock::now() - shared->started);
        result.response.setHeader("X-Request-Id", shared->request.requestId);
        answer(std::move(result));
    };
    if (shared->refusal) return measured({*shared->refusal, nullptr});
    switch (shared->route->runs) {
    case Runs::Loop:
        if (shared->request.body.size() > MostBodyOnLoop) return runWork(m_parts.readers, shared, measured);
        return runLoop(shared, measured);
    case Runs::Read: return runRead(shared, measured);
    case Runs::Work:
        return runWork(isQuick(*shared->route) ? m_parts.readers : m_parts.workers, shared, measured);
    case Runs::Write: return runWrite(shared, measured);
    }
}

Result<Answer> Dispatcher::openEvents(const Admission &admission)
{
    const HttpRequest &request = admission.request;
    std::string from = request.header("last-event-id");
    if (from.empty()) from = request.queryText("last_event_id").value_or("");
    auto client = m_parts.hub.open(admission.tokenId, topicsOf(request), from);
    if (!client) return fail(client.error());
    HttpResponse response;
    response.contentType = "text/event-stream";
    return Answer{std::move(response), std::move(*client)};
}

void Dispatcher::runLoop(const Shared &admission, const Answered &answer)
{
    const HttpRequest &request = admission->request;
    if (admission->route->pattern == EventsPattern) {
        auto opened = openEvents(*admission);
        if (opened) return answer(std::move(*opened));
        return answer({HttpResponse::problem(opened.error(), request.requestId), nullptr});
    }
    // Taken first: what the handler shows is at least as new.
    const std::int64_t seen = m_parts.hub.lastPublished();
    HttpResponse response =
        guarded(request, [&] { return admission->route->onLoop(request); });
    if (request.method == "GET" && response.status < 400)
        response.headers.emplace_back("X-Crossfade-Event-Id",
                                      m_parts.store.eventPrefix() + std::to_string(seen));
    answer({std::move(response), nullptr});
}

HttpResponse Dispatcher::readAnswer(const Admission &admission)
{
    const HttpRequest &request = admission.request;
    if (std::chrono::steady_clock::now() - admission.started > MostQueued)
        return HttpResponse::problem(overloaded(), request.requestId);
    HttpResponse response;
    auto done = m_parts.store.read([&](Database &reader) -> Result<void> {
        // The first statement fixes what this transaction sees.
        const std::string eventId = m_parts.store.lastEventId(reader);
        auto result = admission.route->onRead(request, reader);
        if (!result) return fail(result.error());
        response = std::move(*result);
        response.headers.emplace_back("X-Crossfade-Event-Id", eventId);
        if (!isKept(admission)) return {};
        const auto clock = reader.query("SELECT epoch FROM clock");
        if (clock && clock->size() == 1)
            m_answers.keep(admission.target, clock->front().integer(0), response);
        return {};
    });
    return done ? response : HttpResponse::problem(done.error(), request.requestId);
}

void Dispatcher::runRead(const Shared &admission, const Answered &answer)
{
    if (isKept(*admission)) {
        if (auto known = m_answers.find(admission->target, m_parts.store.epoch()))
            return answer({std::move(*known), nullptr});
    }
    const bool queued = m_parts.readers.submit([this, admission, answer] {
        answer({guarded(admission->request, [&] { return readAnswer(*admission); }), nullptr});
    });
    if (!queued)
        answer({HttpResponse::problem(overloaded(), admission->request.requestId), nullptr});
}

void Dispatcher::consume(std::shared_ptr<BodySink> sink, std::string piece, std::function<void(Result<void>)> taken)
{
    const bool queued = m_parts.readers.submit([sink = std::move(sink), piece = std::move(piece), taken] {
        taken(guardedTake(*sink, piece));
    });
    if (!queued) taken(fail(overloaded()));
}

void Dispatcher::produce(HttpResponse::Rest rest, std::function<void(HttpResponse::Piece)> made)
{
    const bool queued = m_parts.readers.submit([rest = std::move(rest), made] { made(guardedPiece(rest)); });
    if (!queued) made(fail(overloaded()));
}

void Dispatcher::runWork(Pool &pool, const Shared &admission, const Answered &answer)
{
    const std::int64_t seen = m_parts.hub.lastPublished();
    const bool queued = pool.submit([this, admission, answer, seen] {
        const HttpRequest &request = admission->request;
        if (std::chrono::steady_clock::now() - admission->started > MostQueued)
            return answer({HttpResponse::problem(overloaded(), request.requestId), nullptr});
        HttpResponse response =
            guarded(request, [&] { return admission->route->onLoop(request); });
        if (request.method == "GET" && response.status < 400)
            response.headers.emplace_back("X-Crossfade-Event-Id",
                                          m_parts.store.eventPrefix() + std::to_string(seen));
        answer({std::move(response), nullptr});
    });
    if (!queued)
        answer({HttpResponse::problem(overloaded(), admission->request.requestId), nullptr});
}

} // namespace crossfade
