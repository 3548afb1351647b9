// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/blockinggatemodel.h"

#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"

namespace crossfade {

namespace {

std::vector<BlockingGateRow> rowsOf(const PolicyRow &policy)
{
    std::vector<BlockingGateRow> rows;
    if (!isMoving(policy.shift))
        return rows;
    const NextStepRow &next = policy.shift.next;
    for (const std::string &gate : next.blockedBy) {
        // The sentence is about the first of them.
        rows.push_back({policy.policy.id, policy.policy.name, gate, rows.empty() ? next.detail : std::string()});
    }
    if (rows.empty() && policy.shift.state == "HELD")
        rows.push_back({policy.policy.id, policy.policy.name, "GUARDS", policy.shift.heldDetail});
    return rows;
}

} // namespace

BlockingGateModel::BlockingGateModel(QObject *parent) : KeyedModel(parent) {}

void BlockingGateModel::setPolicies(const std::vector<PolicyRow> &policies)
{
    std::vector<BlockingGateRow> rows;
    for (const PolicyRow &policy : policies) {
        for (BlockingGateRow &row : rowsOf(policy))
            rows.push_back(std::move(row));
    }
    mergeRows(m_rows, std::move(rows), [](const BlockingGateRow &row) { return row.policyId + ':' + row.gate; });
}

int BlockingGateModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BlockingGateModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString BlockingGateModel::shown(const BlockingGateRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Policy: return toText(row.policyName);
    case Gate: return gateText(row.gate);
    case Why: return runnerText(row.why);
    case ColumnCount: break;
    }
    return {};
}

QVariant BlockingGateModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const BlockingGateRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::AccessibleTextRole: return shown(row, index.column());
    case Qt::ToolTipRole: return runnerText(row.why).toHtmlEscaped();
    case PolicyIdRole: return toText(row.policyId);
    default: return {};
    }
}

QVariant BlockingGateModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (static_cast<Column>(section)) {
    case Policy: return tr("Policy");
    case Gate: return tr("Gate");
    case Why: return tr("Why");
    case ColumnCount: break;
    }
    return {};
}

} // namespace crossfade
