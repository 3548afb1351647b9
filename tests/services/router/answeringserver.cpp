// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/answeringserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace crossfade {

AnsweringServer::AnsweringServer()
    : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    if (bind(m_socket, plain, size) == 0 && listen(m_socket, 16) == 0 &&
        getsockname(m_socket, plain, &size) == 0)
        m_port = ntohs(address.sin_port);
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

AnsweringServer::~AnsweringServer() {
    m_thread.request_stop();
    m_thread.join();
    close(m_socket);
}

void AnsweringServer::answer(int status, const std::string &body) {
    const std::lock_guard lock(m_mutex);
    m_status = status;
    m_body = body;
}

void AnsweringServer::run(const std::stop_token &stop) {
    std::vector<int> unanswered;
    while (!stop.stop_requested()) {
        pollfd ready{m_socket, POLLIN, 0};
        if (poll(&ready, 1, 50) <= 0) continue;
        const int client = accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        bool silent = false;
        {
            const std::lock_guard lock(m_mutex);
            silent = m_status == 0;
            if (silent) ++m_held;
        }
        if (silent) {
            unanswered.push_back(client);
            continue;
        }
        serve(client);
        close(client);
    }
    for (const int client : unanswered)
        close(client);
}

std::size_t AnsweringServer::held() {
    const std::lock_guard lock(m_mutex);
    return m_held;
}

std::vector<AnsweringServer::Request> AnsweringServer::requests() {
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

namespace {

// The bytes of a body the head announces; 0 if it names none.
std::size_t announced(std::string head) {
    std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t at = head.find("\r\ncontent-length:");
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 17, nullptr, 10);
}

// Nothing if the peer falls silent or goes away.
std::optional<AnsweringServer::Request> received(int client) {
    std::string text;
    char buffer[4'096];
    for (;;) {
        const std::size_t end = text.find("\r\n\r\n");
        if (end != std::string::npos && text.size() >= end + 4 + announced(text.substr(0, end)))
            return AnsweringServer::Request{text.substr(0, end), text.substr(end + 4)};
        pollfd ready{client, POLLIN, 0};
        if (poll(&ready, 1, 1'000) <= 0) return std::nullopt;
        const ssize_t got = recv(client, buffer, sizeof buffer, 0);
        if (got <= 0) return std::nullopt;
        text.append(buffer, static_cast<std::size_t>(got));
    }
}

} // namespace

void AnsweringServer::serve(int client) {
    auto request = received(client);
    if (!request) return;
    const std::lock_guard lock(m_mutex);
    m_requests.push_back(std::move(*request));
    const std::string answer =
        "HTTP/1.1 " + std::to_string(m_status) +
        " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
        std::to_string(m_body.size()) + "\r\n\r\n" + m_body;
    send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
}

} // namespace crossfade
