// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/repairs/repaircells.h"

#include "models/items/repairmodel.h"
#include "ui/shared/glyphs.h"
#include "ui/shared/theme.h"

#include <QMouseEvent>
#include <QPainter>

namespace crossfade {

namespace {

constexpr int BoxSide = 14;

} // namespace

RepairCells::RepairCells(QObject *parent)
    : CellDelegate(parent)
{
}

void RepairCells::paintCell(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                            CellKind kind) const
{
    if (index.column() != RepairModel::Mark) {
        CellDelegate::paintCell(painter, option, index, kind);
        return;
    }
    const Tokens &t = tokensOf(option.palette);
    const bool on = index.data(Qt::EditRole).toBool();
    const QRect rect = textRect(option, index);
    const QRectF box(rect.left(), rect.center().y() - BoxSide / 2, BoxSide, BoxSide);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(on ? t.ink : t.fieldBorder, 1));
    painter.setBrush(on ? t.ink : t.base);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    if (on)
        paintGlyph(painter, box.adjusted(2, 2, -2, -2), Glyph::Check, t.inkText);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

bool RepairCells::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                              const QModelIndex &index)
{
    if (index.column() != RepairModel::Mark)
        return CellDelegate::editorEvent(event, model, option, index);
    if (event->type() != QEvent::MouseButtonRelease || static_cast<QMouseEvent *>(event)->button() != Qt::LeftButton)
        return false;
    return model->setData(index, !index.data(Qt::EditRole).toBool(), Qt::EditRole);
}

} // namespace crossfade
