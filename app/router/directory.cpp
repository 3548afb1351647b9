// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/directory.h"

#include "app/router/directoryupload.h"
#include "app/service/log.h"

#include <utility>

namespace crossfade {

Directory::Directory(Store &store) : m_store(store) {}

Directory::~Directory()
{
    stop();
}

void Directory::start()
{
    m_thread = std::thread([this] { run(); });
}

void Directory::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_cancelled = true;
        m_wake.notify_all();
        m_refreshed.notify_all();
    }
    if (m_thread.joinable()) m_thread.join();
}

IdSetPtr Directory::ids() const
{
    const std::lock_guard lock(m_mutex);
    return m_ids;
}

DirectoryStatus Directory::status() const
{
    const std::lock_guard lock(m_mutex);
    DirectoryStatus status = m_status;
    status.refreshing = m_finished < m_requested;
    status.rowsRead = m_rowsRead;
    return status;
}

bool Directory::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (m_finished >= m_requested) return false;
    m_cancelled = true;
    return true;
}

void Directory::refresh(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t mine = ++m_requested;
    m_wake.notify_all();
    m_refreshed.wait_for(lock, limit, [&] { return m_stopping || m_finished >= mine; });
}

Result<DirectoryRow> Directory::row(Database &db)
{
    const auto rows =
        db.query("SELECT config_json, upload_id, updated_at, changed_by, version FROM directory");
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::Internal, "the store has no directory");
    const SqlRow &row = rows->front();
    const auto json = parseJson(row.text(0));
    if (!json) return fail(ErrorKind::Internal, "the stored directory is not JSON");
    auto config = storedDirectoryConfig(*json);
    if (!config) return fail(config.error());
    return DirectoryRow{std::move(*config), row.text(1), instantFromMs(row.integer(2)), row.text(3),
                        row.integer(4)};
}

bool Directory::waitForWork(std::uint64_t &request)
{
    std::unique_lock lock(m_mutex);
    const auto asked = [this] { return m_stopping || m_requested > m_finished; };
    if (m_due == std::chrono::steady_clock::time_point::max())
        m_wake.wait(lock, asked);
    else if (!m_wake.wait_until(lock, m_due, asked))
        ++m_requested;
    request = m_requested;
    return !m_stopping;
}

void Directory::run()
{
    std::uint64_t request = 0;
    while (waitForWork(request)) {
        readOnce();
        const std::lock_guard lock(m_mutex);
        m_finished = request;
        m_refreshed.notify_all();
    }
}

Result<void> Directory::readSource(const DirectoryRow &row, const IdSink &sink)
{
    switch (row.config.kind) {
    case DirectoryKind::None: return {};
    case DirectoryKind::Sqlite:
    case DirectoryKind::Postgresql:
    case DirectoryKind::Mariadb: return readDirectory(row.config, m_cancelled, sink);
    case DirectoryKind::Upload:
        return m_store.read([&](Database &db) { return readUpload(db, UploadTable::Directory, row.uploadId, sink); });
    }
    return {};
}

void Directory::readOnce()
{
    {
        const std::lock_guard lock(m_mutex);
        m_cancelled = m_stopping;
        m_rowsRead = 0;
    }
    std::optional<DirectoryRow> row;
    auto done = m_store.read([&](Database &db) -> Result<void> {
        auto stored = Directory::row(db);
        if (!stored) return fail(stored.error());
        row = std::move(*stored);
        return {};
    });
    IdSetBuilder builder(MostIds);
    if (done)
        done = readSource(*row, [&](std::string_view id) {
            m_rowsRead.fetch_add(1, std::memory_order_relaxed);
            return !m_cancelled && builder.add(id);
        });
    // What was read until then is not everybody.
    if (m_cancelled) done = fail(ErrorKind::Cancelled, "the refresh was cancelled");
    const std::size_t invalid = builder.invalid();
    keep(done ? builder.build() : fail(done.error()), invalid, row ? &*row : nullptr);
    const bool repeats = row && isDatabase(row->config.kind);
    const std::lock_guard lock(m_mutex);
    m_due = repeats ? std::chrono::steady_clock::now() + Seconds(row->config.refreshSeconds)
                    : std::chrono::steady_clock::time_point::max();
}

void Directory::keep(Result<IdSet> ids, std::size_t invalid, const DirectoryRow *row)
{
    // Previews hold on to the set they were made from: the same users stay the same set. Compared before the
    // lock, for it takes its time, and nobody but this thread changes the set.
    const bool same = ids && *ids == *m_ids;
    IdSetPtr before; // goes when the lock is gone
    const std::lock_guard lock(m_mutex);
    if (m_stopping) return;
    if (!ids) {
        // The users of another source would be taken for those of this one.
        if (row && row->version != m_readVersion) {
            m_ids = std::make_shared<const IdSet>();
            m_status = {};
            m_readVersion = row->version;
        }
        m_status.error = ids.error().message;
        logWarning("the directory was not refreshed", {{"error", m_status.error}});
        return;
    }
    if (!same) before = std::exchange(m_ids, std::make_shared<const IdSet>(std::move(*ids)));
    m_status = {m_ids->size(), invalid, std::nullopt, {}, false};
    if (row->config.kind != DirectoryKind::None)
        m_status.refreshedAt = m_store.environment().now();
    m_readVersion = row->version;
}

} // namespace crossfade
