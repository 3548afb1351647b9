// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/channelmodel.h"
#include "models/items/channelwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>

namespace crossfade {

DeliveryModel::DeliveryModel(QObject *parent)
    : KeyedModel(parent)
{
}

int DeliveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DeliveryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString DeliveryModel::display(const DeliveryRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case When:
        return localDateTime(row.createdAt).date() == localDateTime(m_now).date() ? timeOfDay(row.createdAt)
                                                                                  : shortTime(row.createdAt, m_now);
    case Alert: return deliveryAlertText(row);
    case State: return channelStateText(deliveryState(row));
    case Attempts: return countText(row.attempts);
    case Said: return deliveryErrorText(row, m_now);
    case ColumnCount: break;
    }
    return {};
}

QVariant DeliveryModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const DeliveryRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return display(row, index.column());
    case Qt::EditRole:
        return index.column() == State ? toText(deliveryState(row)) : display(row, index.column());
    case Qt::ToolTipRole: return index.column() == When ? utcText(row.createdAt) : display(row, index.column());
    default: return {};
    }
}

QVariant DeliveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case When: return tr("When");
    case Alert: return tr("Alert");
    case State: return tr("State");
    case Attempts: return tr("Attempts");
    case Said: return tr("What it said");
    case ColumnCount: break;
    }
    return {};
}

bool DeliveryModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more && !m_asked;
}

void DeliveryModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_asked = true;
    Q_EMIT moreWanted();
}

void DeliveryModel::setRows(std::vector<DeliveryRow> rows, bool more, Instant now)
{
    m_now = now;
    m_more = more;
    m_asked = false;
    mergeRows(m_rows, std::move(rows), [](const DeliveryRow &row) { return row.id; });
}

void DeliveryModel::append(std::vector<DeliveryRow> rows, bool more, Instant now)
{
    std::vector<DeliveryRow> all = m_rows;
    for (DeliveryRow &row : rows)
        if (std::ranges::find(all, row.id, &DeliveryRow::id) == all.end())
            all.push_back(std::move(row));
    setRows(std::move(all), more, now);
}

void DeliveryModel::moreFailed()
{
    m_asked = false;
}

} // namespace crossfade
