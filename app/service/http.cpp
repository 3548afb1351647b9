// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/http.h"

#include "app/service/crypto.h"
#include "models/core/refusals.h"

#include <array>
#include <charconv>

namespace crossfade {

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 7> RoleWords{
    {{Role::Viewer, "viewer"},
     {Role::Operator, "operator"},
     {Role::Approver, "approver"},
     {Role::Admin, "admin"},
     {Role::Agent, "agent"},
     {Role::Observer, "observer"},
     {Role::Service, "service"}}};

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// What a list consists of, told apart from others': the same on every replica and after a restart.
std::string markOf(const HttpRequest &request)
{
    constexpr std::string_view Anchors = "/anchors";
    std::string list = request.path;
    if (list.ends_with(Anchors)) list.resize(list.size() - Anchors.size());
    for (const auto &[name, value] : request.query) {
        if (name == "limit" || name == "cursor" || name == "count") continue;
        list += '\n' + name + '=' + value;
    }
    return sha256Hex(list).substr(0, 8) + ':';
}

} // namespace

std::string_view roleWord(Role role)
{
    for (const auto &[value, word] : RoleWords) {
        if (value == role) return word;
    }
    return "viewer";
}

std::optional<Role> roleFromWord(std::string_view word)
{
    for (const auto &[value, name] : RoleWords) {
        if (name == word) return value;
    }
    return std::nullopt;
}

HttpResponse HttpResponse::json(const Json &value, int status)
{
    HttpResponse response;
    response.status = status;
    response.body = dumpJson(value);
    return response;
}

HttpResponse HttpResponse::object(const Json &value, std::int64_t version, int status)
{
    HttpResponse response = json(value, status);
    response.headers.emplace_back("ETag", '"' + std::to_string(version) + '"');
    return response;
}

HttpResponse HttpResponse::text(std::string json, std::optional<std::int64_t> version)
{
    HttpResponse response;
    response.body = std::move(json);
    if (version) response.headers.emplace_back("ETag", '"' + std::to_string(*version) + '"');
    return response;
}

HttpResponse HttpResponse::noContent()
{
    HttpResponse response;
    response.status = 204;
    response.contentType.clear();
    return response;
}

void HttpResponse::setHeader(std::string_view name, std::string value)
{
    std::erase_if(headers, [&](const auto &header) { return header.first == name; });
    headers.emplace_back(name, std::move(value));
}

HttpResponse HttpResponse::problem(const Error &error, std::string_view requestId)
{
    const int status = httpStatus(error.kind);
    Json body{{"type", "about:blank"},
              {"title", problemTitle(status)},
              {"status", status},
              {"detail", error.message},
              {"code", error.code.empty() ? errorKindWord(error.kind) : std::string_view(error.code)},
              {"request_id", requestId}};
    if (!error.values.empty()) body["values"] = error.values;
    if (!error.fields.empty()) {
        Json fields = Json::array();
        for (const FieldError &field : error.fields)
            fields.push_back({{"pointer", field.pointer}, {"message", field.message}});
        body["errors"] = std::move(fields);
    }
    HttpResponse response = json(body, status);
    response.contentType = "application/problem+json";
    response.setHeader("X-Request-Id", std::string(requestId));
    if (status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"crossfade\"");
    if (status == 503 || status == 429) response.headers.emplace_back("Retry-After", "1");
    return response;
}

std::string HttpRequest::header(std::string_view lowerCaseName) const
{
    for (const auto &[name, value] : headers) {
        if (name == lowerCaseName) return value;
    }
    return {};
}

std::string HttpRequest::parameter(std::string_view name) const
{
    const auto it = parameters.find(name);
    return it == parameters.end() ? std::string() : it->second;
}

std::optional<std::string> HttpRequest::queryText(std::string_view name) const
{
    const auto it = query.find(name);
    if (it == query.end()) return std::nullopt;
    return it->second;
}

Result<std::int64_t> HttpRequest::queryInteger(std::string_view name, std::int64_t fallback,
                                               std::int64_t low, std::int64_t high) const
{
    const auto text = queryText(name);
    if (!text) return fallback;
    const auto number = wholeNumber(*text);
    if (number && *number >= low && *number <= high) return *number;
    return invalid("?" + std::string(name), "must be a whole number from " + std::to_string(low) +
                                                " to " + std::to_string(high));
}

Result<std::optional<Instant>> HttpRequest::queryInstant(std::string_view name) const
{
    const auto text = queryText(name);
    if (!text) return std::optional<Instant>();
    const auto instant = parseInstant(*text);
    if (!instant) return invalid("?" + std::string(name), instant.error().message);
    return std::optional<Instant>(*instant);
}

