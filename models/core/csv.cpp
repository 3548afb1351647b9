// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/csv.h"

#include "models/core/ids.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view Formulas = "=+-@\t\r";

// A formula's first character, after any number of apostrophes.
bool looksLikeFormula(std::string_view text)
{
    const std::size_t first = text.find_first_not_of('\'');
    return first != std::string_view::npos && Formulas.find(text[first]) != std::string_view::npos;
}

bool needsQuotes(std::string_view cell)
{
    // At the very start of a file the mark would be taken for that of the file.
    return cell.find_first_of(",\"\r\n") != std::string_view::npos || cell.starts_with(ByteOrderMark);
}

void appendQuoted(std::string &out, std::string_view cell)
{
    out += '"';
    for (std::size_t quote = cell.find('"'); quote != std::string_view::npos; quote = cell.find('"')) {
        out.append(cell.substr(0, quote + 1)) += '"';
        cell.remove_prefix(quote + 1);
    }
    out.append(cell) += '"';
}

} // namespace

std::string csvSafe(std::string_view text)
{
    return looksLikeFormula(text) ? '\'' + std::string(text) : std::string(text);
}

std::string csvPlain(std::string_view cell)
{
    const bool safe = cell.starts_with('\'') && looksLikeFormula(cell);
    return std::string(safe ? cell.substr(1) : cell);
}

void appendCsvRecord(std::string &out, const std::vector<std::string> &cells)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += ',';
        const std::string cell = csvSafe(cells[i]);
        // One empty cell alone would be a line with nothing, which is no record.
        if (needsQuotes(cell) || (cells.size() == 1 && cell.empty()))
            appendQuoted(out, cell);
        else
            out += cell;
    }
    out += "\r\n";
}

CsvReader::CsvReader(Sink sink, CsvLimits limits)
    : m_sink(std::move(sink))
    , m_limits(limits)
{
}

bool CsvReader::reject(std::string message)
{
    m_result = fail(ErrorKind::Malformed, "line " + std::to_string(m_line) + ", column " +
                                              std::to_string(m_cells.size() + 1) + ": " +
                                              std::move(message));
    return false;
}

// How many of the next bytes are nothing but text of the open cell.
std::size_t CsvReader::run(std::string_view bytes) const
{
    if (m_state == State::Quoted) return std::min(bytes.find_first_of("\"\n"), bytes.size());
    if (m_state == State::Plain) return std::min(bytes.find_first_of(",\"\r\n"), bytes.size());
    return 0;
}

bool CsvReader::take(std::string_view bytes)
{
    if (m_cell.size() + bytes.size() > m_limits.cellBytes)
        return reject("the cell has more than " + std::to_string(m_limits.cellBytes) + " bytes");
    m_cell += bytes;
    return true;
}

Result<void> CsvReader::feed(std::string_view bytes)
{
    while (m_result && !bytes.empty()) {
        const std::size_t count = run(bytes);
        if (count > 0 ? take(bytes.substr(0, count)) : step(bytes.front()))
            bytes.remove_prefix(std::max<std::size_t>(count, 1));
    }
    return m_result;
}

bool CsvReader::step(char c)
{
    switch (m_state) {
    case State::Mark: return mark(c);
    case State::RecordStart:
    case State::CellStart:
        if (c != '"') return plain(c);
        m_state = State::Quoted;
        m_quoted = true;
        m_openedAt = m_line;
        return true;
    case State::Plain: return plain(c);
    case State::Quoted:
        if (c == '"') {
            m_state = State::QuoteSeen;
            return true;
        }
        if (c == '\n') ++m_line;
        return take({&c, 1});
    case State::QuoteSeen: return afterQuote(c);
    case State::ReturnSeen:
        return c == '\n' ? endRecord()
                         : reject("a carriage return that ends no line must stand in quotes");
    }
    return true;
}

// The first bytes: a byte order mark, or text that only begins like one.
bool CsvReader::mark(char c)
{
    if (c == ByteOrderMark[m_markBytes]) {
        if (++m_markBytes == ByteOrderMark.size()) m_state = State::RecordStart;
        return true;
    }
    m_state = State::RecordStart;
    for (const char skipped : ByteOrderMark.substr(0, m_markBytes)) {
        if (!plain(skipped)) return false;
    }
    return step(c);
}

// Outside of quotes.
bool CsvReader::plain(char c)
{
    switch (c) {
    case ',': m_state = State::CellStart; return endCell();
    case '\n': return endRecord();
    case '\r': m_state = State::ReturnSeen; return true;
    case '"': return reject("a quote inside a cell that does not begin with one");
    default: m_state = State::Plain; return take({&c, 1});
    }
}

bool CsvReader::afterQuote(char c)
{
    if (c == '"') {
        m_state = State::Quoted;
        return take("\"");
    }
    if (c == ',' || c == '\n' || c == '\r') return plain(c);
    return reject("text after the quote that ends the cell");
}

bool CsvReader::endCell()
{
    if (m_cells.size() == m_limits.columns)
        return reject("there are more than " + std::to_string(m_limits.columns) + " columns");
    if (!isValidUtf8(m_cell)) return reject("the text is not UTF-8");
    m_cells.push_back(csvPlain(m_cell));
    m_cell.clear();
    return true;
}

bool CsvReader::endRecord()
{
    const bool nothing = m_cells.empty() && m_cell.empty() && !m_quoted;
    if (!nothing) {
        if (!endCell()) return false;
        if (m_columns == 0) m_columns = m_cells.size();
        if (m_cells.size() != m_columns)
            return reject("the record has " + std::to_string(m_cells.size()) + " cells where the first has " +
                          std::to_string(m_columns));
        m_result = m_sink(std::move(m_cells), m_row);
    }
    m_cells.clear();
    m_quoted = false;
    m_state = State::RecordStart;
    ++m_row;
    ++m_line;
    return m_result.has_value();
}

Result<void> CsvReader::finish()
{
    if (!m_result) return m_result;
    if (m_state == State::Mark && m_markBytes > 0)
        mark('\n');
    else if (m_state == State::Quoted)
        reject("the quote that opens in line " + std::to_string(m_openedAt) + " is never closed");
    else if (m_state == State::ReturnSeen)
        reject("a carriage return that ends no line must stand in quotes");
    else if (m_state != State::RecordStart && m_state != State::Mark)
        endRecord();
    return m_result;
}

Result<void> readCsv(std::string_view text, CsvReader::Sink sink, CsvLimits limits)
{
    CsvReader reader(std::move(sink), limits);
    if (auto read = reader.feed(text); !read) return read;
    return reader.finish();
}

} // namespace crossfade
