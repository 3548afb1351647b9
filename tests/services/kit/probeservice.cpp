// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/kit/probeservice.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crossfade {

ProbeService::ProbeService(bool postgres)
    : m_store(postgres)
    , m_databaseOptions(m_store.options()) {
    const std::filesystem::path source = CROSSFADE_SOURCE_DIR;
    const std::filesystem::path sql = resources() + "/sql";
    std::filesystem::create_directories(sql);
    std::filesystem::copy(source / "resources/sql/service", sql / "service",
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy(source / "tests/services/kit/probe/sql/probe", sql / "probe",
                          std::filesystem::copy_options::recursive);
}

bool ProbeService::start(const std::vector<std::string> &arguments,
                         const std::vector<std::string> &environment) {
    const std::string ready = m_directory.file("ready.json");
    std::filesystem::remove(ready);
    std::vector<std::string> all{"serve",     "--data",       data(), "--resources",
                                 resources(), "--ready-file", ready};
    all.insert(all.end(), m_databaseOptions.begin(), m_databaseOptions.end());
    all.insert(all.end(), arguments.begin(), arguments.end());
    m_process =
        std::make_unique<Process>("crossfade-probe", all, m_directory.file("log"), environment);
    waitFor([&] { return std::filesystem::exists(ready) || !m_process->running(); });
    if (!std::filesystem::exists(ready)) return false;
    const auto json = waitReadyFile(ready);
    if (!json) return false;
    m_url = json->at("url").get<std::string>();
    return true;
}

std::optional<int> ProbeService::stop() {
    m_process->signal(SIGTERM);
    return m_process->wait();
}

void ProbeService::kill() {
    m_process->kill();
}

Output ProbeService::command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--data", data(), "--resources", resources()});
    arguments.insert(arguments.end(), m_databaseOptions.begin(), m_databaseOptions.end());
    return runProgram("crossfade-probe", arguments);
}

std::string ProbeService::token(const std::string &roles, const std::string &subject,
                                const std::vector<std::string> &more) {
    std::vector<std::string> arguments{"token", "add", "--subject", subject, "--roles", roles};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Output output = command(std::move(arguments));
    while (!output.out.empty() && output.out.back() == '\n')
        output.out.pop_back();
    return output.out;
}

TestClient ProbeService::client(const std::string &roles) {
    const std::string text = token(roles);
    return TestClient(m_url, text);
}

int ProbeService::port() const {
    return std::stoi(m_url.substr(m_url.rfind(':') + 1));
}

std::string ProbeService::log() const {
    std::ifstream in(m_directory.file("log"));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

} // namespace crossfade
