// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace crossfade {

struct SandboxRequest {
    std::string method;
    std::string path; // without the query
    std::string bearer;
    std::string body;
    std::chrono::system_clock::time_point receivedAt;
};

struct SandboxReply {
    int status = 200;
    std::string body;
    std::chrono::milliseconds delay{0}; // held back this long before it is sent

    static SandboxReply json(const Json &value, int status = 200);
    static SandboxReply problem(int status, const std::string &detail);
    static SandboxReply of(const Error &error);
};

// The HTTP server of the practice platforms and of the sandbox's control: JSON, keep-alive, no
// tokens of its own. One thread for the network, a few for the handlers. Headers up to 8 KiB,
// bodies up to 64 KiB, 2 000 connections, 60 s of idleness.
class SandboxHttpServer {
public:
    using Handler = std::function<SandboxReply(const SandboxRequest &)>; // on a handler thread

    // Listens on "HOST:PORT" (port 0: any free one) and serves until destroyed.
    static Result<std::unique_ptr<SandboxHttpServer>>
    start(const std::string &listen, std::size_t handlerThreads, Handler handler);
    ~SandboxHttpServer(); // ends open connections; waits for running handlers
    SandboxHttpServer(const SandboxHttpServer &) = delete;
    SandboxHttpServer &operator=(const SandboxHttpServer &) = delete;

    std::string url() const; // "http://127.0.0.1:40123"

private:
    struct Core;
    explicit SandboxHttpServer(std::unique_ptr<Core> core);
    std::unique_ptr<Core> m_core;
};

} // namespace crossfade
