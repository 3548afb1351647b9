// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/checkengine.h"
#include "app/comparator/context.h"
#include "app/comparator/repairengine.h"
#include "app/service/service.h"

#include <memory>

namespace crossfade {

struct ComparatorOptions {
    std::int64_t batchRows = 20'000;
};

// The comparator's own part of its service: routes, the worker of the runs, the worker of the
// repairs.
class ComparatorPart : public Service::Part {
public:
    static Result<std::unique_ptr<Service::Part>> make(Service &service,
                                                       const ComparatorOptions &options);
    void addRoutes(RouteTable &routes) override;
    Result<void> start() override;
    void stop() override;

private:
    explicit ComparatorPart(Context context);

    Context m_context;
    CheckEngine m_checks;
    RepairEngine m_repairs;
};

} // namespace crossfade
