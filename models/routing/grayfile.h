// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/graycheck.h"

#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// Entries of a gray list as a file: CSV with a first line that names the columns, or JSON {"entries": […]}.
// Only the ids are input; what else an export writes is passed over by an import.

struct GrayFileEntry {
    std::string id;
    GrayResult result = GrayResult::Unchecked;
    Instant addedAt{};
    std::string addedBy;
};
void appendGrayHead(std::string &csv); // with the byte order mark by which a spreadsheet knows UTF-8
void appendGrayEntry(std::string &csv, const GrayFileEntry &entry);
Json grayFileEntryToJson(const GrayFileEntry &entry);

struct GrayRowError {
    std::size_t row = 0; // as a spreadsheet counts; of JSON the place in the list, from 1
    std::string message;
    bool operator==(const GrayRowError &) const = default;
};
struct GrayFile {
    std::vector<std::string> ids; // in order, each once
    std::size_t rows = 0;
    std::vector<GrayRowError> errors; // the first of them
    std::size_t errorCount = 0;
};

// One transaction stores them, and whatever else is to be stored, a rollback too, waits for it.
constexpr std::size_t MostGrayRows = 20'000;
constexpr std::size_t MostGrayErrors = 1'000;

// TooLarge beyond the limit of rows; Malformed or Invalid where the file as a whole is none. Wrong rows are
// collected.
Result<GrayFile> readGrayCsv(std::string_view csv);
Result<GrayFile> readGrayJson(std::string_view json);

} // namespace crossfade
