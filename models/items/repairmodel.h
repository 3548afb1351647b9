// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/repairrow.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <array>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace crossfade {

// Repair tasks, refreshed by keyed merge, and which of them are marked to be decided on together.
class RepairModel : public KeyedModel<RepairRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Task, Entity, Change, State, Age, Mark, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, // QString
        StatusRole,                // QString
        SearchRole,                // QString the filter looks into
    };
    static constexpr std::size_t MaxMarked = 1'000;

    explicit RepairModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override; // the mark
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<RepairRow> rows, Instant now);
    void put(const RepairRow &row); // one task, new or changed
    const std::vector<RepairRow> &rows() const { return m_rows; }
    const RepairRow *rowOf(const QString &id) const;
    std::array<int, RepairInboxCount> counts(const InboxOwner &owner) const;

    void setMarked(const QString &id, bool on);
    // As many of them as can be marked at once.
    void markAll(const std::vector<std::string> &ids);
    void clearMarks();
    std::vector<std::string> marked() const; // ids, in the order of the rows
    int markCount() const { return static_cast<int>(m_marked.size()); }

Q_SIGNALS:
    void marksChanged();

private:
    QString display(const RepairRow &row, int column) const;
    void findPlaces(); // where each id is

    std::vector<RepairRow> m_rows;
    std::unordered_map<std::string, std::size_t> m_places;
    std::unordered_set<std::string> m_marked;
    Instant m_now;
};

// One inbox, those that contain the text; the oldest first.
class RepairFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RepairFilter(QObject *parent = nullptr);
    void setInbox(RepairInbox inbox, const InboxOwner &owner);
    RepairInbox inbox() const { return m_inbox; }
    void setText(const QString &text);
    // Stays listed whatever becomes of it: the task one is looking at.
    void setPinned(const QString &id);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    RepairInbox m_inbox = RepairInbox::Open;
    InboxOwner m_owner;
    QString m_text;
    std::string m_pinned;
};

QString shortRepairId(const std::string &id); // the last eight, enough to tell tasks apart
QString repairChangeText(const RepairRow &row); // "NEW: email, phone"
// The word of its chip: the status, but SCHEDULED of an approved one that waits and UNDOING while it is taken back.
QString repairStateWord(const RepairRow &row);

} // namespace crossfade
