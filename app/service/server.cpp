// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/server.h"

#include "app/service/log.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>

#include <future>
#include <thread>

namespace crossfade {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

struct Server::Private {
    asio::io_context loop{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard{loop.get_executor()};
    tcp::acceptor acceptor{loop};
    asio::steady_timer pause{loop};
    asio::steady_timer grace{loop};
    std::unique_ptr<asio::ssl::context> tls;
    std::unique_ptr<ConnectionContext> context;
    std::string url;
    std::thread thread;

    void accept();
    void accepted(tcp::socket socket);
    void turnAway(tcp::socket socket);
    void beginStop(std::chrono::milliseconds limit);
    void awaitConnections(std::chrono::steady_clock::time_point end);
    Result<void> openTls(const ServerOptions &options);
};

Server::Server() : d(std::make_unique<Private>())
{
    d->thread = std::thread([this] { d->loop.run(); });
}

Server::~Server()
{
    stop(std::chrono::milliseconds(0));
}

void Server::post(std::function<void()> act)
{
    asio::post(d->loop, std::move(act));
}

std::string Server::url() const
{
    return d->url;
}

Result<void> Server::Private::openTls(const ServerOptions &options)
{
    if (options.tlsCertificate.empty() && options.tlsKey.empty()) return {};
    tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    ErrorCode error;
    tls->use_certificate_chain_file(options.tlsCertificate, error);
    if (error)
        return fail(ErrorKind::Invalid, "--tls-cert " + options.tlsCertificate + ": " + error.message());
    tls->use_private_key_file(options.tlsKey, asio::ssl::context::pem, error);
    if (error) return fail(ErrorKind::Invalid, "--tls-key " + options.tlsKey + ": " + error.message());
    return {};
}

Result<void> Server::listen(const ServerOptions &options, HttpHandler &handler)
{
    if (auto opened = d->openTls(options); !opened) return opened;
    const std::string place = options.host + ":" + std::to_string(options.port);
    ErrorCode error;
    const auto address = asio::ip::make_address(
        options.host == "localhost" ? std::string("127.0.0.1") : options.host, error);
    if (error) return fail(ErrorKind::Invalid, "--listen " + place + ": not an address");
    const tcp::endpoint endpoint(address, options.port);
    d->acceptor.open(endpoint.protocol(), error);
    if (!error) d->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) d->acceptor.bind(endpoint, error);
    if (!error) d->acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(ErrorKind::Unavailable, "cannot listen on " + place + ": " + error.message());
    // Whoever listens everywhere is reached from here over loopback.
    std::string host = address.is_unspecified() ? "127.0.0.1" : address.to_string();
    if (host.find(':') != std::string::npos) host = "[" + host + "]";
    d->url = (d->tls ? "https://" : "http://") + host + ":" +
             std::to_string(d->acceptor.local_endpoint(error).port());
    d->context = std::make_unique<ConnectionContext>(
        ConnectionContext{handler, options.limits, {}, false});
    post([this] { d->accept(); });
    return {};
}

void Server::Private::accept()
{
    acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
        if (error == asio::error::operation_aborted || context->stopping) return;
        if (!error) {
            accepted(std::move(socket));
            return accept();
        }
        // Out of file descriptors, mostly: trying again at once would spin.
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([this](ErrorCode stopped) {
            if (!stopped) accept();
        });
    });
}

void Server::Private::accepted(tcp::socket socket)
{
    if (context->open.size() >= context->limits.connections) return turnAway(std::move(socket));
    const auto connection = tls ? makeTlsConnection(std::move(socket), *tls, *context)
                                : makePlainConnection(std::move(socket), *context);
    context->open.insert(connection);
    connection->start();
}

void Server::Private::turnAway(tcp::socket socket)
{
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    if (!tls) {
        const HttpResponse response = context->handler.broken(503, "too many connections");
        const std::string text = responseHead(response, false, BodyEnd::Length) + response.body;
        socket.write_some(asio::buffer(text), ignored);
        socket.shutdown(tcp::socket::shutdown_send, ignored);
    }
    socket.close(ignored);
}

void Server::Private::beginStop(std::chrono::milliseconds limit)
{
    ErrorCode ignored;
    acceptor.close(ignored);
    pause.cancel();
    if (!context) return loop.stop();
    context->stopping = true;
    const auto connections = context->open;
    for (const auto &connection : connections)
        connection->finish();
    context->handler.events().closeAll();
    awaitConnections(std::chrono::steady_clock::now() + limit);
}

void Server::Private::awaitConnections(std::chrono::steady_clock::time_point end)
{
    if (context->open.empty() || std::chrono::steady_clock::now() >= end) {
        for (const auto &connection : context->open)
            connection->abort();
        return loop.stop();
    }
    grace.expires_after(std::chrono::milliseconds(5));
    grace.async_wait([this, end](ErrorCode) { awaitConnections(end); });
}

void Server::stop(std::chrono::milliseconds limit)
{
    if (!d->thread.joinable()) return;
    post([this, limit] { d->beginStop(limit); });
    d->thread.join();
    if (d->context) d->context->open.clear();
}

} // namespace crossfade
