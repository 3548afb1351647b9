// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/client/sseparser.h"

#include <charconv>
#include <utility>

namespace crossfade {

SseParser::SseParser(std::size_t limit)
    : m_limit(limit)
{
}

void SseParser::reset()
{
    *this = SseParser(m_limit);
}

std::vector<SseMessage> SseParser::feed(std::string_view bytes)
{
    std::vector<SseMessage> out;
    for (const char byte : bytes) {
        if (m_overflowed)
            return out;
        const bool secondOfPair = m_afterReturn && byte == '\n';
        m_afterReturn = byte == '\r';
        if (secondOfPair)
            continue;
        if (byte == '\n' || byte == '\r') {
            line(m_line, out);
            m_line.clear();
            continue;
        }
        m_line.push_back(byte);
        m_overflowed = m_line.size() + m_message.data.size() > m_limit;
    }
    return out;
}

void SseParser::line(std::string_view line, std::vector<SseMessage> &out)
{
    if (std::exchange(m_first, false) && line.starts_with("\xEF\xBB\xBF"))
        line.remove_prefix(3);
    if (line.empty()) {
        // A message without data is none (its id, too, goes with it: ours always carry data).
        if (m_hasData) {
            m_message.data.pop_back();
            if (m_message.event.empty())
                m_message.event = "message";
            out.push_back(std::move(m_message));
        }
        m_message = {};
        m_hasData = false;
        return;
    }
    if (line.front() == ':') {
        ++m_comments;
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        field(line, {});
        return;
    }
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);
    field(line.substr(0, colon), value);
}

void SseParser::field(std::string_view name, std::string_view value)
{
    if (name == "data") {
        m_message.data.append(value);
        m_message.data.push_back('\n');
        m_hasData = true;
    } else if (name == "event") {
        m_message.event = value;
    } else if (name == "id") {
        if (value.find('\0') == std::string_view::npos)
            m_message.id = value;
    } else if (name == "retry") {
        int ms = -1;
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), ms);
        if (code == std::errc() && end == value.data() + value.size() && ms >= 0)
            m_retryMs = ms;
    }
}

} // namespace crossfade
