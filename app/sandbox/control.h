// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/faults.h"
#include "app/sandbox/httpserver.h"
#include "app/sandbox/loadgenerator.h"
#include "app/sandbox/planter.h"

#include <functional>
#include <mutex>
#include <string>

namespace crossfade {

// The sandbox's own interface under /api/v1/sandbox, for one bearer token:
//     GET, PUT load {rate, users}
//     GET, PUT faults/LEGACY, faults/NEW {error_rate, latency_ms, outage}
//     POST plant {count, kinds, seed} → {planted: [{entity_id, kind, field}]}
//     POST restart {process, kill_point?} → {processes}
//     GET status
class SandboxControl {
public:
    struct Parts {
        std::string token;
        std::string platformToken; // of PUT /faults at the platforms
        LoadGenerator *load = nullptr;
        Planter *planter = nullptr;
        std::function<std::string(const std::string &process)> url;
        std::function<Json()> processes;
        std::function<std::int64_t()> rewritten;
        std::function<Result<void>(const std::string &process, const std::string &killPoint)>
            restart;
    };
    explicit SandboxControl(Parts parts)
        : m_parts(std::move(parts))
    {
    }
    SandboxReply answer(const SandboxRequest &request); // any thread

private:
    SandboxReply load(const SandboxRequest &request);
    SandboxReply faults(const SandboxRequest &request, const std::string &platform);
    SandboxReply plant(const SandboxRequest &request);
    SandboxReply restart(const SandboxRequest &request);
    SandboxReply status();
    Json loadJson() const;
    Result<Json> askPlatform(const std::string &platform, const std::string &method,
                             const Json &body);

    Parts m_parts;
    std::mutex m_planting; // one at a time
};

} // namespace crossfade
