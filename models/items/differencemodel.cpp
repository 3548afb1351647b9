// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/differencemodel.h"

#include "models/items/text.h"

#include <algorithm>
#include <limits>

namespace crossfade {

namespace {

// The internal id of a group's own row; rows below carry their group's number.
constexpr quintptr GroupItself = std::numeric_limits<quintptr>::max();

} // namespace

DifferenceModel::DifferenceModel(QObject *parent)
    : QAbstractItemModel(parent)
{
}

bool DifferenceModel::isGroup(const QModelIndex &index) const
{
    return index.isValid() && index.internalId() == GroupItself;
}

int DifferenceModel::groupOf(const QModelIndex &index) const
{
    return isGroup(index) ? index.row() : static_cast<int>(index.internalId());
}

QModelIndex DifferenceModel::rowIndex(int group, int row, int column) const
{
    return createIndex(row, column, static_cast<quintptr>(group));
}

QModelIndex DifferenceModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (parent.isValid())
        return rowIndex(parent.row(), row, column);
    return m_grouping == DifferenceGrouping::Flat ? rowIndex(0, row, column)
                                                  : createIndex(row, column, GroupItself);
}

QModelIndex DifferenceModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || isGroup(child) || m_grouping == DifferenceGrouping::Flat)
        return {};
    return createIndex(static_cast<int>(child.internalId()), 0, GroupItself);
}

int DifferenceModel::rowCount(const QModelIndex &parent) const
{
    const auto rows = [this](std::size_t group) {
        return static_cast<int>(
            std::min<std::int64_t>(m_groups[group].count, std::numeric_limits<int>::max()));
    };
    if (!parent.isValid()) {
        if (m_grouping == DifferenceGrouping::Flat)
            return m_groups.empty() ? 0 : rows(0);
        return static_cast<int>(m_groups.size());
    }
    if (!isGroup(parent) || parent.column() != 0)
        return 0;
    return rows(static_cast<std::size_t>(parent.row()));
}

int DifferenceModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

int DifferenceModel::pageOf(int group, int row) const
{
    const Pages &pages = m_pages[static_cast<std::size_t>(group)];
    const auto after = std::ranges::upper_bound(pages, row, {}, &Page::start);
    return static_cast<int>(after - pages.begin()) - 1;
}

const DifferenceRow *DifferenceModel::rowAt(const QModelIndex &index) const
{
    if (!index.isValid() || isGroup(index))
        return nullptr;
    const int group = groupOf(index);
    const Page &page =
        m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(pageOf(group, index.row()))];
    const auto at = static_cast<std::size_t>(index.row() - page.start);
    return page.state == PageState::Here && at < page.rows.size() ? &page.rows[at] : nullptr;
}

QVariant DifferenceModel::data(const QModelIndex &index, int role) const
{
    Q_ASSERT(checkIndex(index));
    if (!index.isValid())
        return {};
    if (role == IsGroupRole)
        return isGroup(index);
    if (isGroup(index))
        return groupData(index.row(), index.column(), role);
    if (const DifferenceRow *row = rowAt(index))
        return rowData(*row, index.column(), role);
    return missingData(groupOf(index), index.row(), index.column(), role);
}

// A row that is not here: asked for once, when it is about to be drawn.
QVariant DifferenceModel::missingData(int group, int row, int column, int role) const
{
    const int at = pageOf(group, row);
    Page &page = m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(at)];
    if (role == LoadedRole)
        return page.state == PageState::Here;
    if (role != Qt::DisplayRole)
        return {};
    if (page.state == PageState::Here)
        return column == Entity ? tr("no longer listed") : QString();
    if (page.state == PageState::Absent) {
        page.state = PageState::Asked;
        Q_EMIT wanted(group, at);
    }
    return column == Entity ? QVariant(QStringLiteral("…")) : QVariant();
}

