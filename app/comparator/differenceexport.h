// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/context.h"
#include "app/comparator/differencequery.h"
#include "app/comparator/repairscript.h"

#include <memory>
#include <optional>
#include <string>

namespace crossfade {

enum class ExportFormat { Csv, Json, Sql };

// The differences that a request asks for, in its order, in pieces of some 256 KiB: their number does not matter. What is
// found after the beginning is left out; what is resolved meanwhile may be.
class DifferenceExport {
public:
    DifferenceExport(const Context &context, DifferenceQuery query, ExportFormat format);

    Result<void> begin(Database &reader);
    // Not within a read of the store: the statements of repairs are made by what both platforms hold now.
    HttpResponse::Piece next();

private:
    struct Page {
        std::string text;
        std::vector<ScriptedDifference> differences; // of SQL
    };
    Result<Page> page(Database &reader);
    void append(const SqlRow &row, Page &page) const;
    void expect(std::size_t rows, std::size_t bytes, std::int64_t most);

    const Context m_context;
    const DifferenceQuery m_query;
    const ExportFormat m_format;
    std::string m_head; // before the first piece
    std::string m_newest; // id of the last one to export
    std::optional<std::string> m_after;
    std::int64_t m_rows = 16; // of the next piece: as many as it has room for, as the one before was
    bool m_ended = false;
    RepairScript m_script;
};

} // namespace crossfade
