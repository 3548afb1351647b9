// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crossfade {

// One value of a row or a parameter. Blobs are not stored by the services; text may hold any bytes.
using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

class SqlRow {
public:
    explicit SqlRow(std::vector<SqlValue> values) : m_values(std::move(values)) {}
    std::size_t size() const { return m_values.size(); }
    bool isNull(std::size_t column) const;
    std::int64_t integer(std::size_t column) const; // 0 for NULL; text is converted
    double number(std::size_t column) const;
    std::string text(std::size_t column) const; // "" for NULL
    const SqlValue &value(std::size_t column) const { return m_values[column]; }

private:
    std::vector<SqlValue> m_values;
};

// One connection to a service's own store. Blocking; used by one thread at a time. `?` marks a
// parameter. The service's own store only: the databases under comparison have their own interface.
class Database {
public:
    using Parameters = std::vector<SqlValue>;
    virtual ~Database() = default;

    virtual Result<std::vector<SqlRow>> query(std::string_view sql, const Parameters &values = {}) = 0;
    // Streams: `visit` answers false to stop. Memory does not grow with the result.
    virtual Result<void> each(std::string_view sql, const Parameters &values,
                              const std::function<bool(const SqlRow &)> &visit) = 0;
    // Rows changed. A broken unique or foreign key is ErrorKind::Conflict.
    virtual Result<std::int64_t> execute(std::string_view sql, const Parameters &values = {}) = 0;
    virtual void interrupt() = 0; // from any thread: ends the running statement with Cancelled
};

} // namespace crossfade
