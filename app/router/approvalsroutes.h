// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftacts.h"
#include "app/service/http.h"

namespace crossfade {

// Approvals (the first answer wins) and alerts.
class ApprovalsRoutes {
public:
    ApprovalsRoutes(ShiftBook &book, ShiftActs &acts);
    void addRoutes(RouteTable &routes);

private:
    Result<HttpResponse> decide(const HttpRequest &request, WriteTransaction &tx, bool approve);

    ShiftBook &m_book;
    ShiftActs &m_acts;
};

} // namespace crossfade
