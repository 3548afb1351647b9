// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/commands.h"

#include "app/sandbox/api.h"
#include "app/sandbox/files.h"
#include "app/sandbox/supervisor.h"
#include "app/service/fetch.h"

#include <cstdio>

namespace crossfade {

namespace {

int failed(const std::string &message)
{
    std::fprintf(stderr, "crossfade-sandbox: %s\n", message.c_str());
    return 1;
}

} // namespace

int askSandbox(const std::string &dir, const std::string &method, const std::string &page,
               const Json &body)
{
    const Result<std::string> text = readTextFile(sandboxFile(dir));
    if (!text) return failed("no sandbox was started in " + dir);
    const Result<Json> ready = parseJson(*text);
    if (!ready || !ready->is_object() || !ready->contains("control"))
        return failed(sandboxFile(dir) + " is damaged");
    const Json &control = ready->at("control");

    FetchRequest request;
    request.method = method;
    request.url = textOf(control, "url") + "/api/v1/sandbox/" + page;
    request.bearer = textOf(control, "token");
    request.timeout = std::chrono::seconds(60);
    if (!body.is_null()) request.body = dumpJson(body);
    const Result<Json> answer = fetchJson(request);
    if (!answer) return failed(answer.error().message);
    std::printf("%s\n", answer->dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return 0;
}

} // namespace crossfade
