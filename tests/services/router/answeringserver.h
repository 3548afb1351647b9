// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// A platform's health URL, a comparator, or a chat service, on a loopback port: gives every request the
// same answer, which can be changed; silent, it takes connections and never answers.
class AnsweringServer {
public:
    AnsweringServer();
    ~AnsweringServer();

    void answer(int status, const std::string &body = "{}");
    void beSilent() { answer(0); }
    struct Request {
        std::string head; // request line and headers
        std::string body;
    };
    std::vector<Request> requests(); // all so far that were answered, in order
    std::size_t held(); // connections that wait for an answer none will get
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
    void run(const std::stop_token &stop);
    void serve(int client);

    int m_socket = -1;
    int m_port = 0;
    std::mutex m_mutex;
    int m_status = 200;
    std::string m_body = "{}";
    std::vector<Request> m_requests;
    std::size_t m_held = 0;
    std::jthread m_thread;
};

} // namespace crossfade
