// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/auditverifier.h"

#include <exception>

namespace crossfade {

// Libraries below may throw (memory): all later verifications would wait for this one.
Result<ChainVerdict> AuditVerifier::verify() const
{
    try {
        return m_verify();
    } catch (const std::exception &exception) {
        return fail(ErrorKind::Internal, std::string("the verification failed: ") + exception.what());
    }
}

Result<ChainVerdict> AuditVerifier::verdict()
{
    std::unique_lock lock(m_mutex);
    if (m_running) {
        const std::uint64_t before = m_runs;
        if (m_ended.wait_for(lock, m_patience, [&] { return m_runs != before; })) return m_last;
        return fail(ErrorKind::Unavailable, "the audit log is being verified already; ask again for the result");
    }
    m_running = true;
    lock.unlock();
    Result<ChainVerdict> verdict = verify();
    lock.lock();
    m_running = false;
    ++m_runs;
    m_last = verdict;
    m_ended.notify_all();
    return verdict;
}

} // namespace crossfade
