// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/connection.h"

#include <array>
#include <charconv>

namespace crossfade {

namespace {

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    default: return status < 400 ? "OK" : problemTitle(status);
    }
}

// A header's value must not start another header.
void appendOneLine(std::string &to, std::string_view value)
{
    for (const char c : value)
        to += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
}

} // namespace

std::string chunkOf(std::string_view piece)
{
    if (piece.empty()) return {};
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    std::string chunk;
    chunk.reserve(piece.size() + size.size() + 4);
    chunk.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
    return chunk;
}

std::string responseHead(const HttpResponse &response, bool keepAlive, BodyEnd end)
{
    std::string head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reasonPhrase(response.status));
    head += "\r\n";
    const auto add = [&head](std::string_view name, std::string_view value) {
        head.append(name).append(": ");
        appendOneLine(head, value);
        head.append("\r\n");
    };
    if (!response.contentType.empty()) add("Content-Type", response.contentType);
    if (end == BodyEnd::Chunks) add("Transfer-Encoding", "chunked");
    if (end == BodyEnd::Length && response.status != 204)
        add("Content-Length", std::to_string(response.body.size()));
    add("Cache-Control", "no-store");
    add("X-Content-Type-Options", "nosniff");
    add("Connection", keepAlive ? "keep-alive" : "close");
    for (const auto &[name, value] : response.headers)
        add(name, value);
    head += "\r\n";
    return head;
}

} // namespace crossfade
