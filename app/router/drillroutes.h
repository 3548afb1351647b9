// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "app/service/store.h"
#include "models/shift/drill.h"

#include <atomic>

namespace crossfade {

// POST /shift-policies/{id}/drill: what a policy, saved or not, would have done with what was recorded of
// a shift. Changes nothing; on the pool of slow work, over a bounded piece of the record.
class DrillRoutes {
public:
    explicit DrillRoutes(Store &store) : m_store(store) {}
    void addRoutes(RouteTable &routes);
    void cancel() { m_cancelled = true; } // the service is stopping

private:
    struct Question {
        std::string policyId;
        Instant from{};
        Instant to{};
        ShiftPolicy policy;
    };
    Result<HttpResponse> drill(const HttpRequest &request);
    Result<Question> question(const HttpRequest &request);
    Result<DrillOutcome> replay(Database &db, const Question &question) const;

    Store &m_store;
    std::atomic<bool> m_cancelled{false};
};

} // namespace crossfade
