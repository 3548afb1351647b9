// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/httpserver.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <optional>
#include <thread>

namespace crossfade {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;

constexpr int MaxConnections = 2'000;
constexpr auto IdleLimit = std::chrono::seconds(60);

struct Shared {
    SandboxHttpServer::Handler handler;
    asio::thread_pool *handlers = nullptr;
    std::atomic<int> connections{0};
};

SandboxRequest readRequest(const http::request<http::string_body> &request)
{
    SandboxRequest result;
    result.receivedAt = std::chrono::system_clock::now();
    result.method = std::string(request.method_string());
    result.path = std::string(request.target());
    result.path.resize(std::min(result.path.size(), result.path.find('?')));
    const std::string authorization(request[http::field::authorization]);
    if (authorization.starts_with("Bearer ")) result.bearer = authorization.substr(7);
    result.body = request.body();
    return result;
}

// One connection: read a request, have it answered on a handler thread, hold the answer back as
// long as it asks, write it, read the next.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Tcp::socket socket, std::shared_ptr<Shared> shared)
        : m_stream(std::move(socket))
        , m_timer(m_stream.get_executor())
        , m_shared(std::move(shared))
    {
        ++m_shared->connections;
        beast::error_code ignored;
        m_stream.socket().set_option(Tcp::no_delay(true), ignored);
    }
    ~Connection() { --m_shared->connections; }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void read()
    {
        m_parser.emplace();
        m_parser->header_limit(8 << 10);
        m_parser->body_limit(64 << 10);
        m_stream.expires_after(IdleLimit);
        http::async_read(m_stream, m_buffer, *m_parser,
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             if (!error) self->handle();
                         });
    }

private:
    void handle()
    {
        m_stream.expires_never();
        m_keepAlive = m_parser->get().keep_alive();
        asio::post(*m_shared->handlers, [self = shared_from_this(),
                                         request = readRequest(m_parser->get())] {
            SandboxReply reply = self->m_shared->handler(request);
            asio::post(self->m_stream.get_executor(), [self, reply = std::move(reply)]() mutable {
                self->hold(std::move(reply));
            });
        });
    }

    void hold(SandboxReply reply)
    {
        m_response = {};
        m_response.version(11);
        m_response.result(static_cast<unsigned>(reply.status));
        m_response.set(http::field::content_type,
                       reply.status < 400 ? "application/json" : "application/problem+json");
        m_response.body() = std::move(reply.body);
        m_response.keep_alive(m_keepAlive);
        m_response.prepare_payload();
        if (reply.delay.count() <= 0) return write();
        m_timer.expires_after(reply.delay);
        m_timer.async_wait([self = shared_from_this()](beast::error_code error) {
            if (!error) self->write();
        });
    }

    void write()
    {
        m_stream.expires_after(IdleLimit);
        http::async_write(m_stream, m_response,
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (!error && self->m_keepAlive) self->read();
                          });
    }

    beast::tcp_stream m_stream;
    asio::steady_timer m_timer;
    std::shared_ptr<Shared> m_shared;
    beast::flat_buffer m_buffer{80 << 10};
    std::optional<http::request_parser<http::string_body>> m_parser;
    http::response<http::string_body> m_response;
    bool m_keepAlive = false;
};

} // namespace

struct SandboxHttpServer::Core {
    explicit Core(std::size_t threads)
        : acceptor(context)
        , handlers(threads)
    {
    }

    void accept()
    {
        acceptor.async_accept([this](beast::error_code error, Tcp::socket socket) {
            if (error == asio::error::operation_aborted) return;
            if (!error && shared->connections < MaxConnections)
                std::make_shared<Connection>(std::move(socket), shared)->read();
            accept();
        });
    }

    // The context goes last: connections that wait in it hold `shared` and the pool's work.
    std::shared_ptr<Shared> shared = std::make_shared<Shared>();
    asio::io_context context{1};
    Tcp::acceptor acceptor;
    asio::thread_pool handlers;
    std::thread thread;
};

SandboxHttpServer::SandboxHttpServer(std::unique_ptr<Core> core)
    : m_core(std::move(core))
{
}

Result<std::unique_ptr<SandboxHttpServer>>
SandboxHttpServer::start(const std::string &listen, std::size_t handlerThreads, Handler handler)
{
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string::npos) return invalid("listen", "must be HOST:PORT");
    beast::error_code error;
    const auto address = asio::ip::make_address(listen.substr(0, colon), error);
    const long port = std::strtol(listen.c_str() + colon + 1, nullptr, 10);
    if (error || port < 0 || port > 65'535) return invalid("listen", "must be HOST:PORT");

    auto core = std::make_unique<Core>(handlerThreads);
    core->shared->handler = std::move(handler);
    core->shared->handlers = &core->handlers;
    const Tcp::endpoint endpoint(address, static_cast<std::uint16_t>(port));
    core->acceptor.open(endpoint.protocol(), error);
    if (!error) core->acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) core->acceptor.bind(endpoint, error);
    if (!error) core->acceptor.listen(1'024, error);
    if (error)
        return fail(ErrorKind::Network, "cannot listen on " + listen + ": " + error.message());

    Core *running = core.get();
    running->accept();
    running->thread = std::thread([running] { running->context.run(); });
    return std::unique_ptr<SandboxHttpServer>(new SandboxHttpServer(std::move(core)));
}

SandboxHttpServer::~SandboxHttpServer()
{
    m_core->context.stop();
    if (m_core->thread.joinable()) m_core->thread.join();
    m_core->handlers.stop();
    m_core->handlers.join();
}

std::string SandboxHttpServer::url() const
{
    const Tcp::endpoint endpoint = m_core->acceptor.local_endpoint();
    return "http://" + endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
}

SandboxReply SandboxReply::json(const Json &value, int status)
{
    return {status, dumpJson(value), {}};
}

SandboxReply SandboxReply::problem(int status, const std::string &detail)
{
    return json({{"type", "about:blank"},
                 {"title", problemTitle(status)},
                 {"status", status},
                 {"detail", detail}},
                status);
}

SandboxReply SandboxReply::of(const Error &error)
{
    const int status = httpStatus(error.kind);
    Json body{{"type", "about:blank"},
              {"title", problemTitle(status)},
              {"status", status},
              {"detail", error.message},
              {"errors", Json::array()}};
    for (const FieldError &field : error.fields)
        body["errors"].push_back({{"pointer", field.pointer}, {"message", field.message}});
    return json(body, status);
}

} // namespace crossfade
