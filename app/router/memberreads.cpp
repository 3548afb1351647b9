// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/memberreads.h"

#include <array>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 3> PhaseWords{"READING", "SORTING", "STORING"};

} // namespace

Result<void> MemberRead::goOn() const {
    if (m_cancelled) return fail(ErrorKind::Conflict, "the reading of the members was cancelled");
    return {};
}

Json MemberRead::toJson() const {
    return {{"running", true},
            {"source", m_start.fromDirectory ? "DIRECTORY" : "UPLOAD"},
            {"phase", PhaseWords[static_cast<std::size_t>(phase.load())]},
            {"bytes", bytes.load()},
            {"total_bytes", m_start.totalBytes ? Json(*m_start.totalBytes) : Json()},
            {"lines", lines.load()},
            {"stored", stored.load()},
            {"started_at", formatInstant(m_start.at)},
            {"started_by", m_start.by}};
}

Json MemberReads::nothing() {
    Json json{{"running", false}};
    for (const char *field :
         {"source", "phase", "bytes", "total_bytes", "lines", "stored", "started_at", "started_by"})
        json[field] = nullptr;
    return json;
}

Result<std::shared_ptr<MemberRead>> MemberReads::begin(MemberRead::Start start) {
    const std::lock_guard lock(m_mutex);
    if (m_stopping) return fail(ErrorKind::Unavailable, "the service is stopping");
    if (!m_current.expired()) return fail(ErrorKind::Conflict, "another list of members is still being read");
    auto read = std::make_shared<MemberRead>(std::move(start));
    m_current = read;
    return read;
}

std::shared_ptr<MemberRead> MemberReads::of(const std::string &groupId) const {
    const std::lock_guard lock(m_mutex);
    auto read = m_current.lock();
    return read && read->start().groupId == groupId ? read : nullptr;
}

void MemberReads::stop() {
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    if (const auto read = m_current.lock()) read->cancel();
}

} // namespace crossfade
