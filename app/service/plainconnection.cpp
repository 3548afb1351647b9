// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/connectionstreams.h"
#include "app/service/connectionuploads.h"

namespace crossfade {

namespace {

class PlainWire {
public:
    explicit PlainWire(asio::ip::tcp::socket socket) : m_stream(std::move(socket))
    {
        beast::error_code ignored;
        m_stream.socket().non_blocking(true, ignored);
    }
    beast::tcp_stream &stream() { return m_stream; }
    beast::tcp_stream &lowest() { return m_stream; }

    template <class Done>
    void begin(Done done)
    {
        asio::post(m_stream.get_executor(),
                   [done = std::move(done)]() mutable { done(beast::error_code()); });
    }

    // What the kernel takes at once; an error is found again by who sends the rest.
    template <class Buffers>
    std::size_t sendNow(const Buffers &buffers)
    {
        beast::error_code ignored;
        return m_stream.socket().write_some(buffers, ignored);
    }

    template <class Done>
    void shutdown(Done done)
    {
        beast::error_code ignored;
        m_stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        done();
    }

private:
    beast::tcp_stream m_stream;
};

} // namespace

std::shared_ptr<Connection> makePlainConnection(asio::ip::tcp::socket socket,
                                                ConnectionContext &context)
{
    return std::make_shared<ConnectionOf<PlainWire>>(PlainWire(std::move(socket)), context);
}

} // namespace crossfade
