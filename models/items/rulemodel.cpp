// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulemodel.h"

#include "models/items/keyedroles.h"
#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace crossfade {

namespace {

// What the column has no room for: the bounds in UTC, and of a recurring rule all words and what comes next.
QString inForceTip(const RuleInput &input, Instant now)
{
    if (!input.recurrence)
        return windowUtcText(input.window);
    QStringList lines{weeklyText(*input.recurrence), nextChangeText(input, now)};
    if (input.window.start || input.window.end)
        lines << windowUtcText(input.window);
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

} // namespace

RuleModel::RuleModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int RuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RuleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString RuleModel::display(const RuleRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Priority: return QString::number(row.input.priority);
    case Active: return row.input.active ? tr("on") : tr("off");
    case Name: return toText(row.input.name);
    case Target: return toText(row.input.target);
    case Serves: return toText(platformWord(row.input.platform));
    case InForce:
        return row.edit == RuleEdit::Deleted ? tr("will be deleted")
                                             : inForceText(row.input, m_now);
    case Reason: return toText(row.input.reason);
    case ColumnCount: break;
    }
    return {};
}

QVariant RuleModel::edit(const RuleRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Priority: return row.input.priority;
    case Active: return row.input.active;
    case InForce: return row.input.window.start ? qlonglong(toMs(*row.input.window.start)) : 0;
    case Name:
    case Target:
    case Serves:
    case Reason:
    case ColumnCount: break;
    }
    return display(row, column);
}

QVariant RuleModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const RuleRow &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return display(row, index.column());
    case Qt::EditRole: return edit(row, index.column());
    case Qt::ToolTipRole:
        if (index.column() == InForce)
            return inForceTip(row.input, m_now);
        return row.problems.empty() ? display(row, index.column()) : ruleProblemText(row.problems);
    case Qt::TextAlignmentRole:
        return int((index.column() == Priority ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ItemRowTintRole:
        return row.edit == RuleEdit::None ? QString() : QStringLiteral("EDITED");
    case ItemEmphasisRole:
        if (!row.problems.empty() && index.column() == Name)
            return ItemRed;
        return row.edit == RuleEdit::Deleted ? QVariant(ItemQuiet) : QVariant();
    case IdRole: return toText(row.id);
    case KindRole: return static_cast<int>(row.input.kind);
    case PlatformRole: return toText(platformWord(row.input.platform));
    case ActiveRole: return row.input.active;
    case EditRoleState: return static_cast<int>(row.edit);
    case ProblemRole: return ruleProblemText(row.problems);
    case SearchRole:
        return QStringList{toText(row.input.name), toText(row.input.target),
                           toText(row.input.reason),
                           row.input.recurrence ? weeklyText(*row.input.recurrence) : QString()}
            .join(QLatin1Char('\n'));
    default: return {};
    }
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Priority ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Priority: return tr("Prio");
    case Active: return tr("Active");
    case Name: return tr("Rule");
    case Target: return tr("For");
    case Serves: return tr("Serves");
    case InForce: return tr("In force (%1)").arg(zoneName(m_now));
    case Reason: return tr("Reason");
    case ColumnCount: break;
    }
    return {};
}

Qt::ItemFlags RuleModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    return m_editable && index.column() == Active ? flags | Qt::ItemIsEditable : flags;
}

bool RuleModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || index.column() != Active || role != Qt::EditRole || !m_editable)
        return false;
    const RuleRow &row = m_rows[static_cast<std::size_t>(index.row())];
    if (row.edit == RuleEdit::Deleted)
        return false;
    Q_EMIT toggled(toText(row.id), value.toBool());
    return true;
}

void RuleModel::setRows(const std::vector<RuleRowPtr> &rows, Instant now)
{
    std::unordered_set<std::string> stays;
    for (const RuleRowPtr &row : rows)
        stays.insert(row->id);
    for (std::size_t end = m_rows.size(); end > 0;) {
        std::size_t first = end;
        while (first > 0 && !stays.contains(m_rows[first - 1].id))
            --first;
        if (first < end)
            removeAt(first, end - first);
        end = first > 0 ? first - 1 : 0;
    }
    putRows(rows, now);
    reorder(rows);
}

void RuleModel::putRows(const std::vector<RuleRowPtr> &rows, Instant now)
{
    m_now = now;
    std::vector<RuleRowPtr> come;
    for (const RuleRowPtr &row : rows) {
        if (const auto at = m_rows.find(row->id))
            replace(*at, row);
        else
            come.push_back(row);
    }
    if (come.empty())
        return;
    const int first = rowCount();
    beginInsertRows({}, first, first + static_cast<int>(come.size()) - 1);
    for (RuleRowPtr &row : come) {
        ++counted(*row);
        m_rows.append(std::move(row));
    }
    endInsertRows();
}

void RuleModel::removeRows(const std::unordered_set<std::string> &ids)
{
    if (ids.size() <= FewRemoved) {
        for (const std::string &id : ids)
            if (const auto at = m_rows.find(id))
                removeAt(*at, 1);
        return;
    }
    beginResetModel();
    m_rows.eraseAll(ids);
    m_counts = {};
    for (const RuleRow &row : m_rows)
        ++counted(row);
    endResetModel();
}

void RuleModel::replace(std::size_t at, const RuleRowPtr &row)
{
    if (m_rows[at] == *row)
        return;
    --counted(m_rows[at]);
    ++counted(*row);
    m_rows.set(at, row);
    const int shown = static_cast<int>(at);
    Q_EMIT dataChanged(index(shown, 0), index(shown, ColumnCount - 1));
}

void RuleModel::removeAt(std::size_t first, std::size_t count)
{
    beginRemoveRows({}, static_cast<int>(first), static_cast<int>(first + count) - 1);
    for (std::size_t at = first; at < first + count; ++at)
        --counted(m_rows[at]);
    m_rows.erase(first, count);
    endRemoveRows();
}

// The same rows in another order: one step, however many change places.
void RuleModel::reorder(const std::vector<RuleRowPtr> &wanted)
{
    std::vector<std::size_t> order;
    for (const RuleRowPtr &row : wanted)
        order.push_back(m_rows.find(row->id).value_or(0));
    if (std::ranges::is_sorted(order))
        return;
    Q_EMIT layoutAboutToBeChanged();
    std::vector<int> now(order.size());
    for (std::size_t to = 0; to < order.size(); ++to)
        now[order[to]] = static_cast<int>(to);
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &kept : before)
        after << index(now[static_cast<std::size_t>(kept.row())], kept.column());
    m_rows.reorder(order);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void RuleModel::setEditable(bool editable)
{
    m_editable = editable;
}

const RuleRow *RuleModel::rowOf(const QString &id) const
{
    return m_rows.row(toUtf8(id));
}

QModelIndex RuleModel::indexOf(const QString &id, int column) const
{
    const auto at = m_rows.find(toUtf8(id));
    return at ? index(static_cast<int>(*at), column) : QModelIndex();
}

} // namespace crossfade
