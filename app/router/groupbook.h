// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/grouprecords.h"
#include "app/router/shiftjson.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// The groups as last committed, and how the runner judged their guards last. Any thread.
class GroupBook {
public:
    using RecordPtr = std::shared_ptr<const GroupRecord>;
    using ViewPtr = std::shared_ptr<const ShiftView>; // of its policy only the guards

    void put(GroupRecord record);
    void erase(const std::string &id);
    std::vector<RecordPtr> records() const;

    void putView(const std::string &id, ViewPtr view);
    void putFirstView(const std::string &id, ViewPtr view); // also of a record that is yet to come
    ViewPtr view(const std::string &id) const; // null if not judged yet

private:
    mutable std::mutex m_mutex;
    std::map<std::string, RecordPtr> m_records;
    std::map<std::string, ViewPtr> m_views;
};

} // namespace crossfade