void DifferenceModel::setGroups(DifferenceGrouping grouping, std::vector<DifferenceGroup> groups,
                                Instant now)
{
    beginResetModel();
    m_grouping = grouping;
    m_groups = std::move(groups);
    m_pages.assign(m_groups.size(), Pages(1));
    m_loaded.clear();
    m_places.clear();
    m_now = now;
    endResetModel();
}

void DifferenceModel::setPageStarts(int group, std::vector<int> starts)
{
    Pages &pages = m_pages[static_cast<std::size_t>(group)];
    if (starts.empty() || starts.front() != 0 || pages.size() > 1 ||
        pages.front().state == PageState::Here)
        return;
    pages.clear();
    for (const int start : starts)
        pages.push_back({start, PageState::Absent, {}});
    // Whoever drew rows of the one page before draws again and asks for what is in sight.
    emitRows(group, 0, rowCount(m_grouping == DifferenceGrouping::Flat
                                    ? QModelIndex()
                                    : createIndex(group, 0, GroupItself)) -
                           1);
}

int DifferenceModel::pageCount(int group) const
{
    return static_cast<int>(m_pages[static_cast<std::size_t>(group)].size());
}

int DifferenceModel::pageStart(int group, int page) const
{
    return m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(page)].start;
}

int DifferenceModel::pageSize(int group, int page) const
{
    const int end = page + 1 < pageCount(group)
                        ? pageStart(group, page + 1)
                        : static_cast<int>(m_groups[static_cast<std::size_t>(group)].count);
    return end - pageStart(group, page);
}

void DifferenceModel::setPage(int group, int page, std::vector<DifferenceRow> rows)
{
    if (static_cast<std::size_t>(group) >= m_pages.size() || page >= pageCount(group))
        return;
    const int size = pageSize(group, page);
    const int start = pageStart(group, page);
    if (rows.size() > static_cast<std::size_t>(size))
        rows.resize(static_cast<std::size_t>(size));
    Page &target = m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(page)];
    for (std::size_t at = 0; at < rows.size(); ++at)
        m_places[rows[at].id] = {group, start + static_cast<int>(at)};
    target.rows = std::move(rows);
    if (target.state != PageState::Here)
        m_loaded.emplace_back(group, page);
    target.state = PageState::Here;
    emitRows(group, start, start + size - 1);
    if (m_loaded.size() > MaxPages)
        dropOldest();
}

void DifferenceModel::dropOldest()
{
    const auto [group, page] = m_loaded.front();
    m_loaded.erase(m_loaded.begin());
    Page &old = m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(page)];
    for (const DifferenceRow &row : old.rows)
        m_places.erase(row.id);
    old.rows.clear();
    old.state = PageState::Absent;
    emitRows(group, old.start, old.start + pageSize(group, page) - 1);
}

void DifferenceModel::forgetPage(int group, int page)
{
    if (static_cast<std::size_t>(group) >= m_pages.size() || page >= pageCount(group))
        return;
    Page &target = m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(page)];
    if (target.state == PageState::Asked)
        target.state = PageState::Absent;
}

void DifferenceModel::update(const DifferenceRow &row)
{
    const auto place = m_places.find(row.id);
    if (place == m_places.end())
        return;
    const auto [group, at] = place->second;
    Page &page =
        m_pages[static_cast<std::size_t>(group)][static_cast<std::size_t>(pageOf(group, at))];
    page.rows[static_cast<std::size_t>(at - page.start)] = row;
    emitRows(group, at, at);
}

void DifferenceModel::emitRows(int group, int first, int last)
{
    if (last >= first)
        Q_EMIT dataChanged(rowIndex(group, first, 0), rowIndex(group, last, ColumnCount - 1));
}

QModelIndex DifferenceModel::indexOf(const QString &id) const
{
    const auto place = m_places.find(toUtf8(id));
    return place == m_places.end() ? QModelIndex()
                                   : rowIndex(place->second.first, place->second.second, 0);
}

} // namespace crossfade
