// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/layoutmemory.h"

#include "models/session/settings.h"
#include "ui/frame/page.h"
#include "ui/shared/columnwidths.h"

#include <QHeaderView>
#include <QSplitter>

namespace crossfade {

namespace {

// Widgets of a page have no names of their own for this: their order is part of the page.
QString nameOf(const Page *page, const char *kind, qsizetype index)
{
    return QStringLiteral("%1/%2%3").arg(page->id(), QLatin1String(kind)).arg(index);
}

void rememberSplitter(QSplitter *splitter, const QString &name, Settings *settings)
{
    const QByteArray kept = settings->layout(name);
    if (!kept.isEmpty())
        splitter->restoreState(kept);
    QObject::connect(splitter, &QSplitter::splitterMoved, settings,
                     [splitter, name, settings] { settings->setLayout(name, splitter->saveState()); });
}

// "3 descending"
void rememberWidths(ColumnWidths *widths, const QString &name, Settings *settings)
{
    widths->choose(settings->layout(name));
    QObject::connect(widths, &ColumnWidths::chosenChanged, settings,
                     [widths, name, settings] { settings->setLayout(name, widths->chosen()); });
}

void rememberSorting(TableView *table, const QString &name, Settings *settings)
{
    const QHeaderView *head = table->horizontalHeader();
    const int standard = head->sortIndicatorSection();
    const Qt::SortOrder order = head->sortIndicatorOrder();
    QObject::connect(table->columnWidths(), &ColumnWidths::standardRequested, table,
                     [table, standard, order] { table->sortByColumn(standard, order); });
    const QByteArray kept = settings->layout(name);
    const int column = kept.split(' ').value(0).toInt();
    if (!kept.isEmpty() && column >= 0 && column < table->horizontalHeader()->count())
        table->sortByColumn(column, kept.endsWith("descending") ? Qt::DescendingOrder : Qt::AscendingOrder);
    QObject::connect(table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, settings,
                     [name, settings](int section, Qt::SortOrder order) {
                         settings->setLayout(name, QByteArray::number(section) +
                                                       (order == Qt::DescendingOrder ? " descending" : " ascending"));
                     });
}

} // namespace

void rememberLayout(Page *page, Settings *settings)
{
    qsizetype index = 0;
    for (QSplitter *splitter : page->findChildren<QSplitter *>())
        rememberSplitter(splitter, nameOf(page, "divider", index++), settings);
    index = 0;
    const QList<TableView *> tables = page->findChildren<TableView *>();
    for (TableView *table : tables)
        if (table->isSortingEnabled())
            rememberSorting(table, nameOf(page, "sorting", index++), settings);
    index = 0;
    for (const TableView *table : tables)
        rememberWidths(table->columnWidths(), nameOf(page, "widths", index++), settings);
    index = 0;
    for (const TreeView *tree : page->findChildren<TreeView *>())
        rememberWidths(tree->columnWidths(), nameOf(page, "treeWidths", index++), settings);
}

} // namespace crossfade
