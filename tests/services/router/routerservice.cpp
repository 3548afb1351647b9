// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crossfade {

RouterService::RouterService() = default;

bool RouterService::start(const std::vector<std::string> &arguments,
                          const std::vector<std::string> &environment)
{
    const std::string ready = file("ready.json");
    std::filesystem::remove(ready);
    std::vector<std::string> all{"serve", "--data", file("data"), "--ready-file", ready};
    const std::vector<std::string> database = m_store.options();
    all.insert(all.end(), database.begin(), database.end());
    all.insert(all.end(), arguments.begin(), arguments.end());
    m_process = std::make_unique<Process>("crossfade-router", all, file("log"), environment);
    const auto json = waitReadyFile(ready);
    if (!json) return false;
    m_url = json->at("url").get<std::string>();
    return true;
}

std::optional<int> RouterService::stop()
{
    m_process->signal(SIGTERM);
    return m_process->wait();
}

std::string RouterService::log() const
{
    std::ifstream in(file("log"));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Output RouterService::command(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.end(), {"--data", file("data")});
    const std::vector<std::string> database = m_store.options();
    arguments.insert(arguments.end(), database.begin(), database.end());
    return runProgram("crossfade-router", arguments);
}

std::string RouterService::token(const std::string &roles)
{
    if (roles.empty()) return {};
    const std::lock_guard lock(m_tokensMutex);
    std::string &token = m_tokens[roles];
    if (!token.empty()) return token;
    const Output output = command(
        {"token", "add", "--subject", roles.substr(0, roles.find(',')) + "-1", "--roles", roles});
    token = output.out.substr(0, output.out.find('\n'));
    EXPECT_FALSE(token.empty()) << output.err;
    return token;
}

TestClient RouterService::client(const std::string &roles)
{
    TestClient client(m_url, token(roles));
    // An instrumented router takes ten times as long for the largest files.
    if (std::getenv("CROSSFADE_SANITIZED")) client.setTimeout(std::chrono::seconds(90));
    return client;
}

TestAnswer RouterService::checked(const Call &call, const TestAnswer &answer)
{
    EXPECT_EQ(m_contract.check(call.method, call.path, answer), "")
        << call.method << " " << call.path << " " << answer.status << " " << answer.error;
    return answer;
}

TestAnswer RouterService::send(const Call &call, const std::string &body, const std::string &contentType)
{
    TestClient::Headers headers = call.headers;
    if (!body.empty()) headers.emplace_back("Content-Type", contentType);
    if (!call.version.empty()) headers.emplace_back("If-Match", "\"" + call.version + "\"");
    return checked(call, client(call.roles).send(call.method, call.path, body, headers));
}

TestAnswer RouterService::call(const Call &call)
{
    return send(call, call.body.is_null() ? std::string() : dumpJson(call.body), "application/json");
}

Json RouterService::get(const std::string &path, int status)
{
    const TestAnswer answer = call({"GET", path, {}});
    EXPECT_EQ(answer.status, status) << path << " " << answer.body;
    return answer.json;
}

Json RouterService::post(const std::string &path, const Json &body, int status)
{
    const TestAnswer answer = call({"POST", path, body});
    EXPECT_EQ(answer.status, status) << path << " " << answer.body;
    return answer.json;
}

TestAnswer RouterService::putApproved(const Json &switches)
{
    const std::string version = std::to_string(get("/api/v1/switches").at("version").get<int>());
    const TestAnswer asked = call({"PUT", "/api/v1/switches", switches, version});
    if (asked.status != 202) return asked;
    const std::string path = "/api/v1/approvals/" + asked.json.at("id").get<std::string>();
    Json closed = Json::array();
    for (const Json &gate : asked.json.at("evidence").at("gates")) {
        if (gate.at("status") != "OPEN") closed.push_back(gate.at("gate"));
    }
    const Json answer{{"gates", closed}, {"reason", "seen"}};
    const TestAnswer overridden = call({"POST", path + "/override", answer, {}, "approver"});
    if (overridden.status != 200) return overridden;
    return call({"POST", path + "/approve", {{"reason", "agreed"}}, {}, "approver"});
}

std::string pointerOf(const TestAnswer &answer)
{
    if (!answer.json.is_object() || !answer.json.contains("errors")) return {};
    return answer.json.at("errors").at(0).at("pointer").get<std::string>();
}

bool isRouting(const std::string &line)
{
    for (const char *path : {"/api/v1/rules", "/api/v1/switches", "/api/v1/directory", "/api/v1/decisions",
                             "/api/v1/previews", "/api/v1/users", "/api/v1/gray-lists", "/api/v1/held-entities",
                             "/api/v1/key-index", "/api/v1/request-map"}) {
        if (line.find(path) != std::string::npos) return true;
    }
    return false;
}

bool isOfGroups(const std::string &line)
{
    return line.find("/api/v1/user-groups") != std::string::npos;
}

bool isOfAgents(const std::string &line)
{
    return line.find("/api/v1/agents") != std::string::npos || line.find("/api/v1/engine") != std::string::npos;
}

Json userRuleBody(const std::string &user, const std::string &platform)
{
    return {{"config_name", "rule of " + user}, {"config_type", "USER_BASED"},
            {"target_entity", user},            {"target_platform", platform},
            {"reason", "test"}};
}

} // namespace crossfade
