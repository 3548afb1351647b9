// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// A request as a platform wrote it down on arrival.
struct AccessLine {
    std::int64_t micros = 0; // Unix time
    std::string kind;        // LOGIN, LOOKUP, HEALTH, OTHER
    std::string user;
    bool isTraffic() const { return kind == "LOGIN" || kind == "LOOKUP"; }
};

std::int64_t nowMicros(); // Unix time, the clock of the access logs

// `crossfade-sandbox up` in a folder of its own, with everything it starts.
class TestSandbox {
public:
    explicit TestSandbox(std::vector<std::string> options = {});
    ~TestSandbox(); // prints the logs' ends if a test has failed

    bool isUp() const { return m_ready.is_object(); }
    const Json &ready() const { return m_ready; }
    std::string file(const std::string &name) const { return m_dir.file("sandbox/" + name); }
    Process &process() { return *m_process; }
    void startAgain(); // after the process ended: the same folder

    TestClient router(const std::string &token = "operator") const;
    TestClient comparator(const std::string &token = "operator") const;
    TestClient control() const;
    TestClient platform(const std::string &name) const; // "legacy", "new"
    std::string policyPath() const;                     // /api/v1/shift-policies/…
    std::string checkPath() const;                      // /api/v1/checks/…

    // The pid it has now (the ready JSON tells only the first). LEGACY, NEW, router, comparator.
    pid_t pid(const std::string &name) const;
    void signal(const std::string &name, int number) const;
    bool restart(const std::string &name, const std::string &killPoint = {}) const;
    bool setFaults(const std::string &platform, const Json &faults) const;

    std::vector<AccessLine> accessLog(const std::string &platform,
                                      std::int64_t fromMicros = 0) const;
    Json shift() const; // of the policy *logins*
    // Asks for `percentage` and waits until it is reached and the shift rests there.
    bool shiftTo(double percentage, std::chrono::seconds limit = std::chrono::seconds(60)) const;
    bool waitForState(const std::string &state, std::chrono::seconds limit) const;

private:
    void start();

    TempDir m_dir;
    std::vector<std::string> m_options;
    std::unique_ptr<Process> m_process;
    Json m_ready;
};

} // namespace crossfade
