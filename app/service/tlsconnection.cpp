// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/connectionstreams.h"
#include "app/service/connectionuploads.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace crossfade {

namespace {

class TlsWire {
public:
    TlsWire(asio::ip::tcp::socket socket, asio::ssl::context &tls)
        : m_stream(std::make_unique<Stream>(std::move(socket), tls))
    {
    }
    auto &stream() { return *m_stream; }
    beast::tcp_stream &lowest() { return beast::get_lowest_layer(*m_stream); }

    template <class Done>
    void begin(Done done)
    {
        m_stream->async_handshake(asio::ssl::stream_base::server, std::move(done));
    }

    template <class Buffers>
    std::size_t sendNow(const Buffers &)
    {
        return 0; // records are made and sent by the stream alone
    }

    template <class Done>
    void shutdown(Done done)
    {
        lowest().expires_after(std::chrono::seconds(2));
        m_stream->async_shutdown([done = std::move(done)](beast::error_code) mutable { done(); });
    }

private:
    using Stream = beast::ssl_stream<beast::tcp_stream>;
    std::unique_ptr<Stream> m_stream;
};

} // namespace

std::shared_ptr<Connection> makeTlsConnection(asio::ip::tcp::socket socket, asio::ssl::context &tls,
                                              ConnectionContext &context)
{
    return std::make_shared<ConnectionOf<TlsWire>>(TlsWire(std::move(socket), tls), context);
}

} // namespace crossfade
