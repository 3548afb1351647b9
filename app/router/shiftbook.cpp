// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftbook.h"

namespace crossfade {

void ShiftBook::put(PolicyRecord record) {
    auto stored = std::make_shared<const PolicyRecord>(std::move(record));
    const std::lock_guard lock(m_mutex);
    m_records[stored->policy.id] = std::move(stored);
}

void ShiftBook::erase(const std::string &id) {
    const std::lock_guard lock(m_mutex);
    m_records.erase(id);
    m_views.erase(id);
    m_restarts.erase(id);
}

std::vector<ShiftBook::RecordPtr> ShiftBook::records() const {
    const std::lock_guard lock(m_mutex);
    std::vector<RecordPtr> all;
    for (const auto &[id, record] : m_records)
        all.push_back(record);
    return all;
}

ShiftBook::RecordPtr ShiftBook::record(const std::string &id) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_records.find(id);
    return found == m_records.end() ? nullptr : found->second;
}

void ShiftBook::putView(const std::string &id, ViewPtr view) {
    const std::lock_guard lock(m_mutex);
    if (m_records.contains(id)) m_views[id] = std::move(view);
}

void ShiftBook::putFirstView(const std::string &id, ViewPtr view) {
    const std::lock_guard lock(m_mutex);
    m_views[id] = std::move(view);
}

ShiftBook::ViewPtr ShiftBook::view(const std::string &id) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_views.find(id);
    return found == m_views.end() ? nullptr : found->second;
}

void ShiftBook::askRestart(const std::string &id) {
    const std::lock_guard lock(m_mutex);
    m_restarts.insert(id);
}

bool ShiftBook::takeRestart(const std::string &id) {
    const std::lock_guard lock(m_mutex);
    return m_restarts.erase(id) > 0;
}

} // namespace crossfade
