// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakedata.h"
#include "tests/models/session/shiftdata.h"
#include "tests/ui/consoledesk.h"

// The whole console over two fake services with a migration under way.
namespace crossfade::test {

inline Json auditJson(int id)
{
    return Json{{"id", id}, {"at", at(-60 * id)}, {"subject", "operator-1"}, {"action", "rule.update"},
                {"object_type", "rule"}, {"object_id", "r1"}, {"reason", "because " + std::to_string(id)},
                {"request_id", "q" + std::to_string(id)}, {"hash", "abc"},
                {"before", {{"priority", 10}, {"active", true}}}, {"after", {{"priority", 20}, {"active", true}}}};
}

inline void setUpAudit(FakeService &service)
{
    Json entries = Json::array();
    for (int id = 1; id <= 5; ++id)
        entries.push_back(auditJson(id));
    service.on("GET /api/v1/audit", listOf(entries));
    service.on("GET /api/v1/audit/verification",
               Json{{"intact", true}, {"entries", 5}, {"checked_at", at(0)}, {"first_broken", nullptr}});
}

struct FakeConsole {
    FakePair services;
    ConsoleDesk desk;

    FakeConsole()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:");
        setUpRouter(services.router);
        setUpShifts(services.router);
        setUpComparator(services.comparator);
        setUpAudit(services.router);
    }
    bool connect()
    {
        const QString id = desk.addProfile(services.router.url(), services.comparator.url());
        auto *connections = desk.console().connections();
        connections->setToken(id, ServiceName::Router, "router-token");
        connections->setToken(id, ServiceName::Comparator, "comparator-token");
        connections->connectTo(id);
        return QTest::qWaitFor([this] { return desk.isLive(); }, 20'000);
    }
};

inline const QStringList &pageIds()
{
    static const QStringList ids{QStringLiteral("overview"),    QStringLiteral("rules"),   QStringLiteral("shift"),
                                 QStringLiteral("consistency"), QStringLiteral("repairs"), QStringLiteral("audit"),
                                 QStringLiteral("connections")};
    return ids;
}

} // namespace crossfade::test
