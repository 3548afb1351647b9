// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/auditchain.h"

namespace crossfade {

namespace {

// Walks the chain row by row and stops at the first thing that does not fit.
class Walker {
public:
    explicit Walker(const std::optional<ChainHead> &outside) : m_outside(outside) {}

    bool visit(const SqlRow &row)
    {
        Json entry = auditEntryJson(row);
        const std::string stored = row.text(12);
        entry.erase("hash");
        const std::int64_t sequence = row.integer(0);
        if (sequence != m_head.sequence + 1)
            return broken(row.text(1), "an entry before this one is missing");
        if (chainHash(m_head.hash, entry) != stored)
            return broken(row.text(1), "the entry was changed or moved: its hash does not fit");
        m_head = {sequence, stored};
        ++m_verdict.entries;
        if (m_outside && m_outside->sequence == sequence && m_outside->hash != stored)
            return broken(row.text(1), "the entry is not the one the head file vouches for");
        return true;
    }

    ChainVerdict verdict(const ChainHead &inside)
    {
        if (!m_verdict.intact) return m_verdict;
        if (m_head != inside)
            broken({}, "the last entries are missing: the store's head names a later one");
        else if (!m_outside)
            broken({}, "the head file is missing or unreadable");
        else if (m_outside->sequence > m_head.sequence)
            broken({}, "the last entries are missing: the head file names a later one");
        return m_verdict;
    }

private:
    bool broken(std::string id, std::string problem)
    {
        m_verdict.intact = false;
        m_verdict.brokenId = std::move(id);
        m_verdict.problem = std::move(problem);
        return false;
    }

    const std::optional<ChainHead> &m_outside;
    ChainHead m_head;
    ChainVerdict m_verdict;
};

} // namespace

Result<ChainVerdict> verifyChain(Database &reader, const std::optional<ChainHead> &outside,
                                 const std::atomic<bool> &stopping)
{
    const auto clock = reader.query("SELECT audit_seq, audit_hash FROM clock");
    if (!clock) return fail(clock.error());
    if (clock->empty()) return fail(ErrorKind::Internal, "the store has no clock row");
    Walker walker(outside);
    auto walked = reader.each(std::string("SELECT ") + AuditColumns + " FROM audit ORDER BY seq", {},
                              [&](const SqlRow &row) { return !stopping && walker.visit(row); });
    if (!walked) return fail(walked.error());
    if (stopping) return fail(ErrorKind::Cancelled, "the service ends: the verification was given up");
    return walker.verdict({clock->front().integer(0), clock->front().text(1)});
}

} // namespace crossfade
