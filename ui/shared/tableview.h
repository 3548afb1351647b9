// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>
#include <QTreeView>

#include <vector>

namespace crossfade {

class ColumnWidths;

// How a column is drawn. Chip, Platform and Toggle read the API's word (or the bool) from EditRole
// and what is shown from DisplayRole. Sparkline reads SparklineRole. Split reads a percentage.
enum class CellKind {
    Text,       // 13/400
    Strong,     // 13/600
    Secondary,  // 12/400, secondary text
    Number,     // right aligned
    StrongNumber,
    SecondaryNumber,
    Mono,       // 12 monospace
    Chip,       // tone and glyph by the word in EditRole; empty = "—"
    Platform,   // tinted chip with the platform's mark
    Toggle,     // switch and word; a click or Space calls setData(EditRole, !value)
    Sparkline,  // list of numbers, invalid = gap
    Split,      // small bar NEW | LEGACY from a percentage in EditRole
};

// Extra roles that delegates understand, far from the models' own.
enum CellRole {
    EmphasisRole = Qt::UserRole + 900, // int of CellEmphasis for this cell
    SparklineRole,                     // QVariantList of double or invalid
    SparklineThresholdRole,            // double
    SparklineToneRole,                 // QString: NEW, LEGACY, BREACH, "" = text
    RowTintRole,                       // QString: "BREACH" = red tint, "EDITED" = dotted bar
    SpanTextRole,                      // group rows: text drawn over the whole row
};
enum class CellEmphasis { Normal, Strong, Quiet, Red };

class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(QObject *parent = nullptr);
    void setKind(int column, CellKind kind);
    CellKind kind(int column) const;
    void setEdgeColumns(int first, int last); // these get 12 px at the outer side
    void setStale(bool stale) { m_stale = stale; }
    bool isStale() const { return m_stale; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

protected:
    // For pages with cells of their own: background, selection bar and hairline of a cell, and the
    // rectangle its text may take.
    void paintGround(QPainter &painter, const QStyleOptionViewItem &option,
                     const QModelIndex &index) const;
    QRect textRect(const QStyleOptionViewItem &option, const QModelIndex &index) const;
    virtual void paintCell(QPainter &painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index, CellKind kind) const;

private:
    std::vector<CellKind> m_kinds;
    int m_first = 0, m_last = -1;
    bool m_stale = false;
};

struct TableColumn {
    int column;
    CellKind kind;
    int width;            // pixels; 0 = takes what is left
    bool sortable = true; // only where sorting is on
    int head = 0;         // pixels its head needs; known to the view
    int chosen = 0;       // pixels the operator gave it, 0: none; known to the view
};

// Rows without grid lines, a hairline under each, the selected one with an ink bar, hover in a tint.
class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(QWidget *parent = nullptr);

    void setRowHeight(int height);  // 28 at first
    // After setModel(): kinds and widths; columns not named are hidden.
    void setColumns(const std::vector<TableColumn> &columns);
    void setCellDelegate(CellDelegate *delegate); // a page's own
    CellDelegate *cells() const { return m_cells; }
    ColumnWidths *columnWidths() const { return m_widths; }
    void setStale(bool stale); // values in tertiary, chips as outline "WAS …"
    int hoveredRow() const { return m_hover; }
    // As high as its rows (at least `least`): for short tables in a column of panes.
    void fitToRows(int least = 1, int most = 12);

    void setModel(QAbstractItemModel *model) override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rowActivated(const QModelIndex &index); // double click, Enter

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void growColumns();
    void layoutColumns();

    CellDelegate *m_cells;
    ColumnWidths *m_widths;
    std::vector<TableColumn> m_columns;
    int m_hover = -1;
    int m_fitLeast = 0, m_fitMost = 0;
};

// The same look for trees (group rows spanned by SpanTextRole).
class TreeView : public QTreeView {
    Q_OBJECT
public:
    explicit TreeView(QWidget *parent = nullptr);
    void setRowHeight(int height);
    void setColumns(const std::vector<TableColumn> &columns);
    void setCellDelegate(CellDelegate *delegate);
    CellDelegate *cells() const { return m_cells; }
    ColumnWidths *columnWidths() const { return m_widths; }
    void setStale(bool stale);

protected:
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                 const QModelIndex &index) const override;
    void drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const override;

private:
    void layoutColumns();

    CellDelegate *m_cells;
    ColumnWidths *m_widths;
    std::vector<TableColumn> m_columns;
};

} // namespace crossfade
