// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/answercache.h"
#include "app/service/delayedacts.h"
#include "app/service/handler.h"
#include "app/service/httpmetrics.h"
#include "app/service/pool.h"
#include "app/service/routematch.h"
#include "app/service/servicestore.h"
#include "app/service/tokens.h"
#include "app/service/uri.h"

#include <mutex>
#include <set>

namespace crossfade {

// Lets requests in by their head and runs each where its route says: admit() in admission.cpp,
// run() in dispatcher.cpp, writes with their idempotency keys in writeroute.cpp.
class Dispatcher : public HttpHandler {
public:
    struct Parts {
        ServiceStore &store;
        TokenBook &tokens;
        EventHub &hub;
        Pool &readers;
        Pool &workers;
        HttpMetrics &metrics;
    };
    explicit Dispatcher(Parts parts) : m_parts(parts), m_alone(!parts.store.shared()) {}
    void addRoutes(const RouteTable &table) { m_matcher.add(table.routes()); }

    Admission admit(const RequestHead &head, bool looked) override;
    bool lookForTokens(std::function<void()> looked) override { return m_parts.tokens.look(std::move(looked)); }
    void run(Admission admission, std::function<void(Answer)> answer) override;
    void consume(std::shared_ptr<BodySink> sink, std::string piece,
                 std::function<void(Result<void>)> taken) override;
    void produce(HttpResponse::Rest rest, std::function<void(HttpResponse::Piece)> made) override;
    HttpResponse broken(int status, const std::string &detail) override;
    EventHub &events() override { return m_parts.hub; }

private:
    using Answered = std::function<void(Answer)>;
    using Shared = std::shared_ptr<const Admission>;

    std::optional<Error> authorize(const RequestHead &head, bool looked, Admission &admission);
    std::optional<Error> checkHead(const RequestHead &head, bool looked, Target &target, Admission &admission);
    std::optional<Error> readReason(Admission &admission);
    void runNow(Admission admission, std::function<void(Answer)> answer);
    void runLoop(const Shared &admission, const Answered &answer);
    void runRead(const Shared &admission, const Answered &answer);
    void runWork(Pool &pool, const Shared &admission, const Answered &answer);
    void runWrite(const Shared &admission, const Answered &answer);
    struct Call;
    void prepareFirst(const std::shared_ptr<Call> &call, WriteJob job);
    void storeSaid(const std::shared_ptr<Call> &call, Result<void> result);
    void actHere(const std::shared_ptr<Call> &call);
    void conclude(Call &call, HttpResponse response);
    HttpResponse readAnswer(const Admission &admission);
    Result<Answer> openEvents(const Admission &admission);

    bool isKept(const Admission &admission) const { return m_alone && admission.route->rules.ofStoreAlone; }

    Parts m_parts;
    bool m_alone; // no other process commits what this one would not know of at once
    AnswerCache m_answers;
    RouteMatcher m_matcher;
    std::mutex m_mutex;
    std::set<std::string> m_inFlight; // idempotency keys whose first request is not answered yet
    DelayedActs m_delayed; // what is done without the store: last, it acts no more when the others go
};

// The path of the event stream: a route like others, its answer goes on as a stream.
inline constexpr const char *EventsPattern = "/api/v1/events";

} // namespace crossfade
