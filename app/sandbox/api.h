// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <string>

namespace crossfade {

// A service's REST interface as the sandbox uses it: blocking calls with one token.
class Api {
public:
    Api(std::string url, std::string token)
        : m_url(std::move(url))
        , m_token(std::move(token))
    {
    }

    Result<Json> get(const std::string &path) const;
    Result<Json> post(const std::string &path, const Json &body) const;
    // With the version the object has now.
    Result<Json> put(const std::string &path, const Json &body, std::int64_t version) const;
    Result<Json> patch(const std::string &path, const Json &body, std::int64_t version) const;
    // The item of the list at `path` whose `field` is `value`; null if there is none.
    Result<Json> find(const std::string &path, const std::string &field,
                      const std::string &value) const;

private:
    Result<Json> send(const std::string &method, const std::string &path, const Json &body,
                      const std::string &version) const;

    std::string m_url;
    std::string m_token;
};

// A text field of an answer; "" if it is not there.
std::string textOf(const Json &object, const char *field);
std::int64_t versionOf(const Json &object);

} // namespace crossfade
