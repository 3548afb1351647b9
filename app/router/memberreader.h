// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/csv.h"
#include "models/routing/idset.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Reads the ids of a list of members as it arrives: one a line, as NDJSON (a string, or an object with
// user_id), or as the first column of CSV, under the heading user_id or none. All or nothing: lines that hold no
// id refuse the list, the first of them by their numbers.
class MemberReader {
public:
    enum class Form { Lines, Ndjson, Csv };
    static Form formOf(std::string_view contentType);
    static constexpr std::size_t MostWrongLines = 50; // then it reads no further

    MemberReader(Form form, IdSetBuilder &ids);

    Result<void> feed(std::string_view piece); // Malformed, TooLarge, Invalid with MostWrongLines
    Result<void> finish();                     // Invalid if any line was wrong
    std::size_t lines() const { return m_lines; }

private:
    Result<void> feedLines(std::string_view piece);
    Result<void> line(std::string_view text);
    Result<void> id(std::string_view text);
    void wrong(std::string message);
    Result<void> verdict() const;

    const Form m_form;
    IdSetBuilder &m_ids;
    CsvReader m_csv;
    std::string m_begun; // a line whose end has not arrived
    std::size_t m_lines = 0;
    std::vector<FieldError> m_wrong;
};

} // namespace crossfade
