// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/replicas.h"

#include "models/core/time.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds ReportPause{250};
constexpr int RequestsEach = 10; // a platform and report

} // namespace

Replicas::Replicas(std::size_t count)
    : m_database(PostgresServer::instance().newDatabase())
    , m_given(m_database)
    , m_replicas(count)
{
}

Replicas::~Replicas()
{
    for (Replica &replica : m_replicas)
        replica.process.reset();
    PostgresServer::instance().dropDatabase(m_database);
}

bool Replicas::start(std::size_t number)
{
    return launch(number, {});
}

bool Replicas::startAgain(std::size_t number)
{
    return launch(number, "127.0.0.1:" + std::to_string(port(number)));
}

bool Replicas::launch(std::size_t number, const std::string &listen)
{
    Replica &replica = m_replicas[number];
    const std::string ready = m_directory.file("ready" + std::to_string(number) + ".json");
    std::filesystem::remove(ready);
    std::vector<std::string> arguments{"serve", "--data",     folder(number), "--ready-file",
                                       ready,   "--database", m_given};
    if (!listen.empty()) arguments.insert(arguments.end(), {"--listen", listen});
    if (!replica.resources.empty()) arguments.insert(arguments.end(), {"--resources", replica.resources});
    replica.process.reset();
    replica.process = std::make_unique<Process>("crossfade-router", arguments,
                                                m_directory.file("log" + std::to_string(number)));
    waitFor([&] { return std::filesystem::exists(ready) || !replica.process->running(); },
            std::chrono::seconds(40));
    if (!std::filesystem::exists(ready)) return false;
    const auto json = waitReadyFile(ready);
    if (!json) return false;
    const std::lock_guard lock(m_mutex);
    replica.url = json->at("url").get<std::string>();
    return true;
}

std::string Replicas::url(std::size_t number) const
{
    const std::lock_guard lock(m_mutex);
    return m_replicas[number].url;
}

bool Replicas::startAll()
{
    bool all = true;
    for (std::size_t i = 0; i < m_replicas.size(); ++i)
        all = start(i) && all;
    return all;
}

std::optional<int> Replicas::stop(std::size_t number)
{
    signal(number, SIGTERM);
    return m_replicas[number].process->wait();
}

std::string Replicas::log(std::size_t number) const
{
    std::ifstream in(m_directory.file("log" + std::to_string(number)));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

int Replicas::port(std::size_t number) const
{
    const std::string url = this->url(number);
    return std::stoi(url.substr(url.rfind(':') + 1));
}

std::string Replicas::token(const std::string &roles)
{
    const std::lock_guard lock(m_mutex);
    std::string &token = m_tokens[roles];
    if (!token.empty()) return token;
    std::string subject = roles + "-1";
    std::ranges::replace(subject, ',', '-'); // it is no character of a subject
    const Output output = runProgram("crossfade-router", {"token", "add", "--subject", subject, "--roles", roles,
                                                          "--data", folder(0), "--database", m_database});
    token = output.out.substr(0, output.out.find('\n'));
    return token;
}

TestClient Replicas::client(std::size_t number, const std::string &roles)
{
    return TestClient(url(number), roles.empty() ? std::string() : token(roles));
}

Json Replicas::ready(std::size_t number) const
{
    TestClient client(url(number));
    client.setTimeout(std::chrono::seconds(1));
    return client.get("/readyz").json;
}

bool Replicas::isReady(std::size_t number) const
{
    const Json told = ready(number);
    return told.is_object() && told.value("ready", false);
}

std::string Replicas::role(std::size_t number) const
{
    const Json told = ready(number);
    return told.is_object() ? told.value("role", "") : std::string();
}

std::int64_t Replicas::term(std::size_t number) const
{
    const Json told = ready(number);
    return told.is_object() ? told.value("term", std::int64_t{0}) : 0;
}

std::optional<std::size_t> Replicas::leader(std::optional<std::size_t> except) const
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < m_replicas.size(); ++i) {
        if (i == except || url(i).empty() || role(i) != "LEADER") continue;
        if (found) return std::nullopt;
        found = i;
    }
    return found;
}

ReplicaTraffic::ReplicaTraffic(Urls urls, std::string token, std::string policyId)
    : m_urls(std::move(urls))
    , m_token(std::move(token))
    , m_policyId(std::move(policyId))
    , m_thread([this](const std::stop_token &stop) { run(stop); })
{
}

Json ReplicaTraffic::observations() const
{
    const std::string at = formatInstant(
        std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
    Json list = Json::array();
    for (const char *platform : {"NEW", "LEGACY"}) {
        for (int i = 0; i < RequestsEach; ++i)
            list.push_back({{"at", at},
                            {"platform", platform},
                            {"user_id", "user-" + std::to_string(i)},
                            {"decision", {{"reason", "PERCENTAGE"}, {"policy_id", m_policyId}, {"epoch", 1}}},
                            {"status", 200},
                            {"latency_ms", 10 + i}});
    }
    return list;
}

void ReplicaTraffic::run(const std::stop_token &stop) const
{
    std::mutex mutex;
    std::condition_variable_any wake;
    for (std::size_t round = 0; !stop.stop_requested(); ++round) {
        const std::vector<std::string> urls = m_urls();
        if (!urls.empty()) {
            TestClient client(urls[round % urls.size()], m_token);
            client.setTimeout(std::chrono::seconds(1));
            client.observe(observations());
        }
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, ReportPause, [] { return false; });
    }
}

} // namespace crossfade
