// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/tableview.h"

#include "ui/shared/chip.h"
#include "ui/shared/columnwidths.h"
#include "ui/shared/crossfadestyle.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/theme.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

namespace crossfade {

namespace {

constexpr int HeadHeight = 26;
constexpr int RowsMeasured = 30;
constexpr int WidestChip = 220;

} // namespace

TableView::TableView(QWidget *parent)
    : QTableView(parent), m_cells(new CellDelegate(this)), m_widths(new ColumnWidths(horizontalHeader()))
{
    setItemDelegate(m_cells);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // columns give way instead
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setRowHeight(28);
    QHeaderView *head = horizontalHeader();
    head->setFixedHeight(HeadHeight);
    head->setHighlightSections(false);
    head->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    head->setMinimumSectionSize(24);
    head->setFont(fontOf(FontRole::Chip));
    connect(head, &QHeaderView::sortIndicatorChanged, this, [this] { layoutColumns(); });
    connect(m_widths, &ColumnWidths::chosenChanged, this, &TableView::layoutColumns);
    connect(this, &QTableView::doubleClicked, this, &TableView::rowActivated);
}

void TableView::setRowHeight(int height)
{
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
}

void TableView::setCellDelegate(CellDelegate *delegate)
{
    m_cells = delegate;
    setItemDelegate(delegate);
}

void TableView::setColumns(const std::vector<TableColumn> &columns)
{
    m_columns = columns;
    const int total = model() != nullptr ? model()->columnCount() : 0;
    for (int column = 0; column < total; ++column)
        setColumnHidden(column, true);
    for (const TableColumn &column : columns) {
        setColumnHidden(column.column, false);
        m_cells->setKind(column.column, column.kind);
    }
    m_widths->place(columns);
    layoutColumns();
}

// Never narrower than its head or, as far as the first rows tell, its chips: a word that is cut says
// nothing. Columns only grow, so that they do not tremble while values change.
void TableView::growColumns()
{
    if (model() == nullptr)
        return;
    if (!horizontalHeader()->isHidden())
        measureHeads(m_columns, *model(), isSortingEnabled() ? horizontalHeader()->sortIndicatorSection() : -1);
    const int rows = std::min(RowsMeasured, model()->rowCount());
    for (TableColumn &column : m_columns) {
        if (column.width == 0 || column.kind != CellKind::Chip)
            continue;
        const bool edge = &column == &m_columns.front() || &column == &m_columns.back();
        const int padding = edge ? 22 : 18;
        for (int row = 0; row < rows; ++row) {
            const QModelIndex cell = model()->index(row, column.column);
            const ChipLook look = chipOf(cell.data(Qt::EditRole).toString(), cell.data().toString());
            column.width = std::max(column.width, std::min(WidestChip, chipWidth(look)) + padding);
        }
    }
}

void TableView::layoutColumns()
{
    growColumns();
    m_widths->lay(m_columns, viewport()->width());
    if (const std::vector<int> order = m_widths->order(); !order.empty())
        m_cells->setEdgeColumns(order.front(), order.back());
}

void TableView::setStale(bool stale)
{
    m_cells->setStale(stale);
    viewport()->update();
}

void TableView::fitToRows(int least, int most)
{
    m_fitLeast = least;
    m_fitMost = most;
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    updateGeometry();
}

void TableView::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    if (model == nullptr)
        return;
    const auto refit = [this] {
        if (m_fitMost > 0)
            updateGeometry();
    };
    connect(model, &QAbstractItemModel::rowsInserted, this, refit);
    connect(model, &QAbstractItemModel::rowsRemoved, this, refit);
    connect(model, &QAbstractItemModel::modelReset, this, refit);
    connect(model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first) {
        if (first < RowsMeasured)
            layoutColumns();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first) {
        if (first.row() < RowsMeasured)
            layoutColumns();
    });
    connect(model, &QAbstractItemModel::modelReset, this, &TableView::layoutColumns);
}

QSize TableView::sizeHint() const
{
    if (m_fitMost == 0 || model() == nullptr)
        return QTableView::sizeHint();
    const int rows = std::clamp(model()->rowCount(), m_fitLeast, m_fitMost);
    const int head = horizontalHeader()->isHidden() ? 0 : HeadHeight;
    return {400, head + rows * verticalHeader()->defaultSectionSize() + 1};
}

QSize TableView::minimumSizeHint() const
{
    if (m_fitMost == 0)
        return {120, HeadHeight + 2 * verticalHeader()->defaultSectionSize()};
    return {120, sizeHint().height()};
}

void TableView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    const QModelIndex current = currentIndex();
    if (!showsFocus(this) || !current.isValid())
        return;
    QPainter painter(viewport());
    const int y = rowViewportPosition(current.row());
    paintFocusRing(painter, QRect(0, y, viewport()->width(), rowHeight(current.row()) - 1), palette());
}

