// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/prometheus.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace crossfade {

namespace {

// One that is free now; who takes it meanwhile makes the start fail, and another is tried.
int unusedPort() {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    const bool bound = bind(handle, plain, size) == 0 && getsockname(handle, plain, &size) == 0;
    close(handle);
    return bound ? ntohs(address.sin_port) : 0;
}

std::string formOf(const std::string &expression) {
    std::string form = "query=";
    char encoded[4];
    for (const char c : expression) {
        std::snprintf(encoded, sizeof encoded, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        form += encoded;
    }
    return form;
}

} // namespace

std::string installedProgram(const std::string &name) {
    const char *path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string file = folder + "/" + name;
        if (access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

std::string addressOf(const std::string &url) {
    return url.substr(url.find("//") + 2);
}

PrometheusServer::PrometheusServer(std::map<std::string, std::string> jobs)
    : m_jobs(std::move(jobs)) {}

bool PrometheusServer::launch() {
    m_port = unusedPort();
    std::ofstream config(m_directory.file("prometheus.yml"));
    config << "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n";
    for (const auto &[name, address] : m_jobs)
        config << "  - {job_name: " << name << ", static_configs: [{targets: ['" << address << "']}]}\n";
    config.close();
    m_process = std::make_unique<Process>(
        installedProgram("prometheus"),
        std::vector<std::string>{"--config.file=" + m_directory.file("prometheus.yml"),
                                 "--storage.tsdb.path=" + m_directory.file("tsdb"),
                                 "--web.listen-address=127.0.0.1:" + std::to_string(m_port), "--log.level=warn"},
        m_directory.file("prometheus.log"), std::vector<std::string>{"GOMAXPROCS=1"});
    TestClient client(url());
    client.setTimeout(std::chrono::seconds(2));
    return crossfade::waitFor([&] { return !m_process->running() || client.get("/-/ready").status == 200; },
                              std::chrono::seconds(30)) &&
           m_process->running();
}

bool PrometheusServer::start() {
    if (installedProgram("prometheus").empty()) {
        m_problem = "there is no prometheus in PATH: this test needs the package prometheus (app/packages.sh)";
        return false;
    }
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (launch()) return true;
    }
    std::ostringstream log;
    log << std::ifstream(m_directory.file("prometheus.log")).rdbuf();
    m_problem = "prometheus does not start: " + log.str();
    return false;
}

Json PrometheusServer::query(const std::string &expression, std::string *error) const {
    const TestAnswer answer = TestClient(url()).send("POST", "/api/v1/query", formOf(expression),
                                                     {{"Content-Type", "application/x-www-form-urlencoded"}});
    const bool good = answer.status == 200 && answer.json.is_object() && answer.json.contains("data");
    if (error) *error = good ? std::string() : std::to_string(answer.status) + " " + answer.body + answer.error;
    return good ? answer.json.at("data").at("result") : Json();
}

bool PrometheusServer::waitFor(const std::string &expression, std::chrono::milliseconds limit) const {
    return crossfade::waitFor(
        [&] {
            const Json result = query(expression);
            return result.is_array() && !result.empty();
        },
        limit);
}

} // namespace crossfade
