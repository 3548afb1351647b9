// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace crossfade {

// Of which policies (or groups) some requests were counted by a clock that is too far off, and when that was seen
// last, by this service's clock: the seconds that such a clock tells mean nothing.
class ClockDoubts {
public:
    void note(const std::string &id, std::int64_t second, const std::string &why) {
        Doubt &doubt = m_doubts[id];
        if (doubt.second <= second) doubt = {second, why};
        if (m_doubts.size() > Most)
            std::erase_if(m_doubts, [&](const auto &entry) { return entry.second.second < second - LongestWindow; });
    }
    std::string since(const std::string &id, std::int64_t from) const {
        const auto doubt = m_doubts.find(id);
        return doubt != m_doubts.end() && doubt->second.second >= from ? doubt->second.why : std::string();
    }

private:
    static constexpr std::size_t Most = 1'000; // beyond, those that no window reaches are forgotten
    static constexpr std::int64_t LongestWindow = 3'600; // seconds
    struct Doubt {
        std::int64_t second = 0;
        std::string why;
    };
    std::map<std::string, Doubt> m_doubts;
};

} // namespace crossfade
