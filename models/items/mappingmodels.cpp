// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/mappingmodels.h"

#include "models/consistency/mappingjson.h"
#include "models/items/keyedroles.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QStringList>

#include <charconv>
#include <utility>

namespace crossfade {

namespace {

constexpr std::string_view FieldsPointer = "/fields/";
constexpr std::string_view ValueMapPointer = "/value_map/";

// "/fields/3/name" → 3 and "/name".
std::optional<std::pair<std::size_t, std::string>> belowList(std::string_view pointer, std::string_view list)
{
    if (!pointer.starts_with(list))
        return std::nullopt;
    const std::string_view rest = pointer.substr(list.size());
    std::size_t place = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), place);
    if (read.ec != std::errc())
        return std::nullopt;
    return std::pair(place, std::string(read.ptr, rest.data() + rest.size()));
}

QString transformText(Transform transform)
{
    switch (transform) {
    case Transform::Trim: return MappingFieldModel::tr("trimmed");
    case Transform::Lower: return MappingFieldModel::tr("lower case");
    case Transform::Upper: return MappingFieldModel::tr("upper case");
    }
    return {};
}

QString mappedTableText(const MappedTable &table)
{
    return table.isQuery() ? toText(table.query).simplified() : toText(table.table);
}

} // namespace

std::vector<FieldError> mappingProblems(const Mapping &mapping)
{
    const Result<Mapping> read = parseMapping(mappingJson(mapping));
    return read ? std::vector<FieldError>() : read.error().fields;
}

QString mappingProblemText(const std::string &message)
{
    return fieldProblemText(message);
}

QString comparedText(const MappedField &field)
{
    QStringList parts;
    if (field.ignored)
        parts << MappingFieldModel::tr("ignored");
    for (const Transform transform : field.transforms)
        parts << transformText(transform);
    if (field.scale)
        parts << MappingFieldModel::tr("%1 digits").arg(*field.scale);
    if (field.tolerance)
        parts << (field.kind == FieldKind::Timestamp ? MappingFieldModel::tr("±%1 s") : MappingFieldModel::tr("±%1"))
                     .arg(*field.tolerance);
    if (!field.valueMap.isEmpty())
        parts << MappingFieldModel::tr("%n value(s) mapped", nullptr, static_cast<int>(field.valueMap.pairs().size()));
    if (field.hasClocks())
        parts << MappingFieldModel::tr("wall clocks");
    if (field.sensitive)
        parts << MappingFieldModel::tr("sensitive");
    return parts.join(QStringLiteral(", "));
}

MappingListModel::MappingListModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int MappingListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int MappingListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant MappingListModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const Mapping &mapping = m_rows[static_cast<std::size_t>(index.row())].mapping;
    if (role == Qt::TextAlignmentRole)
        return int((index.column() == Fields ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    switch (static_cast<Column>(index.column())) {
    case DataType: return toText(mapping.dataType);
    case Legacy: return mappedTableText(mapping.legacyTable);
    case New: return mappedTableText(mapping.newTable);
    case Fields: return countText(static_cast<qint64>(mapping.fields.size()));
    case Authoritative: return toText(platformWord(mapping.authoritative));
    case ColumnCount: break;
    }
    return {};
}

QVariant MappingListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Fields ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case DataType: return tr("Data type");
    case Legacy: return tr("Table of LEGACY");
    case New: return tr("Table of NEW");
    case Fields: return tr("Fields");
    case Authoritative: return tr("Authoritative");
    case ColumnCount: break;
    }
    return {};
}

void MappingListModel::setRows(std::vector<MappingEntry> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

MappingFieldModel::MappingFieldModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int MappingFieldModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_fields.size());
}

int MappingFieldModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString MappingFieldModel::display(const MappedField &field, int column) const
{
    switch (static_cast<Column>(column)) {
    case Name: return field.name.empty() ? tr("(no name)") : toText(field.name);
    case Legacy: return toText(field.legacyColumn);
    case New: return toText(field.newColumn);
    case Kind: return toText(fieldKindWord(field.kind));
    case Compared: return comparedText(field);
    case ColumnCount: break;
    }
    return {};
}

QVariant MappingFieldModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const bool bad = !m_problems[row].empty();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
    case Qt::AccessibleTextRole: return display(m_fields[row], index.column());
    case Qt::ToolTipRole:
        return bad ? mappingProblemText(m_problems[row].front().message) : display(m_fields[row], index.column());
    case ItemRowTintRole: return bad ? QVariant(QStringLiteral("BREACH")) : QVariant();
    case ItemEmphasisRole:
        if (index.column() == Name)
            return bad ? ItemRed : m_fields[row].ignored ? ItemQuiet : ItemStrong;
        return {};
    default: return {};
    }
}

QVariant MappingFieldModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Name: return tr("Field");
    case Legacy: return QStringLiteral("LEGACY");
    case New: return QStringLiteral("NEW");
    case Kind: return tr("Kind");
    case Compared: return tr("Compared");
    case ColumnCount: break;
    }
    return {};
}

