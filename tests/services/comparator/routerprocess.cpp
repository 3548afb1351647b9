// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/routerprocess.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace crossfade {

RouterProcess::RouterProcess(bool postgres)
    : m_store(std::make_shared<TestStore>(postgres))
{
    for (const auto &[name, roles] :
         std::map<std::string, std::string>{{"viewer", "viewer"},
                                            {"service", "service"},
                                            {"observer", "observer"},
                                            {"lead", "operator,approver,admin"}}) {
        std::vector<std::string> arguments{"token", "add", "--data", m_dir.file("data"), "--subject", name + "-1",
                                           "--roles", roles};
        std::ranges::copy(m_store->options(), std::back_inserter(arguments));
        const Output made = runProgram("crossfade-router", arguments);
        if (made.exitCode != 0) throw std::runtime_error("token add failed: " + made.err);
        m_tokens[name] = made.out.substr(0, made.out.find('\n'));
        std::ofstream(tokenFile(name)) << m_tokens[name] << '\n';
    }
}

RouterProcess::RouterProcess(const RouterProcess &beside)
    : m_store(beside.m_store)
    , m_tokens(beside.m_tokens)
{
}

void RouterProcess::start(const std::vector<std::string> &options)
{
    const std::string ready = m_dir.file("ready" + std::to_string(++m_starts) + ".json");
    const std::string listen = m_url.empty() ? "127.0.0.1:0" : m_url.substr(7);
    std::vector<std::string> arguments{"serve", "--data",       m_dir.file("data"), "--listen",
                                       listen,  "--ready-file", ready};
    std::ranges::copy(options, std::back_inserter(arguments));
    std::ranges::copy(m_store->options(), std::back_inserter(arguments));
    m_process.reset();
    m_process = std::make_unique<Process>("crossfade-router", arguments, m_dir.file("log"));
    const std::optional<Json> told = waitReadyFile(ready);
    if (!told) throw std::runtime_error("the router does not start: " + log());
    m_url = told->at("url").get<std::string>();
}

TestClient RouterProcess::as(const std::string &role) const
{
    return TestClient(m_url, m_tokens.at(role));
}

std::string RouterProcess::log() const
{
    std::ifstream file(m_dir.path() / "log");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<Json> RouterProcess::alerts() const
{
    const TestAnswer answer = as("viewer").get("/api/v1/alerts");
    if (answer.status != 200) return {};
    const Json &items = answer.json.at("items");
    return {items.begin(), items.end()};
}

} // namespace crossfade
