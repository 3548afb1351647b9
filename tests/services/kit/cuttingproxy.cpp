// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/services/kit/cuttingproxy.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace crossfade {

namespace {

constexpr int LookMs = 20;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool readable(int socket, int limitMs) {
    pollfd entry{socket, POLLIN, 0};
    return poll(&entry, 1, limitMs) > 0;
}

} // namespace

CuttingProxy::CuttingProxy(int port)
    : m_serverPort(port)
    , m_listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) != 0 ||
        listen(m_listener, 64) != 0 ||
        getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { accept(); });
}

CuttingProxy::~CuttingProxy() {
    m_stopping = true;
    m_thread.join();
    cutAll();
    for (Link &link : m_links) {
        link.thread.join();
        close(link.client);
        close(link.server);
    }
    close(m_listener);
}

std::string CuttingProxy::through(std::string url) const {
    const std::string port = ":" + std::to_string(m_serverPort) + "/";
    return url.replace(url.find(port), port.size(), ":" + std::to_string(m_port) + "/");
}

void CuttingProxy::accept() {
    while (!m_stopping) {
        if (!readable(m_listener, LookMs)) continue;
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        const int server = m_refuse ? -1 : socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(m_serverPort);
        if (server < 0 ||
            connect(server, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
            close(client);
            if (server >= 0) close(server);
            continue;
        }
        ++m_connections;
        const std::lock_guard lock(m_mutex);
        Link &link = m_links.emplace_back();
        link.client = client;
        link.server = server;
        link.thread = std::thread([this, &link] { serve(link); });
    }
}

void CuttingProxy::cutAll() {
    const std::lock_guard lock(m_mutex);
    for (Link &link : m_links) {
        link.ended = true;
        shutdown(link.client, SHUT_RDWR);
        shutdown(link.server, SHUT_RDWR);
    }
}

bool CuttingProxy::pass(Link &link, int from, int to, bool toServer) {
    std::array<char, 16'384> bytes{};
    const ssize_t count = recv(from, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    Cut cut = m_cut;
    const bool commits = toServer && cut != Cut::None && text.find("COMMIT") != std::string_view::npos &&
                         m_cut.compare_exchange_strong(cut, Cut::None);
    if (commits && cut == Cut::BeforeCommit) return false;
    if (send(to, text.data(), text.size(), MSG_NOSIGNAL) != count) return false;
    m_bytes += count;
    if (!commits) return true;
    // The answer, whatever it is, is there: so the server is through with it. It goes nowhere.
    readable(link.server, 5'000);
    return false;
}

// PostgreSQL's CancelRequest: 16 bytes, the code 80877102.
bool CuttingProxy::isCancel(const Link &link) const {
    std::array<char, 8> head{};
    if (!readable(link.client, 5'000)) return false;
    const ssize_t count = recv(link.client, head.data(), head.size(), MSG_PEEK | MSG_WAITALL);
    return std::string_view(head.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))) ==
           std::string_view("\0\0\0\x10\x04\xd2\x16\x2e", 8);
}

void CuttingProxy::serveCancel(Link &link) {
    std::array<char, 16> request{};
    const ssize_t count = recv(link.client, request.data(), request.size(), MSG_WAITALL);
    const Cancels way = m_cancels;
    ++m_cancelsSeen;
    if (way == Cancels::Take || way == Cancels::Lose) shutdown(link.client, SHUT_RDWR);
    while (way != Cancels::Lose && m_cancels != Cancels::Pass && !m_stopping && !link.ended)
        poll(nullptr, 0, LookMs);
    if (way != Cancels::Lose && count > 0 &&
        send(link.server, request.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count) {
        char nothing = 0;
        if (readable(link.server, 5'000) && recv(link.server, &nothing, 1, 0) == 0) ++m_cancelsPassed;
    }
    shutdown(link.client, SHUT_RDWR);
    shutdown(link.server, SHUT_RDWR);
}

void CuttingProxy::serve(Link &link) {
    if (m_cancels != Cancels::Pass && isCancel(link)) return serveCancel(link);
    bool good = true;
    while (good && !link.ended && !m_stopping) {
        if (m_silent) {
            poll(nullptr, 0, LookMs);
            continue;
        }
        std::array<pollfd, 2> entries{pollfd{link.client, POLLIN, 0}, pollfd{link.server, POLLIN, 0}};
        if (poll(entries.data(), entries.size(), LookMs) <= 0) continue;
        if (entries[0].revents != 0) good = pass(link, link.client, link.server, true);
        if (good && entries[1].revents != 0) good = pass(link, link.server, link.client, false);
    }
    shutdown(link.client, SHUT_RDWR);
    shutdown(link.server, SHUT_RDWR);
}

} // namespace crossfade
