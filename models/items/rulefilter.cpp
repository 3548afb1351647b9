// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/rulefilter.h"

#include <algorithm>
#include <compare>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace crossfade {

namespace {

std::int64_t startOf(const RuleRow &row)
{
    return row.input.window.start ? toMs(*row.input.window.start) : 0;
}

// By the raw value of the column.
std::strong_ordering compareBy(int column, const RuleRow &a, const RuleRow &b)
{
    switch (static_cast<RuleModel::Column>(column)) {
    case RuleModel::Priority:
        return a.input.priority <=> b.input.priority;
    case RuleModel::Active:
        return a.input.active <=> b.input.active;
    case RuleModel::Target:
        return a.input.target <=> b.input.target;
    case RuleModel::Serves:
        return platformWord(a.input.platform) <=> platformWord(b.input.platform);
    case RuleModel::InForce:
        return startOf(a) <=> startOf(b);
    case RuleModel::Reason:
        return a.input.reason <=> b.input.reason;
    case RuleModel::Name:
    case RuleModel::ColumnCount:
        break;
    }
    return a.input.name <=> b.input.name;
}

} // namespace

RuleFilter::RuleFilter(QObject *parent)
    : QAbstractProxyModel(parent)
{
}

void RuleFilter::setSourceModel(QAbstractItemModel *model)
{
    QAbstractProxyModel::setSourceModel(model);
    m_rules = qobject_cast<RuleModel *>(model);
    Q_ASSERT(m_rules);
    beginAnew();
    using Model = QAbstractItemModel;
    connect(model, &Model::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { onInserted(first, last); });
    connect(model, &Model::rowsAboutToBeRemoved, this,
            [this](const QModelIndex &, int first, int last) { onAboutToBeRemoved(first, last); });
    connect(model, &Model::dataChanged, this,
            [this](const QModelIndex &first, const QModelIndex &last) { onChanged(first.row(), last.row()); });
    connect(model, &Model::modelReset, this, &RuleFilter::beginAnew);
    // Rows that change places there have new places, and stand here as before.
    connect(model, &Model::layoutChanged, this, [this] {
        m_rows.clear();
        std::vector<Entry> next = wanted();
        for (const Entry &entry : next)
            m_rows[entry.place] = entry.row;
        arrange(std::move(next));
    });
}

bool RuleFilter::accepts(int sourceRow) const
{
    if (m_rules->rows()[static_cast<std::size_t>(sourceRow)].input.kind != m_kind) return false;
    return m_text.isEmpty() ||
           m_rules->index(sourceRow, 0).data(RuleModel::SearchRole).toString().contains(m_text, Qt::CaseInsensitive);
}

bool RuleFilter::before(const Entry &a, const Entry &b) const
{
    const std::strong_ordering column = compareBy(m_column, *a.row, *b.row);
    if (column != 0) return m_order == Qt::AscendingOrder ? column < 0 : column > 0;
    const std::strong_ordering name = a.row->input.name <=> b.row->input.name;
    return name != 0 ? name < 0 : a.place < b.place;
}

std::size_t RuleFilter::whereIs(const Entry &entry) const
{
    const auto found = std::lower_bound(m_shown.begin(), m_shown.end(), entry,
                                        [this](const Entry &a, const Entry &b) { return before(a, b); });
    return static_cast<std::size_t>(found - m_shown.begin());
}

RuleFilter::Entry RuleFilter::entryAt(int sourceRow) const
{
    const auto at = static_cast<std::size_t>(sourceRow);
    return {m_rules->rows().place(at), m_rules->rows().pointer(at)};
}

std::vector<RuleFilter::Entry> RuleFilter::wanted() const
{
    std::vector<Entry> entries;
    for (int row = 0; row < m_rules->rowCount(); ++row)
        if (accepts(row)) entries.push_back(entryAt(row));
    std::ranges::sort(entries, [this](const Entry &a, const Entry &b) { return before(a, b); });
    return entries;
}

