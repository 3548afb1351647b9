// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulemodel.h"

#include "models/items/keyedroles.h"
#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <algorithm>

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
    : KeyedModel(parent)
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

void RuleModel::setRows(std::vector<RuleRow> rows, Instant now)
{
    m_now = now;
    mergeRows(m_rows, std::move(rows), [](const RuleRow &row) { return row.id; });
}

void RuleModel::setEditable(bool editable)
{
    m_editable = editable;
}

const RuleRow *RuleModel::rowOf(const QString &id) const
{
    const std::string key = toUtf8(id);
    for (const RuleRow &row : m_rows)
        if (row.id == key)
            return &row;
    return nullptr;
}

int RuleModel::count(RuleType kind) const
{
    return static_cast<int>(std::ranges::count_if(
        m_rows, [kind](const RuleRow &row) { return row.input.kind == kind; }));
}

RuleFilter::RuleFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(Qt::EditRole);
    setDynamicSortFilter(true);
}

void RuleFilter::setKind(RuleType kind)
{
    m_kind = kind;
    invalidateFilter();
}

void RuleFilter::setText(const QString &text)
{
    m_text = text.trimmed();
    invalidateFilter();
}

bool RuleFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (index.data(RuleModel::KindRole).toInt() != static_cast<int>(m_kind))
        return false;
    return m_text.isEmpty() ||
           index.data(RuleModel::SearchRole).toString().contains(m_text, Qt::CaseInsensitive);
}

bool RuleFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.data(Qt::EditRole) != right.data(Qt::EditRole))
        return QSortFilterProxyModel::lessThan(left, right);
    const int name = QString::compare(left.siblingAtColumn(RuleModel::Name).data().toString(),
                                      right.siblingAtColumn(RuleModel::Name).data().toString());
    // Ties go by name upwards, whichever way the column is sorted.
    return sortOrder() == Qt::AscendingOrder ? name < 0 : name > 0;
}

} // namespace crossfade
