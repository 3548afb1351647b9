// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/differencefieldmodel.h"

#include "models/items/text.h"

#include <algorithm>

namespace crossfade {

DifferenceFieldModel::DifferenceFieldModel(Purpose purpose, QObject *parent)
    : KeyedModel(parent)
    , m_purpose(purpose)
{
}

int DifferenceFieldModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_fields.size());
}

int DifferenceFieldModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString DifferenceFieldModel::display(const EntityField &field, int column) const
{
    if (column == Field)
        return toText(field.name);
    if (!(column == Left ? m_leftPresent : m_rightPresent))
        return tr("no row");
    if (m_purpose == Purpose::Repair && column == Right && field.equal)
        return tr("unchanged");
    const std::optional<std::string> &value = column == Left ? field.left : field.right;
    if (!value)
        return tr("NULL");
    return value->empty() ? tr("empty string") : toText(*value);
}

QVariant DifferenceFieldModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const EntityField &field = m_fields[static_cast<std::size_t>(index.row())];
    const bool left = index.column() == Left;
    const auto bytes = [](const std::optional<std::string> &value) {
        return value ? QVariant(QByteArray(value->data(), qsizetype(value->size()))) : QVariant();
    };
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return display(field, index.column());
    case ValueRole: return bytes(left ? field.left : field.right);
    case OtherRole: return bytes(left ? field.right : field.left);
    case EqualRole: return field.equal;
    case SensitiveRole: return field.sensitive;
    case PresentRole: return left ? m_leftPresent : m_rightPresent;
    default: return {};
    }
}

QVariant DifferenceFieldModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const bool difference = m_purpose == Purpose::Difference;
    switch (static_cast<Column>(section)) {
    case Field: return tr("Field");
    case Left: return difference ? tr("LEGACY") : tr("before");
    case Right: return difference ? tr("NEW") : tr("after");
    case ColumnCount: break;
    }
    return {};
}

void DifferenceFieldModel::setFields(std::vector<EntityField> fields, bool leftPresent,
                                     bool rightPresent)
{
    std::ranges::stable_partition(fields, [](const EntityField &field) { return !field.equal; });
    const bool presence = leftPresent != m_leftPresent || rightPresent != m_rightPresent;
    m_leftPresent = leftPresent;
    m_rightPresent = rightPresent;
    mergeRows(m_fields, std::move(fields), [](const EntityField &field) { return field.name; });
    if (presence && !m_fields.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

} // namespace crossfade
