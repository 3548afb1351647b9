// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/rowwriter.h"

#include "app/sandbox/people.h"
#include "app/sandbox/schema.h"
#include "app/service/log.h"
#include "models/core/time.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t Stride = 50; // isRewritten(): one in fifty
constexpr std::size_t MaxPending = 1'000;

// Whole seconds, because LEGACY keeps no fractions.
std::int64_t nowSecondMs()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<Seconds>(now).count() * 1'000;
}

} // namespace

Result<std::unique_ptr<RowWriter>> RowWriter::start(Options options)
{
    auto legacy = SqlConnection::open(options.legacy);
    if (!legacy) return fail(legacy.error());
    auto newer = SqlConnection::open(options.newPlatform);
    if (!newer) return fail(newer.error());
    std::unique_ptr<RowWriter> writer(
        new RowWriter(std::move(options), std::move(*legacy), std::move(*newer)));
    if (const Result<void> settled = writer->settle(); !settled) return fail(settled.error());
    writer->m_thread = std::thread([raw = writer.get()] { raw->run(); });
    return writer;
}

RowWriter::RowWriter(Options options, std::unique_ptr<SqlConnection> legacy,
                     std::unique_ptr<SqlConnection> newer)
    : m_options(std::move(options))
    , m_legacy(std::move(legacy))
    , m_new(std::move(newer))
    , m_random(m_options.seed, 11, 0)
{
}

RowWriter::~RowWriter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

std::int64_t RowWriter::written() const
{
    const std::lock_guard lock(m_mutex);
    return m_written;
}

Result<void> RowWriter::settle()
{
    for (std::int64_t number = m_next; number <= m_options.users; number += Stride) {
        const auto row =
            m_legacy->run("SELECT tel, modified FROM users WHERE user_id = $1", {userId(number)});
        if (!row) return fail(row.error());
        if (row->rows.empty()) continue;
        const auto modified = parseInstant(row->rows[0][1].value_or(""));
        const auto updated =
            m_new->run("UPDATE accounts SET phone = $1, updated_at = $2 WHERE id = $3 AND "
                       "coalesce(phone, '') <> coalesce($1, '')",
                       {row->rows[0][0], utcTime(modified ? toMs(*modified) : 0), userId(number)});
        if (!updated) return fail(updated.error());
    }
    return {};
}

void RowWriter::run()
{
    const auto gap = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(1 / std::max(m_options.perSecond, 0.1)));
    Clock::time_point nextWrite = Clock::now();
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        lock.unlock();
        if (Clock::now() >= nextWrite) {
            rewriteNext();
            nextWrite = std::max(nextWrite + gap, Clock::now() - gap); // nothing is made up for
        }
        deliverDue(Clock::now());
        lock.lock();
        const Clock::time_point next =
            m_pending.empty() ? nextWrite : std::min(nextWrite, m_pending.front().due);
        m_wake.wait_until(lock, next, [this] { return m_stop; });
    }
    lock.unlock();
    deliverDue(Clock::time_point::max());
}

void RowWriter::rewriteNext()
{
    if (m_next > m_options.users || m_pending.size() >= MaxPending) {
        m_next = 7;
        return;
    }
    Rewrite rewrite{m_next, "+" + std::to_string(200'000'000'000 + m_random.below(99'999'999'999)),
                    nowSecondMs(), Clock::now() + m_options.lag};
    m_next = m_next + Stride > m_options.users ? 7 : m_next + Stride;
    const auto done =
        m_legacy->run("UPDATE users SET tel = $1, modified = $2 WHERE user_id = $3",
                      {rewrite.phone, localTime(rewrite.atMs, 60), userId(rewrite.number)});
    if (!done) return logWarning("a row was not rewritten", {{"detail", done.error().message}});
    m_pending.push_back(std::move(rewrite));
}

Result<void> RowWriter::writeNew(const Rewrite &rewrite)
{
    const auto done = m_new->run("UPDATE accounts SET phone = $1, updated_at = $2 WHERE id = $3",
                                 {rewrite.phone, utcTime(rewrite.atMs), userId(rewrite.number)});
    if (!done) return fail(done.error());
    return {};
}

// In order; a row NEW does not take now is tried again a second later, never left half written.
void RowWriter::deliverDue(Clock::time_point until)
{
    while (!m_pending.empty() && m_pending.front().due <= until) {
        if (const Result<void> done = writeNew(m_pending.front()); !done) {
            logWarning("a row waits for NEW", {{"detail", done.error().message}});
            m_pending.front().due = Clock::now() + std::chrono::seconds(1);
            return;
        }
        m_pending.pop_front();
        const std::lock_guard lock(m_mutex);
        ++m_written;
    }
}

} // namespace crossfade
