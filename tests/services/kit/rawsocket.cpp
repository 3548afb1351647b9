// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/kit/rawsocket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace crossfade {

namespace {

using Clock = std::chrono::steady_clock;

int pollFor(int socket, short what, Clock::time_point end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd one{socket, what, 0};
    return ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
}

} // namespace

RawSocket::RawSocket(int port, int receiveBuffer)
    : m_socket(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receiveBuffer > 0)
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        m_ended = true;
}

RawSocket::~RawSocket() {
    if (m_socket >= 0) ::close(m_socket);
}

RawSocket::RawSocket(RawSocket &&other) noexcept
    : m_socket(std::exchange(other.m_socket, -1))
    , m_ended(other.m_ended)
    , m_buffer(std::move(other.m_buffer)) {}

bool RawSocket::send(std::string_view bytes) {
    const auto end = Clock::now() + std::chrono::seconds(10);
    while (!bytes.empty()) {
        if (pollFor(m_socket, POLLOUT, end) <= 0) return false;
        const ssize_t count =
            ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void RawSocket::shutdownSend() {
    ::shutdown(m_socket, SHUT_WR);
}

bool RawSocket::receive(Clock::time_point end) {
    if (m_ended || pollFor(m_socket, POLLIN, end) <= 0) return false;
    char part[16'384];
    const ssize_t count = ::recv(m_socket, part, sizeof part, MSG_DONTWAIT);
    if (count <= 0) {
        m_ended = true;
        return false;
    }
    m_buffer.append(part, static_cast<std::size_t>(count));
    return true;
}

std::optional<std::string> RawSocket::until(std::string_view mark,
                                            std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    std::size_t at = std::string::npos;
    while ((at = m_buffer.find(mark)) == std::string::npos) {
        if (!receive(end)) return std::nullopt;
    }
    std::string text = m_buffer.substr(0, at + mark.size());
    m_buffer.erase(0, at + mark.size());
    return text;
}

std::string RawSocket::response(std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    const auto head = until("\r\n\r\n", limit);
    if (!head) return {};
    const std::size_t field = head->find("Content-Length: ");
    const std::size_t length =
        field == std::string::npos ? 0 : std::strtoul(head->c_str() + field + 16, nullptr, 10);
    while (m_buffer.size() < length) {
        if (!receive(end)) return *head;
    }
    std::string text = *head + m_buffer.substr(0, length);
    m_buffer.erase(0, length);
    return text;
}

bool RawSocket::closedWithin(std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (receive(end))
        m_buffer.clear();
    return m_ended;
}

int statusOf(const std::string &response) {
    return response.starts_with("HTTP/1.1 ") ? std::atoi(response.c_str() + 9) : 0;
}

EventReader::EventReader(int port, const std::string &token, const std::string &lastEventId,
                         const std::string &query, int receiveBuffer)
    : m_socket(port, receiveBuffer) {
    std::string request = "GET /api/v1/events" + query + " HTTP/1.1\r\nHost: test\r\n";
    request += "Authorization: Bearer " + token + "\r\n";
    if (!lastEventId.empty()) request += "Last-Event-ID: " + lastEventId + "\r\n";
    m_socket.send(request + "\r\n");
    m_status = statusOf(m_socket.until("\r\n\r\n").value_or(""));
}

std::optional<std::string> EventReader::block(std::chrono::milliseconds limit) {
    return m_socket.until("\n\n", limit);
}

std::optional<StreamedEvent> EventReader::next(std::chrono::milliseconds limit) {
    const auto end = Clock::now() + limit;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        const auto text = block(std::max(left, std::chrono::milliseconds(0)));
        if (!text) return std::nullopt;
        if (text->starts_with(":")) continue;
        StreamedEvent event;
        std::size_t start = 0;
        while (start < text->size()) {
            const std::size_t stop = text->find('\n', start);
            const std::string line = text->substr(start, stop - start);
            if (line.starts_with("id: ")) event.id = line.substr(4);
            if (line.starts_with("event: ")) event.type = line.substr(7);
            if (line.starts_with("data: ")) event.data = line.substr(6);
            start = stop + 1;
        }
        return event;
    }
}

} // namespace crossfade
