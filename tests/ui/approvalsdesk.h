// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/shiftdata.h"
#include "tests/ui/pagetest.h"
#include "ui/approvals/approvaldialog.h"
#include "ui/approvals/rollbackdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/factlist.h"

#include <QLabel>

namespace crossfade::test {

inline constexpr const char *Rollbacks = "POST /api/v1/rollbacks";
inline constexpr const char *Approve = "POST /api/v1/approvals/a-1/approve";

// The two dialogs over two services that answer as a test says.
struct Desk {
    FakePair services;
    std::unique_ptr<ShiftSession> shifts;
    std::unique_ptr<ApprovalsSession> approvals;
    std::unique_ptr<QDialog> dialog;

    explicit Desk(const QStringList &roles = {QStringLiteral("operator"), QStringLiteral("approver")}, bool proposed = true)
        : services(roles)
    {
        setUpShifts(services.router, proposed);
        shifts = std::make_unique<ShiftSession>(&services.connection);
        approvals = std::make_unique<ApprovalsSession>(&services.connection);
    }
    bool open()
    {
        services.open();
        return QTest::qWaitFor([&] {
            return services.isLive() && shifts->phase() == LoadPhase::Ready && approvals->phase() == LoadPhase::Ready;
        });
    }
    void rollBack(const std::string &policy = {})
    {
        dialog = std::make_unique<RollBackDialog>(shifts.get(), policy);
        dialog->show();
    }
    void approval()
    {
        dialog = std::make_unique<ApprovalDialog>(approvals.get(), shifts.get(), "a-1");
        dialog->show();
    }
    template <class Widget>
    Widget *get(const char *name) { return dialog->findChild<Widget *>(QLatin1String(name)); }
    QString note() { return get<QLabel>("dialogNote")->text(); }
    int asked(const char *route) { return static_cast<int>(services.router.asked(route).size()); }
    bool factSays(const char *list, const QString &text)
    {
        for (const Fact &fact : get<FactList>(list)->facts())
            if ((fact.strong + QLatin1Char(' ') + fact.text).contains(text))
                return true;
        return false;
    }
};

// What the router answers to a rollback of everything.
inline Json outcome()
{
    return Json{{"epoch", 4818}, {"items", Json::array({{{"policy_id", "p-logins"}, {"policy_name", "logins"},
                {"from_percentage", 35}, {"to_percentage", 0}, {"state", "ROLLED_BACK"}}})},
                {"master_from", "OFF"}, {"master_to", "OFF"}};
}

} // namespace crossfade::test
