// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/auditmodel.h"

#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t NamedFields = 3;

QString changedFields(const AuditRow &row)
{
    QStringList names;
    std::size_t more = 0;
    for (const AuditChange &change : row.changes) {
        if (!change.isChange())
            continue;
        if (static_cast<std::size_t>(names.size()) < NamedFields)
            names.append(toText(change.field));
        else
            ++more;
    }
    const QString text = names.join(QStringLiteral(", "));
    return more == 0 ? text : text + QStringLiteral(" +%1").arg(more);
}

} // namespace

AuditModel::AuditModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int AuditModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AuditModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString AuditModel::display(const AuditRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Time:
        // Seconds matter in an audit, also on older days.
        return localDateTime(row.at).date() == localDateTime(m_now).date()
                   ? timeOfDay(row.at)
                   : shortTime(row.at, m_now);
    case Who: return toText(row.subject);
    case Action: return toText(row.action);
    case Object: return toText(row.objectType + (row.objectId.empty() ? "" : " " + row.objectId));
    case Changed: return changedFields(row);
    case Reason: return toText(row.reason);
    case ColumnCount: break;
    }
    return {};
}

QVariant AuditModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid));
    const AuditRow &row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return display(row, index.column());
    if (role == Qt::ToolTipRole)
        return index.column() == Time ? utcText(row.at) : display(row, index.column());
    if (role == IdRole)
        return toText(row.id);
    return {};
}

QVariant AuditModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Time: return tr("Time");
    case Who: return tr("Who");
    case Action: return tr("Action");
    case Object: return tr("Object");
    case Changed: return tr("Changed");
    case Reason: return tr("Reason");
    case ColumnCount: break;
    }
    return {};
}

bool AuditModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more && !m_asked;
}

void AuditModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_asked = true;
    Q_EMIT moreWanted();
}

void AuditModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_more = false;
    m_asked = false;
    endResetModel();
}

void AuditModel::append(std::vector<AuditRow> rows, bool more, Instant now)
{
    m_now = now;
    m_more = more;
    m_asked = false;
    if (rows.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
    std::move(rows.begin(), rows.end(), std::back_inserter(m_rows));
    endInsertRows();
}

const AuditRow *AuditModel::row(const QModelIndex &index) const
{
    const auto at = static_cast<std::size_t>(index.row());
    return index.isValid() && at < m_rows.size() ? &m_rows[at] : nullptr;
}

AuditChangeModel::AuditChangeModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int AuditChangeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_changes.size());
}

int AuditChangeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditChangeModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid));
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole)
        return {};
    const AuditChange &change = m_changes[static_cast<std::size_t>(index.row())];
    if (index.column() == Field)
        return toText(change.field);
    const auto &side = index.column() == Before ? change.before : change.after;
    return side ? toText(*side) : QStringLiteral("—");
}

QVariant AuditChangeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Field: return tr("Field");
    case Before: return tr("Before");
    case After: return tr("After");
    case ColumnCount: break;
    }
    return {};
}

void AuditChangeModel::setChanges(std::vector<AuditChange> changes)
{
    beginResetModel();
    std::stable_partition(changes.begin(), changes.end(),
                          [](const AuditChange &change) { return change.isChange(); });
    m_changes = std::move(changes);
    endResetModel();
}

} // namespace crossfade
