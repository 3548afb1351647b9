// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"

#include <string>

namespace crossfade {

// The audit log as NDJSON or CSV, oldest first, in pieces of some 256 KiB, so that its length does not
// matter. The log only grows: what was written after the beginning is left out.
class AuditExport {
public:
    // `where` is a condition on table `audit` with its values.
    AuditExport(std::string where, Database::Parameters values, bool csv);

    Result<void> begin(Database &reader);
    // May be empty before the end: only so many entries are looked through for one piece.
    Result<std::string> piece(Database &reader);
    bool ended() const { return m_done >= m_newest; }

private:
    const std::string m_select;
    const Database::Parameters m_values;
    const bool m_csv;
    std::string m_head;        // of a CSV file, before its first record
    std::int64_t m_done = 0;   // the sequence number up to which all is exported
    std::int64_t m_newest = 0; // the last one to export
};

} // namespace crossfade