void RuleFilter::beginAnew()
{
    beginResetModel();
    m_shown = wanted();
    m_rows.clear();
    for (const Entry &entry : m_shown)
        m_rows[entry.place] = entry.row;
    endResetModel();
}

// Other rows are wanted: those that go are put last and taken away together, those that come are merged in, so that
// what stays keeps its selection.
void RuleFilter::refilter()
{
    if (!m_rules) return;
    std::vector<Entry> come;
    std::unordered_set<RuleRows::Place> stays;
    for (int row = 0; row < m_rules->rowCount(); ++row) {
        if (!accepts(row)) continue;
        Entry entry = entryAt(row);
        if (m_rows.contains(entry.place))
            stays.insert(entry.place);
        else
            come.push_back(std::move(entry));
    }
    if (stays.size() < m_shown.size()) {
        std::vector<Entry> next = m_shown;
        std::ranges::stable_partition(next, [&](const Entry &entry) { return stays.contains(entry.place); });
        arrange(std::move(next));
        beginRemoveRows({}, static_cast<int>(stays.size()), rowCount() - 1);
        std::erase_if(m_rows, [&](const auto &known) { return !stays.contains(known.first); });
        m_shown.resize(stays.size());
        endRemoveRows();
    }
    if (!come.empty()) mergeIn(std::move(come));
}

void RuleFilter::setKind(RuleType kind)
{
    if (std::exchange(m_kind, kind) != kind) refilter();
}

void RuleFilter::setText(const QString &text)
{
    if (std::exchange(m_text, text.trimmed()) != m_text) refilter();
}

void RuleFilter::sort(int column, Qt::SortOrder order)
{
    m_column = column;
    m_order = order;
    std::vector<Entry> next = m_shown;
    std::ranges::sort(next, [this](const Entry &a, const Entry &b) { return before(a, b); });
    arrange(std::move(next));
}

