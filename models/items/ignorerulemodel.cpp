// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ignorerulemodel.h"

#include "models/items/differencemodel.h"
#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace crossfade {

QString ignoreScopeText(const IgnoreRuleRow &rule)
{
    QStringList parts;
    if (!rule.dataType.empty())
        parts << toText(rule.dataType).toLower();
    if (!rule.field.empty())
        parts << toText(rule.field);
    if (!rule.entityPattern.empty())
        parts << IgnoreRuleModel::tr("entity %1").arg(toText(rule.entityPattern));
    if (!rule.type.empty())
        parts << differenceTypeText(rule.type);
    if (!rule.cause.empty())
        parts << differenceCauseText(rule.cause);
    if (rule.ofValues)
        parts << IgnoreRuleModel::tr("certain values");
    if (!rule.checkId.empty())
        parts << IgnoreRuleModel::tr("of one check");
    return parts.join(QStringLiteral(" · "));
}

std::string entityPatternOf(const std::string &entityId)
{
    std::string pattern;
    for (const char one : entityId) {
        if (one == '*' || one == '?' || one == '\\')
            pattern += '\\';
        pattern += one;
    }
    return pattern;
}

IgnoreRuleModel::IgnoreRuleModel(QObject *parent)
    : KeyedModel(parent)
{
}

int IgnoreRuleModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int IgnoreRuleModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString IgnoreRuleModel::display(const IgnoreRuleRow &rule, int column) const
{
    switch (static_cast<Column>(column)) {
    case Scope: return ignoreScopeText(rule);
    case Hidden: return rule.beingApplied ? countText(rule.hidden) + QStringLiteral(" …") : countText(rule.hidden);
    case Ends:
        if (!rule.endsAt)
            return tr("never");
        return rule.ended ? tr("ended %1").arg(shortTime(*rule.endsAt, m_now)) : shortTime(*rule.endsAt, m_now);
    case Reason: return toText(rule.reason);
    case By: return toText(rule.createdBy);
    case ColumnCount: break;
    }
    return {};
}

QVariant IgnoreRuleModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const IgnoreRuleRow &rule = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole: return display(rule, index.column());
    case Qt::EditRole:
        return index.column() == Hidden ? QVariant(qlonglong(rule.hidden)) : QVariant(display(rule, index.column()));
    case Qt::ToolTipRole:
        if (index.column() == Ends && rule.endsAt)
            return utcText(*rule.endsAt);
        if (index.column() == By && rule.createdAt)
            return utcText(*rule.createdAt);
        if (index.column() == Hidden && rule.beingApplied)
            return tr("Rules have changed: what is open is still being held against them.");
        return display(rule, index.column());
    case Qt::TextAlignmentRole:
        return int((index.column() == Hidden ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ItemEmphasisRole: return rule.ended ? QVariant(ItemQuiet) : QVariant();
    default: return {};
    }
}

QVariant IgnoreRuleModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Hidden ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Scope: return tr("Hides");
    case Hidden: return tr("Hidden");
    case Ends: return tr("Ends");
    case Reason: return tr("Reason");
    case By: return tr("By");
    case ColumnCount: break;
    }
    return {};
}

void IgnoreRuleModel::setRows(std::vector<IgnoreRuleRow> rows, Instant now)
{
    m_now = now;
    mergeRows(m_rows, std::move(rows), [](const IgnoreRuleRow &rule) { return rule.id; });
}

const IgnoreRuleRow *IgnoreRuleModel::rowOf(const std::string &id) const
{
    const auto found = std::ranges::find(m_rows, id, &IgnoreRuleRow::id);
    return found == m_rows.end() ? nullptr : &*found;
}

} // namespace crossfade
