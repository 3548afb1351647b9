// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tableview.h"

#include <QByteArray>
#include <QObject>

#include <map>
#include <vector>

class QAbstractItemModel;
class QHeaderView;

namespace crossfade {

// No column gets narrower than its head, the arrow of `sorted` included (-1: none is).
void measureHeads(std::vector<TableColumn> &columns, const QAbstractItemModel &model, int sorted);

// Who lays out the columns of a table: as its page says, but for those that the operator made wider or
// narrower by dragging their border, and in the order that their heads were dragged to. The header's context menu
// leads back to the standard.
class ColumnWidths : public QObject {
    Q_OBJECT
public:
    explicit ColumnWidths(QHeaderView *header);

    // Puts the columns of the page in its order; lay() then puts them in the operator's.
    void place(const std::vector<TableColumn> &columns);
    // Shares out `available` pixels.
    void lay(const std::vector<TableColumn> &columns, int available);

    // What the operator chose, "3:120 5:80 5>0>3", for keeping: widths, then the order. What names no column of the
    // table stands by.
    QByteArray chosen() const;
    void choose(const QByteArray &layout);
    // The columns shown, from left to right.
    std::vector<int> order() const;
    void openMenu(const QPoint &globalPosition);

Q_SIGNALS:
    void chosenChanged();      // by the operator
    void standardRequested();  // widths and order are standard again; what else there is to a layout may follow

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void resized(int column, int width);
    void moved();
    void arrange();
    void restoreStandard();

    QHeaderView *m_header;
    std::vector<TableColumn> m_columns;
    int m_available = 0;
    std::map<int, int> m_chosen; // pixels by column
    std::vector<int> m_order;    // as chosen; empty: standard
    std::vector<int> m_standard; // as the page has it
    bool m_released = false;     // just now: a head that was dragged takes its place with that
    bool m_pressed = false;      // only what happens under a pressed button is a choice
    bool m_dragged = false;
    bool m_laying = false;
};

} // namespace crossfade
