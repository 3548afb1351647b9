// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/api.h"

#include "app/service/fetch.h"

namespace crossfade {

Result<Json> Api::send(const std::string &method, const std::string &path, const Json &body,
                       const std::string &version) const
{
    FetchRequest request;
    request.method = method;
    request.url = m_url + path;
    request.bearer = m_token;
    if (!body.is_null()) {
        request.body = dumpJson(body);
        request.headers.emplace_back("Content-Type", "application/json");
    }
    if (!version.empty()) request.headers.emplace_back("If-Match", "\"" + version + "\"");
    Result<Json> answer = fetchJson(request);
    if (answer) return answer;
    Error error = answer.error();
    error.message = method + " " + path + ": " + error.message;
    for (const FieldError &field : error.fields)
        error.message += " [" + field.pointer + " " + field.message + "]";
    return fail(std::move(error));
}

Result<Json> Api::get(const std::string &path) const
{
    return send("GET", path, {}, {});
}

Result<Json> Api::post(const std::string &path, const Json &body) const
{
    return send("POST", path, body, {});
}

Result<Json> Api::put(const std::string &path, const Json &body, std::int64_t version) const
{
    return send("PUT", path, body, std::to_string(version));
}

Result<Json> Api::patch(const std::string &path, const Json &body, std::int64_t version) const
{
    return send("PATCH", path, body, std::to_string(version));
}

Result<Json> Api::find(const std::string &path, const std::string &field,
                       const std::string &value) const
{
    Result<Json> list = get(path + "?limit=1000");
    if (!list) return list;
    const auto items = list->find("items");
    if (items == list->end() || !items->is_array())
        return fail(ErrorKind::Malformed, path + " answered no list");
    for (const Json &item : *items) {
        if (item.is_object() && textOf(item, field.c_str()) == value) return item;
    }
    return Json();
}

std::string textOf(const Json &object, const char *field)
{
    if (!object.is_object()) return {};
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t versionOf(const Json &object)
{
    if (!object.is_object()) return 0;
    const auto found = object.find("version");
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

} // namespace crossfade
