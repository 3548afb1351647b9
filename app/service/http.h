// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/core/json.h"
#include "models/core/result.h"

#include <any>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

enum class Role { Viewer, Operator, Approver, Admin, Agent, Observer, Service };
std::string_view roleWord(Role role);
std::optional<Role> roleFromWord(std::string_view word);

struct Principal {
    std::string subject;
    std::set<Role> roles;
    bool has(Role role) const { return roles.contains(role); }
};

struct HttpResponse {
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    // Of a long body what comes after `body`, piece by piece, each made on the pool of readers, beyond the
    // handler's transaction, once the one before was sent. An empty one: ask again; none: the end. With an
    // error the connection ends in the middle, which the client notices (but one of HTTP/1.0).
    using Piece = Result<std::optional<std::string>>;
    using Rest = std::function<Piece()>;
    Rest rest{};

    static HttpResponse json(const Json &value, int status = 200);
    // With `version` the answer carries ETag "<version>".
    static HttpResponse object(const Json &value, std::int64_t version, int status = 200);
    static HttpResponse text(std::string json, std::optional<std::int64_t> version = {}); // JSON already written
    static HttpResponse noContent();
    static HttpResponse problem(const Error &error, std::string_view requestId);
    void setHeader(std::string_view name, std::string value); // instead of one of the same name
};

// Takes the body of one upload while it arrives, so that none of it need stay in memory.
class BodySink {
public:
    virtual ~BodySink() = default;
    // On the pool of readers, one piece after the other. An error is the answer: nothing more is read.
    virtual Result<void> take(std::string_view piece) = 0;
};

// What a handler sees of a request. Path and query are decoded, checked UTF-8, and only those
// parameters the route declares are let through (others: 422 naming ?name).
class HttpRequest {
public:
    std::string method;
    std::string path;
    std::map<std::string, std::string, std::less<>> parameters; // of the path pattern
    std::map<std::string, std::string, std::less<>> query;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string body; // empty where a sink takes it
    std::shared_ptr<BodySink> sink; // of RouteRules::sink; it has taken all when the handler runs
    std::string requestId;
    std::string remoteAddress;
    Principal principal;
    std::string reason; // body field `reason` or X-Reason, decoded, at most 1000 characters
    // What Route::prepare made of the request for the handler that follows it. Set by that step alone.
    mutable std::any prepared;

    std::string header(std::string_view lowerCaseName) const; // "" if absent
    std::string parameter(std::string_view name) const;
    std::optional<std::string> queryText(std::string_view name) const;
    // Invalid with pointer "?name" outside [low, high].
    Result<std::int64_t> queryInteger(std::string_view name, std::int64_t fallback, std::int64_t low,
                                      std::int64_t high) const;
    Result<std::optional<Instant>> queryInstant(std::string_view name) const;
    Result<std::optional<bool>> queryBoolean(std::string_view name) const;
    Result<Json> json() const; // the body, strict
    // The version If-Match names; PreconditionRequired if the header is missing, Malformed if odd.
    Result<std::int64_t> ifMatch() const;
    Actor actor() const { return {principal.subject, requestId}; }
};

// Where a handler runs. Loop: on the network thread, from memory, never blocking. Read: on a pool
// of 4, in one read transaction. Write: inside one write transaction. Work: on a pool of 2, for
// long work (previews, imports), reading through the store as it likes.
enum class Runs { Loop, Read, Write, Work };

struct RouteRules {
    std::set<Role> roles;               // any of them; empty = any authenticated subject
    bool open = false;                  // needs no token at all
    bool loopbackOpen = false;          // no token needed from a loopback address (/metrics)
    bool ifMatch = false;               // 428 without If-Match
    bool reasonRequired = false;        // 422 at /reason without one
    std::vector<std::string> query;     // allowed query parameters
    std::size_t bodyLimit = 1 << 20;    // bytes; 413 beyond
    bool streamsBody = false;           // an upload; its own larger bodyLimit
    // Of an upload that is taken piece by piece. Asked on the loop once the head is let in.
    std::function<std::shared_ptr<BodySink>(const HttpRequest &)> sink{};
    std::string contentTypes = "application/json"; // comma list accepted with a body; else 415
    Turn turn = Turn::Ordinary;         // of a write, among those that wait
    bool ofStoreAlone = false;          // of a read whose answer depends on the address and the store, on nothing else
};

class WithoutStore;

