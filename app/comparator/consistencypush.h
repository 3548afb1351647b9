// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/routerpush.h"

namespace crossfade {

// Tells the router what the newest whole run of each check says: at once when that changes, and again every few seconds,
// for what was told counts for a short while only. One that did not judge every row is told as PARTIAL: its percentage is
// a bound.
class ConsistencyPush : public RouterPush {
public:
    ConsistencyPush(const Context &context, const RouterAddress &router) : RouterPush(context, router, "CONSISTENCY") {}
    ~ConsistencyPush() override { stop(); }

protected:
    Result<Step> push() override;
    Result<void> begin() override;

private:
    Result<void> look();

    std::int64_t m_lookedEpoch = -1; // of the store
    std::string m_source;
    Json m_checks;
    bool m_told = false; // these
    Clock::time_point m_toldAt{};
    Clock::time_point m_olderUntil{}; // a router that does not take it is not asked before
};

} // namespace crossfade
