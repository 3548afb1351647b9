// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/connection.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_suffix.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace crossfade {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// The life of one connection: [handshake] → head → admission → body → answer → next head …, or
// after the answer's head an event stream. Every wait has a deadline. `Wire` differs between plain
// and TLS in how it begins and ends.
template <class Wire>
class ConnectionOf : public Connection, public std::enable_shared_from_this<ConnectionOf<Wire>> {
public:
    ConnectionOf(Wire wire, ConnectionContext &context)
        : m_wire(std::move(wire))
        , m_context(context)
        , m_buffer(64 << 10)
    {
        beast::error_code ignored;
        const auto remote = socket().remote_endpoint(ignored);
        m_remote = remote.address().to_string(ignored);
        m_loopback = remote.address().is_loopback();
        socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    }

    void start() override
    {
        deadline(m_context.limits.requestDeadline);
        m_wire.begin([self = this->shared_from_this()](beast::error_code error) {
            if (error) return self->end();
            self->awaitRequest(self->m_context.limits.requestDeadline);
        });
    }

    void finish() override
    {
        m_keepAlive = false;
        if (m_idle) abort();
    }

    void abort() override
    {
        beast::error_code ignored;
        socket().close(ignored);
    }

private:
    using Error = beast::error_code;
    using Parser = http::request_parser<http::string_body>;
    using UploadParser = http::request_parser<http::buffer_body>;
    static constexpr std::size_t PieceBytes = 64 << 10; // of an upload
    static constexpr std::size_t MostDiscarded = 4 << 20;
    static constexpr std::size_t SmallBody = 64 << 10;
    static constexpr std::size_t MostHeld = 64 << 10;
    static constexpr std::chrono::milliseconds LookTime{1'000}; // for an unknown token

    asio::ip::tcp::socket &socket() { return m_wire.lowest().socket(); }
    void deadline(std::chrono::milliseconds time) { m_wire.lowest().expires_after(time); }

    void end()
    {
        abort();
        m_context.open.erase(this->shared_from_this());
    }

    // Waits for the first byte only, so that an idle client and a slow one have their own limits.
    void awaitRequest(std::chrono::milliseconds limit)
    {
        if (m_buffer.size() > 0) return readHead();
        m_idle = true;
        deadline(limit);
        m_wire.stream().async_read_some(
            m_buffer.prepare(4096),
            [self = this->shared_from_this()](Error error, std::size_t count) {
                self->m_idle = false;
                if (error) return self->end();
                self->m_buffer.commit(count);
                self->readHead();
            });
    }

    void readHead()
    {
        m_parser.emplace();
        m_parser->header_limit(static_cast<std::uint32_t>(m_context.limits.headerBytes));
        m_parser->body_limit(boost::none); // the route's limit is set once the head is known
        deadline(m_context.limits.requestDeadline);
        http::async_read_header(m_wire.stream(), m_buffer, *m_parser,
                                [self = this->shared_from_this()](Error error, std::size_t) {
                                    self->headRead(error);
                                });
    }

    void headRead(Error error)
    {
        if (error == http::error::header_limit || error == http::error::buffer_overflow)
            return refuse(431, "the headers are too large");
        if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message)
            return refuse(400, "this is not HTTP: " + error.message());
        if (error) return end();
        RequestHead head = takeHead();
        if (const auto framing = checkFraming(head); !framing)
            return refuse(400, framing.error().message);
        m_headOnly = head.method == "HEAD";
        m_knowsChunks = head.version >= 11;
        m_keepAlive = m_parser->get().keep_alive() && !m_context.stopping;
        m_admission = m_context.handler.admit(head, false);
        if (m_admission.tokenUnknown) return lookForToken(std::move(head));
        admitted(head);
    }

