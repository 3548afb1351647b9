// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"

#include <cstdint>
#include <string>

namespace crossfade {

// Which of the replicas on one store does what only one may do. Any thread.
class Leadership {
public:
    virtual ~Leadership() = default;
    // The term this process leads in; 0: another leads, or nobody does.
    virtual std::int64_t term() const = 0;
    bool leads() const { return term() != 0; }
    virtual std::int64_t knownTerm() const = 0; // of whoever leads
    virtual std::string replica() const = 0;    // this process's name among them; "" where there are no others
    virtual std::size_t others() const = 0;     // replicas beside this one
    // The store has not told for longer than a lease lasts who leads: perhaps nobody does.
    virtual bool isSilent() const { return false; }
    // In a write transaction: Conflict unless that term is still the store's. Whoever waited for the
    // transaction, or was stopped before it, learns here that another leads by now.
    virtual Result<void> require(Database &db, std::int64_t term) const = 0;
};

// Where one process at a time may use the store.
class OnlyLeader : public Leadership {
public:
    std::int64_t term() const override { return 1; }
    std::int64_t knownTerm() const override { return 1; }
    std::string replica() const override { return {}; }
    std::size_t others() const override { return 0; }
    Result<void> require(Database &, std::int64_t) const override { return {}; }
};

// Store::writeAndWait() of what was decided as the leader of that term: nothing is stored unless it still is.
Result<Json> writeLeading(Store &store, const Leadership &leadership, std::int64_t term, const Actor &actor,
                          const Store::WriteWork &work, Turn turn = Turn::Ordinary);
// The same without waiting: `done` is called as by Store::write().
void writeLeadingLater(Store &store, const Leadership &leadership, std::int64_t term, const Actor &actor,
                       Store::WriteWork work, std::function<void(Result<Json>)> done, Turn turn = Turn::Ordinary);

} // namespace crossfade
