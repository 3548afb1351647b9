// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/router/mailreceiver.h"

#include "app/service/crypto.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace crossfade {

namespace {

// One connection, line by line.
class Line {
public:
    explicit Line(int client) : m_client(client) {}

    std::optional<std::string> read() {
        for (;;) {
            const std::size_t end = m_text.find("\r\n");
            if (end != std::string::npos) {
                std::string line = m_text.substr(0, end);
                m_text.erase(0, end + 2);
                return line;
            }
            char buffer[4'096];
            const ssize_t got = receive(buffer, sizeof buffer);
            if (got <= 0) return std::nullopt;
            m_text.append(buffer, static_cast<std::size_t>(got));
        }
    }
    void say(const std::string &line) {
        const std::string text = line + "\r\n";
        if (m_tls)
            SSL_write(m_tls.get(), text.data(), static_cast<int>(text.size()));
        else
            send(m_client, text.data(), text.size(), MSG_NOSIGNAL);
    }
    // What was sent in the clear behind the command is nobody's word: it is thrown away.
    bool secure(SSL_CTX *context) {
        const timeval patience{2, 0};
        setsockopt(m_client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        m_text.clear();
        m_tls = {SSL_new(context), SSL_free};
        SSL_set_fd(m_tls.get(), m_client);
        return SSL_accept(m_tls.get()) == 1;
    }
    bool isSecured() const { return m_tls != nullptr; }

private:
    ssize_t receive(char *buffer, std::size_t size) {
        if (m_tls) return SSL_read(m_tls.get(), buffer, static_cast<int>(size));
        pollfd ready{m_client, POLLIN, 0};
        if (poll(&ready, 1, 2'000) <= 0) return 0;
        return recv(m_client, buffer, size, 0);
    }

    int m_client;
    std::unique_ptr<SSL, void (*)(SSL *)> m_tls{nullptr, SSL_free};
    std::string m_text;
};

std::string inAngles(const std::string &line) {
    const std::size_t open = line.find('<');
    const std::size_t close = line.find('>');
    return open == std::string::npos || close == std::string::npos ? std::string() : line.substr(open + 1, close - open - 1);
}

} // namespace

MailReceiver::MailReceiver() : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *plain = reinterpret_cast<sockaddr *>(&address);
    if (bind(m_socket, plain, size) == 0 && listen(m_socket, 16) == 0 && getsockname(m_socket, plain, &size) == 0)
        m_port = ntohs(address.sin_port);
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

MailReceiver::~MailReceiver() {
    m_thread.request_stop();
    m_thread.join();
    close(m_socket);
}

void MailReceiver::refuse(const std::string &line) {
    refuseOnly({}, line);
}

void MailReceiver::refuseOnly(const std::string &recipient, const std::string &line) {
    const std::lock_guard lock(m_mutex);
    m_refusal = line;
    m_refused = recipient;
}

void MailReceiver::askForLogin(const std::string &user, const std::string &password) {
    const std::lock_guard lock(m_mutex);
    m_user = user;
    m_login = base64(std::string(1, '\0') + user + std::string(1, '\0') + password);
}

void MailReceiver::offerTls(const std::string &certificateFile, const std::string &keyFile) {
    const std::shared_ptr<SSL_CTX> tls(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    const bool good = SSL_CTX_use_certificate_chain_file(tls.get(), certificateFile.c_str()) == 1 &&
                      SSL_CTX_use_PrivateKey_file(tls.get(), keyFile.c_str(), SSL_FILETYPE_PEM) == 1;
    const std::lock_guard lock(m_mutex);
    m_tls = good ? tls : nullptr;
}

std::vector<MailReceiver::Message> MailReceiver::messages() {
    const std::lock_guard lock(m_mutex);
    return m_messages;
}

void MailReceiver::run(const std::stop_token &stop) {
    sigset_t broken; // of a client that went away: OpenSSL writes to sockets as to files
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, nullptr);
    while (!stop.stop_requested()) {
        pollfd ready{m_socket, POLLIN, 0};
        if (poll(&ready, 1, 50) <= 0) continue;
        const int client = accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        serve(client);
        close(client);
    }
}

void MailReceiver::serve(int client) {
    Line line(client);
    Message message;
    line.say("220 receiver");
    while (auto said = line.read()) {
        const std::string verb = said->substr(0, 4);
        std::string user;
        std::string login;
        std::shared_ptr<SSL_CTX> tls;
        {
            const std::lock_guard lock(m_mutex);
            user = m_user;
            login = m_login;
            if (!line.isSecured()) tls = m_tls;
        }
        if (verb == "EHLO" && (tls || !login.empty())) {
            line.say(tls ? "250-receiver\r\n250 STARTTLS" : "250-receiver\r\n250 AUTH PLAIN");
            continue;
        }
        if (verb == "STAR" && tls) {
            line.say("220 2.0.0 go ahead");
            message = Message();
            if (line.secure(tls.get())) continue;
            ++m_refusedByClients;
            return;
        }
        if (verb == "AUTH") {
            constexpr std::size_t Prefix = 11; // "AUTH PLAIN "
            std::string given = said->size() > Prefix ? said->substr(Prefix) : std::string();
            if (given.empty()) {
                line.say("334 ");
                given = line.read().value_or("");
            }
            message.login = given == login ? user : std::string();
            line.say(message.login.empty() ? "535 5.7.8 not you" : "235 2.7.0 welcome");
            continue;
        }
        if (verb == "MAIL" && message.login != user) {
            line.say("530 5.7.0 who are you");
            continue;
        }
        if (verb == "MAIL") message.from = inAngles(*said);
        if (verb == "RCPT") {
            const std::lock_guard lock(m_mutex);
            if (!m_refusal.empty() && (m_refused.empty() || m_refused == inAngles(*said))) {
                line.say(m_refusal);
                continue;
            }
            message.to.push_back(inAngles(*said));
        }
        if (verb == "QUIT") return line.say("221 bye");
        if (verb != "DATA") {
            line.say("250 fine");
            continue;
        }
        line.say("354 go on");
        for (auto one = line.read(); one && *one != "."; one = line.read())
            message.text += *one + "\r\n";
        {
            const std::lock_guard lock(m_mutex);
            message.secured = line.isSecured();
            m_messages.push_back(message);
        }
        line.say("250 taken");
    }
}

} // namespace crossfade
