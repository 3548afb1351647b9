// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <map>
#include <memory>
#include <string>

namespace crossfade {

// The path of a program of the machine, "" if it is not in PATH.
std::string installedProgram(const std::string &name);

// A Prometheus server of the test's own on a loopback port, with an empty store; it scrapes each address
// ("127.0.0.1:8801", path /metrics) once a second under the name of its job. Gone with this object.
class PrometheusServer {
public:
    explicit PrometheusServer(std::map<std::string, std::string> jobs);

    // Whether it answers; if not, problem() says why.
    bool start();
    const std::string &problem() const { return m_problem; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    Process &process() { return *m_process; }

    // The result of an instant query; null if there is none. `error` gets the words of a refusal.
    Json query(const std::string &expression, std::string *error = nullptr) const;
    // Whether the expression answers at least one sample within the limit.
    bool waitFor(const std::string &expression, std::chrono::milliseconds limit = std::chrono::seconds(20)) const;

private:
    bool launch();

    std::map<std::string, std::string> m_jobs;
    TempDir m_directory;
    int m_port = 0;
    std::string m_problem;
    std::unique_ptr<Process> m_process;
};

// "127.0.0.1:8801" of "http://127.0.0.1:8801".
std::string addressOf(const std::string &url);

} // namespace crossfade
