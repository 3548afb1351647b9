// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policymodel.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>
#include <tuple>

namespace crossfade {

PolicyModel::PolicyModel(QObject *parent) : KeyedModel(parent) {}

int PolicyModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PolicyModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 1;
}

QVariant PolicyModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const PolicyRow &row = m_rows[static_cast<std::size_t>(index.row())];
    const QString name = toText(row.policy.name);
    switch (role) {
    case Qt::DisplayRole: return name;
    case Qt::AccessibleTextRole:
        return tr("%1, %2 on NEW, %3").arg(name, percentText(row.shift.percentage, 1),
                                          shiftChipText(row.shift, m_now, true));
    case Qt::ToolTipRole: return tr("%1: system %2").arg(name, toText(row.policy.targetSystem)).toHtmlEscaped();
    case IdRole: return toText(row.policy.id);
    case StateRole: return toText(row.shift.state);
    case ChipTextRole: return shiftChipText(row.shift, m_now, true);
    case PercentRole: return row.shift.percentage;
    case MaxRole: return row.policy.max.percent();
    default: return {};
    }
}

void PolicyModel::setRows(std::vector<PolicyRow> rows, Instant now)
{
    m_now = now;
    std::sort(rows.begin(), rows.end(), [](const PolicyRow &a, const PolicyRow &b) {
        return std::tie(a.policy.name, a.policy.id) < std::tie(b.policy.name, b.policy.id);
    });
    mergeRows(m_rows, std::move(rows), [](const PolicyRow &row) { return row.policy.id; });
}

void PolicyModel::put(PolicyRow row, Instant now)
{
    std::vector<PolicyRow> rows = m_rows;
    const auto same = [&](const PolicyRow &other) { return other.policy.id == row.policy.id; };
    const auto found = std::find_if(rows.begin(), rows.end(), same);
    if (found == rows.end())
        rows.push_back(std::move(row));
    else
        *found = std::move(row);
    setRows(std::move(rows), now);
}

void PolicyModel::remove(const std::string &id)
{
    std::vector<PolicyRow> rows = m_rows;
    std::erase_if(rows, [&](const PolicyRow &row) { return row.policy.id == id; });
    setRows(std::move(rows), m_now);
}

void PolicyModel::setNow(Instant now)
{
    m_now = now;
    for (int i = 0; i < rowCount(); ++i) {
        if (m_rows[static_cast<std::size_t>(i)].shift.state == "STABILIZING")
            Q_EMIT dataChanged(index(i, 0), index(i, 0), {ChipTextRole});
    }
}

const PolicyRow *PolicyModel::find(const std::string &id) const
{
    for (const PolicyRow &row : m_rows) {
        if (row.policy.id == id)
            return &row;
    }
    return nullptr;
}

QModelIndex PolicyModel::indexOf(const std::string &id) const
{
    for (int i = 0; i < rowCount(); ++i) {
        if (m_rows[static_cast<std::size_t>(i)].policy.id == id)
            return index(i, 0);
    }
    return {};
}

int PolicyModel::runningCount() const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(),
                                          [](const PolicyRow &row) { return isMoving(row.shift); }));
}

} // namespace crossfade
