// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/policygatemodel.h"

#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>

namespace crossfade {

namespace {

QString statusText(const std::string &word)
{
    if (word == "OPEN")
        return PolicyGateModel::tr("OPEN");
    if (word == "BLOCKED")
        return PolicyGateModel::tr("BLOCKED");
    if (word == "NOT_NEEDED")
        return PolicyGateModel::tr("NOT NEEDED");
    return word == "OVERRIDDEN" ? PolicyGateModel::tr("OVERRIDDEN") : toText(word);
}

} // namespace

PolicyGateModel::PolicyGateModel(QObject *parent) : KeyedModel(parent) {}

int PolicyGateModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PolicyGateModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString PolicyGateModel::display(const GateRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Gate: return gateText(row.gate);
    case Status: return statusText(row.status);
    case Detail: return runnerText(row.detail);
    case Opens: return row.opensAt ? timeOfDay(*row.opensAt) : QString();
    case ColumnCount: break;
    }
    return {};
}

QVariant PolicyGateModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const GateRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return display(row, index.column());
    case Qt::EditRole:
        if (index.column() == Status) // an open gate is proven, as a guard that passes
            return toText(row.status == "OPEN" ? "PASS" : row.status);
        return display(row, index.column());
    case Qt::ToolTipRole: return runnerText(row.detail).toHtmlEscaped();
    case WordRole: return toText(row.gate);
    default: return {};
    }
}

QVariant PolicyGateModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (static_cast<Column>(section)) {
    case Gate: return tr("Gate");
    case Status: return tr("State");
    case Detail: return tr("Why");
    case Opens: return tr("Opens");
    case ColumnCount: break;
    }
    return {};
}

void PolicyGateModel::setRows(std::vector<GateRow> rows)
{
    mergeRows(m_rows, std::move(rows), [](const GateRow &row) { return row.gate; });
}

int PolicyGateModel::blockedCount() const
{
    return static_cast<int>(std::ranges::count(m_rows, std::string("BLOCKED"), &GateRow::status));
}

} // namespace crossfade
