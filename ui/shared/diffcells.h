// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/difftext.h"

namespace crossfade {

// The LEGACY and NEW cells of the list of differences.
class DifferenceDelegate : public CellDelegate {
    Q_OBJECT
public:
    using CellDelegate::CellDelegate;

protected:
    void paintCell(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                   CellKind kind) const override;
};

// The two value columns of an entity's fields (DifferenceFieldModel).
class DifferenceFieldDelegate : public CellDelegate {
    Q_OBJECT
public:
    // Whose tint each column takes: LEGACY | NEW, or both the target's for before | after.
    DifferenceFieldDelegate(DiffSide left, DiffSide right, QObject *parent = nullptr);
    void setSides(DiffSide left, DiffSide right);

protected:
    void paintCell(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                   CellKind kind) const override;

private:
    DiffSide m_left;
    DiffSide m_right;
};

} // namespace crossfade
