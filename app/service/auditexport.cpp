// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/auditexport.h"

#include "app/service/auditchain.h"
#include "models/core/csv.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t PieceBytes = 256 << 10;
// Looked through for one piece: a filter that nothing fits must not hold a reader for long.
constexpr std::int64_t PieceEntries = 50'000;

const std::vector<std::string> &exportedFields()
{
    static const std::vector<std::string> names{"seq", "id", "at", "epoch", "subject", "action", "object_type",
                                                "object_id", "before", "after", "reason", "request_id", "hash"};
    return names;
}

void appendCsv(std::string &csv, const Json &entry)
{
    std::vector<std::string> cells;
    for (const std::string &name : exportedFields()) {
        const Json &value = entry.at(name);
        cells.push_back(value.is_string() ? value.get<std::string>() : dumpJson(value));
    }
    appendCsvRecord(csv, cells);
}

} // namespace

AuditExport::AuditExport(std::string where, Database::Parameters values, bool csv)
    : m_select(std::string("SELECT ") + AuditColumns + " FROM audit WHERE " + std::move(where) +
               " AND seq > ? AND seq <= ? ORDER BY seq")
    , m_values(std::move(values))
    , m_csv(csv)
{
    if (csv) appendCsvRecord(m_head, exportedFields());
}

Result<void> AuditExport::begin(Database &reader)
{
    const auto bounds = reader.query("SELECT coalesce(min(seq), 1), coalesce(max(seq), 0) FROM audit");
    if (!bounds) return fail(bounds.error());
    m_done = bounds->front().integer(0) - 1;
    m_newest = bounds->front().integer(1);
    return {};
}

Result<std::string> AuditExport::piece(Database &reader)
{
    std::string text = std::exchange(m_head, {});
    const std::int64_t until = std::min(m_newest, m_done + PieceEntries);
    Database::Parameters values = m_values;
    values.emplace_back(m_done);
    values.emplace_back(until);
    std::int64_t last = until;
    const auto read = reader.each(m_select, values, [&](const SqlRow &row) {
        const Json entry = auditEntryJson(row);
        if (m_csv)
            appendCsv(text, entry);
        else
            text += dumpJson(entry) + "\n";
        if (text.size() < PieceBytes) return true;
        last = row.integer(0);
        return false;
    });
    if (!read) return fail(read.error());
    m_done = last;
    return text;
}

} // namespace crossfade
