// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/localplan.h"
#include "app/router/ownrollbacks.h"
#include "app/router/rollbackcatchup.h"
#include "app/router/rollbackjournal.h"
#include "app/router/routerstate.h"
#include "app/router/shiftacts.h"
#include "app/router/shiftbook.h"
#include "app/service/service.h"
#include "app/service/withoutstore.h"

#include <prometheus/gauge.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// Rollbacks that the store does not know of yet (stack.md, "Rollback without a store"): done at once by lowering what
// is served here, kept in a journal in the data folder, and brought into the store, each once, when that answers.
class LocalRollbacks : public WithoutStore, public OwnRollbacks {
public:
    LocalRollbacks(Service &service, RouterState &state, ShiftBook &book, ShiftActs &acts);

    // Reads the journal: what it says is served from now on. Before any request.
    Result<void> open();
    void addRoutes(RouteTable &routes);
    Service::Dependency dependency();
    // A few times a second, on a thread of its own: stores what is kept, oldest first.
    void look();

    Result<std::optional<HttpResponse>> firstAnswer(const RequestKey &key) const override;
    Result<HttpResponse> act(const HttpRequest &request, const Act &act) override;
    std::string instead(const HttpRequest &request) const override { return LocalPlan::instead(request); }
    Result<void> noteStored(WriteTransaction &tx, const std::string &id) override;

    Result<void> keepOwn(LocalRollback rollback, OwnRollback own) override;
    std::optional<OwnRollback> ownOf(const std::string &objectId, std::int64_t version) const override;

private:
    struct Kept {
        LocalRollback rollback;
        std::optional<RequestKey> key;
        std::optional<OwnRollback> own = {}; // a runner's, not a person's
        std::string error = {}; // why the store did not take it although it answered
        std::chrono::steady_clock::time_point again{}; // not tried before
    };
    using KeptPtr = std::shared_ptr<const Kept>;

    Result<void> keep(Kept kept);
    bool takeRecord(const Json &record);
    std::vector<KeptPtr> kept() const;
    void forget(const std::string &id); // it is stored
    void lowerCeilings();               // with the mutex held
    Result<void> store(const KeptPtr &kept);
    void couldNot(const KeptPtr &kept, const Error &error);
    Json told(const Kept &kept) const;
    HttpResponse answerOf(const Kept &kept) const;
    HttpResponse list() const;

    Service &m_service;
    RouterState &m_state;
    const LocalPlan m_plan;
    RollbackCatchUp m_catchUp;
    prometheus::Gauge &m_waiting;
    std::mutex m_journalMutex; // held while the disk is waited for, and never with the other one
    std::unique_ptr<RollbackJournal> m_journal;
    mutable std::mutex m_mutex;
    std::vector<KeptPtr> m_kept; // oldest first
    std::chrono::steady_clock::time_point m_nextTry{}; // of look() alone
};

} // namespace crossfade
