// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/answercache.h"

namespace crossfade {

std::optional<HttpResponse> AnswerCache::find(const std::string &target, std::int64_t epoch) const
{
    const std::lock_guard lock(m_mutex);
    if (epoch != m_epoch) return std::nullopt;
    const auto known = m_answers.find(target);
    if (known == m_answers.end()) return std::nullopt;
    return known->second;
}

void AnswerCache::keep(const std::string &target, std::int64_t epoch, const HttpResponse &response)
{
    if (response.status != 200 || response.rest || response.body.size() > MostBytes / 4) return;
    const std::lock_guard lock(m_mutex);
    if (epoch < m_epoch) return; // read before, answered after
    if (epoch > m_epoch || m_answers.size() >= MostAnswers || m_bytes + response.body.size() > MostBytes) clear();
    m_epoch = epoch;
    if (m_answers.emplace(target, response).second) m_bytes += response.body.size();
}

void AnswerCache::clear()
{
    m_answers.clear();
    m_bytes = 0;
}

} // namespace crossfade
