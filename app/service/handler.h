// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/eventhub.h"
#include "app/service/http.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A request's head as it came over the wire.
struct RequestHead {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string remoteAddress;
    bool loopback = false;
    int version = 11;

    std::size_t count(std::string_view name) const;
    std::string value(std::string_view name) const; // of the first
    bool hasBody() const { return count("content-length") > 0 || count("transfer-encoding") > 0; }
};

// What must not be passed on: no or two Hosts, both Content-Length and Transfer-Encoding, a coding
// other than chunked. Such a request ends its connection.
Result<void> checkFraming(const RequestHead &head);

// A request let in (or refused) by its head alone, before its body is read.
struct Admission {
    HttpRequest request;
    const Route *route = nullptr;
    std::string tokenId;
    std::string target; // path and query as sent, what an idempotency key is bound to
    std::optional<HttpResponse> refusal;
    bool tokenUnknown = false; // and may be known once it was looked for: see HttpHandler::lookForTokens()
    std::size_t bodyLimit = 0;
    std::chrono::milliseconds deadline{10'000};
    std::chrono::steady_clock::time_point started;
};

struct Answer {
    HttpResponse response;
    std::shared_ptr<EventClient> stream; // goes on with this after the head
};

// What the connections know of the service. Called on the loop.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // `looked`: what was unknown before was looked for meanwhile; then the answer stands.
    virtual Admission admit(const RequestHead &head, bool looked) = 0;
    // Looks for tokens that came since the last look, without holding up the loop. `looked` is called once, from
    // any thread, or never while the store does not answer. False: not now; what is unknown stays unknown.
    virtual bool lookForTokens(std::function<void()> looked) = 0;
    // `answer` is called once, from any thread.
    virtual void run(Admission admission, std::function<void(Answer)> answer) = 0;
    // A piece of a body for its sink; `taken` is called once, from any thread.
    virtual void consume(std::shared_ptr<BodySink> sink, std::string piece,
                         std::function<void(Result<void>)> taken) = 0;
    // The next piece of an answer's rest; `made` is called once, from any thread.
    virtual void produce(HttpResponse::Rest rest, std::function<void(HttpResponse::Piece)> made) = 0;
    // For what never became a request.
    virtual HttpResponse broken(int status, const std::string &detail) = 0;
    virtual EventHub &events() = 0;
};

} // namespace crossfade
