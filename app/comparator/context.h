// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/fingerprint.h"
#include "app/service/service.h"

#include <chrono>

namespace crossfade {

// How soon a process begins with what only the leader does once it leads.
inline constexpr std::chrono::milliseconds BetweenAskingWhoLeads{500};

// What every part of the comparator works with.
struct Context {
    Result<Json> writeLeading(const Actor &actor, const Store::WriteWork &work) const
    {
        return crossfade::writeLeading(store, service.leadership(), term, actor, work);
    }

    // On the way to a write outside of the store, which does not fence it.
    Result<void> stillLeads() const
    {
        if (service.leadership().term() == term) return {};
        return fail(ErrorKind::Cancelled, "another comparator leads by now");
    }

    Service &service;
    Store &store;
    Fingerprint print;
    std::int64_t batchRows = 409'600; // at most; a finished batch is a checkpoint
    // How long a run waits for a database that is lost before it fails.
    std::chrono::milliseconds patience{60'000};
    // As whose leader something is done that one of several processes on the store may do: it is
    // stored only while that one still leads.
    std::int64_t term = 1;
    bool secondPerson = false; // repairs asked for from now on need a second person's approval
};

} // namespace crossfade
