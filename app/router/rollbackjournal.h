// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// A file of records that are to survive this process until something else has them: each is on disk when add()
// returns. A line a record: a checksum, its id and its text; another line ends it, and once all are ended the file
// is empty. What a sudden death left half written at its end is cut off; a line that is damaged elsewhere is
// passed over, told of, and kept in a file beside it. Room for some hundred records is taken beforehand, filled with
// zeros behind the lines: a full disk, which stops the store, is a time for rollbacks. One thread at a time.
class RollbackJournal {
public:
    static constexpr std::size_t MostRecords = 1'000;
    static constexpr std::size_t MostBytes = 16 << 20;
    static constexpr std::size_t RoomTaken = 256 << 10; // bytes
    static Result<std::unique_ptr<RollbackJournal>> open(const std::filesystem::path &file);
    ~RollbackJournal();
    RollbackJournal(const RollbackJournal &) = delete;
    RollbackJournal &operator=(const RollbackJournal &) = delete;

    // Those that are not ended, oldest first: id and record.
    const std::vector<std::pair<std::string, Json>> &records() const { return m_records; }
    Result<void> add(const std::string &id, const Json &record); // Unavailable: full, or it cannot be written
    Result<void> end(const std::string &id);

private:
    RollbackJournal(std::filesystem::path file, int descriptor)
        : m_file(std::move(file))
        , m_descriptor(descriptor) {}
    Result<void> readAll();
    bool take(std::string_view line); // false: it is damaged
    Result<void> append(const Json &line, std::size_t most); // bytes the file may have then
    Result<void> cutTo(std::size_t size);
    bool put(std::string_view bytes, std::size_t at);
    bool clear(std::size_t from, std::size_t to);

    const std::filesystem::path m_file;
    const int m_descriptor;
    std::size_t m_size = 0;    // of the lines
    std::size_t m_written = 0; // of the file
    std::vector<std::pair<std::string, Json>> m_records;
};

} // namespace crossfade
