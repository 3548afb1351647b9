// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the difference model shows of a group and of a row.
#include "models/items/differencemodel.h"
#include "models/items/keyedroles.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct DifferenceWords {
    Q_DECLARE_TR_FUNCTIONS(DifferenceWords)
};

QVariant bytes(const std::optional<std::string> &value)
{
    if (!value)
        return {};
    return QByteArray(value->data(), static_cast<qsizetype>(value->size()));
}

// In a narrow column: a time of another day would be taken for one of today.
QString briefTime(Instant at, Instant now)
{
    const QDateTime local = localDateTime(at);
    return local.date() == localDateTime(now).date() ? local.toString(QStringLiteral("HH:mm"))
                                                     : QLocale().toString(local.date(), DifferenceWords::tr("d MMM"));
}

// For screen readers and copies: NULL, an empty string and no row are different things.
QString valueText(const std::optional<std::string> &value, bool present, bool wholeRow)
{
    if (!present)
        return DifferenceWords::tr("no row");
    if (wholeRow)
        return DifferenceWords::tr("present");
    if (!value)
        return DifferenceWords::tr("NULL");
    return value->empty() ? DifferenceWords::tr("empty string") : toText(*value);
}

} // namespace

QString differenceTypeText(const std::string &type)
{
    return toText(type);
}

QString differenceCauseText(const std::string &cause)
{
    if (cause == "NULL_EMPTY")
        return DifferenceWords::tr("NULL against empty");
    if (cause == "TRAILING_SPACE")
        return DifferenceWords::tr("trailing space");
    if (cause == "UNICODE_FORM")
        return DifferenceWords::tr("Unicode form");
    if (cause == "CASE")
        return DifferenceWords::tr("upper or lower case");
    if (cause == "SCALE")
        return DifferenceWords::tr("decimal places");
    if (cause == "TIME_ZONE")
        return DifferenceWords::tr("time zone");
    if (cause == "VALUE")
        return DifferenceWords::tr("other value");
    if (cause == "ROW")
        return DifferenceWords::tr("whole row");
    return toText(cause);
}

QVariant DifferenceModel::groupData(int group, int column, int role) const
{
    const DifferenceGroup &shown = m_groups[static_cast<std::size_t>(group)];
    const QString name = shown.key ? toText(*shown.key) : tr("(whole row)");
    QString detail = countText(shown.count);
    if (!shown.topCause.empty() && shown.topCause != "ROW" && shown.topCauseShare > 0)
        detail += tr(" · %1 in %2 %")
                      .arg(differenceCauseText(shown.topCause))
                      .arg(static_cast<int>(std::floor(shown.topCauseShare)));
    switch (role) {
    case Qt::DisplayRole: return column == Entity ? name : QString();
    case Qt::AccessibleTextRole: return name + QLatin1Char(' ') + detail;
    case ItemSpanTextRole:
    case GroupDetailRole: return detail;
    case LoadedRole: return true;
    default: return {};
    }
}

QString DifferenceModel::display(const DifferenceRow &row, int column) const
{
    switch (static_cast<Column>(column)) {
    case Entity: {
        const QString entity =
            QStringLiteral("%1 %2").arg(toText(row.entityType).toLower(), toText(row.entityId));
        if (m_grouping == DifferenceGrouping::Field || !row.field)
            return entity;
        return entity + QStringLiteral(" · ") + toText(*row.field);
    }
    case Type: return differenceTypeText(row.type);
    case Legacy: return valueText(row.legacyValue, row.legacyPresent, !row.field);
    case New: return valueText(row.newValue, row.newPresent, !row.field);
    case Found: return row.foundAt ? briefTime(*row.foundAt, m_now) : QString();
    case Repair:
        if (row.resolved)
            return tr("resolved");
        return toText(row.repairStatus);
    case ColumnCount: break;
    }
    return {};
}

QVariant DifferenceModel::rowData(const DifferenceRow &row, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole: return display(row, column);
    case Qt::ToolTipRole:
        return column == Found && row.foundAt ? utcText(*row.foundAt) : display(row, column);
    case Qt::EditRole:
        if (column == Repair)
            return row.resolved ? QString() : toText(row.repairStatus);
        return display(row, column);
    case IdRole: return toText(row.id);
    case TypeRole: return toText(row.type);
    case StateRole: return toText(row.state);
    case LegacyRole: return bytes(row.legacyValue);
    case NewRole: return bytes(row.newValue);
    case PresentRole: return column == New ? row.newPresent : row.legacyPresent;
    case FieldRole: return row.field ? toText(*row.field) : QString();
    case SensitiveRole: return row.sensitive;
    case ResolvedRole: return row.resolved;
    case RepairRole: return toText(row.repairStatus);
    case LoadedRole: return true;
    default: return {};
    }
}

QVariant DifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Entity: return m_grouping == DifferenceGrouping::Field ? tr("Field, entity")
                        : m_grouping == DifferenceGrouping::Type ? tr("Type, entity, field")
                                                                 : tr("Entity, field");
    case Type: return tr("Type");
    case Legacy: return tr("LEGACY");
    case New: return tr("NEW");
    case Found: return tr("Found");
    case Repair: return tr("Repair");
    case ColumnCount: break;
    }
    return {};
}

} // namespace crossfade
