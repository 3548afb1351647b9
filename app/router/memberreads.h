// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directorysource.h"
#include "models/core/json.h"
#include "models/core/time.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace crossfade {

// A list of members on its way from a client or the directory into the store: how far it is, and whether it is
// to go on. Any thread.
class MemberRead {
public:
    enum class Phase { Reading, Sorting, Storing };

    struct Start {
        std::string groupId;
        std::string by;
        Instant at{};
        bool fromDirectory = false;
        std::optional<std::uint64_t> totalBytes = {}; // as the client announced it
    };
    explicit MemberRead(Start start) : m_start(std::move(start)) {}

    const Start &start() const { return m_start; }
    Result<void> goOn() const; // Conflict once somebody cancelled it
    void cancel() { m_cancelled = true; }
    const CancelFlag &cancelled() const { return m_cancelled; }
    Json toJson() const; // the API's GroupMembersProgress

    std::atomic<Phase> phase = Phase::Reading;
    std::atomic<std::uint64_t> bytes = 0;  // of the body so far
    std::atomic<std::uint64_t> lines = 0;
    std::atomic<std::uint64_t> stored = 0; // ids in the store

private:
    const Start m_start;
    CancelFlag m_cancelled{false};
};

// The one that is under way: one at a time, for each takes the room of all its ids. Any thread.
class MemberReads {
public:
    // Conflict while another is under way. It ends with the last of its pointers.
    Result<std::shared_ptr<MemberRead>> begin(MemberRead::Start start);
    std::shared_ptr<MemberRead> of(const std::string &groupId) const; // null: none
    void stop(); // cancels it, and none begins any more
    static Json nothing(); // what is told of a group whose members are not being read

private:
    mutable std::mutex m_mutex;
    std::weak_ptr<MemberRead> m_current;
    bool m_stopping = false;
};

} // namespace crossfade
