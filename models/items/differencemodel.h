// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/differencerow.h"

#include <QAbstractItemModel>

#include <unordered_map>
#include <vector>

namespace crossfade {

// Differences by the hundred thousand: groups with their counts at once, rows by pages as the view
// asks for them. Rows that are not here yet show a placeholder and are asked for by wanted().
//
// Pages of a group begin at offsets that the session sets (anchors of the service); a group starts
// as one page. The row count of a group stays what it was when the groups were set, whatever the
// service finds since: the view is stable while a check runs.
class DifferenceModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Entity, Type, Legacy, New, Found, Repair, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, // QString, empty for groups and rows not here yet
        IsGroupRole,               // bool
        GroupDetailRole,           // QString: "31 402 · trailing space in 97 %"
        TypeRole,                  // QString: MISSING EXTRA DIFFERENT
        StateRole,                 // QString: CONFIRMED IN_FLIGHT HOT
        LegacyRole,                // QByteArray UTF-8; invalid: SQL NULL
        NewRole,
        PresentRole,               // of Legacy and New: whether the row is there at all
        FieldRole,                 // QString, empty for the whole row
        SensitiveRole,             // bool
        ResolvedRole,              // bool
        RepairRole,                // QString: the repair's status, empty without one
        LoadedRole,                // bool
    };
    static constexpr int MaxPages = 200; // kept; the oldest goes first

    explicit DifferenceModel(QObject *parent = nullptr);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setGroups(DifferenceGrouping grouping, std::vector<DifferenceGroup> groups, Instant now);
    DifferenceGrouping grouping() const { return m_grouping; }
    const std::vector<DifferenceGroup> &groups() const { return m_groups; }
    // Ascending offsets, the first 0. Pages loaded before stay only if nothing was loaded yet.
    void setPageStarts(int group, std::vector<int> starts);
    int pageCount(int group) const;
    int pageStart(int group, int page) const;
    int pageSize(int group, int page) const;
    // Fewer rows than the page has: the rest are gone. More: the end is dropped.
    void setPage(int group, int page, std::vector<DifferenceRow> rows);
    // A page asked for will not come (dropped or failed): it is asked for again when looked at.
    void forgetPage(int group, int page);
    // A newer state of a difference: shown where its row is loaded.
    void update(const DifferenceRow &row);

    const DifferenceRow *rowAt(const QModelIndex &index) const;
    QModelIndex indexOf(const QString &id) const; // loaded rows only

Q_SIGNALS:
    void wanted(int group, int page) const;

private:
    enum class PageState { Absent, Asked, Here };
    struct Page {
        int start = 0;
        PageState state = PageState::Absent;
        std::vector<DifferenceRow> rows;
    };
    using Pages = std::vector<Page>;

    bool isGroup(const QModelIndex &index) const;
    int groupOf(const QModelIndex &index) const;
    int pageOf(int group, int row) const;
    QModelIndex rowIndex(int group, int row, int column) const;
    void emitRows(int group, int first, int last);
    void dropOldest();
    QVariant groupData(int group, int column, int role) const;
    QVariant rowData(const DifferenceRow &row, int column, int role) const;
    QVariant missingData(int group, int row, int column, int role) const;
    QString display(const DifferenceRow &row, int column) const;

    DifferenceGrouping m_grouping = DifferenceGrouping::Field;
    std::vector<DifferenceGroup> m_groups;
    mutable std::vector<Pages> m_pages;
    std::vector<std::pair<int, int>> m_loaded; // in the order they came
    std::unordered_map<std::string, std::pair<int, int>> m_places; // id → group, row
    Instant m_now;
};

QString differenceTypeText(const std::string &type);
QString differenceCauseText(const std::string &cause); // "trailing space"

} // namespace crossfade
