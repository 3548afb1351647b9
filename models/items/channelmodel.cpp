// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/channelmodel.h"

#include "models/items/channelwords.h"
#include "models/items/keyedroles.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"

#include <algorithm>

namespace crossfade {

namespace {

// Versions are whole numbers that only grow.
bool isFormerVersion(const std::string &version, const std::string &than)
{
    return version.size() != than.size() ? version.size() < than.size() : version < than;
}

bool standsBefore(const ChannelRow &a, const ChannelRow &b)
{
    return a.name != b.name ? a.name < b.name : a.id < b.id;
}

} // namespace

ChannelModel::ChannelModel(QObject *parent)
    : KeyedModel(parent)
{
}

int ChannelModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChannelModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ChannelModel::display(const ChannelRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case State: return channelStateText(channelState(row));
    case Name: return toText(row.name);
    case Kind: return channelKindText(row.kind);
    case Where: return channelWhere(row);
    case Severity: return wordText(toText(row.minSeverity));
    case Types: return channelTypesText(row);
    case ColumnCount: break;
    }
    return {};
}

QVariant ChannelModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const ChannelRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return display(row, index.column());
    case Qt::EditRole:
        return index.column() == State ? toText(channelState(row)) : display(row, index.column());
    case ItemEmphasisRole: return index.column() == Name ? QVariant(row.active ? ItemStrong : ItemQuiet) : QVariant();
    case IdRole: return toText(row.id);
    default: return {};
    }
}

QVariant ChannelModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case State: return tr("State");
    case Name: return tr("Name");
    case Kind: return tr("Kind");
    case Where: return tr("Where");
    case Severity: return tr("Severity");
    case Types: return tr("Alerts");
    case ColumnCount: break;
    }
    return {};
}

void ChannelModel::setRows(std::vector<ChannelRow> rows)
{
    std::ranges::sort(rows, standsBefore);
    mergeRows(m_rows, std::move(rows), [](const ChannelRow &row) { return row.id; });
}

void ChannelModel::put(const ChannelRow &row)
{
    if (row.id.empty())
        return;
    std::vector<ChannelRow> rows = m_rows;
    const auto found = std::ranges::find(rows, row.id, &ChannelRow::id);
    if (found == rows.end())
        rows.push_back(row);
    else if (isFormerVersion(row.version, found->version))
        return; // an answer that came after what followed it
    else
        *found = row;
    setRows(std::move(rows));
}

void ChannelModel::remove(const std::string &id)
{
    std::vector<ChannelRow> rows = m_rows;
    std::erase_if(rows, [&](const ChannelRow &row) { return row.id == id; });
    setRows(std::move(rows));
}

const ChannelRow *ChannelModel::rowOf(const std::string &id) const
{
    const auto found = std::ranges::find(m_rows, id, &ChannelRow::id);
    return found == m_rows.end() ? nullptr : &*found;
}

int ChannelModel::told() const
{
    return static_cast<int>(std::ranges::count_if(m_rows, &ChannelRow::active));
}

} // namespace crossfade
