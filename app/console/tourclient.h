// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <string>

namespace crossfade {

// A REST client that shares nothing with the console's own: it looks from outside, with its own
// token, whether what was clicked has really happened. One call at a time, bounded.
class TourClient {
public:
    TourClient(std::string base, std::string token);

    struct Answer {
        int status = 0; // 0: none came
        Json body;
        std::string problem;
        bool ok() const { return status >= 200 && status < 300; }
    };
    Answer get(const std::string &path) const;
    Answer post(const std::string &path, const Json &body) const;
    Answer put(const std::string &path, const Json &body) const;

private:
    Answer send(const char *verb, const std::string &path, const std::string &body) const;

    std::string m_base;
    std::string m_token;
};

} // namespace crossfade
