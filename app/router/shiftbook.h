// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftjson.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// The policies as last committed, and what the runner saw of each last. Any thread.
class ShiftBook {
public:
    using RecordPtr = std::shared_ptr<const PolicyRecord>;
    using ViewPtr = std::shared_ptr<const ShiftView>;

    void put(PolicyRecord record);
    void erase(const std::string &id);
    std::vector<RecordPtr> records() const;
    RecordPtr record(const std::string &id) const; // null if none

    void putView(const std::string &id, ViewPtr view);
    void putFirstView(const std::string &id, ViewPtr view); // also of a record that is yet to come
    ViewPtr view(const std::string &id) const; // null if not looked at yet

    // Guards of these policies begin their counts anew at the runner's next look.
    void askRestart(const std::string &id);
    bool takeRestart(const std::string &id);

private:
    mutable std::mutex m_mutex;
    std::map<std::string, RecordPtr> m_records;
    std::map<std::string, ViewPtr> m_views;
    std::set<std::string> m_restarts;
};

} // namespace crossfade