// A route: exactly one handler is set, the one of its `runs`.
struct Route {
    std::string method;
    std::string pattern; // "/api/v1/rules/{id}"
    Runs runs = Runs::Loop;
    RouteRules rules;
    std::function<HttpResponse(const HttpRequest &)> onLoop; // Loop and Work
    std::function<Result<HttpResponse>(const HttpRequest &, Database &)> onRead;
    // Idempotency-Key of POST is handled around it, in the same transaction.
    std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> onWrite;
    // Of a Write, before its transaction and outside it, on the pool of Work: what must ask others
    // (a database under comparison) whether the change is good, what takes long to read (an import), or
    // what acts outside (a test message): it does not run for an Idempotency-Key that was answered.
    // Its error is the answer; what it found out may stand in HttpRequest::prepared.
    std::function<Result<void>(const HttpRequest &)> prepare{};
    // Of a Write without such a step: who does it where the store does not answer in time. Null: nobody.
    WithoutStore *withoutStore = nullptr;
    // That step reads what was sent and nothing else: it is quick, and twice is as good as once.
    bool prepareReadsOnly = false;
    // Of a Loop, where an Idempotency-Key is given: the write that runs instead, so that the key is kept.
    std::shared_ptr<const Route> keyed{};
};

// `Route`s in the order they are written down: the readable list of a service's routes.
class RouteTable {
public:
    void loop(std::string method, std::string pattern, RouteRules rules,
              std::function<HttpResponse(const HttpRequest &)> handler);
    void work(std::string method, std::string pattern, RouteRules rules,
              std::function<HttpResponse(const HttpRequest &)> handler);
    void read(std::string method, std::string pattern, RouteRules rules,
              std::function<Result<HttpResponse>(const HttpRequest &, Database &)> handler);
    void write(std::string method, std::string pattern, RouteRules rules,
               std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler);
    // The same with a step before it, see Route::prepare.
    void preparedWrite(std::string method, std::string pattern, RouteRules rules,
                       std::function<Result<void>(const HttpRequest &)> prepare,
                       std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler);
    // The same, done by `keeper` where the store does not answer in time.
    void keptWrite(std::string method, std::string pattern, RouteRules rules,
                   std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler,
                   WithoutStore &keeper);
    // A POST that is answered from memory, but kept with its Idempotency-Key where it has one: then `handler`
    // runs within a write, after `prepare`, which reads the request.
    void loopOrKeyed(std::string pattern, RouteRules rules, std::function<HttpResponse(const HttpRequest &)> loop,
                     std::function<Result<void>(const HttpRequest &)> prepare,
                     std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler);
    const std::vector<Route> &routes() const { return m_routes; }

private:
    std::vector<Route> m_routes;
};

// Lists: ?limit=&cursor=. A cursor is opaque to clients: base64url of the list's mark and the last row's sort
// key. The mark stands for path, filters and sort: a cursor of another list would give wrong rows without a word.
struct PageRequest {
    std::int64_t limit = 100;
    std::optional<std::string> after; // decoded sort key of the last row of the page before
    std::string mark;

    Result<std::int64_t> afterNumber() const; // of a list in the order of numbers from 1 on; 0: from its beginning
};
// Invalid at ?cursor for one of another list, or of this one with other filters. `…/anchors` of a list makes its
// cursors.
Result<PageRequest> pageRequest(const HttpRequest &request);
std::string pageCursor(const PageRequest &page, std::string_view key);
// {items, next_cursor, total}
Json pageAnswer(const PageRequest &page, Json items, const std::optional<std::string> &lastKeyIfMore,
                std::int64_t total);

// The page of a list in the order of its ids. One row more than the page holds was asked for: where it is
// there, more follow. `jsonOf` makes a row's Json or Result<Json>.
template <class Rows, class JsonOf>
Result<HttpResponse> pageOfRows(const PageRequest &page, const Rows &rows, std::int64_t total,
                                const JsonOf &jsonOf)
{
    Json items = Json::array();
    std::optional<std::string> last;
    for (const auto &row : rows) {
        if (static_cast<std::int64_t>(items.size()) == page.limit) {
            last = items.back().at("id").template get<std::string>();
            break;
        }
        Result<Json> item = jsonOf(row);
        if (!item) return fail(item.error());
        items.push_back(std::move(*item));
    }
    return HttpResponse::json(pageAnswer(page, std::move(items), last, total));
}

} // namespace crossfade
