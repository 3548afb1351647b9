// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakedata.h"
#include "tests/ui/pagetest.h"
#include "ui/consistency/consistencypage.h"

#include <QLabel>
#include <QTreeView>

#include <memory>

namespace crossfade::test {

// The Consistency page over two fake services.
struct ConsistencyDesk {
    FakePair services;
    std::unique_ptr<ConsistencySession> checks;
    std::unique_ptr<DifferencesSession> differences;
    std::unique_ptr<ConsistencyPage> page;

    explicit ConsistencyDesk(const QStringList &roles = {QStringLiteral("operator"), QStringLiteral("admin")})
        : services(roles)
    {
        setUpComparator(services.comparator);
        checks = std::make_unique<ConsistencySession>(&services.connection);
        differences = std::make_unique<DifferencesSession>(&services.connection);
        page = std::make_unique<ConsistencyPage>(checks.get(), differences.get());
        page->resize(pageSize());
        page->show();
    }
    bool connect()
    {
        services.open();
        return QTest::qWaitFor([&] {
            return services.isLive() && checks->phase() == LoadPhase::Ready &&
                   checks->mappings().size() == 1 && differences->phase() == LoadPhase::Ready;
        });
    }
    QTreeView *tree() { return page->findChild<QTreeView *>(QStringLiteral("differencesView")); }
    QModelIndex group(int row) { return tree()->model()->index(row, 0); }
    QModelIndex cell(int groupRow, int row, int column = 0)
    {
        return tree()->model()->index(row, column, group(groupRow));
    }
    bool isLoaded(const QModelIndex &index) { return index.data(DifferenceModel::LoadedRole).toBool(); }
    bool open(int groupRow, int row)
    {
        tree()->setExpanded(group(groupRow), true);
        tree()->scrollTo(cell(groupRow, row));
        if (!QTest::qWaitFor([&] { return isLoaded(cell(groupRow, row)); }))
            return false;
        QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {},
                          tree()->visualRect(cell(groupRow, row)).center());
        return QTest::qWaitFor([&] { return differences->shown().has_value(); });
    }
    QString text(const char *name)
    {
        auto *label = find<QLabel>(page.get(), name);
        return label ? label->text() : QString();
    }
};

} // namespace crossfade::test
