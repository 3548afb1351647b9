// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/auditchain.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace crossfade {

// Verifications of the audit chain, each of which reads all of it: one at a time. Who asks while one runs
// gets what that one finds if it ends soon, else is told to come again.
class AuditVerifier {
public:
    using Verify = std::function<Result<ChainVerdict>()>;
    AuditVerifier(Verify verify, std::chrono::milliseconds patience)
        : m_verify(std::move(verify))
        , m_patience(patience)
    {
    }

    Result<ChainVerdict> verdict(); // any thread

private:
    Result<ChainVerdict> verify() const;

    const Verify m_verify;
    const std::chrono::milliseconds m_patience;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_running = false;
    std::uint64_t m_runs = 0; // that ended
    Result<ChainVerdict> m_last;
};

} // namespace crossfade
