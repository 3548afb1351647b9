// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

struct TestAnswer {
    int status = 0; // 0: no answer, see `error`
    Json json;      // null if the body is not JSON
    std::string body;
    std::string error;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    std::string header(std::string_view name) const;
};

// An HTTP client that shares no code with the services: libcurl, one call at a time.
class TestClient {
public:
    explicit TestClient(std::string base, std::string token = {});
    using Headers = std::vector<std::pair<std::string, std::string>>;
    TestAnswer send(const std::string &method, const std::string &path, const std::string &body,
                    const Headers &headers = {}) const;
    TestAnswer get(const std::string &path) const;
    // POST carries a fresh Idempotency-Key; PUT, PATCH and DELETE take the version for If-Match.
    TestAnswer post(const std::string &path, const Json &body) const;
    // What was measured, as traffic engines send it: without a key.
    TestAnswer observe(const Json &observations) const;
    TestAnswer put(const std::string &path, const Json &body, const std::string &version) const;
    TestAnswer patch(const std::string &path, const Json &body, const std::string &version) const;
    TestAnswer remove(const std::string &path, const std::string &version) const;

    const std::string &base() const { return m_base; }
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

private:
    std::string m_base;
    std::string m_token;
    std::chrono::milliseconds m_timeout{15'000};
};

} // namespace crossfade