    // A token that nobody knows may have come to be a moment ago. Others are answered meanwhile, and a store that
    // does not answer is waited for no longer than LookTime.
    void lookForToken(RequestHead head)
    {
        sendHeld();
        m_unknown.emplace(std::move(head));
        const std::uint64_t number = ++m_looks;
        m_lookTimer.emplace(m_wire.stream().get_executor(), LookTime);
        m_lookTimer->async_wait([weak = this->weak_from_this(), number](Error stopped) {
            const auto self = weak.lock();
            if (self && !stopped) self->looked(number);
        });
        const bool looks = m_context.handler.lookForTokens([weak = this->weak_from_this(), number] {
            auto self = weak.lock();
            if (!self) return;
            const auto executor = self->m_wire.stream().get_executor();
            // Moved: the loop's thread is the one to see the last of it.
            asio::post(executor, [self = std::move(self), number] { self->looked(number); });
        });
        if (!looks) looked(number);
    }

    void looked(std::uint64_t number)
    {
        if (number != m_looks || !m_unknown) return; // was gone on with already
        const RequestHead head = std::move(*m_unknown);
        m_unknown.reset();
        m_lookTimer.reset();
        if (!socket().is_open()) return end();
        m_admission = m_context.handler.admit(head, true);
        admitted(head);
    }

    void admitted(const RequestHead &head)
    {
        const auto length = m_parser->content_length();
        m_parser->body_limit(m_admission.bodyLimit);
        if (length && *length > m_admission.bodyLimit)
            return m_admission.refusal ? answerAndClose(std::move(*m_admission.refusal))
                                       : refuse(413, "the body is too large");
        const bool waits = beast::iequals(head.value("expect"), "100-continue");
        if (m_admission.refusal && !m_parser->is_done() &&
            (!length || *length > SmallBody || waits))
            return answerAndClose(std::move(*m_admission.refusal));
        if (m_parser->is_done()) return bodyRead({});
        if (waits && m_buffer.size() == 0) return sendContinue();
        readBody();
    }

    RequestHead takeHead()
    {
        const auto &message = m_parser->get();
        RequestHead head;
        head.method = std::string(message.method_string());
        head.target = std::string(message.target());
        head.version = static_cast<int>(message.version());
        head.remoteAddress = m_remote;
        head.loopback = m_loopback;
        for (const auto &field : message) {
            std::string name(field.name_string());
            std::ranges::transform(name, name.begin(), [](unsigned char c) {
                return static_cast<char>(std::tolower(c));
            });
            head.headers.emplace_back(std::move(name), std::string(field.value()));
        }
        return head;
    }

    void sendContinue()
    {
        m_held += "HTTP/1.1 100 Continue\r\n\r\n";
        readBody();
    }

    void readBody()
    {
        const auto length = m_parser->content_length();
        if (!length || *length > m_buffer.size()) sendHeld();
        if (m_admission.request.sink) return readPieces();
        if (m_flushing) deadline(m_context.limits.requestDeadline); // else it is still that of the head
        if (m_admission.deadline > m_context.limits.requestDeadline) deadline(m_admission.deadline);
        http::async_read(
            m_wire.stream(), m_buffer, *m_parser,
            [self = this->shared_from_this()](Error error, std::size_t) { self->bodyRead(error); });
    }

    void bodyRead(Error error)
    {
        if (refusedBody(error)) return;
        m_admission.request.body = std::move(m_parser->get().body());
        m_parser.reset();
        runRequest();
    }

    bool refusedBody(Error error)
    {
        if (!error) return false;
        if (error == http::error::body_limit)
            refuse(413, "the body is too large");
        else if (error.category() == http::make_error_code(http::error::bad_method).category() &&
                 error != http::error::partial_message && error != http::error::end_of_stream)
            refuse(400, "the body is not HTTP: " + error.message());
        else
            end();
        return true;
    }

    // Of an upload one piece is in memory: see connectionuploads.h.
    void readPieces();
    void readPiece();
    void pieceRead(Error error);
    void pieceTaken(Result<void> taken);

