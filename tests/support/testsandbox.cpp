// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testsandbox.h"

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace crossfade {

namespace {

std::string text(const Json &json, const std::string &object, const std::string &field)
{
    if (!json.is_object() || !json.contains(object)) return {};
    return json.at(object).value(field, std::string());
}

} // namespace

std::int64_t nowMicros()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

TestSandbox::TestSandbox(std::vector<std::string> options)
    : m_options(std::move(options))
{
    start();
}

TestSandbox::~TestSandbox()
{
    if (!isUp()) {
        std::ifstream log(m_dir.file("up.log"));
        for (std::string line; std::getline(log, line);)
            std::fprintf(stderr, "sandbox: %s\n", line.c_str());
    }
    m_process.reset();
}

void TestSandbox::start()
{
    std::vector<std::string> arguments{"up", "--dir", m_dir.file("sandbox"), "--ready-file",
                                       m_dir.file("ready")};
    arguments.insert(arguments.end(), m_options.begin(), m_options.end());
    std::filesystem::remove(m_dir.file("ready"));
    m_ready = Json();
    m_process = std::make_unique<Process>("crossfade-sandbox", arguments, m_dir.file("up.log"));
    waitFor(
        [&] {
            const auto ready = waitReadyFile(m_dir.file("ready"), std::chrono::milliseconds(20));
            if (ready) m_ready = *ready;
            return ready || !m_process->running();
        },
        std::chrono::seconds(90));
}

void TestSandbox::startAgain()
{
    start();
}

TestClient TestSandbox::router(const std::string &token) const
{
    return TestClient(text(m_ready, "router", "url"), text(m_ready, "tokens", token));
}

TestClient TestSandbox::comparator(const std::string &token) const
{
    return TestClient(text(m_ready, "comparator", "url"),
                      text(m_ready, "comparator_tokens", token));
}

TestClient TestSandbox::control() const
{
    return TestClient(text(m_ready, "control", "url"), text(m_ready, "control", "token"));
}

TestClient TestSandbox::platform(const std::string &name) const
{
    return TestClient(text(m_ready, name, "url"));
}

std::string TestSandbox::policyPath() const
{
    return "/api/v1/shift-policies/" + m_ready.value("policy_id", std::string());
}

std::string TestSandbox::checkPath() const
{
    return "/api/v1/checks/" + m_ready.value("check_id", std::string());
}

pid_t TestSandbox::pid(const std::string &name) const
{
    const Json status = control().get("/api/v1/sandbox/status").json;
    if (!status.is_object() || !status.contains("processes")) return -1;
    return status.at("processes").value(name, Json::object()).value("pid", -1);
}

void TestSandbox::signal(const std::string &name, int number) const
{
    if (const pid_t target = pid(name); target > 0) ::kill(target, number);
}

bool TestSandbox::restart(const std::string &name, const std::string &killPoint) const
{
    Json body{{"process", name}};
    if (!killPoint.empty()) body["kill_point"] = killPoint;
    TestClient client = control();
    client.setTimeout(std::chrono::seconds(45));
    return client.post("/api/v1/sandbox/restart", body).status == 200;
}

bool TestSandbox::setFaults(const std::string &platform, const Json &faults) const
{
    return control().send("PUT", "/api/v1/sandbox/faults/" + platform, dumpJson(faults)).status ==
           200;
}

std::vector<AccessLine> TestSandbox::accessLog(const std::string &platform,
                                                  std::int64_t fromMicros) const
{
    std::vector<AccessLine> lines;
    std::ifstream in(file(platform + ".access.log"));
    for (std::string line; std::getline(in, line);) {
        // By hand: tests read these files again and again while they wait.
        const std::int64_t micros = std::strtoll(line.c_str(), nullptr, 10);
        const std::size_t first = line.find(' ');
        const std::size_t second = line.rfind(' ');
        if (micros < fromMicros || first == std::string::npos || second == first) continue;
        lines.push_back(
            {micros, line.substr(first + 1, second - first - 1), line.substr(second + 1)});
    }
    return lines;
}

Json TestSandbox::shift() const
{
    const Json policy = router().get(policyPath()).json;
    return policy.is_object() && policy.contains("shift") ? policy.at("shift") : Json::object();
}

bool TestSandbox::waitForState(const std::string &state, std::chrono::seconds limit) const
{
    return waitFor([&] { return shift().value("state", std::string()) == state; }, limit);
}

bool TestSandbox::shiftTo(double percentage, std::chrono::seconds limit) const
{
    const TestAnswer asked = router().post(policyPath() + "/shift",
                                           {{"target_percentage", percentage}, {"reason", "test"}});
    if (asked.status != 200) {
        std::fprintf(stderr, "shift refused: %d %s\n", asked.status, asked.body.c_str());
        return false;
    }
    const bool reached = waitFor(
        [&] {
            const Json now = shift();
            const std::string state = now.value("state", std::string());
            return now.value("percentage", -1.0) == percentage &&
                   (state == "AT_TARGET" || state == "COMPLETED");
        },
        limit);
    if (!reached) std::fprintf(stderr, "shift stands at %s\n", shift().dump(2).c_str());
    return reached;
}

} // namespace crossfade
