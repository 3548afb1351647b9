// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/keyedsteps.h"
#include "models/items/repairrow.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <array>

namespace crossfade {

// Repair tasks, refreshed by keyed merge.
class RepairModel : public KeyedModel<RepairRow, QAbstractTableModel> {
    Q_OBJECT
public:
    enum Column { Task, Entity, Change, State, Age, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1, // QString
        StatusRole,                // QString
        SearchRole,                // QString the filter looks into
    };

    explicit RepairModel(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setRows(std::vector<RepairRow> rows, Instant now);
    void put(const RepairRow &row); // one task, new or changed
    const std::vector<RepairRow> &rows() const { return m_rows; }
    const RepairRow *rowOf(const QString &id) const;
    std::array<int, RepairInboxCount> counts(const std::string &subject) const;

private:
    QString display(const RepairRow &row, int column) const;

    std::vector<RepairRow> m_rows;
    Instant m_now;
};

// One inbox, those that contain the text; the oldest first.
class RepairFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RepairFilter(QObject *parent = nullptr);
    void setInbox(RepairInbox inbox, const QString &subject);
    RepairInbox inbox() const { return m_inbox; }
    void setText(const QString &text);
    // Stays listed whatever becomes of it: the task one is looking at.
    void setPinned(const QString &id);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    RepairInbox m_inbox = RepairInbox::Open;
    std::string m_subject;
    QString m_text;
    std::string m_pinned;
};

QString shortRepairId(const std::string &id); // the last eight, enough to tell tasks apart
QString repairChangeText(const RepairRow &row); // "NEW: email, phone"

} // namespace crossfade
