// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/assignmentrulemodel.h"

#include "models/items/keyedroles.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t MostAssignmentSteps = 100;

bool takesAllOf(const AssignmentRule &earlier, const AssignmentRule &rule)
{
    return (earlier.dataType.empty() || earlier.dataType == rule.dataType) && (!earlier.type || earlier.type == rule.type) &&
           (earlier.field.empty() || earlier.field == rule.field);
}

} // namespace

std::optional<std::size_t> shadowedBy(const std::vector<AssignmentRule> &rules, std::size_t rule)
{
    for (std::size_t at = 0; at < rule && rule < rules.size(); ++at)
        if (takesAllOf(rules[at], rules[rule]))
            return at;
    return std::nullopt;
}

QString assigneeWords(const Assignee &to)
{
    if (to.role == "operator")
        return AssignmentRuleModel::tr("all operators");
    if (to.role == "approver")
        return AssignmentRuleModel::tr("all approvers");
    return toText(to.role.empty() ? to.person : to.role);
}

AssignmentRuleModel::AssignmentRuleModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int AssignmentRuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int AssignmentRuleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString AssignmentRuleModel::display(std::size_t row, int column) const
{
    const AssignmentRule &rule = m_rules[row];
    switch (static_cast<Column>(column)) {
    case Order: return QString::number(row + 1);
    case DataType: return rule.dataType.empty() ? tr("any") : toText(rule.dataType);
    case Difference: return rule.type ? wordText(toText(differenceTypeWord(*rule.type))) : tr("any");
    case Field: return rule.field.empty() ? tr("any") : toText(rule.field);
    case To: return assigneeWords(rule.to);
    case ColumnCount: break;
    }
    return {};
}

QVariant AssignmentRuleModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const auto shadow = shadowedBy(m_rules, row);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::AccessibleTextRole: return display(row, index.column());
    case Qt::ToolTipRole:
        return shadow ? tr("never applies: rule %1 takes all that it would").arg(*shadow + 1) : display(row, index.column());
    case ItemEmphasisRole:
        if (shadow)
            return ItemQuiet;
        return m_found == row || index.column() == To ? QVariant(ItemStrong) : QVariant();
    case ItemRowTintRole:
        return row >= m_base.size() || !(m_base[row] == m_rules[row]) ? QVariant(QStringLiteral("EDITED")) : QVariant();
    default: return {};
    }
}

QVariant AssignmentRuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Order: return tr("Rule");
    case DataType: return tr("Data type");
    case Difference: return tr("Difference");
    case Field: return tr("Field");
    case To: return tr("Assigned to");
    case ColumnCount: break;
    }
    return {};
}

void AssignmentRuleModel::setStored(std::vector<AssignmentRule> rules)
{
    m_steps.clear();
    m_found.reset();
    if (m_rules != rules) {
        beginResetModel();
        m_rules = rules;
        m_base = std::move(rules);
        endResetModel();
    } else {
        m_base = std::move(rules);
    }
    Q_EMIT edited();
}

void AssignmentRuleModel::setBase(std::vector<AssignmentRule> rules)
{
    m_base = std::move(rules);
    if (!m_rules.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT edited();
}

void AssignmentRuleModel::keep()
{
    m_steps.push_back(m_rules);
    if (m_steps.size() > MostAssignmentSteps)
        m_steps.erase(m_steps.begin());
    m_found.reset();
}

void AssignmentRuleModel::insert(int row, const AssignmentRule &rule)
{
    keep();
    const int at = std::clamp(row, 0, rowCount());
    beginInsertRows({}, at, at);
    m_rules.insert(m_rules.begin() + at, rule);
    endInsertRows();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1)); // their numbers, what they shadow
    Q_EMIT edited();
}

void AssignmentRuleModel::replace(int row, const AssignmentRule &rule)
{
    if (row < 0 || row >= rowCount() || m_rules[static_cast<std::size_t>(row)] == rule)
        return;
    keep();
    m_rules[static_cast<std::size_t>(row)] = rule;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT edited();
}

int AssignmentRuleModel::replaceWhere(int row, const AssignmentRule &was, const AssignmentRule &rule)
{
    const bool here = row >= 0 && row < rowCount() && m_rules[static_cast<std::size_t>(row)] == was;
    const auto at = here ? m_rules.begin() + row : std::find(m_rules.begin(), m_rules.end(), was);
    if (at == m_rules.end())
        return -1;
    const int place = static_cast<int>(at - m_rules.begin());
    replace(place, rule);
    return place;
}

void AssignmentRuleModel::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    keep();
    beginRemoveRows({}, row, row);
    m_rules.erase(m_rules.begin() + row);
    endRemoveRows();
    if (!m_rules.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT edited();
}

void AssignmentRuleModel::move(int row, int to)
{
    if (row < 0 || row >= rowCount() || to < 0 || to >= rowCount() || row == to)
        return;
    keep();
    beginMoveRows({}, row, row, {}, to > row ? to + 1 : to);
    const auto from = m_rules.begin() + row;
    if (to > row)
        std::rotate(from, from + 1, m_rules.begin() + to + 1);
    else
        std::rotate(m_rules.begin() + to, from, from + 1);
    endMoveRows();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    Q_EMIT edited();
}

void AssignmentRuleModel::undo()
{
    if (m_steps.empty())
        return;
    beginResetModel();
    m_rules = std::move(m_steps.back());
    m_steps.pop_back();
    m_found.reset();
    endResetModel();
    Q_EMIT edited();
}

void AssignmentRuleModel::setFound(std::optional<std::size_t> row)
{
    if (m_found == row)
        return;
    m_found = row;
    if (!m_rules.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

} // namespace crossfade