// The same rows in the order of `next`: what is kept of them goes along, by their ids.
void RuleFilter::arrange(std::vector<Entry> next)
{
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::unordered_map<std::string, int> kept;
    for (const QModelIndex &index : before)
        kept[m_shown[static_cast<std::size_t>(index.row())].row->id] = -1;
    for (std::size_t at = 0; !kept.empty() && at < next.size(); ++at)
        if (const auto found = kept.find(next[at].row->id); found != kept.end()) found->second = static_cast<int>(at);
    QModelIndexList after;
    for (const QModelIndex &index : before)
        after << this->index(kept.at(m_shown[static_cast<std::size_t>(index.row())].row->id), index.column());
    m_shown = std::move(next);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void RuleFilter::onInserted(int first, int last)
{
    std::vector<Entry> come;
    for (int row = first; row <= last; ++row)
        if (accepts(row)) come.push_back(entryAt(row));
    if (come.size() == 1)
        putOne(come.front());
    else if (!come.empty())
        mergeIn(std::move(come));
}

void RuleFilter::putOne(const Entry &entry)
{
    const std::size_t at = whereIs(entry);
    beginInsertRows({}, static_cast<int>(at), static_cast<int>(at));
    m_shown.insert(m_shown.begin() + static_cast<std::ptrdiff_t>(at), entry);
    m_rows[entry.place] = entry.row;
    endInsertRows();
}

// Many at once come last, and then all find their places: two steps for the views, not one for each. Those that come
// are few beside those that are there, which are moved in blocks and not compared one by one.
void RuleFilter::mergeIn(std::vector<Entry> come)
{
    const auto less = [this](const Entry &a, const Entry &b) { return before(a, b); };
    std::ranges::sort(come, less);
    const int middle = rowCount();
    std::vector<int> places; // of each that comes, among those that are there
    for (auto from = m_shown.cbegin(); const Entry &entry : come) {
        from = std::upper_bound(from, m_shown.cend(), entry, less);
        places.push_back(static_cast<int>(from - m_shown.cbegin()));
        m_rows[entry.place] = entry.row;
    }
    beginInsertRows({}, middle, middle + static_cast<int>(come.size()) - 1);
    m_shown.insert(m_shown.end(), come.begin(), come.end());
    endInsertRows();
    if (places.front() == middle) return;
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &index : before) {
        const auto last = static_cast<std::size_t>(std::max(0, index.row() - middle));
        const auto passed = std::ranges::upper_bound(places, index.row()) - places.begin();
        after << this->index(index.row() < middle ? index.row() + static_cast<int>(passed)
                                                  : places[last] + static_cast<int>(last),
                             index.column());
    }
    auto end = m_shown.begin() + middle;
    for (auto to = m_shown.end(); !come.empty(); come.pop_back(), places.pop_back()) {
        const auto from = m_shown.begin() + places.back();
        to = std::move_backward(from, end, to);
        end = from;
        *--to = std::move(come.back());
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void RuleFilter::onAboutToBeRemoved(int first, int last)
{
    if (first == 0 && last == m_rules->rowCount() - 1) {
        beginResetModel();
        m_shown.clear();
        m_rows.clear();
        endResetModel();
        return;
    }
    for (int row = first; row <= last; ++row) {
        const auto known = m_rows.find(m_rules->rows().place(static_cast<std::size_t>(row)));
        if (known != m_rows.end()) takeOut(whereIs({known->first, known->second}));
    }
}

void RuleFilter::takeOut(std::size_t at)
{
    beginRemoveRows({}, static_cast<int>(at), static_cast<int>(at));
    m_rows.erase(m_shown[at].place);
    m_shown.erase(m_shown.begin() + static_cast<std::ptrdiff_t>(at));
    endRemoveRows();
}

void RuleFilter::onChanged(int first, int last)
{
    for (int row = first; row <= last; ++row)
        change(row);
}

void RuleFilter::change(int sourceRow)
{
    const Entry entry = entryAt(sourceRow);
    const auto known = m_rows.find(entry.place);
    const bool accepted = accepts(sourceRow);
    if (known == m_rows.end()) {
        if (accepted) putOne(entry);
        return;
    }
    const std::size_t from = whereIs({known->first, known->second});
    if (!accepted) {
        takeOut(from);
        return;
    }
    // Where it goes, counted while it still stands where it was.
    const std::size_t to = whereIs(entry);
    known->second = entry.row;
    if (to == from || to == from + 1) {
        m_shown[from] = entry;
    } else {
        beginMoveRows({}, static_cast<int>(from), static_cast<int>(from), {}, static_cast<int>(to));
        m_shown[from] = entry;
        const auto begin = m_shown.begin();
        const auto at = [begin](std::size_t position) { return begin + static_cast<std::ptrdiff_t>(position); };
        if (to < from)
            std::rotate(at(to), at(from), at(from + 1));
        else
            std::rotate(at(from), at(from + 1), at(to));
        endMoveRows();
    }
    const int row = static_cast<int>(to > from ? to - 1 : to);
    Q_EMIT dataChanged(index(row, 0), index(row, RuleModel::ColumnCount - 1));
}

QModelIndex RuleFilter::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex RuleFilter::parent(const QModelIndex &) const
{
    return {};
}

QModelIndex RuleFilter::sibling(int row, int column, const QModelIndex &) const
{
    return index(row, column);
}

int RuleFilter::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int RuleFilter::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : RuleModel::ColumnCount;
}

QModelIndex RuleFilter::mapToSource(const QModelIndex &shown) const
{
    if (!shown.isValid()) return {};
    const std::size_t at = m_rules->rows().positionOf(m_shown[static_cast<std::size_t>(shown.row())].place);
    return m_rules->index(static_cast<int>(at), shown.column());
}

QModelIndex RuleFilter::mapFromSource(const QModelIndex &source) const
{
    if (!source.isValid()) return {};
    const auto known = m_rows.find(m_rules->rows().place(static_cast<std::size_t>(source.row())));
    return known == m_rows.end() ? QModelIndex()
                                 : index(static_cast<int>(whereIs({known->first, known->second})), source.column());
}

QVariant RuleFilter::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_rules ? m_rules->headerData(section, orientation, role) : QVariant();
}

} // namespace crossfade
