// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/dispatcher.h"
#include "models/core/ids.h"
#include "models/core/refusals.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::chrono::hours MostUploadTime{1}; // of one that is taken piece by piece

std::string requestId(const RequestHead &head, const Environment &environment)
{
    const std::string given = head.value("x-request-id");
    return isValidId(given) ? given : environment.newId();
}

bool acceptsContentType(const RouteRules &rules, std::string given)
{
    given.resize(std::min(given.find(';'), given.size()));
    while (!given.empty() && given.back() == ' ')
        given.pop_back();
    std::ranges::transform(given, given.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (given.empty()) return false;
    std::string_view accepted = rules.contentTypes;
    while (!accepted.empty()) {
        const std::size_t comma = std::min(accepted.find(','), accepted.size());
        std::string_view word = accepted.substr(0, comma);
        while (!word.empty() && word.front() == ' ')
            word.remove_prefix(1);
        if (word == given) return true;
        accepted.remove_prefix(std::min(comma + 1, accepted.size()));
    }
    return false;
}

std::optional<std::string> bearer(const RequestHead &head)
{
    const std::string value = head.value("authorization");
    constexpr std::string_view Scheme = "bearer ";
    if (value.size() <= Scheme.size() || head.count("authorization") != 1) return std::nullopt;
    for (std::size_t i = 0; i < Scheme.size(); ++i) {
        if (std::tolower(static_cast<unsigned char>(value[i])) != Scheme[i]) return std::nullopt;
    }
    return value.substr(Scheme.size());
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

// Labels of metrics must not grow with what clients invent.
std::string knownMethod(const std::string &method)
{
    for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        if (method == known) return method;
    }
    return "OTHER";
}

std::optional<Error> checkQuery(const Route &route, const Target &target)
{
    std::vector<FieldError> unknown;
    for (const auto &[name, value] : target.query) {
        if (std::ranges::find(route.rules.query, name) == route.rules.query.end())
            unknown.push_back({"?" + name, "is not a known parameter"});
    }
    if (unknown.empty()) return std::nullopt;
    const std::string message = unknown.front().pointer + " is not a known parameter";
    return Error{ErrorKind::Invalid, message, std::move(unknown), {}};
}

} // namespace

std::optional<Error> Dispatcher::authorize(const RequestHead &head, bool looked, Admission &admission)
{
    const RouteRules &rules = admission.route->rules;
    if (rules.open || (rules.loopbackOpen && head.loopback)) return std::nullopt;
    const auto text = bearer(head);
    // Both in one look: what is not known may be so a moment later.
    const auto [known, token] = text ? m_parts.tokens.find(*text) : TokenBook::Found();
    admission.tokenUnknown = !looked && text && !known;
    if (!token) return refused(refusals::TokenNeeded);
    admission.tokenId = token->id;
    admission.request.principal = {token->subject, token->roles};
    const bool allowed =
        rules.roles.empty() || std::ranges::any_of(rules.roles, [&](Role role) {
            return token->roles.contains(role);
        });
    if (allowed) return std::nullopt;
    std::vector<std::string> words;
    for (const Role role : rules.roles)
        words.emplace_back(roleWord(role));
    return refused(refusals::RoleNeeded, {joined(words)});
}

std::optional<Error> Dispatcher::checkHead(const RequestHead &head, bool looked, Target &target,
                                           Admission &admission)
{
    const RouteRules &rules = admission.route->rules;
    if (auto error = authorize(head, looked, admission)) return error;
    if (head.hasBody() && head.value("content-length") != "0" &&
        !acceptsContentType(rules, head.value("content-type")))
        return Error{ErrorKind::UnsupportedMedia, "the body must be " + rules.contentTypes, {}, {}};
    if (auto error = checkQuery(*admission.route, target)) return error;
    admission.request.query = std::move(target.query);
    if (rules.ifMatch) {
        if (const auto version = admission.request.ifMatch(); !version) return version.error();
    }
    return std::nullopt;
}

Admission Dispatcher::admit(const RequestHead &head, bool looked)
{
    Admission admission;
    admission.started = std::chrono::steady_clock::now();
    HttpRequest &request = admission.request;
    request.method = head.method;
    request.headers = head.headers;
    request.remoteAddress = head.remoteAddress;
    request.requestId = requestId(head, m_parts.store.environment());
    const auto refuse = [&](const Error &error) {
        admission.refusal = HttpResponse::problem(error, request.requestId);
        admission.bodyLimit = 64 << 10;
        m_parts.metrics.observe(admission.route ? admission.route->pattern : "unmatched",
                                knownMethod(head.method), admission.refusal->status,
                                std::chrono::steady_clock::now() - admission.started);
    };
    auto target = parseTarget(head.target);
    if (!target) {
        refuse(target.error());
        return admission;
    }
    request.path = target->path;
    admission.target = head.target;
    RouteMatcher::Match match = m_matcher.find(head.method, target->segments);
    admission.route = match.route;
    if (!match.route) {
        if (match.allowed.empty()) {
            refuse({ErrorKind::NotFound, "there is nothing at " + request.path, {}, {}});
            return admission;
        }
        if (std::ranges::find(match.allowed, "GET") != match.allowed.end())
            match.allowed.emplace_back("HEAD");
        refuse({ErrorKind::MethodNotAllowed, head.method + " is not possible here", {}, {}});
        admission.refusal->headers.emplace_back("Allow", joined(match.allowed));
        return admission;
    }
    request.parameters = std::move(match.parameters);
    admission.bodyLimit = match.route->rules.bodyLimit;
    if (match.route->rules.streamsBody) admission.deadline = std::chrono::seconds(120);
    if (const auto error = checkHead(head, looked, *target, admission)) {
        if (admission.tokenUnknown) return admission; // neither let in nor refused yet
        refuse(*error);
    } else if (match.route->rules.sink) {
        admission.deadline = MostUploadTime;
        request.sink = match.route->rules.sink(request);
        // What no sink takes is an ordinary body.
        if (!request.sink) admission.bodyLimit = std::min(admission.bodyLimit, RouteRules().bodyLimit);
    }
    return admission;
}

HttpResponse Dispatcher::broken(int status, const std::string &detail)
{
    Error error{errorKindFromStatus(status), detail, {}, {}};
    HttpResponse response = HttpResponse::problem(error, m_parts.store.environment().newId());
    if (status == response.status) return response;
    // Statuses only the wire knows (408, 431): the same body with their number.
    Json body = Json::parse(response.body, nullptr, false);
    body["status"] = status;
    body["title"] = status == 431 ? "Request Header Fields Too Large" : "Request Timeout";
    response.body = dumpJson(body);
    response.status = status;
    return response;
}

} // namespace crossfade
