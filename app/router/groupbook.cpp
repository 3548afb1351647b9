// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/groupbook.h"

namespace crossfade {

void GroupBook::put(GroupRecord record) {
    auto stored = std::make_shared<const GroupRecord>(std::move(record));
    const std::lock_guard lock(m_mutex);
    m_records[stored->group.id] = std::move(stored);
}

void GroupBook::erase(const std::string &id) {
    const std::lock_guard lock(m_mutex);
    m_records.erase(id);
    m_views.erase(id);
}

std::vector<GroupBook::RecordPtr> GroupBook::records() const {
    const std::lock_guard lock(m_mutex);
    std::vector<RecordPtr> all;
    for (const auto &[id, record] : m_records)
        all.push_back(record);
    return all;
}

void GroupBook::putView(const std::string &id, ViewPtr view) {
    const std::lock_guard lock(m_mutex);
    if (m_records.contains(id)) m_views[id] = std::move(view);
}

void GroupBook::putFirstView(const std::string &id, ViewPtr view) {
    const std::lock_guard lock(m_mutex);
    m_views[id] = std::move(view);
}

GroupBook::ViewPtr GroupBook::view(const std::string &id) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_views.find(id);
    return found == m_views.end() ? nullptr : found->second;
}

} // namespace crossfade