Result<std::optional<bool>> HttpRequest::queryBoolean(std::string_view name) const
{
    const auto text = queryText(name);
    if (!text) return std::optional<bool>();
    if (*text == "true") return std::optional<bool>(true);
    if (*text == "false") return std::optional<bool>(false);
    return invalid("?" + std::string(name), "must be true or false");
}

Result<Json> HttpRequest::json() const
{
    return parseJson(body);
}

Result<std::int64_t> HttpRequest::ifMatch() const
{
    const std::string value = header("if-match");
    if (value.empty())
        return fail(refused(refusals::VersionNeeded, {}, {{"header:If-Match", "is required"}}));
    if (value.size() > 2 && value.front() == '"' && value.back() == '"') {
        const auto version = wholeNumber(std::string_view(value).substr(1, value.size() - 2));
        if (version && *version >= 0) return *version;
    }
    return fail(Error{ErrorKind::Malformed, "If-Match must be one quoted version, such as \"3\"",
                      {{"header:If-Match", "must be one quoted version"}}, {}});
}

void RouteTable::loop(std::string method, std::string pattern, RouteRules rules,
                      std::function<HttpResponse(const HttpRequest &)> handler)
{
    m_routes.push_back({std::move(method), std::move(pattern), Runs::Loop, std::move(rules),
                        std::move(handler), {}, {}});
}

void RouteTable::work(std::string method, std::string pattern, RouteRules rules,
                      std::function<HttpResponse(const HttpRequest &)> handler)
{
    m_routes.push_back({std::move(method), std::move(pattern), Runs::Work, std::move(rules),
                        std::move(handler), {}, {}});
}

void RouteTable::read(std::string method, std::string pattern, RouteRules rules,
                      std::function<Result<HttpResponse>(const HttpRequest &, Database &)> handler)
{
    m_routes.push_back({std::move(method), std::move(pattern), Runs::Read, std::move(rules), {},
                        std::move(handler), {}});
}

void RouteTable::write(
    std::string method, std::string pattern, RouteRules rules,
    std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler)
{
    m_routes.push_back({std::move(method), std::move(pattern), Runs::Write, std::move(rules), {}, {},
                        std::move(handler)});
}

void RouteTable::keptWrite(
    std::string method, std::string pattern, RouteRules rules,
    std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler, WithoutStore &keeper)
{
    write(std::move(method), std::move(pattern), std::move(rules), std::move(handler));
    m_routes.back().withoutStore = &keeper;
}

void RouteTable::preparedWrite(
    std::string method, std::string pattern, RouteRules rules,
    std::function<Result<void>(const HttpRequest &)> prepare,
    std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler)
{
    write(std::move(method), std::move(pattern), std::move(rules), std::move(handler));
    m_routes.back().prepare = std::move(prepare);
}

void RouteTable::loopOrKeyed(std::string pattern, RouteRules rules,
                             std::function<HttpResponse(const HttpRequest &)> loop,
                             std::function<Result<void>(const HttpRequest &)> prepare,
                             std::function<Result<HttpResponse>(const HttpRequest &, WriteTransaction &)> handler)
{
    auto keyed = std::make_shared<Route>();
    *keyed = {"POST", pattern, Runs::Write, rules, {}, {}, std::move(handler), std::move(prepare)};
    keyed->prepareReadsOnly = true;
    this->loop("POST", std::move(pattern), std::move(rules), std::move(loop));
    m_routes.back().keyed = std::move(keyed);
}

Result<std::int64_t> PageRequest::afterNumber() const
{
    if (!after) return 0;
    const auto number = wholeNumber(*after);
    if (!number || *number < 0) return invalid("?cursor", "is not a cursor of this service");
    return *number;
}

Result<PageRequest> pageRequest(const HttpRequest &request)
{
    PageRequest page;
    const auto limit = request.queryInteger("limit", page.limit, 1, 1000);
    if (!limit) return fail(limit.error());
    page.limit = *limit;
    page.mark = markOf(request);
    const auto cursor = request.queryText("cursor");
    if (!cursor) return page;
    const auto key = fromBase64Url(*cursor);
    if (!key || cursor->empty()) return invalid("?cursor", "is not a cursor of this service");
    if (!key->starts_with(page.mark))
        return invalid("?cursor", "is of another list, or of this one with other filters or another order");
    page.after = key->substr(page.mark.size());
    return page;
}

std::string pageCursor(const PageRequest &page, std::string_view key)
{
    return base64Url(page.mark + std::string(key));
}

Json pageAnswer(const PageRequest &page, Json items, const std::optional<std::string> &lastKeyIfMore,
                std::int64_t total)
{
    Json next;
    if (lastKeyIfMore) next = pageCursor(page, *lastKeyIfMore);
    return {{"items", std::move(items)}, {"next_cursor", std::move(next)}, {"total", total}};
}

} // namespace crossfade
