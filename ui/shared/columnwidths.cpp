// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/columnwidths.h"

#include "ui/shared/theme.h"

#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr int LeastOpen = 150;  // of a column that takes what is left
constexpr int LeastFixed = 64;  // fixed ones give way down to here, in proportion
constexpr int LeastRest = 80;   // of an open column, whatever the others take
constexpr double MostShrink = 0.62;
constexpr int EdgeMore = 4;     // pixels that a cell at the side of the table takes more
constexpr int SortArrow = 14;   // as the style leaves for it
constexpr int Widest = 4'000;   // of what was kept, by whatever screen

// Fixed widths as far as they fit: what is missing for the open columns is taken from the wide ones.
int shrunk(const TableColumn &column, double share)
{
    // A chip that is cut says nothing: it is the last to shrink. So is what the operator chose.
    const bool stiff = column.kind == CellKind::Chip || column.kind == CellKind::Platform
        || column.kind == CellKind::Toggle || column.width <= LeastFixed || column.chosen > 0;
    const double least = std::max<double>({LeastFixed, column.width * MostShrink, static_cast<double>(column.head)});
    return stiff ? column.width : static_cast<int>(column.width - (column.width - least) * share);
}

int leastOf(const TableColumn &column)
{
    return column.width == 0 ? LeastRest : shrunk(column, 1);
}

int leastOf(const std::vector<TableColumn> &columns)
{
    int least = 0;
    for (const TableColumn &column : columns)
        least += leastOf(column);
    return least;
}

// The rest of the width goes to the columns without one, in equal parts.
std::vector<int> spread(const std::vector<TableColumn> &columns, int available)
{
    int fixed = 0;
    int least = 0;
    int open = 0;
    for (const TableColumn &column : columns) {
        fixed += column.width;
        least += shrunk(column, 1);
        open += column.width == 0 ? 1 : 0;
    }
    const int missing = fixed + std::min(LeastOpen, available / 4) * open - available;
    const double share = missing <= 0 || fixed == least
        ? 0.0
        : std::min(1.0, static_cast<double>(missing) / static_cast<double>(fixed - least));
    int taken = 0;
    for (const TableColumn &column : columns)
        taken += column.width == 0 ? 0 : shrunk(column, share);
    int rest = std::max(LeastRest * open, available - taken);
    std::vector<int> widths;
    for (const TableColumn &column : columns) {
        int width = column.width == 0 ? 0 : shrunk(column, share);
        if (column.width == 0) {
            width = rest / open;
            rest -= width;
            --open;
        }
        widths.push_back(width);
    }
    return widths;
}

// Columns from left to right, each once; else none.
std::vector<int> orderOf(const QByteArray &kept)
{
    std::vector<int> order;
    for (const QByteArray &part : kept.split('>')) {
        bool isColumn = false;
        const int column = part.toInt(&isColumn);
        if (!isColumn || column < 0 || std::ranges::find(order, column) != order.end())
            return {};
        order.push_back(column);
    }
    return order;
}

// At the sides a head stands further in; those that a page has there know it already.
std::vector<TableColumn> withEdges(std::vector<TableColumn> columns, const std::vector<int> &order)
{
    for (TableColumn &column : columns) {
        const bool edge = !order.empty() && (column.column == order.front() || column.column == order.back());
        if (!edge || &column == &columns.front() || &column == &columns.back())
            continue;
        column.head += EdgeMore;
        if (column.width > 0)
            column.width = std::max(column.width, column.head);
    }
    return columns;
}

// As far as the window is wide enough for what was chosen; else everything is standard for a while.
std::vector<TableColumn> withChosen(const std::vector<TableColumn> &columns, const std::map<int, int> &chosen,
                                    int available)
{
    std::vector<TableColumn> result = columns;
    for (TableColumn &column : result) {
        if (const auto found = chosen.find(column.column); found != chosen.end())
            column.width = column.chosen = std::max({found->second, column.head, 24});
    }
    return leastOf(result) <= available ? result : columns;
}

} // namespace

void measureHeads(std::vector<TableColumn> &columns, const QAbstractItemModel &model, int sorted)
{
    const QFontMetrics metrics(fontOf(FontRole::Chip));
    for (TableColumn &column : columns) {
        const bool edge = &column == &columns.front() || &column == &columns.back();
        const QString head = model.headerData(column.column, Qt::Horizontal).toString();
        const int arrow = column.column == sorted ? SortArrow : 0;
        column.head = std::max(column.head, metrics.horizontalAdvance(head) + (edge ? 22 : 18) + arrow);
        if (column.width > 0)
            column.width = std::max(column.width, column.head);
    }
}

std::vector<int> ColumnWidths::order() const
{
    std::vector<int> columns;
    for (int place = 0; place < m_header->count(); ++place) {
        const int column = m_header->logicalIndex(place);
        if (std::ranges::find(m_columns, column, &TableColumn::column) != m_columns.end())
            columns.push_back(column);
    }
    return columns;
}

