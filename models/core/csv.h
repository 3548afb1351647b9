// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// CSV after RFC 4180: UTF-8, cells divided by commas, records ended by CRLF when written.
//
// A spreadsheet runs a cell that begins with = + - @, a tab or a carriage return as a formula. So such a
// cell is written with an apostrophe before it, which a spreadsheet takes as "this is text". To read that
// back exactly, apostrophes that already stand before such a character are counted: '=1 is written ''=1.
// All other apostrophes are left alone ('tis).
std::string csvSafe(std::string_view text);
std::string csvPlain(std::string_view cell); // what csvSafe was given

// Appends one record, every cell in its safe form, quoted where it must be.
void appendCsvRecord(std::string &out, const std::vector<std::string> &cells);

struct CsvLimits {
    std::size_t cellBytes = 64 << 10;
    std::size_t columns = 100;
};

// Reads CSV as it arrives, strictly: a quote belongs to a cell that is quoted as a whole, every record
// has as many cells as the first, the text is UTF-8. Records may end with CRLF or LF, a byte order mark
// may stand in front, lines with nothing at all are passed over. A mistake is Malformed and names its
// line and column; nothing is read after it.
class CsvReader {
public:
    // The cells as they were before they were written. `row` counts from 1, with the lines passed over,
    // as a spreadsheet does. An error ends the reading.
    using Sink = std::function<Result<void>(std::vector<std::string> cells, std::size_t row)>;

    explicit CsvReader(Sink sink, CsvLimits limits = {});

    Result<void> feed(std::string_view bytes);
    Result<void> finish(); // what the last line without an end holds

private:
    enum class State { Mark, RecordStart, CellStart, Plain, Quoted, QuoteSeen, ReturnSeen };

    bool step(char c);
    bool mark(char c);
    bool plain(char c);
    bool afterQuote(char c);
    std::size_t run(std::string_view bytes) const;
    bool take(std::string_view bytes);
    bool endCell();
    bool endRecord();
    bool reject(std::string message);

    Sink m_sink;
    CsvLimits m_limits;
    State m_state = State::Mark;
    std::size_t m_markBytes = 0;
    std::vector<std::string> m_cells;
    std::string m_cell;
    bool m_quoted = false;         // a cell of this record was
    std::size_t m_line = 1;
    std::size_t m_openedAt = 0;    // the line of the quote that is open
    std::size_t m_row = 1;
    std::size_t m_columns = 0;     // of the first record
    Result<void> m_result;
};

// The whole text at once.
Result<void> readCsv(std::string_view text, CsvReader::Sink sink, CsvLimits limits = {});

} // namespace crossfade
