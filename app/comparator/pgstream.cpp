// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/pgstream.h"

#include "app/comparator/pgkey.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::int64_t MostFetchRows = 5'000;
constexpr std::int64_t FetchBytes = 2 << 20;
// A page is asked for ahead only while pages are used up faster than this. A slow reader would leave
// the server waiting to send it, until its statement timeout.
constexpr std::chrono::milliseconds QuickPage{1'000};

} // namespace

PgStream::PgStream(PgConnection &connection, std::size_t columns)
    : m_connection(connection)
    , m_columns(columns)
{
}

PgStream::~PgStream()
{
    if (m_asked) (void)m_connection.receive();
    (void)m_connection.run("ROLLBACK");
}

Result<bool> PgStream::next(KeyedRow &row)
{
    if (m_next == m_page.rows()) {
        if (m_ended) return false;
        if (Result<void> fetched = fetch(); !fetched) return fail(fetched.error());
        if (m_next == m_page.rows()) return false;
    }
    readPgRow(m_page, m_next++, m_columns, row);
    return true;
}

Result<void> PgStream::fetch()
{
    m_page = PgResult(nullptr);
    m_next = 0;
    if (!m_asked) {
        if (Result<void> sent = ask(); !sent) return sent;
    }
    m_asked = false;
    Result<PgResult> page = m_connection.receive();
    if (!page) return fail(page.error());
    m_page = std::move(*page);
    m_ended = m_page.rows() < m_ask;
    const Clock::time_point now = Clock::now();
    const bool quick = m_pageSince && now - *m_pageSince < QuickPage;
    m_pageSince = now;
    if (m_ended) return {};
    const auto bytes = static_cast<std::int64_t>(m_page.bytes());
    m_ask = std::clamp<std::int64_t>(FetchBytes / (bytes / m_page.rows() + 1), 1, MostFetchRows);
    return quick ? ask() : Result<void>();
}

Result<void> PgStream::ask()
{
    Result<void> sent =
        m_connection.send("FETCH " + std::to_string(m_ask) + " FROM crossfade_rows");
    m_asked = sent.has_value();
    return sent;
}

} // namespace crossfade