// What is not named in the order, as a column that a newer console has, comes after the others.
void ColumnWidths::arrange()
{
    if (m_standard.empty() && !m_order.empty())
        m_standard = order();
    if (m_standard.empty())
        return;
    const bool before = std::exchange(m_laying, true);
    int place = 0;
    for (const int column : m_order.empty() ? m_standard : m_order)
        if (std::ranges::find(m_columns, column, &TableColumn::column) != m_columns.end() && column < m_header->count())
            m_header->moveSection(m_header->visualIndex(column), place++);
    m_laying = before;
}

void ColumnWidths::moved()
{
    if (m_laying || !(m_pressed || m_released))
        return;
    if (m_standard.empty())
        for (const TableColumn &column : m_columns)
            m_standard.push_back(column.column);
    m_order = order();
    lay(std::vector<TableColumn>(m_columns), m_available);
    Q_EMIT chosenChanged();
}

ColumnWidths::ColumnWidths(QHeaderView *header)
    : QObject(header)
    , m_header(header)
{
    header->viewport()->installEventFilter(this);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { resized(column, width); });
    header->setSectionsMovable(true);
    connect(header, &QHeaderView::sectionMoved, this, &ColumnWidths::moved);
    connect(header, &QHeaderView::customContextMenuRequested, this,
            [this](const QPoint &at) { openMenu(m_header->mapToGlobal(at)); });
}

void ColumnWidths::place(const std::vector<TableColumn> &columns)
{
    const bool before = std::exchange(m_laying, true); // nobody carries them
    int place = 0;
    for (const TableColumn &column : columns)
        m_header->moveSection(m_header->visualIndex(column.column), place++);
    m_laying = before;
}

void ColumnWidths::lay(const std::vector<TableColumn> &columns, int available)
{
    m_columns = columns;
    m_available = available;
    arrange();
    const std::vector<TableColumn> wanted = withChosen(withEdges(columns, order()), m_chosen, available);
    std::vector<int> widths = spread(wanted, available);
    // Where no column is left to take the rest, the last one does.
    const bool open = std::ranges::any_of(wanted, [](const TableColumn &column) { return column.width == 0; });
    int gap = available;
    for (const int width : widths)
        gap -= width;
    if (!open && !m_chosen.empty() && gap > 0 && !widths.empty())
        widths.back() += gap;
    const bool before = std::exchange(m_laying, true);
    for (std::size_t i = 0; i < wanted.size(); ++i)
        m_header->resizeSection(wanted[i].column, widths[i]);
    m_laying = before;
}

void ColumnWidths::resized(int column, int width)
{
    if (m_laying || !m_pressed || width <= 0)
        return;
    const auto dragged = std::ranges::find(m_columns, column, &TableColumn::column);
    if (dragged == m_columns.end())
        return;
    // No wider than the others leave room for: nothing is ever pushed out of the table.
    const std::vector<TableColumn> now = withChosen(m_columns, m_chosen, m_available);
    const auto itself = std::ranges::find(now, column, &TableColumn::column);
    const int most = m_available - (leastOf(now) - leastOf(*itself));
    m_chosen[column] = std::max(std::min(width, most), dragged->head);
    m_dragged = true;
    lay(std::vector<TableColumn>(m_columns), m_available);
}

bool ColumnWidths::eventFilter(QObject *, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick)
        m_pressed = static_cast<QMouseEvent *>(event)->button() == Qt::LeftButton;
    if (event->type() == QEvent::MouseButtonRelease) {
        m_pressed = false;
        m_released = true;
        QMetaObject::invokeMethod(this, [this] { m_released = false; }, Qt::QueuedConnection);
        if (std::exchange(m_dragged, false))
            Q_EMIT chosenChanged();
    }
    return false;
}

QByteArray ColumnWidths::chosen() const
{
    QByteArrayList parts;
    for (const auto &[column, width] : m_chosen)
        parts.append(QByteArray::number(column) + ':' + QByteArray::number(width));
    QByteArrayList order;
    for (const int column : m_order)
        order.append(QByteArray::number(column));
    if (!order.isEmpty())
        parts.append(order.join('>'));
    return parts.join(' ');
}

void ColumnWidths::choose(const QByteArray &layout)
{
    m_chosen.clear();
    m_order.clear();
    for (const QByteArray &part : layout.split(' ')) {
        if (part.contains('>')) {
            m_order = orderOf(part);
            continue;
        }
        const QByteArrayList pair = part.split(':');
        bool isColumn = false;
        const int column = pair.value(0).toInt(&isColumn);
        const int width = pair.value(1).toInt();
        if (isColumn && column >= 0 && width > 0 && width <= Widest)
            m_chosen[column] = width;
    }
    lay(std::vector<TableColumn>(m_columns), m_available);
}

void ColumnWidths::restoreStandard()
{
    choose({});
    Q_EMIT chosenChanged();
    Q_EMIT standardRequested();
}

void ColumnWidths::openMenu(const QPoint &globalPosition)
{
    auto *menu = new QMenu(m_header);
    menu->setObjectName(QStringLiteral("columnsMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Standard widths and order")), &QAction::triggered, this,
            &ColumnWidths::restoreStandard);
    menu->popup(globalPosition);
}

} // namespace crossfade
