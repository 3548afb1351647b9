// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/masterswitch.h"
#include "app/router/shiftacts.h"
#include "app/service/http.h"
#include "app/service/leadership.h"

namespace crossfade {

// Approvals (the first answer wins) and alerts.
class ApprovalsRoutes {
public:
    ApprovalsRoutes(RouterState &state, ShiftBook &book, ShiftActs &acts, MasterSwitch &masterSwitch,
                    const Leadership &leadership);
    void addRoutes(RouteTable &routes);

private:
    Result<HttpResponse> decide(const HttpRequest &request, WriteTransaction &tx, bool approve);
    // What follows from the answer; the approval is closed already.
    Result<void> followShift(const HttpRequest &request, WriteTransaction &tx,
                             const Approval &approval, bool approve);
    Result<HttpResponse> overrideGates(const HttpRequest &request, WriteTransaction &tx);

    RouterState &m_state;
    ShiftBook &m_book;
    ShiftActs &m_acts;
    MasterSwitch &m_masterSwitch;
    const Leadership &m_leadership;
};

} // namespace crossfade
