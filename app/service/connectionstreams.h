// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/connectionof.h"

namespace crossfade {

template <class Wire>
void ConnectionOf<Wire>::startStream()
{
    m_wire.lowest().expires_never();
    m_stream->wake = [weak = this->weak_from_this()] {
        if (const auto self = weak.lock()) self->pump();
    };
    watchClient();
    pump();
}

// A client of a stream says nothing more; reading notices when it goes.
template <class Wire>
void ConnectionOf<Wire>::watchClient()
{
    m_wire.stream().async_read_some(
        asio::buffer(m_scrap), [self = this->shared_from_this()](Error error, std::size_t) {
            if (error) return self->endStream();
            self->watchClient();
        });
}

template <class Wire>
void ConnectionOf<Wire>::pump()
{
    if (!m_stream) return;
    // Also in the middle of a write: a client that does not read would hold it for long.
    if (m_stream->closed || m_context.stopping) return endStream();
    if (m_writing) return;
    if (m_stream->queue.empty()) return m_context.handler.events().drained(m_stream);
    m_sending.clear();
    std::vector<asio::const_buffer> buffers;
    while (!m_stream->queue.empty() && m_sending.size() < 64) {
        m_sending.push_back(std::move(m_stream->queue.front()));
        m_stream->queue.pop_front();
        buffers.push_back(asio::buffer(*m_sending.back()));
    }
    m_writing = true;
    send(buffers, [self = this->shared_from_this()](Error error, std::size_t count) {
        self->m_writing = false;
        if (error || !self->m_stream) return self->endStream();
        self->m_stream->bytes -= count;
        self->pump();
    });
}

template <class Wire>
void ConnectionOf<Wire>::endStream()
{
    if (m_stream) m_context.handler.events().gone(m_stream);
    m_stream = nullptr;
    end();
}

} // namespace crossfade
