// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/memberreader.h"

#include "models/core/ids.h"
#include "models/core/json.h"

namespace crossfade {

namespace {

constexpr std::size_t LongestLine = 64 << 10;
constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";

} // namespace

MemberReader::Form MemberReader::formOf(std::string_view contentType) {
    if (contentType.starts_with("text/csv")) return Form::Csv;
    return contentType.starts_with("application/x-ndjson") ? Form::Ndjson : Form::Lines;
}

MemberReader::MemberReader(Form form, IdSetBuilder &ids)
    : m_form(form)
    , m_ids(ids)
    , m_csv([this](std::vector<std::string> cells, std::size_t row) -> Result<void> {
        m_lines = row;
        if (row == 1 && cells.front() == "user_id") return {};
        return id(cells.front());
    }) {}

Result<void> MemberReader::feed(std::string_view piece) {
    return m_form == Form::Csv ? m_csv.feed(piece) : feedLines(piece);
}

Result<void> MemberReader::feedLines(std::string_view piece) {
    for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        const std::string_view rest = piece.substr(0, end);
        piece.remove_prefix(end + 1);
        Result<void> read;
        if (m_begun.empty()) {
            read = line(rest);
        } else {
            m_begun += rest;
            read = line(m_begun);
            m_begun.clear();
        }
        if (!read) return read;
    }
    m_begun += piece;
    if (m_begun.size() <= LongestLine) return {};
    return fail(ErrorKind::Malformed, "line " + std::to_string(m_lines + 1) + " is longer than 64 KiB");
}

Result<void> MemberReader::finish() {
    if (m_form == Form::Csv) {
        if (auto ended = m_csv.finish(); !ended) return ended;
    } else if (!m_begun.empty()) {
        if (auto ended = line(m_begun); !ended) return ended;
    }
    return m_wrong.empty() ? Result<void>() : verdict();
}

Result<void> MemberReader::line(std::string_view text) {
    if (m_lines == 0 && text.starts_with(ByteOrderMark)) text.remove_prefix(ByteOrderMark.size());
    ++m_lines;
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) return {};
    if (m_form == Form::Lines) return id(text);
    const auto json = parseJson(text, 4);
    const Json *value = json ? &*json : nullptr;
    if (value && value->is_object()) value = value->contains("user_id") ? &value->at("user_id") : nullptr;
    if (value && value->is_string()) return id(value->get_ref<const std::string &>());
    wrong(json ? "must be a string, or an object with user_id" : json.error().message);
    return m_wrong.size() < MostWrongLines ? Result<void>() : verdict();
}

Result<void> MemberReader::id(std::string_view text) {
    if (!isValidId(text)) {
        wrong("must be 1 to 100 characters of A-Z a-z 0-9 . _ @ + | -");
        return m_wrong.size() < MostWrongLines ? Result<void>() : verdict();
    }
    if (m_ids.add(text)) return {};
    return fail(ErrorKind::TooLarge, "more ids than a list may have, up to line " + std::to_string(m_lines));
}

void MemberReader::wrong(std::string message) {
    m_wrong.push_back({"/lines/" + std::to_string(m_lines), std::move(message)});
}

Result<void> MemberReader::verdict() const {
    const bool all = m_wrong.size() < MostWrongLines;
    std::string detail = all ? std::to_string(m_wrong.size()) + " lines hold no id"
                             : "more lines hold no id than are told, up to line " + std::to_string(m_lines);
    if (m_wrong.size() == 1) detail = m_wrong.front().pointer + " " + m_wrong.front().message;
    return fail(Error{ErrorKind::Invalid, std::move(detail), m_wrong, {}});
}

} // namespace crossfade
