// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/handler.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <set>

namespace crossfade {

class Connection;

struct ServerLimits {
    std::size_t connections = 1024;
    std::size_t headerBytes = 16 << 10;
    std::chrono::milliseconds requestDeadline{10'000}; // head and body together
    std::chrono::milliseconds idle{60'000};            // between requests
    std::chrono::milliseconds writeDeadline{30'000};
};

// What all connections share; outlives them. Belongs to the loop.
struct ConnectionContext {
    HttpHandler &handler;
    ServerLimits limits;
    std::set<std::shared_ptr<Connection>> open;
    bool stopping = false;
};

// One client, plain or TLS. Implemented once as a template in connectionof.h.
class Connection {
public:
    virtual ~Connection() = default;
    virtual void start() = 0;
    virtual void finish() = 0; // no further request; closes at once if it waits for one
    virtual void abort() = 0;
};

std::shared_ptr<Connection> makePlainConnection(boost::asio::ip::tcp::socket socket,
                                                ConnectionContext &context);
std::shared_ptr<Connection> makeTlsConnection(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context &tls,
                                              ConnectionContext &context);

// How a client finds the end of an answer's body.
enum class BodyEnd { Length, Chunks, Connection };
// The head of an answer as it goes over the wire.
std::string responseHead(const HttpResponse &response, bool keepAlive, BodyEnd end);
// One chunk of a body; nothing of nothing, for an empty chunk is the end, LastChunk.
std::string chunkOf(std::string_view piece);
inline constexpr const char *LastChunk = "0\r\n\r\n";

} // namespace crossfade
