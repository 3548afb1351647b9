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
    const auto content = readFile(m_file, 2 * MostBytes);
    if (!content) return fail(content.error());
    std::string_view rest = *content;
    std::string damaged;
    std::size_t good = 0; // up to where whole lines go
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) break; // a torn tail: nobody was told that it is kept
        if (!take(rest.substr(0, end))) damaged += std::string(rest.substr(0, end + 1));
        rest.remove_prefix(end + 1);
        good += end + 1;
    }
    m_size = good;
    if (!damaged.empty()) {
        const std::filesystem::path aside = m_file.string() + ".damaged";
        logError("the rollback journal is damaged: what cannot be read was put aside",
                 {{"file", aside.string()}, {"bytes", damaged.size()}});
        if (auto kept = writeFileAtomically(aside, damaged); !kept) return kept;
    }
    if (!rest.empty()) {
        logWarning("the rollback journal ended in the middle of a record", {{"bytes", rest.size()}});
        if (auto cut = cutTo(good); !cut) return cut;
    }
    return m_records.empty() && m_size > 0 ? cutTo(0) : Result<void>();
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
    std::size_t done = 0;
    while (done < whole.size()) {
        const ssize_t count = ::pwrite(m_descriptor, whole.data() + done, whole.size() - done,
                                       static_cast<off_t>(m_size + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    if (done < whole.size() || ::fsync(m_descriptor) != 0) {
        const auto failed = journalFails("write", m_file);
        static_cast<void>(cutTo(m_size));
        return failed;
    }
    m_size += whole.size();
    return {};
}

Result<void> RollbackJournal::cutTo(std::size_t size) {
    if (::ftruncate(m_descriptor, static_cast<off_t>(size)) != 0 || ::fsync(m_descriptor) != 0)
        return journalFails("write", m_file);
    m_size = size;
    return {};
}

} // namespace crossfade