void TableView::keyPressEvent(QKeyEvent *event)
{
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()
        && event->modifiers() == Qt::NoModifier) {
        Q_EMIT rowActivated(currentIndex());
        return;
    }
    if (event->key() == Qt::Key_Space && currentIndex().isValid()) {
        // Space works the row's switch wherever in the row the focus is.
        for (const TableColumn &column : m_columns) {
            if (column.kind != CellKind::Toggle)
                continue;
            const QModelIndex cell = currentIndex().siblingAtColumn(column.column);
            QStyleOptionViewItem option;
            initViewItemOption(&option);
            m_cells->editorEvent(event, model(), option, cell);
            return;
        }
    }
    QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent *event)
{
    // With the mouse it is the head's; its menu is reached by the keyboard from the rows.
    if (event->reason() == QContextMenuEvent::Keyboard)
        m_widths->openMenu(event->globalPos());
}

void TableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    layoutColumns();
}

void TableView::mouseMoveEvent(QMouseEvent *event)
{
    QTableView::mouseMoveEvent(event);
    const int row = rowAt(static_cast<int>(event->position().y()));
    if (row == m_hover)
        return;
    m_hover = row;
    viewport()->update();
}

void TableView::leaveEvent(QEvent *event)
{
    QTableView::leaveEvent(event);
    m_hover = -1;
    viewport()->update();
}

TreeView::TreeView(QWidget *parent)
    : QTreeView(parent), m_cells(new CellDelegate(this)), m_widths(new ColumnWidths(header()))
{
    setItemDelegate(m_cells);
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setAllColumnsShowFocus(true);
    setIndentation(16);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setFixedHeight(HeadHeight);
    header()->setFont(fontOf(FontRole::Chip));
    header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header()->setStretchLastSection(false);
    connect(m_widths, &ColumnWidths::chosenChanged, this, &TreeView::layoutColumns);
}

void TreeView::setRowHeight(int height)
{
    // Uniform rows take their height from the delegate; the decoration size carries ours to it.
    setIconSize(QSize(16, height));
}

void TreeView::setColumns(const std::vector<TableColumn> &columns)
{
    m_columns = columns;
    for (int column = 0; model() != nullptr && column < model()->columnCount(); ++column)
        setColumnHidden(column, std::ranges::none_of(columns, [column](const TableColumn &shown) {
                            return shown.column == column;
                        }));
    for (const TableColumn &column : columns)
        m_cells->setKind(column.column, column.kind);
    layoutColumns();
}

void TreeView::setCellDelegate(CellDelegate *delegate)
{
    m_cells = delegate;
    setItemDelegate(delegate);
}

void TreeView::setStale(bool stale)
{
    m_cells->setStale(stale);
    viewport()->update();
}

void TreeView::layoutColumns()
{
    if (model() != nullptr)
        measureHeads(m_columns, *model(), -1);
    m_widths->lay(m_columns, viewport()->width());
    if (const std::vector<int> order = m_widths->order(); !order.empty())
        m_cells->setEdgeColumns(order.front(), order.back());
}

void TreeView::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Keyboard)
        m_widths->openMenu(event->globalPos());
}

void TreeView::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    layoutColumns();
}

void TreeView::paintEvent(QPaintEvent *event)
{
    QTreeView::paintEvent(event);
    if (!showsFocus(this) || !currentIndex().isValid())
        return;
    const QRect row = visualRect(currentIndex());
    if (row.isEmpty())
        return;
    QPainter painter(viewport());
    paintFocusRing(painter, QRect(0, row.top(), viewport()->width(), row.height() - 1), palette());
}

void TreeView::drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                       const QModelIndex &index) const
{
    const QString span = index.siblingAtColumn(0).data(SpanTextRole).toString();
    if (span.isEmpty()) {
        QTreeView::drawRow(painter, option, index);
        return;
    }
    const Tokens &t = tokensOf(palette());
    painter->save();
    painter->fillRect(option.rect, selectionModel()->isSelected(index) ? t.highlight : t.alternate);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.hairline);
    const QRectF mark(option.rect.left() + 6, option.rect.center().y() - 5, 10, 10);
    paintGlyph(*painter, mark, isExpanded(index) ? Glyph::ChevronDown : Glyph::ChevronRight, t.secondary);
    const QString name = index.data(Qt::DisplayRole).toString();
    painter->setFont(fontOf(FontRole::PaneTitle));
    painter->setPen(t.text);
    const QFontMetrics strong(painter->font());
    const int baseline = option.rect.top() + (option.rect.height() + strong.ascent() - strong.descent()) / 2;
    painter->drawText(option.rect.left() + 24, baseline, name);
    painter->setFont(fontOf(FontRole::Secondary));
    painter->setPen(t.secondary);
    painter->drawText(option.rect.left() + 32 + strong.horizontalAdvance(name), baseline, span);
    painter->restore();
}

void TreeView::drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &) const
{
    const Tokens &t = tokensOf(palette());
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.hairline);
}

} // namespace crossfade
