// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/connection.h"

#include <memory>
#include <string>

namespace crossfade {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; // 0 picks a free one
    std::string tlsCertificate; // file, PEM; both or neither
    std::string tlsKey;
    ServerLimits limits;
};

// The network loop: one thread that accepts, reads and writes. Handlers are called on it.
class Server {
public:
    Server();
    ~Server();
    // Runs `act` on the loop. Any thread; also before listen().
    void post(std::function<void()> act);
    Result<void> listen(const ServerOptions &options, HttpHandler &handler);
    std::string url() const; // "http://127.0.0.1:8443"
    // No new connections or requests, then at most `grace` for those that run, then the end.
    void stop(std::chrono::milliseconds grace);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace crossfade
