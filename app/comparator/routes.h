// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/checkengine.h"
#include "app/comparator/context.h"
#include "app/comparator/ignoresweep.h"
#include "app/comparator/repairengine.h"
#include "app/comparator/routerlink.h"
#include "app/comparator/syncengine.h"
#include "app/service/http.h"

#include <set>

namespace crossfade {

// The comparator's routes, a file for each kind of object.
void addSourceRoutes(RouteTable &routes, const Context &context);
void addMappingRoutes(RouteTable &routes, const Context &context);
void addSuggestRoutes(RouteTable &routes, const Context &context);
void addCheckRoutes(RouteTable &routes);
void addComparisonRoutes(RouteTable &routes, const Context &context);
void addMonitorRoutes(RouteTable &routes, const Context &context);
void addRunRoutes(RouteTable &routes, CheckEngine &engine);
void addDifferenceRoutes(RouteTable &routes, const Context &context);
void addDifferenceListRoutes(RouteTable &routes, const Context &context);
void addIgnoreRoutes(RouteTable &routes, IgnoreSweep &sweep);
void addRepairRoutes(RouteTable &routes, const Context &context, RepairEngine &engine);
void addRepairListRoutes(RouteTable &routes);
void addRepairBulkRoutes(RouteTable &routes, RepairEngine &engine);
void addAssignmentRoutes(RouteTable &routes);
void addSyncRoutes(RouteTable &routes, const Context &context, SyncEngine &engine);
void addSyncTaskRoutes(RouteTable &routes, SyncEngine &engine);
void addStatusRoutes(RouteTable &routes, const Context &context, const RouterAddress &router, bool keyIndex);

// Who may what.
inline const std::set<Role> Readers{Role::Viewer, Role::Operator, Role::Approver, Role::Admin,
                                    Role::Service};
inline const std::set<Role> Admins{Role::Admin};
inline const std::set<Role> Operators{Role::Operator, Role::Admin};
inline const std::set<Role> Proposers{Role::Operator};
inline const std::set<Role> Approvers{Role::Approver};
inline const std::set<Role> Lookers{Role::Operator, Role::Approver, Role::Admin};

RouteRules rulesFor(std::set<Role> roles, std::vector<std::string> query = {});
RouteRules changeRules(std::set<Role> roles, bool ifMatch);

// The answer of a handler that runs outside the store's pools.
HttpResponse answerOf(const HttpRequest &request, const Result<HttpResponse> &result);
// Invalid for a body that holds anything but a reason; none at all is good too.
Result<void> checkEmptyBody(const HttpRequest &request);
// Stale unless If-Match names this version.
Result<void> checkVersion(const HttpRequest &request, std::int64_t version);
// NotFound, naming what is missing.
Failure noSuch(std::string_view what, const std::string &id);

} // namespace crossfade
