// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/diffcells.h"

#include "models/items/differencefieldmodel.h"
#include "models/items/differencemodel.h"

namespace crossfade {

namespace {

std::optional<QByteArray> bytesAt(const QModelIndex &index, int role)
{
    const QVariant value = index.data(role);
    return value.isValid() ? std::optional(value.toByteArray()) : std::nullopt;
}

} // namespace

void DifferenceDelegate::paintCell(QPainter &painter, const QStyleOptionViewItem &option,
                                   const QModelIndex &index, CellKind kind) const
{
    const bool legacy = index.column() == DifferenceModel::Legacy;
    // A row that is not here yet has a placeholder and nothing else.
    if (!index.data(DifferenceModel::LoadedRole).toBool() &&
        index.column() != DifferenceModel::Entity) {
        return;
    }
    if ((!legacy && index.column() != DifferenceModel::New) ||
        index.data(DifferenceModel::IdRole).toString().isEmpty()) {
        CellDelegate::paintCell(painter, option, index, kind);
        return;
    }
    DiffValue value;
    value.side = legacy ? DiffSide::Legacy : DiffSide::New;
    value.quiet = isStale();
    const bool wholeRow = index.data(DifferenceModel::FieldRole).toString().isEmpty();
    if (wholeRow || !index.data(DifferenceModel::PresentRole).toBool()) {
        value.word = index.data(Qt::DisplayRole).toString();
    } else {
        value.text = bytesAt(index, legacy ? DifferenceModel::LegacyRole : DifferenceModel::NewRole);
        value.other = bytesAt(index, legacy ? DifferenceModel::NewRole : DifferenceModel::LegacyRole);
        // A fingerprint's letters mean nothing: as a word, without marks.
        if (index.data(DifferenceModel::SensitiveRole).toBool() && value.text)
            value.word = index.data(Qt::DisplayRole).toString();
    }
    paintDiffValue(painter, textRect(option, index), value, tokensOf(option.palette));
}

DifferenceFieldDelegate::DifferenceFieldDelegate(DiffSide left, DiffSide right, QObject *parent)
    : CellDelegate(parent)
    , m_left(left)
    , m_right(right)
{
}

void DifferenceFieldDelegate::setSides(DiffSide left, DiffSide right)
{
    m_left = left;
    m_right = right;
}

void DifferenceFieldDelegate::paintCell(QPainter &painter, const QStyleOptionViewItem &option,
                                        const QModelIndex &index, CellKind) const
{
    const bool equal = index.data(DifferenceFieldModel::EqualRole).toBool();
    if (index.column() == DifferenceFieldModel::Field) {
        CellDelegate::paintCell(painter, option, index,
                                equal ? CellKind::Secondary : CellKind::Strong);
        return;
    }
    const bool left = index.column() == DifferenceFieldModel::Left;
    DiffValue value;
    value.side = left ? m_left : m_right;
    value.text = bytesAt(index, DifferenceFieldModel::ValueRole);
    value.other = bytesAt(index, DifferenceFieldModel::OtherRole);
    value.marked = !equal;
    value.allSpaces = true;
    value.quiet = isStale();
    const QString shown = index.data(Qt::DisplayRole).toString();
    const bool sensitive = index.data(DifferenceFieldModel::SensitiveRole).toBool();
    const bool replaced = value.text && !value.text->isEmpty() &&
                          shown != QString::fromUtf8(*value.text);
    if (!index.data(DifferenceFieldModel::PresentRole).toBool() || sensitive || replaced)
        value.word = shown;
    paintDiffValue(painter, textRect(option, index), value, tokensOf(option.palette));
}

} // namespace crossfade
