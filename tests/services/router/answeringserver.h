// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// A platform's health URL, or a comparator, on a loopback port: gives every request the same
// answer, which can be changed; silent, it takes connections and never answers.
class AnsweringServer {
public:
    AnsweringServer();
    ~AnsweringServer();

    void answer(int status, const std::string &body = "{}");
    void beSilent() { answer(0); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
    void run(const std::stop_token &stop);
    void serve(int client);

    int m_socket = -1;
    int m_port = 0;
    std::mutex m_mutex;
    int m_status = 200;
    std::string m_body = "{}";
    std::jthread m_thread;
};

} // namespace crossfade
