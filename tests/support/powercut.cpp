// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/powercut.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>

namespace crossfade {

namespace {

struct Record {
    std::int64_t oldSize = 0;
    std::int64_t offset = 0;
    std::string bytes;
};

// A record cut short by the kill belongs to a write that never happened.
std::vector<Record> readRecords(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::vector<Record> records;
    for (std::size_t at = 0; at + 24 <= text.size();) {
        std::array<std::int64_t, 3> head{};
        std::memcpy(head.data(), text.data() + at, sizeof head);
        const auto length = static_cast<std::size_t>(head[2]);
        if (at + sizeof head + length > text.size()) break;
        records.push_back({head[0], head[1], text.substr(at + sizeof head, length)});
        at += sizeof head + length;
    }
    return records;
}

} // namespace

std::vector<std::string> PowerCut::environment() const
{
    return {"LD_PRELOAD=" + std::string(CROSSFADE_BIN_DIR) + "/libcrossfade_powercut.so",
            "CROSSFADE_POWERCUT=" + m_undo.path().string(),
            "ASAN_OPTIONS=verify_asan_link_order=0"};
}

int PowerCut::fail()
{
    int lost = 0;
    for (const auto &entry : std::filesystem::directory_iterator(m_undo.path())) {
        std::string target = entry.path().filename().string();
        std::ranges::replace(target, '%', '/');
        auto records = readRecords(entry.path());
        const int fd = open(target.c_str(), O_RDWR | O_CLOEXEC);
        if (fd < 0) continue;
        for (const Record &record : records | std::views::reverse) {
            const ssize_t written =
                pwrite(fd, record.bytes.data(), record.bytes.size(), record.offset);
            if (written == std::ssize(record.bytes) && ftruncate(fd, record.oldSize) == 0) ++lost;
        }
        close(fd);
        // The index of the write-ahead log lives in memory only.
        std::filesystem::remove(target.substr(0, target.rfind("-wal")) + "-shm");
    }
    for (const auto &entry : std::filesystem::directory_iterator(m_undo.path()))
        std::filesystem::remove(entry.path());
    return lost;
}

} // namespace crossfade
