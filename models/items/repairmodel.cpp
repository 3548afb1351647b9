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
    case Mark: return {};
    case Task: return shortRepairId(row.id);
    case Entity: return toText(row.entityType).toLower() + QLatin1Char(' ') + toText(row.entityId);
    case Change: return repairChangeText(row);
    case State: return repairStateWord(row);
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
        if (index.column() == Mark)
            return m_marked.contains(row.id);
        if (index.column() == Age)
            return row.requestedAt ? -qlonglong(toMs(*row.requestedAt)) : qlonglong(0);
        return display(row, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Age && row.requestedAt)
            return utcText(*row.requestedAt);
        if (index.column() == State && row.waitsForItsTime())
            return tr("runs at %1").arg(fullTime(*row.executeAt));
        if (index.column() == State && !row.putOff.empty())
            return tr("waits for other repairs: %1").arg(toText(row.putOff));
        return index.column() == Task ? toText(row.id) : display(row, index.column());
    case Qt::AccessibleTextRole:
        if (index.column() != Mark)
            return {};
        return m_marked.contains(row.id) ? tr("marked") : tr("not marked");
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

bool RepairModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid() || index.column() != Mark || role != Qt::EditRole)
        return false;
    const std::string &id = m_rows[static_cast<std::size_t>(index.row())].id;
    if (value.toBool() == m_marked.contains(id))
        return true;
    if (value.toBool() && m_marked.size() >= MaxMarked)
        return false;
    if (value.toBool())
        m_marked.insert(id);
    else
        m_marked.erase(id);
    Q_EMIT dataChanged(index, index);
    Q_EMIT marksChanged();
    return true;
}

Qt::ItemFlags RepairModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.column() == Mark ? flags | Qt::ItemIsEditable : flags;
}

void RepairModel::setMarked(const QString &id, bool on)
{
    const auto place = m_places.find(toUtf8(id));
    if (place != m_places.end())
        setData(index(static_cast<int>(place->second), Mark), on);
}

void RepairModel::markAll(const std::vector<std::string> &ids)
{
    const std::size_t before = m_marked.size();
    for (const std::string &id : ids) {
        if (m_marked.size() >= MaxMarked)
            break;
        if (m_places.contains(id))
            m_marked.insert(id);
    }
    if (m_marked.size() == before)
        return;
    Q_EMIT dataChanged(index(0, Mark), index(rowCount() - 1, Mark));
    Q_EMIT marksChanged();
}

void RepairModel::clearMarks()
{
    if (m_marked.empty())
        return;
    m_marked.clear();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Mark), index(rowCount() - 1, Mark));
    Q_EMIT marksChanged();
}

std::vector<std::string> RepairModel::marked() const
{
    std::vector<std::string> ids;
    for (const RepairRow &row : m_rows)
        if (m_marked.contains(row.id))
            ids.push_back(row.id);
    return ids;
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
    case Mark: return {};
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
    m_places.clear(); // they move
    mergeRows(m_rows, std::move(rows), [](const RepairRow &row) { return row.id; });
    findPlaces();
    const std::size_t before = m_marked.size();
    std::erase_if(m_marked, [this](const std::string &id) { return !m_places.contains(id); });
    if (m_marked.size() != before)
        Q_EMIT marksChanged();
}

void RepairModel::findPlaces()
{
    m_places.clear();
    for (std::size_t at = 0; at < m_rows.size(); ++at)
        m_places.emplace(m_rows[at].id, at);
}

// Versions are whole numbers that only grow.
static bool isOlder(const std::string &version, const std::string &than)
{
    return version.size() != than.size() ? version.size() < than.size() : version < than;
}

void RepairModel::put(const RepairRow &row)
{
    const auto place = m_places.find(row.id);
    if (place == m_places.end()) {
        beginInsertRows({}, rowCount(), rowCount());
        m_places.emplace(row.id, m_rows.size());
        m_rows.push_back(row);
        endInsertRows();
        return;
    }
    RepairRow &known = m_rows[place->second];
    if (known == row || isOlder(row.version, known.version))
        return; // an answer that came after the event of what followed it
    known = row;
    const int at = static_cast<int>(place->second);
    Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
}

const RepairRow *RepairModel::rowOf(const QString &id) const
{
    if (m_places.empty()) { // while rows are merged
        const auto found = std::ranges::find(m_rows, toUtf8(id), &RepairRow::id);
        return found == m_rows.end() ? nullptr : &*found;
    }
    const auto place = m_places.find(toUtf8(id));
    return place == m_places.end() ? nullptr : &m_rows[place->second];
}

std::array<int, RepairInboxCount> RepairModel::counts(const InboxOwner &owner) const
{
    std::array<int, RepairInboxCount> counts{};
    for (const RepairRow &row : m_rows)
        for (int inbox = 0; inbox < RepairInboxCount; ++inbox)
            if (belongsTo(row, static_cast<RepairInbox>(inbox), owner))
                ++counts[static_cast<std::size_t>(inbox)];
    return counts;
}

RepairFilter::RepairFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(Qt::EditRole);
    setDynamicSortFilter(true);
}

void RepairFilter::setInbox(RepairInbox inbox, const InboxOwner &owner)
{
    if (m_inbox == inbox && m_owner == owner)
        return;
    if (m_inbox != inbox)
        m_pinned.clear();
    m_inbox = inbox;
    m_owner = owner;
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
    if (!belongsTo(repair, m_inbox, m_owner))
        return false;
    return m_text.isEmpty() ||
           index.data(RepairModel::SearchRole).toString().contains(m_text, Qt::CaseInsensitive);
}

// Most often by age, of very many: without a variant for each comparison.
bool RepairFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const auto *model = qobject_cast<const RepairModel *>(sourceModel());
    if (!model || left.column() != RepairModel::Age)
        return QSortFilterProxyModel::lessThan(left, right);
    const auto since = [model](const QModelIndex &index) {
        const auto &at = model->rows()[static_cast<std::size_t>(index.row())].requestedAt;
        return at ? -toMs(*at) : std::int64_t{0};
    };
    return since(left) < since(right);
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

QString repairStateWord(const RepairRow &row)
{
    if (row.waitsForItsTime())
        return QStringLiteral("SCHEDULED");
    if (row.isUndoing())
        return QStringLiteral("UNDOING");
    return toText(row.status);
}

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
