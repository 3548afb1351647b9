// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/runningshiftsmodel.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>

namespace crossfade {

RunningShiftsModel::RunningShiftsModel(QObject *parent) : QAbstractTableModel(parent) {}

void RunningShiftsModel::setPolicies(const std::vector<PolicyRow> &policies, Instant now)
{
    std::vector<PolicyRow> rows;
    for (const PolicyRow &row : policies) {
        if (row.shift.state != "DRAFT" && row.shift.state != "FINALIZED")
            rows.push_back(row);
    }
    m_now = now;
    const auto sameId = [](const PolicyRow &a, const PolicyRow &b) { return a.policy.id == b.policy.id; };
    if (!std::ranges::equal(rows, m_rows, sameId)) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    m_rows = std::move(rows);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int RunningShiftsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunningShiftsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunningShiftsModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const PolicyRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return shown(row, index.column());
    case Qt::EditRole: return raw(row, index.column());
    case Qt::ToolTipRole: return shown(row, index.column()).toString().toHtmlEscaped();
    case IdRole: return toText(row.policy.id);
    default: return {};
    }
}

QVariant RunningShiftsModel::shown(const PolicyRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Policy: return toText(row.policy.name);
    case Share: return {};
    case Percent: return percentText(row.shift.percentage, 1);
    case State: return shiftChipText(row.shift, m_now, true);
    case Next: return nextText(row.shift, m_now);
    case ColumnCount: return {};
    }
    return {};
}

QVariant RunningShiftsModel::raw(const PolicyRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Policy: return toText(row.policy.name);
    case Share:
    case Percent: return row.shift.percentage;
    case State: return toText(row.shift.state);
    case Next: return toText(row.shift.next.action);
    case ColumnCount: return {};
    }
    return {};
}

QVariant RunningShiftsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Policy: return tr("Policy");
    case Share: return tr("NEW share");
    case Percent: return {};
    case State: return tr("State");
    case Next: return tr("Next");
    case ColumnCount: return {};
    }
    return {};
}

} // namespace crossfade
