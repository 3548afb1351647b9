// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/fetch.h"
#include "models/core/json.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

namespace crossfade {

// Where the router is and who the comparator is to it.
struct RouterAddress {
    std::vector<std::string> urls; // of its replicas, in the order of preference; none: no router
    std::string tokenFile;         // whose first line is a token of role service, or
    std::string tokenEnv;          // an environment variable with it
    std::string caFile;            // of who signs its certificate, where the system does not know them
    std::int64_t alertSeconds = 60; // so long it may take nothing before somebody is told

    bool isSet() const { return !urls.empty(); }
};

// Calls to the router, of one thread. A replica that does not answer is left for the next one, which stays until it does
// not answer either.
class RouterLink {
public:
    explicit RouterLink(RouterAddress address) : m_address(std::move(address)) {}

    // `request.url` is the path. Any status is an answer; those that a replica itself is the reason of lead on to the
    // next call's replica. With `pieces` as its body.
    Result<FetchAnswer> call(FetchRequest request, const BodyPieces &pieces = {});
    void cancel() { m_cancelled = true; } // any thread: what runs ends, nothing more is sent
    bool isCancelled() const { return m_cancelled; }
    const RouterAddress &address() const { return m_address; }

private:
    Result<std::string> token() const;

    const RouterAddress m_address;
    std::size_t m_at = 0;
    std::atomic<bool> m_cancelled{false};
};

// The error of an answer of 400 and above, with the words of its problem; else its JSON object.
Result<Json> routerJson(const Result<FetchAnswer> &answer);
// Of an object that another program made: 0 or "" where there is no such thing.
std::int64_t numberIn(const Json &object, const char *field);
std::string textIn(const Json &object, const char *field);

} // namespace crossfade
