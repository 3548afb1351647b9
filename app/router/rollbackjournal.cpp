// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/rollbackjournal.h"

#include "app/service/crypto.h"
#include "app/service/files.h"
#include "app/service/log.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace crossfade {

namespace {

constexpr std::size_t ChecksumLength = 16;

std::string checksum(std::string_view text) {
    return sha256Hex(text).substr(0, ChecksumLength);
}

Failure journalFails(const char *what, const std::filesystem::path &file) {
    return fail(ErrorKind::Unavailable,
                std::string("cannot ") + what + " " + file.string() + ": " + std::strerror(errno));
}

// That the file itself is there after a crash of the machine.
void syncFolder(const std::filesystem::path &file) {
    const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
}

} // namespace

Result<std::unique_ptr<RollbackJournal>> RollbackJournal::open(const std::filesystem::path &file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return journalFails("open", file);
    syncFolder(file);
    std::unique_ptr<RollbackJournal> journal(new RollbackJournal(file, descriptor));
    if (auto read = journal->readAll(); !read) return fail(read.error());
    return journal;
}

RollbackJournal::~RollbackJournal() {
    ::close(m_descriptor);
}

Result<void> RollbackJournal::readAll() {
    const auto content = readFile(m_file, 2 * MostBytes + RoomTaken);
    if (!content) return fail(content.error());
    m_written = content->size();
    std::string_view rest = std::string_view(*content).substr(0, content->find('\0'));
    std::string damaged;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) break; // a torn tail: nobody was told that it is kept
        if (!take(rest.substr(0, end))) damaged += std::string(rest.substr(0, end + 1));
        rest.remove_prefix(end + 1);
        m_size += end + 1;
    }
    if (!damaged.empty()) {
        const std::filesystem::path aside = m_file.string() + ".damaged";
        logError("the rollback journal is damaged: what cannot be read was put aside",
                 {{"file", aside.string()}, {"bytes", damaged.size()}});
        if (auto kept = writeFileAtomically(aside, damaged); !kept) return kept;
    }
    if (!rest.empty())
        logWarning("the rollback journal ended in the middle of a record", {{"bytes", rest.size()}});
    const bool torn = content->find_first_not_of('\0', m_size) != std::string::npos;
    if (torn || (m_records.empty() && m_size > 0)) {
        if (auto cut = cutTo(m_records.empty() ? 0 : m_size); !cut) return cut;
    }
    if (m_written < RoomTaken && (!clear(m_written, RoomTaken) || ::fsync(m_descriptor) != 0))
        logWarning("no room could be taken for rollbacks on a full disk", {{"file", m_file.string()}});
    return {};
}

bool RollbackJournal::take(std::string_view line) {
    if (line.size() <= ChecksumLength + 1 || line[ChecksumLength] != ' ') return false;
    const std::string_view text = line.substr(ChecksumLength + 1);
    if (checksum(text) != line.substr(0, ChecksumLength)) return false;
    const auto parsed = parseJson(text);
    if (!parsed || !parsed->is_object()) return false;
    const auto id = parsed->find("id");
    if (id == parsed->end() || !id->is_string()) return false;
    const auto record = parsed->find("record");
    if (record != parsed->end())
        m_records.emplace_back(id->get<std::string>(), *record);
    else
        std::erase_if(m_records, [&](const auto &one) { return one.first == id->get_ref<const std::string &>(); });
    return true;
}

Result<void> RollbackJournal::add(const std::string &id, const Json &record) {
    if (m_records.size() >= MostRecords)
        return fail(ErrorKind::Unavailable, "the rollback journal is full: too many rollbacks wait for the store");
    if (auto written = append({{"id", id}, {"record", record}}, MostBytes); !written) return written;
    m_records.emplace_back(id, record);
    return {};
}

Result<void> RollbackJournal::end(const std::string &id) {
    std::erase_if(m_records, [&](const auto &one) { return one.first == id; });
    if (m_records.empty()) return cutTo(0);
    return append({{"id", id}, {"ended", true}}, 2 * MostBytes); // also where nothing more is taken
}

// A line that could not be written to its end is taken away again: what follows must not join it.
Result<void> RollbackJournal::append(const Json &line, std::size_t most) {
    const std::string text = dumpJson(line);
    const std::string whole = checksum(text) + " " + text + "\n";
    if (m_size + whole.size() > most)
        return fail(ErrorKind::Unavailable, "the rollback journal is full: too much waits for the store");
    if (!put(whole, m_size) || ::fsync(m_descriptor) != 0) {
        const auto failed = journalFails("write", m_file);
        static_cast<void>(cutTo(m_size));
        return failed;
    }
    m_size += whole.size();
    return {};
}

bool RollbackJournal::put(std::string_view bytes, std::size_t at) {
    while (!bytes.empty()) {
        const ssize_t count = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
        at += static_cast<std::size_t>(count);
        m_written = std::max(m_written, at);
    }
    return true;
}

bool RollbackJournal::clear(std::size_t from, std::size_t to) {
    return from >= to || put(std::string(to - from, '\0'), from);
}

// What was behind is zeros again, and what is more than the room that is kept is given back.
Result<void> RollbackJournal::cutTo(std::size_t size) {
    const std::size_t kept = std::min(m_written, std::max(size, RoomTaken));
    if (kept < m_written && ::ftruncate(m_descriptor, static_cast<off_t>(kept)) != 0)
        return journalFails("write", m_file);
    m_written = kept;
    if (!clear(size, kept) || ::fsync(m_descriptor) != 0) return journalFails("write", m_file);
    m_size = size;
    return {};
}

} // namespace crossfade
