// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/claims.h"
#include "app/service/http.h"

#include <chrono>
#include <optional>
#include <string>

namespace crossfade {

// How long a change that can be done without the store waits for it.
inline constexpr std::chrono::milliseconds StoreAnswersWithin{2'000};

// Does what cannot wait for a store that does not answer (a rollback): it takes effect here, is kept beside the
// store, and comes into it later, once.
class WithoutStore {
public:
    struct Act {
        std::string id;                // the same for each repetition under one Idempotency-Key
        std::optional<RequestKey> key; // none: the request had none
    };
    virtual ~WithoutStore() = default;
    // What this key was answered here while the store does not know of it; Invalid: with another body.
    // On the loop: from memory.
    virtual Result<std::optional<HttpResponse>> firstAnswer(const RequestKey &key) const = 0;
    // An error: it cannot be done here, the answer is the store's. On a thread of its own, once the store has not
    // answered in time or has failed; what it was asked may come to be stored nevertheless.
    virtual Result<HttpResponse> act(const HttpRequest &request, const Act &act) = 0;
    // What can be done without the store in place of a request that cannot: for the refusal.
    virtual std::string instead(const HttpRequest &request) const = 0;
    // In the transaction that stores the request in the ordinary way.
    virtual Result<void> noteStored(WriteTransaction &tx, const std::string &id) = 0;
};

// From now on this is the key's first answer, instead of one that was kept after `since`: an older one was given
// to whoever asked before, and stays.
Result<void> replaceAnswer(Database &database, const RequestKey &key, Instant since, Instant now,
                           const HttpResponse &response);

} // namespace crossfade
