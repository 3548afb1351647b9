// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routerlink.h"

#include "app/comparator/source.h"

namespace crossfade {

namespace {

constexpr std::size_t MostAnswerBytes = 1 << 20;

} // namespace

// Read anew for each call: a token may be changed while the service runs.
Result<std::string> RouterLink::token() const
{
    SecretReference reference;
    reference.fromFile = m_address.tokenEnv.empty();
    reference.name = reference.fromFile ? m_address.tokenFile : m_address.tokenEnv;
    return readSecret(reference);
}

Result<FetchAnswer> RouterLink::call(FetchRequest request, const BodyPieces &pieces)
{
    if (!m_address.isSet()) return fail(ErrorKind::Unavailable, "no router is set");
    Result<std::string> secret = token();
    if (!secret) return fail(secret.error());
    request.url = m_address.urls[m_at] + request.url;
    request.bearer = std::move(*secret);
    request.caFile = m_address.caFile;
    request.maxAnswerBytes = MostAnswerBytes;
    request.cancelled = &m_cancelled;
    Result<FetchAnswer> answer = pieces ? upload(request, pieces) : fetch(request);
    const bool away = answer ? answer->status >= 500
                             : answer.error().kind == ErrorKind::Network || answer.error().kind == ErrorKind::Timeout;
    if (away) m_at = (m_at + 1) % m_address.urls.size();
    return answer;
}

Result<Json> routerJson(const Result<FetchAnswer> &answer)
{
    if (!answer) return fail(answer.error());
    auto json = parseJson(answer->body);
    if (answer->status < 400) {
        if (!json || !json->is_object()) return fail(ErrorKind::Malformed, "the router's answer is no JSON object");
        return json;
    }
    Error error{errorKindFromStatus(answer->status), "the router answered " + std::to_string(answer->status), {}, {}};
    if (!json || !json->is_object()) return fail(std::move(error));
    if (const std::string detail = textIn(*json, "detail"); !detail.empty()) error.message += ": " + detail;
    const auto errors = json->find("errors");
    if (errors == json->end() || !errors->is_array() || errors->empty() || !errors->front().is_object())
        return fail(std::move(error));
    error.message += " (" + textIn(errors->front(), "pointer") + " " + textIn(errors->front(), "message") + ")";
    return fail(std::move(error));
}

std::int64_t numberIn(const Json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string textIn(const Json &object, const char *field)
{
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace crossfade
