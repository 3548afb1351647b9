// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/connectionof.h"

namespace crossfade {

// Of an upload one piece is in memory: the next is read once the one before was taken.
template <class Wire>
void ConnectionOf<Wire>::readPieces()
{
    m_upload.emplace(std::move(*m_parser));
    m_upload->body_limit(m_admission.bodyLimit);
    m_parser.reset();
    readPiece();
}

template <class Wire>
void ConnectionOf<Wire>::readPiece()
{
    const auto left = m_admission.started + m_admission.deadline - std::chrono::steady_clock::now();
    deadline(std::min(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                      m_context.limits.writeDeadline));
    m_piece.resize(PieceBytes);
    auto &body = m_upload->get().body();
    body.data = m_piece.data();
    body.size = m_piece.size();
    http::async_read(
        m_wire.stream(), m_buffer, *m_upload,
        [self = this->shared_from_this()](Error error, std::size_t) { self->pieceRead(error); });
}

template <class Wire>
void ConnectionOf<Wire>::pieceRead(Error error)
{
    if (error == http::error::need_buffer) error = {}; // the piece is full
    if (refusedBody(error)) return;
    m_piece.resize(m_piece.size() - m_upload->get().body().size);
    m_wire.lowest().expires_never();
    m_context.handler.consume(
        m_admission.request.sink, std::move(m_piece), [self = this->shared_from_this()](Result<void> taken) {
            asio::post(self->m_wire.stream().get_executor(), [self, taken = std::move(taken)]() mutable {
                self->pieceTaken(std::move(taken));
            });
        });
}

template <class Wire>
void ConnectionOf<Wire>::pieceTaken(Result<void> taken)
{
    if (m_context.stopping) return end();
    if (!taken) {
        const std::string &id = m_admission.request.requestId;
        HttpResponse refusal = HttpResponse::problem(taken.error(), id);
        refusal.setHeader("X-Request-Id", id);
        return answerAndClose(std::move(refusal));
    }
    if (!m_upload->is_done()) return readPiece();
    m_upload.reset();
    // How long it may wait for its turn counts from here.
    m_admission.started = std::chrono::steady_clock::now();
    runRequest();
}

} // namespace crossfade
