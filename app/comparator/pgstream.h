// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/pgconnection.h"
#include "models/consistency/merge.h"

#include <chrono>
#include <optional>

namespace crossfade {

// A cursor in a REPEATABLE READ transaction; how many rows a fetch asks for follows their size. The
// server gathers the next page while this one is compared.
class PgStream : public RowStream {
public:
    PgStream(PgConnection &connection, std::size_t columns);
    ~PgStream() override;

    Result<bool> next(KeyedRow &row) override;

private:
    using Clock = std::chrono::steady_clock;
    Result<void> fetch();
    Result<void> ask();

    PgConnection &m_connection;
    std::size_t m_columns;
    PgResult m_page{nullptr};
    std::int64_t m_ask = 256;
    std::optional<Clock::time_point> m_pageSince; // when the page came
    int m_next = 0;
    bool m_asked = false; // the next page is on its way
    bool m_ended = false;
};

} // namespace crossfade
