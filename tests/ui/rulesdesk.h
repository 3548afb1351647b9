// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulemodel.h"
#include "models/session/approvalssession.h"
#include "tests/models/session/fakedata.h"
#include "tests/ui/pagetest.h"
#include "ui/rules/rulespage.h"
#include "ui/shared/stateview.h"

#include <QAbstractItemView>

#include <memory>

namespace crossfade::test {

// The page of the rules over a router that has some.
struct RulesDesk {
    FakePair services;
    std::unique_ptr<RulesSession> rules;
    std::unique_ptr<SwitchesSession> switches;
    std::unique_ptr<TesterSession> tester;
    std::unique_ptr<ApprovalsSession> approvals;
    std::unique_ptr<RulesPage> page;

    explicit RulesDesk(const QStringList &roles = {QStringLiteral("operator"), QStringLiteral("admin")})
        : services(roles)
    {
        setUpRouter(services.router);
        for (const char *list : {"GET /api/v1/approvals", "GET /api/v1/alerts"})
            services.router.on(list, listOf(Json::array()));
        rules = std::make_unique<RulesSession>(&services.connection);
        switches = std::make_unique<SwitchesSession>(&services.connection);
        tester = std::make_unique<TesterSession>(&services.connection, rules.get(), switches.get());
        approvals = std::make_unique<ApprovalsSession>(&services.connection);
        page = std::make_unique<RulesPage>(rules.get(), switches.get(), tester.get(), approvals.get());
        page->resize(pageSize());
        page->show();
    }
    bool connect()
    {
        services.open();
        return QTest::qWaitFor([&] {
            return services.isLive() && rules->phase() == LoadPhase::Ready &&
                   switches->phase() == LoadPhase::Ready;
        });
    }
    QAbstractItemView *table() { return page->findChild<QAbstractItemView *>(QStringLiteral("rulesTable")); }
    QStringList names()
    {
        QStringList all;
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            all << table()->model()->index(row, RuleModel::Name).data().toString();
        return all;
    }
    bool add(const QString &name, const QString &target)
    {
        return click(page.get(), "addRule") && type(page.get(), "ruleName", name) &&
               type(page.get(), "ruleTarget", target) && click(page.get(), "ruleOk");
    }
    QString state() { return page->findChild<StateView *>(QStringLiteral("rulesState"))->stateName(); }
};

} // namespace crossfade::test
