// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/accesslog.h"
#include "app/sandbox/faults.h"
#include "app/sandbox/httpserver.h"
#include "app/sandbox/sqlconnection.h"
#include "models/core/platform.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

struct PlatformOptions {
    Platform name = Platform::Legacy;
    std::string database; // SQLite file or postgresql URL
    std::string listen = "127.0.0.1:0";
    std::string accessLog; // empty: none
    std::string readyFile; // gets {"url", "pid"} once it answers
    std::string control;   // token of PUT /faults; empty: no such route
};

// A practice identity service over one of the two databases:
//     POST /login {user_id, password}   200, 401, 403 (not active)
//     GET  /users/{id}                  200, 404
//     GET  /healthz                     200, 503
//     GET, PUT /faults                  for the sandbox's control
class PlatformService {
public:
    explicit PlatformService(PlatformOptions options);
    Result<void> open(); // tries the database

    SandboxReply answer(const SandboxRequest &request); // any thread

private:
    struct UserRow {
        std::string id, email, displayName, department, roles, permissions, locale, salt, hash;
        bool active = false;
    };
    SandboxReply login(const SandboxRequest &request);
    SandboxReply lookup(const std::string &id);
    SandboxReply health();
    SandboxReply faults(const SandboxRequest &request);
    SandboxReply withFaults(const SandboxRequest &request);
    Result<std::optional<UserRow>> find(const std::string &id);
    Result<std::unique_ptr<SqlConnection>> takeConnection();
    void giveBack(std::unique_ptr<SqlConnection> connection);

    PlatformOptions m_options;
    AccessLog m_log;
    Faults m_faults;
    std::string m_select;
    std::mutex m_mutex;
    std::vector<std::unique_ptr<SqlConnection>> m_idle; // as many as handlers run at once
};

// The child process: serves until SIGTERM or SIGINT; answers the exit code.
int runPlatform(const PlatformOptions &options);

} // namespace crossfade
