// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/httpserver.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// Answers as a router does, from a word that a test may change at any time, and keeps what it is
// told.
class FakeRouter {
public:
    explicit FakeRouter(const std::string &listen = "127.0.0.1:0")
        : m_server(SandboxHttpServer::start(listen, 2, [this](const SandboxRequest &request) {
                       return answer(request);
                   }).value())
    {
    }

    std::string url() const { return m_server->url(); }
    void decide(const std::string &platform)
    {
        const std::lock_guard lock(m_mutex);
        m_platform = platform;
    }
    std::vector<Json> observations() const
    {
        const std::lock_guard lock(m_mutex);
        return m_observations;
    }
    std::size_t decided() const
    {
        const std::lock_guard lock(m_mutex);
        return m_decided;
    }
    std::size_t questions() const
    {
        const std::lock_guard lock(m_mutex);
        return m_questions;
    }

    std::atomic<int> delayMs{0}; // of a decision
    std::atomic<int> refuse{0};  // a status for everything; 0: none

private:
    SandboxReply answer(const SandboxRequest &request)
    {
        if (refuse != 0) return SandboxReply::problem(refuse, "refused");
        const Result<Json> body = parseJson(request.body);
        if (!body || request.bearer != "load-token") return SandboxReply::problem(401, "no");
        const std::lock_guard lock(m_mutex);
        if (request.path == "/api/v1/observations") {
            for (const Json &one : body->at("observations"))
                m_observations.push_back(one);
            return SandboxReply::json({{"accepted", body->at("observations").size()}}, 202);
        }
        ++m_questions;
        Json decisions = Json::array();
        for (const Json &one : body->at("requests")) {
            ++m_decided;
            const bool both = m_platform == "BOTH";
            decisions.push_back({{"platform", m_platform},
                                 {"primary", both ? "NEW" : m_platform},
                                 {"reason", "PERCENTAGE"},
                                 {"policy_id", "p-1"},
                                 {"epoch", 17},
                                 {"user", one.at("user_id")}});
        }
        SandboxReply reply = SandboxReply::json({{"decisions", decisions}});
        reply.delay = std::chrono::milliseconds(delayMs);
        return reply;
    }

    mutable std::mutex m_mutex;
    std::string m_platform = "LEGACY";
    std::vector<Json> m_observations;
    std::size_t m_decided = 0;
    std::size_t m_questions = 0;
    std::unique_ptr<SandboxHttpServer> m_server;
};

} // namespace crossfade
