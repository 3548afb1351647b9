// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tableview.h"

namespace crossfade {

// The cells of the inbox: its first column is a box that marks the task, by a click on it or Space anywhere in the
// row. A mark changes nothing but itself, so it works on stale data, too.
class RepairCells : public CellDelegate {
    Q_OBJECT
public:
    explicit RepairCells(QObject *parent = nullptr);
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

protected:
    void paintCell(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                   CellKind kind) const override;
};

} // namespace crossfade
