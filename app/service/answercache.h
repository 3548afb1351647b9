// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace crossfade {

// The last answers of reads that depend on nothing but the store, each for as long as the store is as it was: a
// thousand consoles that read the same page after one change make one read of it. An answer is known by the
// epoch its transaction saw, so one that a commit has overtaken is never given. Any thread.
class AnswerCache {
public:
    static constexpr std::size_t MostAnswers = 1'000;
    static constexpr std::size_t MostBytes = 8 << 20; // of all bodies

    std::optional<HttpResponse> find(const std::string &target, std::int64_t epoch) const;
    void keep(const std::string &target, std::int64_t epoch, const HttpResponse &response);

private:
    void clear();

    mutable std::mutex m_mutex;
    std::map<std::string, HttpResponse, std::less<>> m_answers; // all of one epoch
    std::int64_t m_epoch = -1;
    std::size_t m_bytes = 0;
};

} // namespace crossfade
