// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/repairmodel.h"

#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>

#include <algorithm>

namespace crossfade {

RepairModel::RepairModel(QObject *parent)
    : KeyedModel(parent)
{
}

int RepairModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RepairModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RepairModel::display(const RepairRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Task: return shortRepairId(row.id);
    case Entity: return toText(row.entityType).toLower() + QLatin1Char(' ') + toText(row.entityId);
    case Change: return repairChangeText(row);
    case State: return toText(row.status);
    case Age: return row.requestedAt ? ageText(*row.requestedAt, m_now) : QString();
    case ColumnCount: break;
    }
    return {};
}

QVariant RepairModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const RepairRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return display(row, index.column());
    case Qt::EditRole:
        if (index.column() == Age)
            return row.requestedAt ? -qlonglong(toMs(*row.requestedAt)) : qlonglong(0);
        return display(row, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Age && row.requestedAt)
            return utcText(*row.requestedAt);
        return index.column() == Task ? toText(row.id) : display(row, index.column());
    case Qt::TextAlignmentRole: {
        const bool number = index.column() == Age;
        return int((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    case ItemEmphasisRole:
        return index.column() == Entity ? QVariant(ItemStrong) : QVariant();
    case IdRole: return toText(row.id);
    case StatusRole: return toText(row.status);
    case SearchRole:
        return QStringList{display(row, Entity), display(row, Change), toText(row.status),
                           toText(row.assignee()), toText(row.id)}
            .join(QLatin1Char('\n'));
    default: return {};
    }
}

QVariant RepairModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Age ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Task: return tr("Task");
    case Entity: return tr("Entity");
    case Change: return tr("Change");
    case State: return tr("State");
    case Age: return tr("Age");
    case ColumnCount: break;
    }
    return {};
}

void RepairModel::setRows(std::vector<RepairRow> rows, Instant now)
{
    m_now = now;
    mergeRows(m_rows, std::move(rows), [](const RepairRow &row) { return row.id; });
}

// Versions are whole numbers that only grow.
static bool isOlder(const std::string &version, const std::string &than)
{
    return version.size() != than.size() ? version.size() < than.size() : version < than;
}

void RepairModel::put(const RepairRow &row)
{
    const auto found = std::ranges::find(m_rows, row.id, &RepairRow::id);
    if (found == m_rows.end()) {
        beginInsertRows({}, rowCount(), rowCount());
        m_rows.push_back(row);
        endInsertRows();
        return;
    }
    if (*found == row || isOlder(row.version, found->version))
        return; // an answer that came after the event of what followed it
    *found = row;
    const int at = static_cast<int>(found - m_rows.begin());
    Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
}

const RepairRow *RepairModel::rowOf(const QString &id) const
{
    const auto found = std::ranges::find(m_rows, toUtf8(id), &RepairRow::id);
    return found == m_rows.end() ? nullptr : &*found;
}

std::array<int, RepairInboxCount> RepairModel::counts(const std::string &subject) const
{
    std::array<int, RepairInboxCount> counts{};
    for (const RepairRow &row : m_rows)
        for (int inbox = 0; inbox < RepairInboxCount; ++inbox)
            if (belongsTo(row, static_cast<RepairInbox>(inbox), subject))
                ++counts[static_cast<std::size_t>(inbox)];
    return counts;
}

RepairFilter::RepairFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(Qt::EditRole);
    setDynamicSortFilter(true);
}

void RepairFilter::setInbox(RepairInbox inbox, const QString &subject)
{
    const std::string who = toUtf8(subject);
    if (m_inbox == inbox && m_subject == who)
        return;
    if (m_inbox != inbox)
        m_pinned.clear();
    m_inbox = inbox;
    m_subject = who;
    invalidateFilter();
}

void RepairFilter::setPinned(const QString &id)
{
    if (m_pinned == toUtf8(id))
        return;
    m_pinned = toUtf8(id);
    invalidateFilter();
}

void RepairFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

bool RepairFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    const auto *model = qobject_cast<const RepairModel *>(sourceModel());
    if (!model)
        return false;
    const RepairRow &repair = model->rows()[static_cast<std::size_t>(row)];
    if (!m_pinned.empty() && repair.id == m_pinned)
        return true;
    if (!belongsTo(repair, m_inbox, m_subject))
        return false;
    return m_text.isEmpty() ||
           index.data(RepairModel::SearchRole).toString().contains(m_text, Qt::CaseInsensitive);
}

QString shortRepairId(const std::string &id)
{
    return toText(id.size() > 8 ? id.substr(id.size() - 8) : id);
}

namespace {

// The context of these texts for the translators.
struct RepairWords {
    Q_DECLARE_TR_FUNCTIONS(RepairWords)
};

} // namespace

QString repairChangeText(const RepairRow &row)
{
    const QString platform = toText(row.targetPlatform);
    if (row.action == "INSERT")
        return RepairWords::tr("%1: insert row").arg(platform);
    if (row.action == "DELETE")
        return RepairWords::tr("%1: delete row").arg(platform);
    QStringList fields;
    for (const RepairRow::Field &field : row.fields)
        if (field.before != field.after)
            fields << toText(field.name);
    return QStringLiteral("%1: %2").arg(platform, fields.join(QStringLiteral(", ")));
}

} // namespace crossfade
