// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/core/json.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace crossfade {

// The audit chain: every entry's hash is SHA-256 over the hash before it and the entry's canonical
// JSON (sorted keys, no spaces), so no entry can be edited, removed or moved without all later
// hashes changing. The first entry stands on GenesisHash.
inline constexpr const char *GenesisHash =
    "0000000000000000000000000000000000000000000000000000000000000000";

struct ChainHead {
    std::int64_t sequence = 0;
    std::string hash = GenesisHash;
    bool operator==(const ChainHead &) const = default;
};

std::string chainHash(const std::string &previous, const Json &entry);

// The columns of table `audit` in the order auditEntryJson() expects them.
inline constexpr const char *AuditColumns =
    "seq, id, at, epoch, subject, action, object_type, object_id, before_json, after_json, reason, "
    "request_id, hash";
// An entry as /audit answers it, with its hash.
Json auditEntryJson(const SqlRow &row);

// The chain's head outside the store: a cut-off tail shows only against it. Two slots, each with its
// own check sum; a write takes the older one, so a death within it leaves the newer.
class AuditHeadFile {
public:
    explicit AuditHeadFile(std::filesystem::path file) : m_file(std::move(file)) {}
    std::optional<ChainHead> read() const;
    Result<void> write(const ChainHead &head);

private:
    std::optional<ChainHead> slot(int number) const;
    std::filesystem::path m_file;
};

struct ChainVerdict {
    bool intact = true;
    std::int64_t entries = 0;
    std::string brokenId; // "" when the break is no entry's
    std::string problem;
};
// Recomputes the whole chain of the store that `reader` sees and holds it against both heads. Cancelled
// once `stopping` is set.
Result<ChainVerdict> verifyChain(Database &reader, const std::optional<ChainHead> &outside,
                                 const std::atomic<bool> &stopping);

} // namespace crossfade
