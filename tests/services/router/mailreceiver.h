// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// A mail server on a loopback port, as far as a client that hands over one message needs it (RFC 5321): keeps
// what it is given.
class MailReceiver {
public:
    MailReceiver();
    ~MailReceiver();

    std::string address() const { return "127.0.0.1:" + std::to_string(m_port); }
    // Refuses every recipient with this line ("550 5.1.1 nobody"); "" takes them.
    void refuse(const std::string &line);
    // Of these alone.
    void refuseOnly(const std::string &recipient, const std::string &line);

    // Takes nothing from anybody but this user, who logs in (RFC 4954, PLAIN).
    void askForLogin(const std::string &user, const std::string &password);

    // STARTTLS (RFC 3207) with this certificate; who asks for a login then does so within TLS alone.
    void offerTls(const std::string &certificateFile, const std::string &keyFile);
    int refusedByClients() const { return m_refusedByClients; } // TLS that was begun and did not come about

    struct Message {
        bool secured = false; // came within TLS
        std::string login = {}; // "": none
        std::string from;
        std::vector<std::string> to;
        std::string text;
    };
    std::vector<Message> messages();

private:
    void run(const std::stop_token &stop);
    void serve(int client);

    int m_socket = -1;
    int m_port = 0;
    std::mutex m_mutex;
    std::string m_refusal;
    std::string m_refused; // recipient; "": all
    std::string m_user;
    std::string m_login; // as it has to come
    std::shared_ptr<SSL_CTX> m_tls; // null: not offered
    std::vector<Message> m_messages;
    std::atomic<int> m_refusedByClients = 0;
    std::jthread m_thread;
};

} // namespace crossfade