    void runRequest()
    {
        m_wire.lowest().expires_never();
        if (m_admission.refusal) return write({std::move(*m_admission.refusal), nullptr});
        const auto alive = this->shared_from_this();
        m_running = true;
        m_context.handler.run(
            std::move(m_admission), [self = this->shared_from_this()](Answer answer) {
                // At once where the handler ran on the loop.
                asio::dispatch(self->m_wire.stream().get_executor(), [self, answer = std::move(answer)]() mutable {
                    self->write(std::move(answer));
                });
            });
        if (m_running) sendHeld();
    }

    // Answers to requests that were sent ahead leave together, for a packet costs more than most answers do:
    // one is held back while the whole head of the next request is there and nothing has to be waited for.
    bool mayHold() const
    {
        if (!m_keepAlive || m_rest || m_stream || m_held.size() + m_head.size() + m_body.size() > MostHeld) return false;
        const auto bytes = m_buffer.cdata();
        const std::string_view next(static_cast<const char *>(bytes.data()), bytes.size());
        return !next.starts_with('\r') && !next.starts_with('\n') && next.find("\r\n\r\n") != std::string_view::npos;
    }

    // Before anything is waited for: whoever sends requests ahead may itself wait for these answers.
    void sendHeld()
    {
        if (m_held.empty() || m_flushing) return;
        m_flushing = true;
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(m_held)};
        send(buffers, [self = this->shared_from_this()](Error error, std::size_t) {
            self->m_flushing = false;
            self->m_held = std::string();
            if (error) self->abort(); // whatever is under way ends with it
            if (!self->m_next) return;
            Answer next = std::move(*self->m_next);
            self->m_next.reset();
            self->write(std::move(next));
        });
    }

    void refuse(int status, const std::string &detail)
    {
        answerAndClose(m_context.handler.broken(status, detail));
    }

    void answerAndClose(HttpResponse response)
    {
        m_keepAlive = false;
        write({std::move(response), nullptr});
    }

    void write(Answer answer)
    {
        m_running = false;
        if (m_flushing) {
            m_next.emplace(std::move(answer));
            return;
        }
        if (m_headOnly && answer.stream) {
            m_context.handler.events().gone(answer.stream);
            answer.stream = nullptr;
            m_keepAlive = false;
        }
        m_stream = std::move(answer.stream);
        m_end = BodyEnd::Length;
        if (answer.response.rest) m_end = m_knowsChunks ? BodyEnd::Chunks : BodyEnd::Connection;
        if (m_stream) m_end = BodyEnd::Connection;
        if (m_end == BodyEnd::Connection || m_context.stopping) m_keepAlive = false;
        m_head = responseHead(answer.response, m_keepAlive, m_end);
        m_rest = m_headOnly ? nullptr : std::move(answer.response.rest);
        m_body = m_headOnly || m_stream ? std::string() : framed(std::move(answer.response.body));
        if (mayHold()) {
            m_held += m_head;
            m_held += m_body;
            m_body = std::string();
            return readHead();
        }
        const std::array<asio::const_buffer, 3> buffers{asio::buffer(m_held), asio::buffer(m_head), asio::buffer(m_body)};
        send(buffers, [self = this->shared_from_this()](Error error, std::size_t) { self->written(error); });
    }

    // Mostly the kernel takes all of it at once: then there is nothing to wait for, and no timer to set.
    template <class Buffers, class Done>
    void send(const Buffers &buffers, Done done)
    {
        const std::size_t sent = m_wire.sendNow(buffers);
        if (sent == asio::buffer_size(buffers)) return done(Error(), sent);
        beast::buffers_suffix<Buffers> rest(buffers);
        rest.consume(sent);
        deadline(m_context.limits.writeDeadline);
        asio::async_write(m_wire.stream(), rest, [sent, done = std::move(done)](Error error, std::size_t count) mutable {
            done(error, sent + count);
        });
    }

    void written(Error error)
    {
        m_body = std::string(); // a large answer is not kept while the client idles
        m_held = std::string();
        if (m_stream) return error ? endStream() : startStream();
        if (error) return end();
        if (m_rest) return askForMore();
        if (m_keepAlive) return awaitRequest(m_context.limits.idle);
        m_wire.shutdown([self = this->shared_from_this()] { self->discard(0); });
    }

    std::string framed(std::string piece) const
    {
        return m_end == BodyEnd::Chunks ? chunkOf(piece) : std::move(piece);
    }

    // Only when the piece before was sent: of a long answer one piece is in memory, however slow its reader.
    void askForMore()
    {
        if (m_context.stopping) return end();
        m_wire.lowest().expires_never();
        m_context.handler.produce(
            m_rest, [self = this->shared_from_this()](HttpResponse::Piece piece) {
                asio::post(self->m_wire.stream().get_executor(), [self, piece = std::move(piece)]() mutable {
                    self->writePiece(std::move(piece));
                });
            });
    }

    void writePiece(HttpResponse::Piece piece)
    {
        if (!piece) return end(); // without the last chunk: the client knows that something is missing
        if (*piece && (*piece)->empty()) return askForMore();
        if (*piece) {
            m_body = framed(std::move(**piece));
        } else {
            m_rest = nullptr;
            m_body = m_end == BodyEnd::Chunks ? LastChunk : "";
        }
        deadline(m_context.limits.writeDeadline);
        asio::async_write(m_wire.stream(), asio::buffer(m_body),
                          [self = this->shared_from_this()](Error error, std::size_t) {
                              self->written(error);
                          });
    }

    // Closing with unread input would reset the connection and lose the answer on its way.
    void discard(std::size_t count)
    {
        if (count == 0) deadline(std::chrono::seconds(2));
        if (count > MostDiscarded) return end();
        socket().async_read_some(asio::buffer(m_scrap), [self = this->shared_from_this(),
                                                         count](Error error, std::size_t more) {
            if (error) return self->end();
            self->discard(count + more);
        });
        armDiscardLimit();
    }

    // The raw socket has no deadline of its own.
    void armDiscardLimit()
    {
        if (m_discardTimer) return;
        m_discardTimer.emplace(m_wire.stream().get_executor(), std::chrono::seconds(2));
        m_discardTimer->async_wait(
            [weak = this->weak_from_this()](Error) {
                if (const auto self = weak.lock()) self->abort();
            });
    }

    // What an event stream does after its head: see connectionstreams.h.
    void startStream();
    void watchClient();
    void pump();
    void endStream();

    Wire m_wire;
    ConnectionContext &m_context;
    beast::flat_buffer m_buffer;
    std::optional<Parser> m_parser;
    std::optional<UploadParser> m_upload; // instead of it, while a sink takes the body
    std::string m_piece;
    std::string m_remote;
    bool m_loopback = false;
    bool m_idle = false;
    bool m_keepAlive = false;
    bool m_headOnly = false;
    bool m_knowsChunks = false;
    bool m_writing = false;
    Admission m_admission;
    bool m_running = false; // a request, and its answer has not come yet
    bool m_flushing = false;
    std::string m_held; // answers on their way together, see mayHold()
    std::optional<Answer> m_next; // came while those were being sent
    std::optional<RequestHead> m_unknown; // whose token is looked for
    std::optional<asio::steady_timer> m_lookTimer;
    std::uint64_t m_looks = 0;
    std::string m_head;
    std::string m_body;
    BodyEnd m_end = BodyEnd::Length;
    HttpResponse::Rest m_rest; // what comes after m_body
    std::array<char, 8192> m_scrap{};
    std::optional<asio::steady_timer> m_discardTimer;
    std::shared_ptr<EventClient> m_stream;
    std::vector<EventText> m_sending;
};

} // namespace crossfade
