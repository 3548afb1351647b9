// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace crossfade {

// A TCP client that sends whatever bytes it is told: what hostile clients are made of.
class RawSocket {
public:
    explicit RawSocket(int port, int receiveBuffer = 0);
    ~RawSocket();
    RawSocket(RawSocket &&other) noexcept;
    RawSocket(const RawSocket &) = delete;
    RawSocket &operator=(const RawSocket &) = delete;

    bool send(std::string_view bytes); // false: the other side is gone
    void shutdownSend();
    // One answer with its body (by Content-Length); "" if none came in time.
    std::string response(std::chrono::milliseconds limit = std::chrono::seconds(5));
    // Up to and including `mark`; nothing if the connection ended or the time did.
    std::optional<std::string> until(std::string_view mark,
                                     std::chrono::milliseconds limit = std::chrono::seconds(5));
    // Whether the other side ended the connection within `limit`; what it sent before is dropped.
    bool closedWithin(std::chrono::milliseconds limit);
    const std::string &buffered() const { return m_buffer; }

private:
    bool receive(std::chrono::steady_clock::time_point end);
    int m_socket = -1;
    bool m_ended = false;
    std::string m_buffer;
};

int statusOf(const std::string &response); // 0 for none

// A subscriber of the event stream.
struct StreamedEvent {
    std::string id;
    std::string type;
    std::string data;
};
class EventReader {
public:
    EventReader(int port, const std::string &token, const std::string &lastEventId = {},
                const std::string &query = {}, int receiveBuffer = 0);
    int status() const { return m_status; }
    // The next event, comments skipped; nothing in time or at the end of the stream.
    std::optional<StreamedEvent> next(std::chrono::milliseconds limit = std::chrono::seconds(5));
    // The next block of whatever kind, as it came.
    std::optional<std::string> block(std::chrono::milliseconds limit = std::chrono::seconds(5));
    bool closedWithin(std::chrono::milliseconds limit) { return m_socket.closedWithin(limit); }

private:
    RawSocket m_socket;
    int m_status = 0;
};

} // namespace crossfade