void MappingFieldModel::setFields(std::vector<MappedField> fields)
{
    beginResetModel();
    m_fields = std::move(fields);
    m_problems.assign(m_fields.size(), {});
    endResetModel();
}

void MappingFieldModel::put(int row, const MappedField &field)
{
    if (row < 0 || row >= rowCount() || m_fields[static_cast<std::size_t>(row)] == field)
        return;
    m_fields[static_cast<std::size_t>(row)] = field;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void MappingFieldModel::append(const MappedField &field)
{
    beginInsertRows({}, rowCount(), rowCount());
    m_fields.push_back(field);
    m_problems.emplace_back();
    endInsertRows();
}

void MappingFieldModel::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_fields.erase(m_fields.begin() + row);
    m_problems.erase(m_problems.begin() + row);
    endRemoveRows();
}

void MappingFieldModel::setProblems(const std::vector<FieldError> &problems)
{
    std::vector<std::vector<FieldError>> byRow(m_fields.size());
    for (const FieldError &problem : problems)
        if (const auto below = belowList(problem.pointer, FieldsPointer); below && below->first < byRow.size())
            byRow[below->first].push_back({below->second, problem.message});
    if (byRow == m_problems)
        return;
    m_problems = std::move(byRow);
    if (!m_fields.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

std::vector<FieldError> MappingFieldModel::problemsOf(int row) const
{
    return row >= 0 && row < rowCount() ? m_problems[static_cast<std::size_t>(row)] : std::vector<FieldError>();
}

ValueMapModel::ValueMapModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int ValueMapModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_pairs.size());
}

int ValueMapModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const std::optional<std::string> &ValueMapModel::cell(const QModelIndex &index) const
{
    const ValuePair &pair = m_pairs[static_cast<std::size_t>(index.row())];
    return index.column() == Legacy ? pair.legacy : pair.fresh;
}

std::optional<std::string> &ValueMapModel::cell(const QModelIndex &index)
{
    ValuePair &pair = m_pairs[static_cast<std::size_t>(index.row())];
    return index.column() == Legacy ? pair.legacy : pair.fresh;
}

QVariant ValueMapModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    const std::optional<std::string> &value = cell(index);
    const QString &problem = m_problems[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (!value)
            return QStringLiteral("NULL");
        return value->empty() ? tr("(empty text)") : toText(*value);
    case Qt::EditRole: return value ? toText(*value) : QString();
    case Qt::ToolTipRole: return problem.isEmpty() ? QVariant() : problem;
    case ItemRowTintRole: return problem.isEmpty() ? QVariant() : QVariant(QStringLiteral("BREACH"));
    case ItemEmphasisRole: return !value || value->empty() ? QVariant(ItemQuiet) : QVariant();
    default: return {};
    }
}

bool ValueMapModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || role != Qt::EditRole)
        return false;
    const std::string text = toUtf8(value.toString());
    std::optional<std::string> &held = cell(index);
    if (held == text || (!held && text.empty())) // an editor that was opened on NULL and left
        return true;
    held = text;
    Q_EMIT dataChanged(index, index);
    Q_EMIT edited();
    return true;
}

Qt::ItemFlags ValueMapModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsEditable : flags;
}

QVariant ValueMapModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Legacy ? tr("Value of LEGACY") : tr("is, on NEW");
}

void ValueMapModel::setPairs(std::vector<ValuePair> pairs)
{
    beginResetModel();
    m_pairs = std::move(pairs);
    m_problems.assign(m_pairs.size(), {});
    endResetModel();
}

void ValueMapModel::append()
{
    beginInsertRows({}, rowCount(), rowCount());
    m_pairs.push_back({std::string(), std::string()});
    m_problems.emplace_back();
    endInsertRows();
    Q_EMIT edited();
}

void ValueMapModel::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    beginRemoveRows({}, row, row);
    m_pairs.erase(m_pairs.begin() + row);
    m_problems.erase(m_problems.begin() + row);
    endRemoveRows();
    Q_EMIT edited();
}

void ValueMapModel::setNull(const QModelIndex &index, bool null)
{
    if (!index.isValid() || cell(index).has_value() != null)
        return;
    if (null)
        cell(index).reset();
    else
        cell(index).emplace();
    Q_EMIT dataChanged(index, index);
    Q_EMIT edited();
}

void ValueMapModel::setProblems(const std::vector<FieldError> &problems)
{
    std::vector<QString> byRow(m_pairs.size());
    for (const FieldError &problem : problems)
        if (const auto below = belowList(problem.pointer, ValueMapPointer); below && below->first < byRow.size())
            byRow[below->first] = mappingProblemText(problem.message);
    if (byRow == m_problems)
        return;
    m_problems = std::move(byRow);
    if (!m_pairs.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

} // namespace crossfade
