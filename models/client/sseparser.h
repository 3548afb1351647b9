// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

struct SseMessage {
    std::string id;    // of this message; empty: it had none
    std::string event; // "message" if none was given
    std::string data;
    bool operator==(const SseMessage &) const = default;
};

// Cuts a stream of bytes into Server-Sent Events (WHATWG HTML 9.2.6), however the bytes are split.
// What it holds back is bounded: beyond `limit` bytes of one message it refuses to go on.
class SseParser {
public:
    explicit SseParser(std::size_t limit = 4u << 20);

    // The messages that `bytes` completed, in order.
    std::vector<SseMessage> feed(std::string_view bytes);
    bool overflowed() const { return m_overflowed; }
    // Lines that were comments (heartbeats) so far.
    std::size_t comments() const { return m_comments; }
    // The server's `retry:`, in milliseconds; negative: none was given.
    int retryMs() const { return m_retryMs; }
    void reset();

private:
    void line(std::string_view line, std::vector<SseMessage> &out);
    void field(std::string_view name, std::string_view value);

    std::size_t m_limit;
    std::string m_line;
    bool m_afterReturn = false;
    bool m_first = true;
    SseMessage m_message;
    bool m_hasData = false;
    bool m_overflowed = false;
    std::size_t m_comments = 0;
    int m_retryMs = -1;
};

} // namespace crossfade
