// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/answeringserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

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

void AnsweringServer::serve(int client) {
    std::string request;
    char buffer[4'096];
    while (request.find("\r\n\r\n") == std::string::npos) {
        pollfd ready{client, POLLIN, 0};
        if (poll(&ready, 1, 1'000) <= 0) return;
        const ssize_t got = recv(client, buffer, sizeof buffer, 0);
        if (got <= 0) return;
        request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::lock_guard lock(m_mutex);
    const std::string answer =
        "HTTP/1.1 " + std::to_string(m_status) +
        " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
        std::to_string(m_body.size()) + "\r\n\r\n" + m_body;
    send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
}

} // namespace crossfade
