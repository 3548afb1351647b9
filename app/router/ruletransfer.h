// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/requestmaproutes.h"
#include "app/router/routerpart.h"
#include "models/routing/ruleimport.h"

namespace crossfade {

struct ImportPlan;

// /rules/export and /rules/import: many rules at once, as CSV or JSON.
//
// An import is read and checked beside the writer, against the stored rules it names; the writer then only
// looks whether somebody changed one of these since, and stores everything in one transaction: one epoch, all
// of it or nothing. It reads no file and no other rule: whatever waits for it, a rollback too, waits for its
// statements alone.
class RuleTransferModule : public RouterModule {
public:
    RuleTransferModule(RouterState &state, Store &store, const RequestMaps &maps)
        : m_state(state)
        , m_store(store)
        , m_maps(maps)
    {
    }
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> exportRules(const HttpRequest &request) const;
    Result<void> prepare(const HttpRequest &request) const;
    Result<HttpResponse> import(const HttpRequest &request, WriteTransaction &tx) const;
    Result<RuleImportReport> report(const HttpRequest &request, std::span<const RulePtr> existing) const;
    Result<void> store(const HttpRequest &request, const ImportPlan &plan, WriteTransaction &tx) const;

    RouterState &m_state;
    Store &m_store;
    const RequestMaps &m_maps;
};

} // namespace crossfade
